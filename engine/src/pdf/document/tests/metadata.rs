//! Info dictionary and XMP.

use super::write::{Dictionary, Object, Paper, dictionary, utf16};
use super::{blank, read, read_with};
use crate::{Direction, Limits, Metadata};

fn with_info(info: Dictionary) -> Metadata {
    let mut paper = blank(2);
    paper.info(info);
    read(paper.bytes()).1.metadata
}

fn with_xmp(paper: Paper, description: &str) -> Metadata {
    with_packet(paper, description.into())
}

fn with_packet(mut paper: Paper, description: String) -> Metadata {
    let packet = format!(
        "<?xpacket begin='\u{FEFF}'?><x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF \
         xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>{description}</rdf:RDF></x:xmpmeta>"
    );
    let dict = dictionary! { "Type" => "Metadata", "Subtype" => "XML" };
    let stream = paper.stream(dict, packet);
    paper.catalog.set("Metadata", stream);
    read(paper.bytes()).1.metadata
}

fn text(bytes: &[u8]) -> Object {
    Object::String(bytes.to_vec(), lopdf::StringFormat::Literal)
}

#[test]
fn info_texts_are_read_in_all_three_encodings() {
    let doc_encoding = with_info(dictionary! { "Title" => text(b"\x84 na\xEFve \x93 \xA0 \x1F") });
    assert_eq!(doc_encoding.title, "— naïve ﬁ € ˜");
    let wide = with_info(dictionary! { "Title" => utf16("ἄλφα 𝒳") });
    assert_eq!(wide.title, "ἄλφα 𝒳");
    let marked = with_info(dictionary! { "Title" => text("\u{FEFF}Žluťoučký".as_bytes()) });
    assert_eq!(marked.title, "Žluťoučký");
    let unmarked = with_info(dictionary! { "Title" => text("Žluťoučký".as_bytes()) });
    assert_eq!(unmarked.title, "Žluťoučký");
    let escaped = with_info(dictionary! { "Title" => utf16("\u{1B}deDE\u{1B}Titel") });
    assert_eq!(escaped.title, "Titel");
    let little = with_info(dictionary! { "Title" => text(b"\xFF\xFEA\0b\0") });
    assert_eq!(little.title, "Ab");
}

#[test]
fn info_gives_authors_subjects_and_dates() {
    let metadata = with_info(dictionary! {
        "Author" => text(b"Donald Knuth, Duane Bibby and Jill Knuth"),
        "Subject" => text(b"About\n  TeX"),
        "Keywords" => text(b"TeX, typography; type, TeX"),
        "CreationDate" => text(b"D:20240102030405+01'30'"),
        "ModDate" => text(b"D:2025"),
    });
    assert_eq!(
        metadata.authors,
        ["Donald Knuth", "Duane Bibby", "Jill Knuth"]
    );
    assert_eq!(metadata.description.as_deref(), Some("About TeX"));
    assert_eq!(metadata.subjects, ["TeX", "typography", "type"]);
    assert_eq!(
        metadata.published.as_deref(),
        Some("2024-01-02T03:04:05+01:30")
    );
    assert_eq!(metadata.modified.as_deref(), Some("2025-01-01T00:00:00Z"));
    assert_eq!(metadata.pages, Some(2));
    assert!(metadata.fixed_layout);
}

#[test]
fn one_author_with_a_comma_stays_one() {
    for (given, expected) in [
        ("Carroll, Lewis", vec!["Carroll, Lewis"]),
        ("Knuth, Donald E.", vec!["Knuth, Donald E."]),
        ("Brandon & Daughters", vec!["Brandon & Daughters"]),
        ("A. Bee; C. Dee", vec!["A. Bee", "C. Dee"]),
        ("Ursula Alexander", vec!["Ursula Alexander"]),
        (" ", vec![]),
    ] {
        let metadata = with_info(dictionary! { "Author" => text(given.as_bytes()) });
        assert_eq!(metadata.authors, expected);
    }
}

#[test]
fn xmp_is_read_from_elements_and_attributes() {
    let metadata = with_xmp(
        blank(1),
        "<rdf:Description xmp:ModifyDate='2021-05-06' prism:isbn='978-3-16-148410-0' pdf:Keywords='a; b'>\
         <dc:title><rdf:Alt><rdf:li xml:lang='de'>Titel</rdf:li><rdf:li xml:lang='x-default'>The &amp; Title</rdf:li></rdf:Alt></dc:title>\
         <dc:creator><rdf:Seq><rdf:li>Ann, Of</rdf:li><rdf:li>Bob</rdf:li></rdf:Seq></dc:creator>\
         <dc:description><rdf:Alt><rdf:li>What it is</rdf:li></rdf:Alt></dc:description>\
         <dc:language><rdf:Bag><rdf:li>en_GB</rdf:li><rdf:li>not a tag!</rdf:li></rdf:Bag></dc:language>\
         <dc:publisher><rdf:Bag><rdf:li>House</rdf:li></rdf:Bag></dc:publisher>\
         <dc:identifier>doi:10.1000/182</dc:identifier></rdf:Description>",
    );
    assert_eq!(metadata.title, "The & Title");
    assert_eq!(metadata.authors, ["Ann, Of", "Bob"]);
    assert_eq!(metadata.description.as_deref(), Some("What it is"));
    assert_eq!(metadata.languages, ["en-GB"]);
    assert_eq!(metadata.publisher.as_deref(), Some("House"));
    assert_eq!(metadata.isbn.as_deref(), Some("9783161484100"));
    assert_eq!(
        metadata.identifiers,
        ["978-3-16-148410-0", "doi:10.1000/182"]
    );
    assert_eq!(
        metadata.named_identifiers[0].uri.as_deref(),
        Some("urn:isbn:9783161484100")
    );
    assert_eq!(
        metadata.named_identifiers[1].uri.as_deref(),
        Some("https://doi.org/10.1000/182")
    );
    assert_eq!(metadata.modified.as_deref(), Some("2021-05-06"));
    assert_eq!(metadata.subjects, ["a", "b"]);
}

#[test]
fn info_wins_for_texts_and_xmp_for_lists() {
    let mut paper = blank(1);
    paper.info(dictionary! { "Title" => text(b"Info"), "Author" => text(b"A B, C D") });
    let metadata = with_xmp(
        paper,
        "<rdf:Description><dc:title>XMP</dc:title><dc:creator><rdf:Seq><rdf:li>A B</rdf:li>\
         <rdf:li>C D</rdf:li><rdf:li>E F</rdf:li></rdf:Seq></dc:creator></rdf:Description>",
    );
    assert_eq!(metadata.title, "Info");
    assert_eq!(metadata.authors, ["A B", "C D", "E F"]);
}

#[test]
fn placeholders_are_no_titles() {
    let mut paper = blank(1);
    paper.info(dictionary! { "Title" => text(b"Untitled") });
    let metadata = with_xmp(
        paper,
        "<rdf:Description><dc:title>Real</dc:title></rdf:Description>",
    );
    assert_eq!(metadata.title, "Real");
    for title in [" (untitled) ", "book.dvi", "Microsoft Word - Thesis.doc"] {
        let metadata = with_info(dictionary! { "Title" => text(title.as_bytes()) });
        assert_eq!(metadata.title, "");
    }
    let dotted = with_info(dictionary! { "Title" => text(b"Node.js") });
    assert_eq!(dotted.title, "Node.js");
}

#[test]
fn broken_and_monstrous_xmp_costs_itself() {
    let broken = with_packet(blank(1), "<rdf:Description><dc:title>Half".into());
    assert_eq!(broken.title, "Half");
    let mut paper = blank(1);
    let bomb = super::write::deflated_zeros(64 << 20);
    let dict = dictionary! { "Type" => "Metadata", "Filter" => "FlateDecode" };
    let bomb = paper.stream(dict, bomb);
    paper.catalog.set("Metadata", bomb);
    paper.info(dictionary! { "Title" => text(b"Kept") });
    assert_eq!(read(paper.bytes()).1.metadata.title, "Kept");
}

#[test]
fn the_catalogue_gives_language_direction_and_tags() {
    let mut paper = blank(1);
    paper.catalog.set("Lang", text(b"ar-EG"));
    paper
        .catalog
        .set("ViewerPreferences", dictionary! { "Direction" => "R2L" });
    paper
        .catalog
        .set("MarkInfo", dictionary! { "Marked" => true });
    let (_, document) = read(paper.bytes());
    assert!(document.tagged);
    assert_eq!(document.metadata.language.as_deref(), Some("ar-EG"));
    assert_eq!(document.metadata.direction, Direction::Rtl);
    assert_eq!(document.metadata.accessibility_features, ["taggedPDF"]);
    assert!(!read(blank(1).bytes()).1.tagged);
}

#[test]
fn metadata_has_its_limits() {
    let mut paper = blank(1);
    let keywords: Vec<String> = (0..50).map(|n| n.to_string()).collect();
    paper.info(dictionary! { "Title" => text(&[b'x'; 99]), "Keywords" => text(keywords.join(",").as_bytes()) });
    let limits = Limits {
        metadata_chars: 40,
        metadata_values: 5,
        ..Limits::default()
    };
    let (_, document) = read_with(paper.bytes(), &limits, &mut Vec::new());
    assert_eq!(document.metadata.title.len(), 40);
    assert_eq!(document.metadata.subjects.len(), 5);
}
