//! Builds the handbook in this folder into `$OUT_DIR/handbook.epub` (EPUB 3), the sample book
//! that a first start imports. Same sources, same bytes: times in the archive are fixed.

use std::{
    env, fs,
    io::{Cursor, Write},
    path::{Path, PathBuf},
};

use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// `book.toml`.
struct Book {
    title: String,
    authors: Vec<String>,
    language: String,
    description: String,
    cover: String,
    chapters: Vec<Chapter>,
}

/// One Markdown file, rendered.
struct Chapter {
    /// File name without `.md`.
    name: String,
    title: String,
    body: String,
}

fn main() -> Result<()> {
    let docs = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("docs");
    // rust-embed sees new files of the web client only when the crate is built anew.
    println!("cargo::rerun-if-changed=web/dist");
    println!("cargo::rerun-if-changed=docs");
    let book = read_book(&docs)?;
    let bytes = write_epub(&docs, &book)?;
    fs::write(
        Path::new(&env::var("OUT_DIR")?).join("handbook.epub"),
        bytes,
    )?;
    Ok(())
}

fn read_book(docs: &Path) -> Result<Book> {
    let table: toml::Table = fs::read_to_string(docs.join("book.toml"))?.parse()?;
    let text = |key: &str| -> Result<String> {
        Ok(table
            .get(key)
            .and_then(|v| v.as_str())
            .ok_or_else(|| format!("book.toml: {key} is missing"))?
            .to_owned())
    };
    let list = |key: &str| -> Result<Vec<String>> {
        let values = table
            .get(key)
            .and_then(|v| v.as_array())
            .ok_or_else(|| format!("book.toml: {key} is missing"))?;
        Ok(values
            .iter()
            .filter_map(|v| v.as_str())
            .map(String::from)
            .collect())
    };
    Ok(Book {
        title: text("title")?,
        authors: list("authors")?,
        language: text("language")?,
        description: text("description")?,
        cover: text("cover")?,
        chapters: list("chapters")?
            .iter()
            .map(|file| read_chapter(docs, file))
            .collect::<Result<_>>()?,
    })
}

fn read_chapter(docs: &Path, file: &str) -> Result<Chapter> {
    let markdown = fs::read_to_string(docs.join(file)).map_err(|e| format!("{file}: {e}"))?;
    let mut options =
        Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_SMART_PUNCTUATION;
    options |= Options::ENABLE_STRIKETHROUGH;
    let mut events: Vec<Event> = Parser::new_ext(&markdown, options).collect();
    let title = heading_text(&events).ok_or_else(|| format!("{file} has no first heading"))?;
    give_headings_ids(&mut events);
    events.iter_mut().for_each(point_links_at_chapters);
    let mut body = String::new();
    html::push_html(&mut body, events.into_iter());
    Ok(Chapter {
        name: file.trim_end_matches(".md").to_owned(),
        title,
        body,
    })
}

/// The text of the first level-one heading.
fn heading_text(events: &[Event]) -> Option<String> {
    let first = |e: &Event| {
        matches!(
            e,
            Event::Start(Tag::Heading {
                level: HeadingLevel::H1,
                ..
            })
        )
    };
    let start = events.iter().position(first)?;
    Some(text_until_heading_end(&events[start + 1..]))
}

fn text_until_heading_end(events: &[Event]) -> String {
    let inside = events
        .iter()
        .take_while(|e| !matches!(e, Event::End(TagEnd::Heading(_))));
    inside
        .filter_map(|e| {
            if let Event::Text(t) | Event::Code(t) = e {
                Some(t.as_ref())
            } else {
                None
            }
        })
        .collect()
}

/// `## Starting it` gets `id="starting-it"`, as links between chapters expect.
fn give_headings_ids(events: &mut [Event]) {
    for i in 0..events.len() {
        let slug = slug(&text_until_heading_end(&events[i + 1..]));
        if let Event::Start(Tag::Heading { id: id @ None, .. }) = &mut events[i] {
            *id = Some(CowStr::from(slug));
        }
    }
}

fn slug(text: &str) -> String {
    let words: String = text
        .to_lowercase()
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    words.split_whitespace().collect::<Vec<_>>().join("-")
}

/// `fleet.md#drain` becomes `fleet.xhtml#drain`; addresses elsewhere stay.
fn point_links_at_chapters(event: &mut Event) {
    if let Event::Start(Tag::Link { dest_url, .. }) = event
        && !dest_url.contains("://")
        && let Some((file, rest)) = dest_url.split_once(".md")
    {
        *dest_url = CowStr::from(format!("{file}.xhtml{rest}"));
    }
}

fn write_epub(docs: &Path, book: &Book) -> Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let deflated = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    zip.start_file("mimetype", stored)?;
    zip.write_all(b"application/epub+zip")?;
    let figures = figures(docs)?;
    let mut files: Vec<(String, Vec<u8>)> = vec![
        ("META-INF/container.xml".into(), CONTAINER.into()),
        ("EPUB/package.opf".into(), package(book, &figures).into()),
        ("EPUB/nav.xhtml".into(), nav(book).into()),
        ("EPUB/style.css".into(), fs::read(docs.join("style.css"))?),
        (
            format!("EPUB/{}", book.cover),
            fs::read(docs.join(&book.cover))?,
        ),
    ];
    for c in &book.chapters {
        files.push((
            format!("EPUB/{}.xhtml", c.name),
            page(&book.language, &c.title, &c.body).into(),
        ));
    }
    for figure in &figures {
        files.push((
            format!("EPUB/figures/{figure}"),
            fs::read(docs.join("figures").join(figure))?,
        ));
    }
    for (path, bytes) in files {
        zip.start_file(path, deflated)?;
        zip.write_all(&bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// Names of the SVG files in `figures/`, sorted: the order must not depend on the file system.
fn figures(docs: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(docs.join("figures"))? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.retain(|n| n.ends_with(".svg"));
    names.sort();
    Ok(names)
}

const CONTAINER: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles></container>
"#;

fn package(book: &Book, figures: &[String]) -> String {
    let authors: String = book
        .authors
        .iter()
        .map(|a| format!("<dc:creator>{}</dc:creator>", escape(a)))
        .collect();
    let item = |id: String, href: String, kind: &str| {
        format!("<item id=\"{id}\" href=\"{href}\" media-type=\"{kind}\"/>\n")
    };
    let mut manifest = String::new();
    let mut spine = String::new();
    for (n, c) in book.chapters.iter().enumerate() {
        manifest += &item(
            format!("c{n}"),
            format!("{}.xhtml", c.name),
            "application/xhtml+xml",
        );
        spine += &format!("<itemref idref=\"c{n}\"/>");
    }
    for (n, f) in figures.iter().enumerate() {
        manifest += &item(format!("f{n}"), format!("figures/{f}"), "image/svg+xml");
    }
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="{lang}">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">urn:bindery:handbook</dc:identifier><dc:title>{title}</dc:title>{authors}<dc:language>{lang}</dc:language>
<dc:description>{description}</dc:description><dc:subject>Bindery</dc:subject>
<meta property="dcterms:modified">2026-01-01T00:00:00Z</meta>
</metadata>
<manifest>
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="css" href="style.css" media-type="text/css"/>
<item id="cover" href="{cover}" media-type="image/jpeg" properties="cover-image"/>
{manifest}</manifest>
<spine>{spine}</spine>
</package>
"#,
        lang = book.language,
        title = escape(&book.title),
        cover = book.cover,
        description = escape(&book.description),
    )
}

fn nav(book: &Book) -> String {
    let link = |c: &Chapter| {
        format!(
            "<li><a href=\"{}.xhtml\">{}</a></li>\n",
            c.name,
            escape(&c.title)
        )
    };
    let items: String = book.chapters.iter().map(link).collect();
    let body = format!(
        "<nav epub:type=\"toc\" role=\"doc-toc\"><h1>Contents</h1><ol>\n{items}</ol></nav>"
    );
    page(&book.language, "Contents", &body)
}

fn page(language: &str, title: &str, body: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="{language}" xml:lang="{language}">
<head><title>{}</title><link rel="stylesheet" type="text/css" href="style.css"/></head>
<body>{body}</body></html>
"#,
        escape(title)
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
