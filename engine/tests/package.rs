//! What the container and the package say, and what the manifest makes of it.

#![expect(clippy::unwrap_used, reason = "in a test an unwrap is the assertion")]

mod support;

use bindery_engine::{Limits, Options};
use serde_json::{Value, json};
use support::{Epub, Memory, PNG, archive, chapter, rendered, rendered_with};

const CONTAINER: &str = "META-INF/container.xml";

fn file(name: &str, bytes: impl AsRef<[u8]>) -> (String, Vec<u8>) {
    (name.to_owned(), bytes.as_ref().to_vec())
}

/// A package around these items and this spine, one level below the root.
fn package(metadata: &str, items: &str, spine: &str) -> String {
    format!(
        "<package version='3.0' unique-identifier='u'><metadata><dc:identifier id='u'>x</dc:identifier>{metadata}</metadata>\
         <manifest>{items}</manifest><spine>{spine}</spine></package>"
    )
}

fn one_chapter() -> String {
    package(
        "<dc:title>T</dc:title>",
        "<item id='a' href='a.xhtml' media-type='application/xhtml+xml'/>",
        "<itemref idref='a'/>",
    )
}

fn container(paths: &[&str]) -> String {
    let files: String = paths
        .iter()
        .map(|path| {
            format!("<rootfile full-path='{path}' media-type='application/oebps-package+xml'/>")
        })
        .collect();
    format!("<container><rootfiles>{files}</rootfiles></container>")
}

fn codes(report: &bindery_engine::Report) -> Vec<&str> {
    report.warnings.iter().map(|w| w.code.as_str()).collect()
}

fn refusal(book: &[u8]) -> (String, String) {
    let error = rendered_with(book, &Options::default())
        .map(|_| ())
        .unwrap_err();
    (error.code().to_owned(), error.to_string())
}

#[test]
fn of_several_renditions_the_first_readable_one_is_shown_and_the_others_are_named() {
    let files = [
        file(
            CONTAINER,
            container(&["gone.opf", "broken.opf", "a/p.opf", "b/p.opf"]),
        ),
        file("broken.opf", "<package><metadata/></package>"),
        file("a/p.opf", one_chapter()),
        file("a/a.xhtml", chapter("<p>first</p>")),
        file("b/p.opf", one_chapter()),
        file("b/a.xhtml", chapter("<p>second</p>")),
    ];
    let (report, out) = rendered(&archive(&files));
    assert!(out.text("slices/0.html").contains("first"));
    let others: Vec<Option<&str>> = report
        .warnings
        .iter()
        .filter(|warning| warning.code == "other_rendition")
        .map(|warning| warning.item.as_deref())
        .collect();
    assert_eq!(others, [Some("broken.opf"), Some("b/p.opf")]);
}

#[test]
fn a_container_that_names_nothing_useful_does_not_hide_the_package() {
    for text in ["", "<container/>", "not xml <", &container(&["gone.opf"])] {
        let files = [
            file(CONTAINER, text),
            file("x/y/p.opf", one_chapter()),
            file("x/y/a.xhtml", chapter("<p>found</p>")),
            file("__MACOSX/._p.opf", "junk"),
        ];
        let (report, out) = rendered(&archive(&files));
        assert!(out.text("slices/0.html").contains("found"), "{text}");
        assert_eq!(codes(&report), ["container_missing"], "{text}");
    }
    let files = [
        file(CONTAINER, container(&["broken.opf"])),
        file("broken.opf", "<package/>"),
        file("good.opf", one_chapter()),
        file("a.xhtml", chapter("<p>found</p>")),
    ];
    assert!(
        rendered(&archive(&files))
            .1
            .text("slices/0.html")
            .contains("found")
    );
}

#[test]
fn paths_outside_the_root_are_clamped_to_it() {
    let opf = package(
        "",
        "<item id='a' href='../../../up%20one.xhtml' media-type='application/xhtml+xml'/>",
        "<itemref idref='a'/>",
    );
    let files = [
        file(CONTAINER, container(&["../../OPS\\p.opf"])),
        file("OPS/p.opf", opf),
        file("up one.xhtml", chapter("<p>clamped</p>")),
    ];
    assert!(
        rendered(&archive(&files))
            .1
            .text("slices/0.html")
            .contains("clamped")
    );
}

#[test]
fn a_book_without_its_directory_or_behind_rubbish_opens_with_a_warning() {
    let book = Epub::new().chapter("a.xhtml", "<p>whole</p>").build();
    let directory = book
        .windows(4)
        .position(|four| four == b"PK\x01\x02")
        .unwrap();
    let (report, out) = rendered(&book[..directory]);
    assert_eq!(codes(&report), ["archive_recovered"]);
    assert!(out.text("slices/0.html").contains("whole"));
    let mut behind = b"#!/bin/sh\necho not a book\n".to_vec();
    behind.extend(&book);
    behind.extend(b"\0\0\0rubbish");
    let (report, out) = rendered(&behind);
    assert_eq!(codes(&report), Vec::<&str>::new());
    assert!(out.text("slices/0.html").contains("whole"));
}

#[test]
fn archives_of_other_things_are_refused_by_name() {
    for (files, code, words) in [
        (
            vec![file("a.html", "<p>"), file("b.png", PNG)],
            "unsupported_format",
            "web pages",
        ),
        (
            vec![file("1.jpg", "x"), file("2.jpg", "x")],
            "unsupported_format",
            "CBZ",
        ),
        (
            vec![file("word/document.xml", "<x/>")],
            "unsupported_format",
            "Word",
        ),
        (
            vec![file("content.xml", ""), file("META-INF/manifest.xml", "")],
            "unsupported_format",
            "OpenDocument",
        ),
        (
            vec![file("a.bin", "")],
            "unsupported_format",
            "something else",
        ),
        (
            vec![
                file("mimetype", "application/epub+zip\n"),
                file("a.html", ""),
            ],
            "missing_package",
            "container.xml",
        ),
        (
            vec![file(CONTAINER, container(&["p.opf"]))],
            "missing_package",
            "container.xml",
        ),
        (
            vec![
                file(CONTAINER, container(&["p.opf"])),
                file("p.opf", "<package/>"),
            ],
            "missing_package",
            "no spine",
        ),
        (
            vec![file("p.opf", package("", "", "<itemref idref='x'/>"))],
            "empty_spine",
            "no readable chapter",
        ),
    ] {
        let (found, message) = refusal(&archive(&files));
        assert_eq!(found, code, "{message}");
        assert!(message.contains(words), "{message}");
    }
}

#[test]
fn without_a_usable_spine_the_chapters_come_as_they_are_listed() {
    let items = "<item id='n' href='nav.xhtml' properties='nav' media-type='application/xhtml+xml'/><item id='b' href='b.xhtml' media-type='application/xhtml+xml'/>\
        <item id='a' href='a.xhtml' media-type='application/xhtml+xml'/><item id='p' href='p.png' media-type='image/png'/>";
    for opf in [
        package("", items, ""),
        package("", items, "<itemref idref='ghost'/>"),
        package("", items, "").replace("<spine></spine>", ""),
    ] {
        let (report, out) = rendered(&archive(&[
            file(CONTAINER, container(&["p.opf"])),
            file("p.opf", &opf),
            file("nav.xhtml", chapter("<nav/>")),
            file("a.xhtml", chapter("<p>second</p>")),
            file("b.xhtml", chapter("<p>first</p>")),
            file("p.png", PNG),
        ]));
        assert_eq!(report.slices, 2, "{opf}");
        assert!(out.text("slices/0.html").contains("first"));
        assert!(codes(&report).contains(&"spine_missing"), "{opf}");
    }
}

#[test]
fn links_by_cfi_lead_to_their_chapter() {
    let nav = "<nav epub:type='toc'><ol><li><a href='package.opf#epubcfi(/6/4[b]!/4/2/1:1)'>B</a></li></ol></nav>";
    let book = Epub::new()
        .item("nav.xhtml", "application/xhtml+xml", "nav", nav)
        .chapter("a.xhtml", "<p><a href='package.opf#epubcfi(/6/4!/4/2)'>on</a> <a href='package.opf#epubcfi(/6/44!/4)'>off</a></p>")
        .chapter("b.xhtml", "<p>b</p>")
        .build();
    let (_, files) = rendered(&book);
    assert_eq!(
        files.json("manifest.json")["toc"][0]["href"],
        "slices/1.html"
    );
    let slice = files.text("slices/0.html");
    assert_eq!(slice.matches("href=\"1.html\"").count(), 1, "{slice}");
}

#[test]
fn a_missing_or_wrong_mimetype_is_no_reason_to_refuse() {
    for mimetype in [None, Some("application/zip"), Some("")] {
        let mut files = vec![
            file(CONTAINER, container(&["p.opf"])),
            file("p.opf", one_chapter()),
            file("a.xhtml", chapter("<p>t</p>")),
        ];
        files.extend(mimetype.map(|text| file("mimetype", text)));
        assert_eq!(codes(&rendered(&archive(&files)).0), Vec::<&str>::new());
    }
}

/// `META-INF/encryption.xml` with (algorithm, path) each.
fn encryption(entries: &[(&str, &str)]) -> String {
    let data: String = entries
        .iter()
        .map(|(algorithm, path)| {
            format!(
                "<enc:EncryptedData><enc:EncryptionMethod Algorithm='{algorithm}'/><enc:CipherData>\
                 <enc:CipherReference URI='{path}'/></enc:CipherData></enc:EncryptedData>"
            )
        })
        .collect();
    format!("<encryption xmlns:enc='http://www.w3.org/2001/04/xmlenc#'>{data}</encryption>")
}

const AES: &str = "http://www.w3.org/2001/04/xmlenc#aes256-cbc";

#[test]
fn protection_is_refused_by_its_name_when_it_covers_a_chapter() {
    for (licence, text, name) in [
        ("META-INF/license.lcpl", "{}", "Readium LCP"),
        (
            "META-INF/rights.xml",
            "<adept:rights xmlns:adept='http://ns.adobe.com/adept'/>",
            "Adobe ADEPT",
        ),
        ("META-INF/rights.xml", "<kdrm/>", "Kobo"),
        ("META-INF/sinf.xml", "<x/>", "Apple FairPlay"),
        ("META-INF/other.xml", "<x/>", "unknown encryption"),
    ] {
        let book = |algorithm: &str, path: &str| {
            Epub::new()
                .chapter("a.xhtml", "<p>t</p>")
                .item("f.otf", "font/otf", "", b"locked")
                .file(licence, text)
                .file("META-INF/encryption.xml", encryption(&[(algorithm, path)]))
                .build()
        };
        let (code, message) = refusal(&book(AES, "OPS/a.xhtml"));
        assert_eq!(code, "drm_protected");
        assert!(message.contains(name), "{message}");
        // A locked font costs the font, a licence alone nothing.
        let (report, files) = rendered(&book(AES, "OPS/f.otf"));
        assert_eq!(codes(&report), ["resource_lost"]);
        assert!(!files.files.lock().unwrap().contains_key("resources/1.otf"));
        let (report, _) = rendered(&book(AES, "OPS/none"));
        assert_eq!(codes(&report), Vec::<&str>::new());
    }
}

#[test]
fn encryption_that_cannot_be_read_hides_the_book() {
    let mut book = Epub::new()
        .chapter("a.xhtml", "<p>t</p>")
        .file(
            "META-INF/encryption.xml",
            encryption(&[(AES, "OPS/a.xhtml")]),
        )
        .build();
    let at = book
        .windows(23)
        .position(|name| name == b"META-INF/encryption.xml")
        .unwrap();
    book[at + 30] ^= 0x55;
    assert_eq!(refusal(&book).0, "drm_protected");
}

#[test]
fn masked_fonts_are_put_clear() {
    let uuid = [
        0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30,
        0xc8u8,
    ];
    let clear: Vec<u8> = b"OTTO"
        .iter()
        .copied()
        .chain((0..3000).map(|n| n as u8))
        .collect();
    let mut masked = clear.clone();
    for (i, byte) in masked.iter_mut().take(1024).enumerate() {
        *byte ^= uuid[i % 16];
    }
    let book = Epub::new()
        .chapter("a.xhtml", "<p>t</p>")
        .item("fonts/F one.otf", "font/otf", "", &masked)
        .file(
            "META-INF/encryption.xml",
            encryption(&[("http://ns.adobe.com/pdf/enc#RC", "OPS/FONTS/F%20one.otf")]),
        )
        .build();
    let (_, files) = rendered(&book);
    assert_eq!(files.files.lock().unwrap()["resources/1.otf"], clear);
}

#[test]
fn foreign_items_of_the_spine_use_their_fallbacks_or_say_so() {
    let opf = package(
        "",
        "<item id='j' href='d.json' media-type='application/json' fallback='x'/><item id='x' href='d.xml' media-type='application/x-odd' fallback='h'/>\
         <item id='h' href='h.xhtml' media-type='application/xhtml+xml'/><item id='k' href='k.bin' media-type='application/x-odd'/>\
         <item id='p' href='p.tiff' media-type='image/tiff' fallback='i'/><item id='i' href='i.png' media-type='image/png'/>\
         <item id='s' href='s.svg' media-type='image/svg+xml'/><item id='m' href='m.xhtml' media-type='application/xhtml-misspelt'/>\
         <item id='l' href='gone.xhtml' media-type='application/xhtml+xml' fallback='h'/>",
        "<itemref idref='j'/><itemref idref='k'/><itemref idref='p'/><itemref idref='s'/><itemref idref='m'/><itemref idref='l'/>",
    );
    let files = [
        file(CONTAINER, container(&["p.opf"])),
        file("p.opf", opf),
        file("d.json", "{}"),
        file("d.xml", "<x/>"),
        file("h.xhtml", chapter("<p>stand-in</p>")),
        file("k.bin", "\0"),
        file("p.tiff", "II"),
        file("i.png", PNG),
        file(
            "s.svg",
            "<svg xmlns='http://www.w3.org/2000/svg'><title>S</title><rect width='1'/></svg>",
        ),
        file("m.xhtml", chapter("<p>misspelt</p>")),
    ];
    let (report, out) = rendered(&archive(&files));
    let slice = |n: u32| out.text(&format!("slices/{n}.html"));
    assert!(slice(0).contains("stand-in"));
    assert!(slice(1).contains("data-notice=\"missing\""));
    assert!(slice(2).contains("<img src=\"../resources/5.png\""));
    assert!(slice(3).contains("<rect"));
    assert!(slice(4).contains("misspelt"));
    assert!(
        slice(5).contains("stand-in"),
        "a file that is missing has a fallback too"
    );
    assert_eq!(codes(&report), ["spine_unknown"]);
}

#[test]
fn fixed_layout_of_apples_and_kobos_display_options_is_followed() {
    for vendor in ["apple.ibooks", "kobobooks"] {
        let book = Epub::new()
            .chapter("a.xhtml", "<p>t</p>")
            .file(
                &format!("META-INF/com.{vendor}.display-options.xml"),
                "<display_options><platform name='*'><option name='fixed-layout'>true</option></platform></display_options>",
            )
            .build();
        let (report, files) = rendered(&book);
        assert!(report.metadata.fixed_layout, "{vendor}");
        assert_eq!(files.json("manifest.json")["metadata"]["layout"], "fixed");
    }
}

fn manifest(metadata: &str) -> Value {
    let mut book = Epub::new()
        .item("record.xml", "application/xml", "", "<x/>")
        .chapter("a.xhtml", "<p>t</p>");
    book.metadata.push_str(metadata);
    rendered(&book.build()).1.json("manifest.json")
}

#[test]
fn metadata_stands_in_the_manifest_in_readiums_words() {
    let found = manifest(
        "<dc:creator id='c'>夏目漱石</dc:creator><meta refines='#c' property='alternate-script' xml:lang='en'>Natsume</meta>\
         <meta refines='#c' property='file-as'>Natsume</meta><dc:creator>Plain</dc:creator>\
         <dc:contributor id='t'>Tom</dc:contributor><meta refines='#t' property='role'>trl</meta><meta refines='#t' property='role'>edt</meta>\
         <dc:contributor id='x'>Xaver</dc:contributor><meta refines='#x' property='role'>bkp</meta><dc:contributor>Nobody</dc:contributor>\
         <dc:contributor opf:role='ill'>Ill</dc:contributor><dc:contributor opf:role='nrt'>Voice</dc:contributor><dc:publisher>House</dc:publisher>\
         <dc:identifier>978-3-16-148410-0</dc:identifier><dc:identifier opf:scheme='ASIN'>B0</dc:identifier>\
         <meta property='belongs-to-collection' id='s'>Saga</meta><meta refines='#s' property='collection-type'>series</meta>\
         <meta refines='#s' property='group-position'>3</meta><meta property='belongs-to-collection'>Shelf</meta>\
         <dc:title id='st'>Sub</dc:title><meta refines='#st' property='title-type'>subtitle</meta>\
         <meta property='schema:accessModeSufficient'>textual, visual</meta><meta property='schema:accessModeSufficient'>textual</meta>\
         <meta property='a11y:certifiedBy'>C</meta><meta property='schema:numberOfPages'>12</meta>\
         <meta property='rendition:layout'>pre-paginated</meta><meta property='rendition:flow'>scrolled-continuous</meta>\
         <link rel='record' href='https://example.org/r.xml' media-type='application/marc' properties='xmp'/>\
         <link rel='acquire' href='javascript:alert(1)'/>",
    );
    let metadata = &found["metadata"];
    // The book's language is English, so that of the name itself is unknown.
    assert_eq!(
        metadata["author"],
        json!([{ "name": { "en": "Natsume", "und": "夏目漱石" }, "sortAs": "Natsume" }, "Plain"])
    );
    assert_eq!(
        (&metadata["translator"], &metadata["editor"]),
        (&json!(["Tom"]), &json!(["Tom"]))
    );
    assert_eq!(
        (&metadata["illustrator"], &metadata["narrator"]),
        (&json!(["Ill"]), &json!(["Voice"]))
    );
    assert_eq!(
        metadata["contributor"],
        json!([{ "name": "Xaver", "role": ["bkp"] }, "Nobody"])
    );
    assert_eq!(metadata["publisher"], json!(["House"]));
    assert_eq!(
        metadata["identifier"],
        "urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8"
    );
    assert_eq!(
        metadata["altIdentifier"],
        json!(["urn:isbn:9783161484100", { "scheme": "ASIN", "value": "B0" }])
    );
    assert_eq!(
        metadata["belongsTo"],
        json!({ "series": [{ "name": "Saga", "position": 3.0 }], "collection": [{ "name": "Shelf" }] })
    );
    assert_eq!(
        (&metadata["title"], &metadata["subtitle"]),
        (&json!("A Book"), &json!("Sub"))
    );
    assert_eq!(
        metadata["accessibility"],
        json!({ "accessModeSufficient": [["textual", "visual"], "textual"], "certification": { "certifiedBy": "C" } })
    );
    assert_eq!(metadata["numberOfPages"], 12);
    assert_eq!(
        metadata["presentation"],
        json!({ "layout": "fixed", "overflow": "scrolled", "continuous": true, "flow": "scrolled-continuous" })
    );
    assert_eq!(
        found["links"][2],
        json!({ "href": "https://example.org/r.xml", "rel": ["record"], "type": "application/marc", "properties": { "contains": ["xmp"] } })
    );
    assert_eq!(
        found["links"].as_array().unwrap().len(),
        3,
        "no script is a record"
    );
}

#[test]
fn a_title_with_other_scripts_is_a_map_of_languages() {
    let found = manifest(
        "<dc:title id='t' xml:lang='ja'>猫</dc:title><meta refines='#t' property='title-type'>main</meta>\
         <meta refines='#t' property='alternate-script' xml:lang='ja-Latn'>Neko</meta>",
    );
    assert_eq!(
        found["metadata"]["title"],
        json!({ "ja": "猫", "ja-Latn": "Neko" })
    );
}

#[test]
fn lists_pages_and_layout_of_single_pages_are_in_the_manifest() {
    let nav = "<nav epub:type='toc'><ol><li><a href='a.xhtml'>A</a></li></ol></nav>\
        <nav epub:type='page-list'><ol><li><a href='a.xhtml#p'>i</a></li><li><a href='a.xhtml'>ii</a></li></ol></nav>\
        <nav epub:type='lot'><ol><li><a href='a.xhtml#p'>Table 1</a></li></ol></nav>";
    let ncx = "<ncx><navMap><navPoint><navLabel><text>Other</text></navLabel><content src='a.xhtml'/></navPoint></navMap></ncx>";
    let book = Epub::new()
        .item("nav.xhtml", "application/xhtml+xml", "nav", nav)
        .item("t.ncx", "application/x-dtbncx+xml", "", ncx)
        .chapter("a.xhtml", "<p id='p'>t</p>")
        .item("b.xhtml", "application/xhtml+xml", "", chapter("<p>b</p>"))
        .place("b.xhtml", "properties='rendition:layout-pre-paginated rendition:flow-scrolled-doc page-spread-left rendition:align-x-center'")
        .place("nav.xhtml", "linear='no'")
        .build();
    let (_, files) = rendered(&book);
    let found = files.json("manifest.json");
    assert_eq!(found["metadata"]["numberOfPages"], 2);
    assert_eq!(found["page-list"], found["pageList"]);
    assert_eq!(found["pageList"][1]["title"], "ii");
    assert_eq!(
        found["lot"],
        json!([{ "href": "slices/0.html#p", "title": "Table 1" }])
    );
    assert_eq!(
        found["ncx"],
        json!([{ "href": "slices/0.html", "title": "Other" }])
    );
    let page = &found["readingOrder"][1]["properties"];
    for (name, value) in [
        ("layout", "fixed"),
        ("overflow", "scrolled"),
        ("page", "left"),
        ("alignX", "center"),
    ] {
        assert_eq!(page[name], value, "{name}");
    }
    assert!(
        files.text("slices/2.html").contains("href=\"0.html\""),
        "a nav in the spine is a chapter"
    );
}

const SMIL: &str = "<smil xmlns='http://www.w3.org/ns/SMIL' xmlns:epub='http://www.idpf.org/2007/ops' version='3.0'><body epub:type='chapter bodymatter'>\
    <par><text src='long.xhtml#p0'/><audio src='a.mp3' clipBegin='0:00:01.5' clipEnd='2500ms'/></par>\
    <seq epub:type='table' epub:textref='long.xhtml#p1'><seq><par epub:type='table-cell'><text src='long.xhtml#p2'/><audio src='a.mp3' clipBegin='3s'/></par></seq>\
    <par><text src='long.xhtml#p400'/></par></seq><seq epub:type='empty'/>\
    <par><text src='gone.xhtml#x'/><audio src='a.mp3'/></par><par><text src='long.xhtml#p1'/><audio src='http://example.org/x.mp3'/></par>\
    <par><text src='long.xhtml#p1'/><audio src='b.mp3' clipBegin='5s' clipEnd='4s'/></par></body></smil>";

fn narrated() -> Vec<u8> {
    let paragraphs: String = (0..500)
        .map(|n| format!("<p id='p{n}'>Paragraph {n} of a chapter that is cut in several.</p>"))
        .collect();
    let opf = package(
        "<meta property='media:duration'>0:01:00</meta><meta property='media:duration' refines='#s'>30s</meta>\
         <meta property='media:active-class'>on</meta><meta property='media:playback-active-class'>playing</meta><meta property='media:narrator'>Voice</meta>",
        "<item id='l' href='long.xhtml' media-type='application/xhtml+xml' media-overlay='s'/><item id='s' href='long.smil' media-type='application/smil+xml'/>\
         <item id='a' href='a.mp3' media-type='audio/mpeg'/><item id='b' href='b.mp3' media-type='audio/mpeg'/>",
        "<itemref idref='l'/>",
    );
    archive(&[
        file(CONTAINER, container(&["p.opf"])),
        file("p.opf", opf),
        file("long.xhtml", chapter(&paragraphs)),
        file("long.smil", SMIL),
        file("a.mp3", "ID3"),
        file("b.mp3", "ID3"),
    ])
}

fn cut_small(change: impl FnOnce(&mut Limits)) -> (bindery_engine::Report, Memory) {
    let mut options = Options {
        slice_soft: 4 << 10,
        ..Options::default()
    };
    change(&mut options.limits);
    rendered_with(&narrated(), &options).unwrap()
}

#[test]
fn media_overlays_are_timelines_that_lead_into_the_right_slices() {
    let (report, files) = cut_small(|_| {});
    assert!(report.slices > 4);
    let timeline = files.json("resources/1.json");
    assert_eq!(
        (&timeline["role"], &timeline["roles"], &timeline["duration"]),
        (
            &json!("chapter"),
            &json!(["chapter", "bodymatter"]),
            &json!(30.0)
        )
    );
    assert_eq!(
        (&timeline["textRef"], &timeline["audioRef"]),
        (&json!("../slices/0.html"), &json!("2.mp3"))
    );
    let far = (0..report.slices)
        .find(|n| {
            files
                .text(&format!("slices/{n}.html"))
                .contains(" id=\"p400\"")
        })
        .unwrap();
    assert!(far > 2);
    assert_eq!(
        timeline["narration"],
        json!([
            { "text": "../slices/0.html#p0", "audio": "2.mp3#t=1.5,2.5" },
            { "role": "table", "text": "../slices/0.html#p1", "narration": [
                { "narration": [{ "role": "table-cell", "text": "../slices/0.html#p2", "audio": "2.mp3#t=3" }] },
                { "text": format!("../slices/{far}.html#p400") },
            ] },
            { "text": "../slices/0.html#p1" },
            { "text": "../slices/0.html#p1", "audio": "3.mp3#t=5" },
        ])
    );
    let manifest = files.json("manifest.json");
    for link in manifest["readingOrder"].as_array().unwrap() {
        assert_eq!(
            link["alternate"],
            json!([{ "href": "resources/1.json", "type": "application/vnd.syncnarr+json", "duration": 30.0 }])
        );
    }
    let metadata = &manifest["metadata"];
    assert_eq!(
        metadata["mediaOverlay"],
        json!({ "activeClass": "on", "playbackActiveClass": "playing" })
    );
    assert_eq!(
        (&metadata["duration"], &metadata["narrator"]),
        (&json!(60.0), &json!(["Voice"]))
    );
}

#[test]
fn pairs_and_nesting_of_overlays_are_capped() {
    let count = |files: &Memory| files.text("resources/1.json").matches("\"text\"").count();
    let (_, all) = cut_small(|_| {});
    let (_, few) = cut_small(|limits| limits.overlay_pairs = 1);
    assert_eq!((count(&all), count(&few)), (6, 1));
    let (_, flat) = cut_small(|limits| limits.overlay_depth = 1);
    let flat = flat.json("resources/1.json");
    assert_eq!(
        flat["narration"][1]["narration"][0]["role"], "table-cell",
        "the inner sequence is lifted"
    );
}

#[test]
fn a_chapter_listed_by_its_sections_is_shown_once() {
    let place = |href: &str| format!("<itemref idref=\"{href}\"/>");
    let item = |href: &str| {
        format!("<item id=\"{href}\" href=\"{href}\" media-type=\"application/xhtml+xml\"/>")
    };
    let hrefs = [
        "a.xhtml",
        "a.xhtml#s1",
        "a.xhtml#s2",
        "b.xhtml",
        "a.xhtml",
        "a.xhtml",
    ];
    let listed = ["a.xhtml", "a.xhtml#s1", "a.xhtml#s2", "b.xhtml"];
    let opf = format!(
        "<package xmlns=\"http://www.idpf.org/2007/opf\" version=\"3.0\"><metadata/><manifest>{}</manifest><spine>{}</spine></package>",
        listed.map(item).concat(),
        hrefs.map(place).concat(),
    );
    let container = "<container xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\"><rootfiles><rootfile full-path=\"p.opf\"/></rootfiles></container>";
    let book = archive(&[
        ("META-INF/container.xml".into(), container.into()),
        ("p.opf".into(), opf.into_bytes()),
        (
            "a.xhtml".into(),
            chapter("<p id=\"s1\">one</p>").into_bytes(),
        ),
        ("b.xhtml".into(), chapter("<p>two</p>").into_bytes()),
    ]);
    let (report, files) = rendered(&book);
    assert_eq!(files.slices().len(), 4, "a repeated whole file stays");
    assert!(report.warnings.iter().any(|w| w.code == "spine_parts"));
}
