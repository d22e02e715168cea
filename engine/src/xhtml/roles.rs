//! `epub:type` to ARIA (EPUB Type to ARIA Role Authoring Guide 1.1, DPUB-ARIA 1.1).

/// The role that says the same as the first known term of an `epub:type`.
pub(super) fn role_for(types: &str) -> Option<&'static str> {
    types.split_ascii_whitespace().find_map(|term| {
        Some(match term {
            "abstract" => "doc-abstract",
            "acknowledgments" => "doc-acknowledgments",
            "afterword" => "doc-afterword",
            "appendix" => "doc-appendix",
            "biblioentry" => "doc-biblioentry",
            "bibliography" => "doc-bibliography",
            "biblioref" => "doc-biblioref",
            "chapter" => "doc-chapter",
            "colophon" => "doc-colophon",
            "conclusion" => "doc-conclusion",
            "cover" => "doc-cover",
            "credit" => "doc-credit",
            "credits" => "doc-credits",
            "dedication" => "doc-dedication",
            "endnote" | "rearnote" => "doc-endnote",
            "endnotes" | "rearnotes" => "doc-endnotes",
            "epigraph" => "doc-epigraph",
            "epilogue" => "doc-epilogue",
            "errata" => "doc-errata",
            "figure" => "figure",
            "footnote" => "doc-footnote",
            "foreword" => "doc-foreword",
            "glossary" => "doc-glossary",
            "glossref" => "doc-glossref",
            "index" => "doc-index",
            "introduction" => "doc-introduction",
            "noteref" => "doc-noteref",
            "notice" => "doc-notice",
            "pagebreak" => "doc-pagebreak",
            "page-list" => "doc-pagelist",
            "part" => "doc-part",
            "preface" => "doc-preface",
            "prologue" => "doc-prologue",
            "pullquote" => "doc-pullquote",
            "qna" => "doc-qna",
            "referrer" => "doc-backlink",
            "subtitle" => "doc-subtitle",
            "tip" => "doc-tip",
            "toc" => "doc-toc",
            _ => return None,
        })
    })
}
