//! Link annotations.

use super::super::{Area, Place, Target};
use super::write::{Dictionary, Object, Paper, dictionary, numbers};
use super::{read, read_with};
use crate::Limits;

fn uri(address: &str) -> Dictionary {
    link(dictionary! { "S" => "URI", "URI" => Object::string_literal(address) })
}

fn link(action: Dictionary) -> Dictionary {
    dictionary! {
        "Type" => "Annot", "Subtype" => "Link", "Rect" => numbers(&[100.0, 700.0, 200.0, 720.0]),
        "A" => action,
    }
}

fn paper(annotations: Vec<Dictionary>) -> Paper {
    let mut paper = Paper::new();
    let list: Vec<Object> = annotations.into_iter().map(Object::Dictionary).collect();
    paper.page_with("", dictionary! { "Annots" => list });
    paper
}

/// Where the links of the first page lead.
fn targets(paper: Paper) -> Vec<Target> {
    let (pdf, document) = read(paper.bytes());
    let links = document.links(&pdf, 0).into_iter();
    links.map(|link| link.target).collect()
}

#[test]
fn only_addresses_that_lead_somewhere_are_kept() {
    let kept = [
        ("http://example.org", "http://example.org"),
        ("HTTPS://example.org/?q=a|b", "https://example.org/?q=a%7Cb"),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("tel:+49123", "tel:+49123"),
        ("www.example.org", "http://www.example.org"),
        (
            " https://example.org/\"onclick=\"x\n",
            "https://example.org/%22onclick=%22x",
        ),
    ];
    let dropped = [
        "javascript:alert(1)",
        "java\tscript:alert(1)",
        "\u{1}javascript:alert(1)",
        "JaVaScRiPt://example.org/%0aalert(1)",
        "data:text/html,<script>",
        "file:///etc/passwd",
        "vbscript:x",
        "blob:https://example.org/x",
        "https:x",
        "https:///x",
        "http://",
        "mailto:",
        "x",
        "/etc/passwd",
        "//example.org",
        "",
    ];
    let all = kept.iter().map(|(given, _)| *given).chain(dropped);
    let found = targets(paper(all.map(uri).collect()));
    let expected: Vec<Target> = kept
        .iter()
        .map(|(_, address)| Target::Web((*address).into()))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn relative_addresses_follow_the_base() {
    for (base, given, expected) in [
        (
            "https://example.org/a/b.pdf",
            "c.html",
            "https://example.org/a/c.html",
        ),
        ("https://example.org/a/b.pdf", "/c", "https://example.org/c"),
        (
            "https://example.org/a/",
            "//other.org/x",
            "https://other.org/x",
        ),
        ("https://example.org", "c", "https://example.org/c"),
    ] {
        let mut paper = paper(vec![uri(given), uri("javascript:x")]);
        let base = Object::string_literal(base);
        paper.catalog.set("URI", dictionary! { "Base" => base });
        assert_eq!(targets(paper), [Target::Web(expected.into())]);
    }
    let mut paper = paper(vec![uri("alert(1)")]);
    let base = Object::string_literal("javascript:");
    paper.catalog.set("URI", dictionary! { "Base" => base });
    assert_eq!(targets(paper), []);
}

#[test]
fn actions_that_run_or_open_files_are_dropped() {
    let actions = [
        dictionary! { "S" => "JavaScript", "JS" => Object::string_literal("x") },
        dictionary! { "S" => "Launch", "F" => Object::string_literal("calc.exe") },
        dictionary! { "S" => "SubmitForm", "F" => Object::string_literal("http://example.org") },
        dictionary! { "S" => "GoToR", "F" => Object::string_literal("a.pdf"), "D" => vec![0.into(), "Fit".into()] },
        dictionary! { "S" => "GoTo", "D" => dictionary! { "S" => "URI", "URI" => Object::string_literal("http://example.org") } },
        dictionary! { "S" => "Named", "N" => "NextPage" },
        dictionary! { "URI" => Object::string_literal("http://example.org") },
    ];
    assert_eq!(targets(paper(actions.map(link).to_vec())), []);
}

#[test]
fn links_have_areas_as_shown_and_titles() {
    let mut plain = uri("http://example.org");
    plain.set("Contents", Object::string_literal("  An\nexample "));
    let mut lines = uri("http://example.org");
    lines.set("Rect", numbers(&[100.0, 700.0, 500.0, 740.0]));
    lines.set(
        "QuadPoints",
        numbers(&[
            400.0, 740.0, 500.0, 740.0, 400.0, 722.0, 500.0, 722.0, 100.0, 718.0, 180.0, 718.0,
            100.0, 700.0, 180.0, 700.0,
        ]),
    );
    let mut astray = uri("http://example.org");
    // One good quadrilateral does not save the others.
    let inside = [110.0, 715.0, 120.0, 715.0, 110.0, 705.0, 120.0, 705.0];
    let outside = [0.0, 0.0, 600.0, 0.0, 0.0, 90.0, 600.0, 90.0];
    astray.set("QuadPoints", numbers(&[inside, outside].concat()));
    let mut hidden = uri("http://example.org");
    hidden.set("F", 2);
    let mut off = uri("http://example.org");
    off.set("Rect", numbers(&[700.0, 10.0, 800.0, 20.0]));
    let paper = paper(vec![plain, lines, astray, hidden, off]);
    let (pdf, document) = read(paper.bytes());
    let links = document.links(&pdf, 0);
    let area = |left, top, right, bottom| Area {
        left,
        top,
        right,
        bottom,
    };
    assert_eq!(links.len(), 3);
    assert_eq!(links[0].title.as_deref(), Some("An example"));
    assert_eq!(links[0].areas, [area(100.0, 72.0, 200.0, 92.0)]);
    assert_eq!(
        links[1].areas,
        [
            area(400.0, 52.0, 500.0, 70.0),
            area(100.0, 74.0, 180.0, 92.0)
        ]
    );
    assert_eq!(links[2].areas, links[0].areas);
}

#[test]
fn links_lead_to_pages_by_name_and_by_place() {
    let mut paper = Paper::new();
    let second = paper.file.new_object_id();
    let rect = numbers(&[0.0, 0.0, 50.0, 50.0]);
    let to = |destination: Object| -> Object {
        dictionary! { "Subtype" => "Link", "Rect" => rect.clone(), "Dest" => destination }.into()
    };
    let annotations: Vec<Object> = vec![
        to(vec![
            second.into(),
            "FitR".into(),
            10.into(),
            20.into(),
            30.into(),
            92.into(),
        ]
        .into()),
        to(Object::string_literal("chapter")),
        to(vec![99.into(), "Fit".into()].into()),
        to(vec![(-1).into(), "Fit".into()].into()),
    ];
    paper.page_with("", dictionary! { "Annots" => annotations });
    let page = dictionary! { "Type" => "Page", "Parent" => paper.tree, "MediaBox" => numbers(&[0.0, 0.0, 100.0, 100.0]) };
    paper.file.objects.insert(second, page.into());
    paper.pages.push(second);
    let names: Vec<Object> = vec![
        Object::string_literal("chapter"),
        vec![second.into(), "FitV".into(), 7.into()].into(),
    ];
    paper.catalog.set(
        "Names",
        dictionary! { "Dests" => dictionary! { "Names" => names } },
    );
    let at = |x, y| {
        Target::Place(Place {
            page: 1,
            point: Some((x, y)),
        })
    };
    assert_eq!(targets(paper), [at(10.0, 8.0), at(7.0, 0.0)]);
}

#[test]
fn annotations_past_the_limit_are_not_looked_at() {
    let bytes = paper(vec![uri("http://example.org"); 5]).bytes();
    let limits = Limits {
        pdf_links: 3,
        ..Limits::default()
    };
    let (pdf, document) = read_with(bytes, &limits, &mut Vec::new());
    assert_eq!(document.links(&pdf, 0).len(), 3);
    assert_eq!(document.links(&pdf, 7), []);
}
