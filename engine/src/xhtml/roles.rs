//! `epub:type` to ARIA: EPUB Type to ARIA Role Authoring Guide 1.1, DPUB-ARIA 1.1,
//! EPUB 3 Structural Semantics Vocabulary 1.1 (deprecated terms by their successors).

/// The role that says the same as the first term of an `epub:type` which has one that
/// may stand on `element`.
pub(super) fn role_for(types: &str, element: &str) -> Option<&'static str> {
    types
        .split_ascii_whitespace()
        .filter_map(role)
        .find(|role| may_stand(role, element))
}

/// Whether the role takes nothing away: an item must stay an item of its list, a heading
/// a heading, a link a link (ARIA in HTML § 4; DPUB-ARIA 1.1, "used in").
fn may_stand(role: &str, element: &str) -> bool {
    let link = matches!(
        role,
        "doc-backlink" | "doc-biblioref" | "doc-glossref" | "doc-noteref"
    );
    match element {
        "a" => link,
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => role == "doc-subtitle",
        "li" => role == "doc-pagebreak",
        "img" => matches!(role, "doc-cover" | "doc-pagebreak"),
        "body" | "dt" | "dd" | "tr" | "td" | "th" | "caption" | "tbody" | "thead" | "tfoot"
        | "figcaption" | "summary" | "br" => false,
        "ol" | "ul" | "dl" | "table" => !matches!(role, "figure" | "doc-subtitle") && !link,
        _ => role != "doc-cover",
    }
}

fn role(term: &str) -> Option<&'static str> {
    Some(match term {
        "abstract" => "doc-abstract",
        "acknowledgments" => "doc-acknowledgments",
        "afterword" => "doc-afterword",
        "appendix" => "doc-appendix",
        "backlink" | "referrer" => "doc-backlink",
        "biblioentry" => "doc-biblioentry",
        "bibliography" => "doc-bibliography",
        "biblioref" => "doc-biblioref",
        "chapter" => "doc-chapter",
        "colophon" => "doc-colophon",
        "conclusion" => "doc-conclusion",
        "cover" | "cover-image" => "doc-cover",
        "credit" => "doc-credit",
        "credits" => "doc-credits",
        "dedication" => "doc-dedication",
        "endnote" | "rearnote" => "doc-endnote",
        "endnotes" | "rearnotes" => "doc-endnotes",
        "epigraph" => "doc-epigraph",
        "epilogue" => "doc-epilogue",
        "errata" => "doc-errata",
        "example" => "doc-example",
        "figure" => "figure",
        "footnote" | "note" => "doc-footnote",
        "foreword" => "doc-foreword",
        "glossary" => "doc-glossary",
        "glossdef" => "definition",
        "glossref" => "doc-glossref",
        "glossterm" => "term",
        "index" => "doc-index",
        "introduction" => "doc-introduction",
        "noteref" | "annoref" => "doc-noteref",
        "notice" | "warning" => "doc-notice",
        "page-list" => "doc-pagelist",
        "pagebreak" => "doc-pagebreak",
        "pagefooter" => "doc-pagefooter",
        "pageheader" => "doc-pageheader",
        "part" => "doc-part",
        "preface" => "doc-preface",
        "prologue" => "doc-prologue",
        "pullquote" => "doc-pullquote",
        "qna" => "doc-qna",
        "subtitle" => "doc-subtitle",
        "tip" | "help" => "doc-tip",
        "toc" | "toc-brief" => "doc-toc",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::role_for;

    #[test]
    fn roles_follow_the_first_term_that_has_one() {
        assert_eq!(
            role_for("bodymatter z3998:fiction chapter", "section"),
            Some("doc-chapter")
        );
        assert_eq!(role_for("bodymatter", "section"), None);
        assert_eq!(role_for("pagebreak", "span"), Some("doc-pagebreak"));
    }

    #[test]
    fn a_role_never_takes_what_an_element_is() {
        assert_eq!(role_for("endnote", "li"), None);
        assert_eq!(role_for("endnote", "aside"), Some("doc-endnote"));
        assert_eq!(role_for("chapter", "h1"), None);
        assert_eq!(role_for("subtitle", "h2"), Some("doc-subtitle"));
        assert_eq!(role_for("cover", "section"), None);
        assert_eq!(role_for("cover", "img"), Some("doc-cover"));
        assert_eq!(role_for("footnote", "a"), None);
        assert_eq!(role_for("noteref", "a"), Some("doc-noteref"));
        assert_eq!(role_for("part", "body"), None);
    }
}
