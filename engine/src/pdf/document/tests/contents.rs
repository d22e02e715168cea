//! Outline, page labels, named destinations.

use super::super::{Entry, Place, Target};
use super::write::{Dictionary, Object, ObjectId, Paper, dictionary, utf16};
use super::{blank, read, read_with};
use crate::Limits;

fn page(n: u32) -> Option<Target> {
    Some(Target::Place(Place {
        page: n,
        point: None,
    }))
}

fn fit(page: ObjectId) -> Object {
    vec![page.into(), "Fit".into()].into()
}

/// Gives the catalogue an outline whose first item is `first`.
fn outline(paper: &mut Paper, first: ObjectId) {
    let root = paper.add(dictionary! { "Type" => "Outlines", "First" => first });
    paper.catalog.set("Outlines", root);
}

fn item(title: &str, destination: Object) -> Dictionary {
    dictionary! { "Title" => Object::string_literal(title), "Dest" => destination }
}

/// Titles with their depth in front, in order.
fn flat(entries: &[Entry]) -> Vec<String> {
    fn walk(entries: &[Entry], depth: usize, out: &mut Vec<String>) {
        for entry in entries {
            out.push(format!("{depth} {}", entry.title));
            walk(&entry.children, depth + 1, out);
        }
    }
    let mut out = Vec::new();
    walk(entries, 0, &mut out);
    out
}

#[test]
fn outlines_are_read_with_all_kinds_of_targets() {
    let mut paper = blank(3);
    let pages = paper.pages.clone();
    let action = |entries: Dictionary| dictionary! { "Title" => Object::string_literal("x"), "A" => entries };
    let mut items = vec![
        item(
            "explicit",
            vec![
                pages[1].into(),
                "XYZ".into(),
                72.into(),
                700.into(),
                Object::Null,
            ]
            .into(),
        ),
        item(
            "by number",
            vec![2.into(), "FitH".into(), 792.into()].into(),
        ),
        item("named", Object::string_literal("there")),
        item("old name", "old".into()),
        item("nowhere", Object::string_literal("missing")),
        action(dictionary! { "S" => "GoTo", "D" => fit(pages[2]) }),
        action(
            dictionary! { "S" => "URI", "URI" => Object::string_literal("https://example.org/a b") },
        ),
        action(dictionary! { "S" => "JavaScript", "JS" => Object::string_literal("app.alert(1)") }),
        action(dictionary! { "S" => "Launch", "F" => Object::string_literal("/bin/sh") }),
        action(
            dictionary! { "S" => "GoToR", "F" => Object::string_literal("x.pdf"), "D" => fit(pages[0]) },
        ),
    ];
    items[0].set("Title", utf16("Überschrift 中"));
    let mut next = None;
    for mut entry in items.into_iter().rev() {
        if let Some(next) = next {
            entry.set("Next", Object::Reference(next));
        }
        next = Some(paper.add(entry));
    }
    outline(&mut paper, next.unwrap());
    let inner = dictionary! { "D" => fit(pages[2]) };
    let leaf =
        paper.add(dictionary! { "Names" => vec![Object::string_literal("there"), inner.into()] });
    paper.catalog.set(
        "Names",
        dictionary! { "Dests" => dictionary! { "Kids" => vec![leaf.into()] } },
    );
    paper
        .catalog
        .set("Dests", dictionary! { "old" => fit(pages[1]) });
    let (_, document) = read(paper.bytes());
    let targets: Vec<Option<Target>> = document.outline.iter().map(|e| e.target.clone()).collect();
    let at = |page, x, y| {
        Some(Target::Place(Place {
            page,
            point: Some((x, y)),
        }))
    };
    assert_eq!(document.outline[0].title, "Überschrift 中");
    assert_eq!(
        targets,
        [
            at(1, 72.0, 92.0),
            at(2, 0.0, 0.0),
            page(2),
            page(1),
            None,
            page(2),
            Some(Target::Web("https://example.org/a%20b".into())),
            None,
            None,
            None,
        ]
    );
}

#[test]
fn outlines_that_lead_back_into_themselves_end() {
    let mut paper = blank(1);
    let [a, b, c] = [0; 3].map(|_| paper.file.new_object_id());
    let target = fit(paper.pages[0]);
    let mut put = |id: ObjectId, title: &str, next: ObjectId, first: Option<ObjectId>| {
        let mut dict = item(title, target.clone());
        dict.set("Next", next);
        if let Some(first) = first {
            dict.set("First", first);
        }
        paper.file.objects.insert(id, dict.into());
    };
    put(a, "a", b, Some(a));
    put(b, "b", a, Some(c));
    put(c, "c", c, Some(b));
    outline(&mut paper, a);
    let mut warnings = Vec::new();
    let (_, document) = read_with(paper.bytes(), &Limits::default(), &mut warnings);
    assert_eq!(flat(&document.outline), ["0 a", "0 b", "1 c"]);
    assert_eq!(warnings[0].code, "outline_circle");
}

#[test]
fn deep_outlines_are_lifted_and_long_ones_cut() {
    let mut paper = blank(1);
    let target = fit(paper.pages[0]);
    let mut below = None;
    for n in (0..400).rev() {
        let mut entry = item(&format!("{n}"), target.clone());
        if let Some(below) = below {
            entry.set("First", Object::Reference(below));
        }
        below = Some(paper.add(entry));
    }
    outline(&mut paper, below.unwrap());
    let limits = Limits {
        toc_depth: 3,
        toc_entries: 300,
        ..Limits::default()
    };
    let mut warnings = Vec::new();
    let (_, document) = read_with(paper.bytes(), &limits, &mut warnings);
    let lines = flat(&document.outline);
    assert_eq!(lines.len(), 300);
    assert_eq!(lines[..5], ["0 0", "1 1", "2 2", "2 3", "2 4"]);
    assert!(lines[5..].iter().all(|line| line.starts_with("2 ")));
    assert_eq!(warnings[0].code, "outline_cut");
}

#[test]
fn long_lists_of_neighbours_are_read_in_linear_time() {
    let mut paper = blank(1);
    let target = fit(paper.pages[0]);
    let mut next = None;
    for n in 0..40_000 {
        let mut entry = item(&n.to_string(), target.clone());
        if let Some(next) = next {
            entry.set("Next", Object::Reference(next));
        }
        next = Some(paper.add(entry));
    }
    outline(&mut paper, next.unwrap());
    let begun = std::time::Instant::now();
    let limits = Limits {
        toc_entries: 40_000,
        ..Limits::default()
    };
    let (_, document) = read_with(paper.bytes(), &limits, &mut Vec::new());
    assert_eq!(document.outline.len(), 40_000);
    // With hayro's memory of the way there this takes four times as long as half the list does.
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
}

#[test]
fn page_labels_have_every_style_prefix_and_start() {
    let mut paper = blank(13);
    let style = |style: &str| dictionary! { "S" => style };
    let nums = |list: Vec<Object>| dictionary! { "Nums" => list };
    let mut prefixed = style("D");
    prefixed.set("P", Object::string_literal("A-"));
    prefixed.set("St", 8);
    let mut roman = style("R");
    roman.set("St", 1999);
    let mut letters = style("A");
    letters.set("St", 26);
    let first = paper.add(nums(vec![
        1.into(),
        style("r").into(),
        4.into(),
        prefixed.into(),
        6.into(),
        roman.into(),
    ]));
    let second = paper.add(nums(vec![
        7.into(),
        letters.into(),
        9.into(),
        style("a").into(),
        11.into(),
        dictionary! { "P" => Object::string_literal("plate") }.into(),
        12.into(),
        dictionary! {}.into(),
    ]));
    paper.catalog.set(
        "PageLabels",
        dictionary! { "Kids" => vec![first.into(), second.into()] },
    );
    let (_, document) = read(paper.bytes());
    let labels: Vec<&str> = document
        .sheets
        .iter()
        .map(|sheet| sheet.label.as_deref().unwrap_or("-"))
        .collect();
    assert_eq!(
        labels,
        [
            "1", "i", "ii", "iii", "A-8", "A-9", "MCMXCIX", "Z", "AA", "a", "b", "plate", "-"
        ]
    );
}

#[test]
fn page_labels_of_monstrous_numbers_and_prefixes_stay_short() {
    let mut paper = blank(2);
    let letters = dictionary! { "S" => "A", "St" => i64::from(u32::MAX) };
    let long = dictionary! { "S" => "R", "St" => 4_000_000, "P" => Object::string_literal("x".repeat(5000)) };
    let nums: Vec<Object> = vec![0.into(), letters.into(), 1.into(), long.into()];
    paper
        .catalog
        .set("PageLabels", dictionary! { "Nums" => nums });
    let (_, document) = read(paper.bytes());
    assert_eq!(document.sheets[0].label.as_deref(), Some("4294967295"));
    let limits = Limits::default();
    let label = document.sheets[1].label.as_deref().unwrap();
    assert_eq!(label.len() as u64, limits.pdf_label_chars + 7);
    assert!(label.ends_with("x4000000"));
}

#[test]
fn trees_that_contain_themselves_end() {
    let mut paper = blank(1);
    let page = fit(paper.pages[0]);
    let names = paper.file.new_object_id();
    let node = dictionary! {
        "Kids" => vec![names.into(), names.into()],
        "Names" => vec![Object::string_literal("here"), page],
    };
    paper.file.objects.insert(names, node.into());
    paper.catalog.set("Names", dictionary! { "Dests" => names });
    let labels = paper.file.new_object_id();
    let node = dictionary! {
        "Kids" => vec![labels.into(), labels.into()],
        "Nums" => vec![0.into(), dictionary! { "S" => "r" }.into()],
    };
    paper.file.objects.insert(labels, node.into());
    paper.catalog.set("PageLabels", labels);
    let (pdf, document) = read(paper.bytes());
    assert_eq!(document.place(&pdf, b"here").unwrap().page, 0);
    assert_eq!(document.sheets[0].label.as_deref(), Some("i"));
}

#[test]
fn names_that_lead_to_each_other_lead_nowhere() {
    let mut paper = blank(1);
    let loops = paper.add(Object::string_literal("a"));
    let names: Vec<Object> = vec![
        Object::string_literal("a"),
        Object::Reference(loops),
        Object::string_literal("b"),
        fit(paper.pages[0]),
    ];
    paper.catalog.set(
        "Names",
        dictionary! { "Dests" => dictionary! { "Names" => names } },
    );
    let (pdf, document) = read(paper.bytes());
    assert_eq!(document.place(&pdf, b"a"), None);
    assert_eq!(document.place(&pdf, b"b").unwrap().page, 0);
}

#[test]
fn names_past_the_limit_and_branches_too_deep_are_dropped() {
    let mut paper = blank(1);
    let target = fit(paper.pages[0]);
    let names = |keys: &[&str]| -> Object {
        let pairs = keys
            .iter()
            .flat_map(|key| [Object::string_literal(*key), target.clone()]);
        pairs.collect::<Vec<Object>>().into()
    };
    let mut node = paper.add(dictionary! { "Names" => names(&["deep"]) });
    for _ in 0..5 {
        node = paper.add(dictionary! { "Kids" => vec![node.into()] });
    }
    let shallow = paper.add(dictionary! { "Names" => names(&["a", "b", "c"]) });
    paper.catalog.set(
        "Names",
        dictionary! { "Dests" => dictionary! { "Kids" => vec![node.into(), shallow.into()] } },
    );
    let bytes = paper.bytes();
    let limits = Limits {
        pdf_names: 2,
        pdf_tree_depth: 4,
        ..Limits::default()
    };
    let found = |limits: &Limits| -> Vec<bool> {
        let (pdf, document) = read_with(bytes.clone(), limits, &mut Vec::new());
        let names: [&[u8]; 4] = [b"deep", b"a", b"b", b"c"];
        names
            .map(|name| document.place(&pdf, name).is_some())
            .to_vec()
    };
    assert_eq!(found(&Limits::default()), [true; 4]);
    assert_eq!(found(&limits), [false, true, true, false]);
}
