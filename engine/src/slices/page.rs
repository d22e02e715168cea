//! The page around a slice's body.

use super::index::ItemIndex;
use crate::package::Package;
use crate::xhtml::escape;

/// What a slice may never do, whoever serves it. Sources of images and fonts are
/// left to the server's own policy, which knows where they come from.
const POLICY: &str = "script-src 'none'; object-src 'none'; frame-src 'none'; connect-src 'none'; \
                      base-uri 'none'; form-action 'none'";

/// Everything up to the body's content.
///
/// There is no blank between the elements: an HTML parser would move it.
pub(super) fn head(package: &Package, item: &ItemIndex, fixed: bool, start: u64) -> String {
    let metadata = &package.metadata;
    let mut out = String::with_capacity(1024);
    out.push_str("<!DOCTYPE html><html xmlns=\"http://www.w3.org/1999/xhtml\"");
    out.push_str(&item.html);
    let silent = !package.own_languages && !item.html.contains(" lang=\"");
    if let (Some(language), true) = (&metadata.language, silent) {
        out.push_str(&format!(" lang=\"{}\"", escape(language)));
    }
    out.push_str("><head><meta charset=\"utf-8\"/>");
    out.push_str(&format!(
        "<meta name=\"viewport\" content=\"{}\"/>",
        viewport(package, item, fixed)
    ));
    out.push_str(&format!(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\"/>"
    ));
    out.push_str("<meta name=\"referrer\" content=\"no-referrer\"/>");
    let title = [&item.title, &item.heading, &metadata.title]
        .into_iter()
        .find(|title| !title.is_empty());
    out.push_str(&format!(
        "<title>{}</title>",
        escape(title.map_or("–", String::as_str))
    ));
    for (file, media) in &item.styles {
        out.push_str(&format!(
            "<link rel=\"stylesheet\" href=\"../resources/{file}\""
        ));
        if !media.trim().is_empty() {
            out.push_str(&format!(
                " media=\"{}\"",
                escape(&media.replace(['\n', '\r', '\t'], " "))
            ));
        }
        out.push_str("/>");
    }
    out.push_str(&format!("</head><body{} data-o=\"{start}\">", item.body));
    out
}

/// What closes a page.
pub(super) const FOOT: &str = "</body></html>";

/// A page of fixed layout has its own size; others take the reader's.
fn viewport(package: &Package, item: &ItemIndex, fixed: bool) -> String {
    match item.viewport.or(package.rendition.viewport) {
        Some((width, height)) if fixed => format!("width={width}, height={height}"),
        _ => "width=device-width, initial-scale=1".into(),
    }
}

/// The body for an item that is a picture.
pub(super) fn image(url: &str, title: &str) -> String {
    format!(
        "<p data-o=\"0\" style=\"margin:0;text-align:center\">\
         <img src=\"{}\" alt=\"{}\" style=\"max-width:100%;max-height:100vh\"/></p>",
        escape(url),
        escape(title)
    )
}

/// The body for an item that cannot be shown. The reader's client words it in its own language.
pub(super) fn notice(kind: &str) -> String {
    format!(
        "<p data-o=\"0\" data-notice=\"{kind}\" role=\"note\">This part of the book cannot be shown.</p>"
    )
}
