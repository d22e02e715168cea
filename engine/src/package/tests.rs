use super::metadata::isbn;
use super::*;
use crate::{Direction, Limits};

mod contents;
mod metadata_fields;
mod properties;

fn package(metadata: &str, manifest: &str, spine: &str) -> Package {
    let text = format!(
        "<package unique-identifier='u' xmlns:dc='x' xmlns:opf='y'><metadata>{metadata}</metadata>\
         <manifest>{manifest}</manifest>{spine}</package>"
    );
    Package::parse(&text, "OPS/p.opf", "", &Limits::default()).unwrap()
}

const ONE: (&str, &str) = (
    "<item id='a' href='a.xhtml' media-type='application/xhtml+xml; charset=utf-8'/>",
    "<spine page-progression-direction='rtl'><itemref idref='a' linear='no' properties='page-spread-left rendition:layout-pre-paginated'/></spine>",
);

#[test]
fn metadata_of_version_3_with_refinements() {
    let metadata = package(
        "<dc:identifier>x</dc:identifier><dc:identifier id='u'> urn:isbn:978-3-16-148410-0 </dc:identifier>\
         <dc:title id='s'>Sub</dc:title><dc:title id='t'>Main &amp; more</dc:title>\
         <meta refines='#s' property='title-type'>subtitle</meta><meta refines='#t' property='title-type'>main</meta>\
         <meta refines='#t' property='file-as'>Main, The</meta>\
         <dc:creator id='c'>Ann</dc:creator><dc:creator id='d'>Tom</dc:creator><meta refines='#d' property='role'>trl</meta>\
         <dc:language>de</dc:language><dc:language>en</dc:language>\
         <dc:description>&lt;p&gt;One&lt;/p&gt;&lt;p&gt;two &amp;amp; a &lt; b&lt;/p&gt;</dc:description>\
         <meta property='belongs-to-collection' id='k'>Saga</meta><meta refines='#k' property='collection-type'>series</meta>\
         <meta refines='#k' property='group-position'>2.5</meta><meta property='dcterms:modified'>2020-01-01T00:00:00Z</meta>\
         <meta property='schema:accessMode'>textual</meta><meta property='rendition:flow'>scrolled-doc</meta>",
        ONE.0,
        ONE.1,
    );
    let (book, metadata) = (&metadata, &metadata.metadata);
    assert_eq!(
        (metadata.title.as_str(), metadata.subtitle.as_deref()),
        ("Main & more", Some("Sub"))
    );
    assert_eq!(metadata.sort_title.as_deref(), Some("Main, The"));
    assert_eq!(metadata.authors, ["Ann"]);
    assert_eq!(
        (
            metadata.contributors[0].name.as_str(),
            &metadata.contributors[0].roles[..]
        ),
        ("Tom", &["trl".to_owned()][..])
    );
    assert_eq!(metadata.isbn.as_deref(), Some("9783161484100"));
    assert_eq!(metadata.identifiers[0], "urn:isbn:978-3-16-148410-0");
    assert_eq!(metadata.description.as_deref(), Some("One two & a < b"));
    assert_eq!(
        (metadata.series.as_deref(), metadata.series_index),
        (Some("Saga"), Some(2.5))
    );
    assert_eq!(metadata.languages, ["de", "en"]);
    assert_eq!(metadata.access_modes, ["textual"]);
    assert_eq!(metadata.direction, Direction::Rtl);
    assert_eq!(book.rendition.flow, Some("scrolled-doc"));
    let place = &book.spine[0];
    assert_eq!(
        (place.linear, place.page.page, place.page.rendition.layout),
        (false, Some("left"), Some("pre-paginated"))
    );
    assert_eq!(book.items[0].media_type, "application/xhtml+xml");
}

#[test]
fn metadata_of_version_2() {
    let book = package(
        "<dc:title>T</dc:title><dc:creator opf:role='aut' opf:file-as='B, A'>A B</dc:creator><dc:creator opf:role='ill'>I</dc:creator>\
         <dc:date opf:event='modification'>2001</dc:date><dc:date opf:event='publication'>1999</dc:date>\
         <meta name='calibre:series' content='S'/><meta name='calibre:series_index' content='3'/><meta name='cover' content='i'/>",
        "<item id='a' href='a.xhtml' media-type='application/xhtml+xml'/><item id='i' href='../i%20x.jpg' media-type='image/jpeg'/>\
         <item id='r' href='http://example.org/x' media-type='text/html'/><item id='a' href='b.xhtml' media-type='x'/>",
        "<spine><itemref idref='a'/><itemref idref='a'/><itemref idref='ghost'/></spine>\
         <guide><reference type='cover' href='a.xhtml'/></guide>",
    );
    let metadata = &book.metadata;
    assert_eq!(metadata.authors, ["A B"]);
    assert_eq!(metadata.contributors[0].name, "I");
    assert_eq!(
        (metadata.published.as_deref(), metadata.modified.as_deref()),
        (Some("1999"), Some("2001"))
    );
    assert_eq!(
        (metadata.series.as_deref(), metadata.series_index),
        (Some("S"), Some(3.0))
    );
    assert_eq!(book.items[1].path, "i x.jpg");
    assert_eq!(
        (book.spine.len(), book.dangling.as_slice()),
        (2, &["ghost".to_owned()][..])
    );
    assert_eq!(book.covers, [1, 0]);
    assert_eq!(book.items.len(), 3, "items on other hosts are none");
}

#[test]
fn isbns_are_checked() {
    for good in [
        "9783161484100",
        "urn:isbn:978-3-16-148410-0",
        "ISBN 0-306-40615-2",
        "080442957X",
    ] {
        assert!(isbn(good).is_some(), "{good}");
    }
    for bad in [
        "9783161484101",
        "0306406153",
        "12345",
        "",
        "urn:uuid:9783161484100x",
    ] {
        assert!(isbn(bad).is_none(), "{bad}");
    }
}

#[test]
fn references_are_read_as_a_browser_reads_them() {
    let local = |raw: &str| match Href::parse("OPS/text/a.xhtml", "", raw) {
        Href::Local { path, fragment } => Some((path, fragment)),
        _ => None,
    };
    let path = |text: &str| Some((text.to_owned(), None));
    assert_eq!(local("../b%20c.xhtml"), path("OPS/b c.xhtml"));
    assert_eq!(local("/x?query"), path("x"));
    assert_eq!(local("../../../../x"), path("x"));
    assert_eq!(local("#f"), Some((String::new(), Some("f".into()))));
    for foreign in [
        "//host/x",
        "\\\\host\\x",
        "/\\host",
        "\t/\n/host",
        "javascript:x",
        " java\tscript:x",
        "file:///etc/passwd",
        "blob:x",
    ] {
        assert_eq!(Href::parse("a", "", foreign), Href::Foreign, "{foreign:?}");
    }
    assert_eq!(
        Href::parse("a", "", " HTTPS://x/y "),
        Href::Web("HTTPS://x/y".into())
    );
}

#[test]
fn an_ncx_is_used_without_nav_and_the_guide_gives_landmarks() {
    let ncx = "<ncx><navMap><navPoint><navLabel><text> One\n two </text></navLabel><content src='a.xhtml'/>\
        <navPoint><navLabel><text>Sub</text></navLabel><content src='a.xhtml#s'/></navPoint></navPoint></navMap>\
        <pageList><pageTarget><navLabel><text>5</text></navLabel><content src='a.xhtml#p5'/></pageTarget></pageList></ncx>";
    let guide = vec![("text".to_owned(), "Start".to_owned(), "a.xhtml".to_owned())];
    let contents = read_contents(
        None,
        Some(("toc.ncx", ncx)),
        ("p.opf", &guide),
        "",
        &Limits::default(),
    );
    assert_eq!(
        (
            contents.toc[0].title.as_str(),
            contents.toc[0].children[0].title.as_str()
        ),
        ("One two", "Sub")
    );
    assert_eq!(contents.pages[0].title, "5");
    assert_eq!(contents.landmarks[0].kind.as_deref(), Some("text"));
}

#[test]
fn entities_of_a_dtd_are_never_expanded() {
    let text = "<!DOCTYPE package [<!ENTITY a 'boom'><!ENTITY x SYSTEM 'file:///etc/passwd'>]>\
        <package><metadata><title>&a;&x;ok &eacute;</title></metadata><manifest><item id='a' href='a' media-type='b'/></manifest>\
        <spine><itemref idref='a'/></spine></package>";
    let book = Package::parse(text, "p.opf", "", &Limits::default()).unwrap();
    assert_eq!(book.metadata.title, "ok é");
}

#[test]
fn broken_package_documents_are_read_as_far_as_they_go() {
    let document = Document::parse("<a><b>text</b><c>more");
    assert!(document.damaged);
    assert_eq!(
        document.find("b").map(|at| document.content(at)).as_deref(),
        Some("text")
    );
    let deep = "<x>".repeat(100_000);
    assert!(Document::parse(&deep).damaged);
}

#[test]
fn a_title_whose_declared_direction_is_not_its_first_letters_says_so() {
    let title = |root: &str, own: &str, text: &str| {
        let xml = format!(
            "<package {root}><metadata><dc:title {own}>{text}</dc:title></metadata><manifest>{}</manifest>{}</package>",
            ONE.0, ONE.1
        );
        let package = Package::parse(&xml, "OPS/p.opf", "", &Limits::default()).unwrap();
        package.metadata.title
    };
    let (mixed, from_right) = ("CSS: \u{645}\u{63A}!", "\u{645}\u{63A}: CSS!");
    assert_eq!(title("dir='rtl'", "", mixed), format!("\u{200F}{mixed}"));
    assert_eq!(title("", "dir='rtl'", mixed), format!("\u{200F}{mixed}"));
    assert_eq!(
        title("dir='rtl'", "dir='ltr'", from_right),
        format!("\u{200E}{from_right}")
    );
    assert_eq!(title("dir='rtl'", "dir='auto'", mixed), mixed);
    assert_eq!(title("", "", mixed), mixed);
    assert_eq!(title("dir='rtl'", "", from_right), from_right);
    // Where the direction changes nothing, nothing is added.
    assert_eq!(title("dir='rtl'", "", "Plain"), "Plain");
}
