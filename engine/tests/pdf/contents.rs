//! What the file says outside its pages, in manifest and slices.

use serde_json::Value;

use super::write::{Object, Paper, dictionary, line, numbers};
use super::{links, whole};

fn blank(pages: usize) -> Paper {
    let mut paper = Paper::new();
    for n in 0..pages {
        paper.page(&line(72.0, 700.0, 12.0, &format!("page {n}")));
    }
    paper
}

#[test]
fn the_outline_becomes_the_table_of_contents() {
    let mut paper = blank(3);
    let pages = paper.pages.clone();
    let item = |title: &str, page: usize| {
        dictionary! {
            "Title" => Object::string_literal(title),
            "Dest" => Object::Array(vec![pages[page].into(), "Fit".into()]),
        }
    };
    let child = paper.add(item("Section & more", 2));
    let mut first = item("Chapter <one>", 1);
    first.set("First", child);
    let first = paper.add(first);
    let outline = paper.add(dictionary! { "First" => first });
    paper.catalog.set("Outlines", outline);
    let (_, files) = whole(paper);
    let manifest = files.json("manifest.json");
    assert_eq!(manifest["toc"][0]["title"], "Chapter <one>");
    assert_eq!(manifest["toc"][0]["href"], "slices/1.html");
    assert_eq!(manifest["toc"][0]["children"][0]["href"], "slices/2.html");
    assert_eq!(manifest["toc"][0]["children"][0]["title"], "Section & more");
}

#[test]
fn page_labels_become_the_page_list() {
    let mut paper = blank(3);
    let nums: Vec<Object> = vec![
        0.into(),
        dictionary! { "S" => "r" }.into(),
        2.into(),
        dictionary! { "S" => "D", "P" => Object::string_literal("A-") }.into(),
    ];
    paper
        .catalog
        .set("PageLabels", dictionary! { "Nums" => nums });
    let (_, files) = whole(paper);
    let manifest = files.json("manifest.json");
    let titles: Vec<&Value> = manifest["pageList"]
        .as_array()
        .unwrap()
        .iter()
        .map(|page| &page["title"])
        .collect();
    assert_eq!(titles, ["i", "ii", "A-1"]);
}

#[test]
fn links_lead_to_slices_and_to_the_web_and_nowhere_else() {
    let mut paper = blank(2);
    let rect = |n: f32| numbers(&[72.0, 600.0 - n, 200.0, 612.0 - n]);
    let link = |n: f32, action: lopdf::Dictionary| -> Object {
        dictionary! { "Subtype" => "Link", "Rect" => rect(n), "A" => action }.into()
    };
    let uri =
        |address: &str| dictionary! { "S" => "URI", "URI" => Object::string_literal(address) };
    let goto = dictionary! { "S" => "GoTo", "D" => vec![paper.pages[1].into(), "Fit".into()] };
    let annotations = vec![
        link(0.0, goto),
        link(
            20.0,
            uri("https://example.org/?a=\"><script>alert(1)</script>&b"),
        ),
        link(40.0, uri("javascript:alert(1)")),
        link(
            60.0,
            dictionary! { "S" => "Launch", "F" => Object::string_literal("x.exe") },
        ),
        link(80.0, uri("file:///etc/passwd")),
    ];
    paper.page_with("", dictionary! { "Annots" => annotations });
    let (_, files) = whole(paper);
    let slice = &files.slices()[2];
    let found = links(slice);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("1.html"), "{found:?}");
    assert!(
        found[1].starts_with("https://example.org/?a=%22%3E%3Cscript%3E"),
        "{found:?}"
    );
    assert!(!slice.contains("javascript"));
}

#[test]
fn metadata_is_in_report_and_manifest() {
    let mut paper = blank(2);
    paper.info(dictionary! {
        "Title" => Object::string_literal("A <b>Title</b>"),
        "Author" => Object::string_literal("Ann Author; Bob Writer"),
    });
    paper.catalog.set("Lang", Object::string_literal("de-AT"));
    let (report, files) = whole(paper);
    assert_eq!(report.metadata.authors, ["Ann Author", "Bob Writer"]);
    let metadata = &files.json("manifest.json")["metadata"];
    assert_eq!(metadata["title"], "A <b>Title</b>");
    assert_eq!(metadata["language"], serde_json::json!(["de-AT"]));
    assert_eq!(metadata["numberOfPages"], 2);
    let slice = &files.slices()[0];
    assert!(slice.contains("lang=\"de-AT\""), "{}", &slice[..300]);
    assert!(slice.contains("A &lt;b&gt;Title"), "{}", &slice[..600]);
}

#[test]
fn what_optional_content_hides_by_default_is_hidden() {
    let mut paper = Paper::new();
    let group =
        |name: &str| dictionary! { "Type" => "OCG", "Name" => Object::string_literal(name) };
    let shown = paper.add(group("shown"));
    let hidden = paper.add(group("hidden"));
    let mut content = format!("/OC /On BDC\n{}EMC\n", line(72.0, 700.0, 12.0, "shown"));
    content += &format!("/OC /Off BDC\n{}EMC\n", line(72.0, 650.0, 12.0, "hidden"));
    let mut resources = paper.resources.clone();
    resources.set("Properties", dictionary! { "On" => shown, "Off" => hidden });
    paper.page_with(&content, dictionary! { "Resources" => resources });
    paper.catalog.set(
        "OCProperties",
        dictionary! {
            "OCGs" => vec![shown.into(), hidden.into()],
            "D" => dictionary! { "OFF" => vec![hidden.into()] },
        },
    );
    let (_, files) = whole(paper);
    assert_eq!(super::words(&files, 0), "shown");
}

#[test]
fn forms_show_what_their_fields_look_like() {
    let mut paper = Paper::new();
    let resources = paper.resources.clone();
    let mut appearance = |text: &str| {
        let dict = dictionary! {
            "Type" => "XObject", "Subtype" => "Form", "BBox" => numbers(&[0.0, 0.0, 100.0, 20.0]),
            "Resources" => resources.clone(),
        };
        paper.stream(dict, line(2.0, 5.0, 12.0, text))
    };
    let (value, on, off, hidden) = (
        appearance("value"),
        appearance("ticked"),
        appearance("empty"),
        appearance("hidden"),
    );
    let widget = |y: f32, normal: Object, more: lopdf::Dictionary| -> Object {
        let mut dict = dictionary! {
            "Subtype" => "Widget", "Rect" => numbers(&[72.0, y, 172.0, y + 20.0]),
            "AP" => dictionary! { "N" => normal },
        };
        dict.extend(&more);
        dict.into()
    };
    let states: Object = dictionary! { "Yes" => on, "Off" => off }.into();
    let annotations = vec![
        widget(700.0, value.into(), dictionary! { "FT" => "Tx" }),
        widget(660.0, states, dictionary! { "FT" => "Btn", "AS" => "Yes" }),
        widget(620.0, hidden.into(), dictionary! { "F" => 2 }),
    ];
    paper.page_with("", dictionary! { "Annots" => annotations });
    let (_, files) = whole(paper);
    assert_eq!(super::words(&files, 0), "value ticked");
}
