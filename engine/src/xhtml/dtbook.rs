//! DTBook (DAISY Z39.86-2005), which EPUB 2 allows in the spine: its elements by their
//! likes in HTML. What both call alike needs no entry.

use quick_xml::events::BytesStart;

use super::allow::Element;
use super::document::Links;
use super::escape;
use super::filter;
use super::roles::role_for;
use super::structure::attribute;

/// The element of HTML for one of DTBook. `around` is the kept element it stands in.
pub(super) fn html_name<'n>(name: &'n str, around: &str) -> (&'n str, Option<&'static str>) {
    match name {
        "level" | "level1" | "level2" | "level3" | "level4" | "level5" | "level6" => {
            ("section", None)
        }
        "frontmatter" => ("div", Some("frontmatter")),
        "bodymatter" => ("div", Some("bodymatter")),
        "rearmatter" => ("div", Some("backmatter")),
        "book" | "poem" | "linegroup" | "line" | "imggroup" | "byline" | "dateline" | "author"
        | "docauthor" | "covertitle" => ("div", None),
        "doctitle" => ("h1", None),
        "bridgehead" | "hd" => ("h4", None),
        "epigraph" => ("blockquote", Some("epigraph")),
        "caption" if around != "table" => ("div", None),
        "title" => ("cite", None),
        "pagenum" => ("span", Some("pagebreak")),
        "linenum" | "lic" | "sent" | "w" => ("span", None),
        "acronym" => ("abbr", None),
        "sidebar" => ("aside", Some("sidebar")),
        "prodnote" => ("aside", None),
        "note" => ("aside", Some("footnote")),
        "annotation" => ("aside", Some("annotation")),
        "noteref" => ("a", Some("noteref")),
        "annoref" => ("a", Some("annoref")),
        other => (other, None),
    }
}

/// The element for a `list`: numbered or not.
pub(super) fn list_name(tag: &BytesStart<'_>) -> &'static str {
    match attribute(tag, "type") {
        Some(kind) if kind.trim() == "ol" => "ol",
        _ => "ul",
    }
}

/// Adds what the element's name has said, and the target of a reference to a note.
pub(super) fn mark(
    tag: &BytesStart<'_>,
    element: &Element,
    meaning: &str,
    links: &dyn Links,
    out: &mut String,
) {
    // Quotes are escaped in values, so this finds names only.
    if out.contains(" data-epub-type=\"") || out.contains(" role=\"") {
        return;
    }
    escape::write("data-epub-type", meaning, out);
    if let Some(role) = role_for(meaning, element.name) {
        escape::write("role", role, out);
    }
    let mut target = String::new();
    if element.name == "a"
        && !out.contains(" href=\"")
        && attribute(tag, "idref").is_some_and(|url| links.navigate(&url, &mut target))
    {
        filter::write_target("href", &target, out);
    }
}
