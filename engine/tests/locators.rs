//! Places in the source: offsets, CFIs, ids and positions, however a book is cut.

mod support;

use std::collections::BTreeMap;

use bindery_engine::{Options, SliceText, render_slice};
use proptest::prelude::*;
use serde_json::Value;
use support::places::{self, Place};
use support::scribe::Scribe;
use support::source::{self, Node};
use support::{Epub, Memory, PNG, body, chapter, rendered_with};

fn cut_at(soft: usize, hard: usize) -> Options {
    Options {
        slice_soft: soft,
        slice_hard: hard,
        ..Options::default()
    }
}

/// Everything `text/{n}.json` says, per slice.
fn texts(files: &Memory) -> Vec<Value> {
    (0..files.slices().len())
        .map(|n| files.json(&format!("text/{n}.json")))
        .collect()
}

fn all_places(files: &Memory) -> Vec<Place> {
    let mut all: Vec<Place> = texts(files).iter().flat_map(places::read).collect();
    // A blank at the edge of a slice is not text, so only the others can be compared; and
    // where a piece begins is the cut's choice.
    all.retain(|place| place.c != ' ');
    all.iter_mut().for_each(|place| place.begins = false);
    all
}

/// (item, data-o, tag) of every block that a slice begins, not of those it goes on with.
fn blocks(files: &Memory) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    for (n, slice) in files.slices().iter().enumerate() {
        let item = files.json(&format!("text/{n}.json"))["item"].to_string();
        for tag in body(slice).split('<').skip(1) {
            let tag = tag.split('>').next().unwrap();
            if let (Some((_, o)), false) = (
                tag.split_once(" data-o=\""),
                tag.contains(" data-continued="),
            ) {
                let name = tag.split(' ').next().unwrap();
                found.push((
                    item.clone(),
                    o.trim_matches(['"', '/']).to_owned(),
                    name.to_owned(),
                ));
            }
        }
    }
    found.sort();
    found
}

fn scribe_book(seed: u64) -> (Vec<u8>, Vec<String>) {
    let mut scribe = Scribe::new(seed);
    let chapters: Vec<String> = (0..2)
        .map(|_| chapter(&scribe.body(25)).replace("<body>", "<body id=\"top\">"))
        .collect();
    let book = Epub::new().item("pic.png", "image/png", "", PNG);
    let book = chapters.iter().enumerate().fold(book, |book, (n, text)| {
        book.page(&format!("c{n}.xhtml"), text)
    });
    (book.build(), chapters)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn other_split_sizes_keep_every_locator(seed in 0u64..1 << 32, soft in 64usize..4000, more in 0usize..6000) {
        let (book, _) = scribe_book(seed);
        let (_, whole) = rendered_with(&book, &Options::default()).unwrap();
        let options = cut_at(soft, soft + more);
        let (report, cut) = rendered_with(&book, &options).unwrap();
        prop_assert_eq!(blocks(&whole), blocks(&cut));
        let (a, b) = (all_places(&whole), all_places(&cut));
        let differ = a.iter().zip(&b).find(|(a, b)| a != b);
        prop_assert!(differ.is_none() && a.len() == b.len(), "{:?} of {} and {}", differ, a.len(), b.len());
        // Positions are counted on the source.
        let count = |files: &Memory| {
            let list = files.json("positions.json");
            let progress: Vec<Value> = list["positions"].as_array().unwrap().iter()
                .map(|p| p["locations"]["totalProgression"].clone()).collect();
            (list["total"].clone(), progress)
        };
        prop_assert_eq!(count(&whole), count(&cut));
        check_ids(&cut);
        let index = cut.text("index.json");
        let n = (seed % u64::from(report.slices)) as u32;
        let alone = render_slice(&book, &options, index.as_bytes(), n).unwrap();
        prop_assert!(alone == cut.slices()[n as usize].as_bytes());
    }

    #[test]
    fn every_character_is_found_in_the_source_by_offset_and_by_cfi(seed in 0u64..1 << 32, hard in 300usize..9000) {
        let (book, chapters) = scribe_book(seed);
        let (_, files) = rendered_with(&book, &cut_at(hard / 2, hard)).unwrap();
        let roots: Vec<Node> = chapters.iter().map(|text| source::parse(text)).collect();
        let mut seen = 0;
        for text in texts(&files) {
            let n: usize = text["item"].as_str().unwrap()["OPS/c".len()..][..1].parse().unwrap();
            seen += places::check(&text, &roots[n]).unwrap();
            check_functions(&text);
        }
        prop_assert!(seen > 200, "{}", seen);
    }
}

/// Every id of the index stands once, in the slice it names.
fn check_ids(files: &Memory) {
    let index = files.json("index.json");
    let slices = files.slices();
    let mut found: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (place, spine) in index["spine"].as_array().unwrap().iter().enumerate() {
        let item = &index["items"][spine[0].as_u64().unwrap() as usize];
        let first = spine[1].as_u64().unwrap() as usize;
        let count = item["splits"].as_array().unwrap().len() + 1;
        for (id, target) in item["ids"].as_object().unwrap() {
            // The body is opened again in every slice, for the rules that name it.
            if id == "top" {
                continue;
            }
            let wanted = format!(" id=\"{id}\"");
            let holding: Vec<usize> = (first..first + count)
                .filter(|&n| slices[n].contains(&wanted))
                .collect();
            assert_eq!(
                holding,
                [first + target[0].as_u64().unwrap() as usize],
                "{id} of {place}"
            );
            found.entry(id.clone()).or_default().extend(holding);
        }
    }
    assert!(!found.is_empty());
}

/// The engine's own reader of the file agrees with what the file says.
fn check_functions(json: &Value) {
    let text = SliceText::parse(json.to_string().as_bytes()).unwrap();
    for place in places::read(json).iter().filter(|place| place.begins) {
        let partial = text.partial_cfi(place.o).unwrap();
        assert_eq!(partial, format!("{}:{}", place.path, place.units));
        assert_eq!(text.offset(&partial), Some(place.o), "{partial}");
        let whole = text.cfi(place.o).unwrap();
        assert!(
            whole.starts_with("epubcfi(/6/") && whole.contains("!/4"),
            "{whole}"
        );
        assert_eq!(text.offset(&whole), Some(place.o), "{whole}");
    }
}

#[test]
fn the_examples_of_the_documentation_are_true() {
    let source =
        chapter("<p id=\"p1\">A plain paragraph.</p><p>With <i>emphasis</i>, and  more</p>");
    let (_, files) = rendered_with(
        &Epub::new().page("one.xhtml", &source).build(),
        &Options::default(),
    )
    .unwrap();
    let text = files.json("text/0.json");
    assert_eq!(text["cfi"], "/6/2");
    let o = |word: &str| source[..source.find(word).unwrap()].chars().count();
    assert_eq!(
        text["blocks"],
        serde_json::json!([
            { "o": o("A plain"), "c": "/4/2[p1]/1", "t": "A plain paragraph." },
            { "o": o("With"), "c": "/4/4", "t": "With emphasis, and more",
                "p": ["/1", 5, "3/2/1", 8, "4/3", 6, 1] },
        ])
    );
}

#[test]
fn pieces_that_share_no_step_have_their_whole_paths() {
    let source = chapter("<p>one <i>two</i></p>").replace("<body>", "<body id=\"b\">");
    let book = Epub::new().page("one.xhtml", &source).build();
    let (_, files) = rendered_with(&book, &Options::default()).unwrap();
    let text = files.json("text/0.json");
    assert_eq!(
        text["blocks"][0]["p"],
        serde_json::json!(["/4[b]/2/1", 4, "3/4/2/2/1"])
    );
    assert_eq!(places::check(&text, &source::parse(&source)), Ok(7));
    check_functions(&text);
}

#[test]
fn the_package_step_names_the_itemref_and_counts_its_siblings() {
    let mut book = Epub::new()
        .chapter("a.xhtml", "<p>a</p>")
        .place("nowhere", "id=\"gone\"")
        .chapter("b.xhtml", "<p>b</p>");
    book = book.place("a.xhtml", "id=\"again[1]\"");
    let (_, files) = rendered_with(&book.build(), &Options::default()).unwrap();
    let steps: Vec<Value> = texts(&files)
        .iter()
        .map(|text| text["cfi"].clone())
        .collect();
    assert_eq!(steps, ["/6/2", "/6/6", "/6/8[again^[1^]]"]);
}

#[test]
fn markup_beyond_its_tree_has_offsets_and_no_path() {
    let broken = format!("<html><body><p>é one<p {}>two", "a ".repeat(1000));
    let (report, files) = rendered_with(
        &Epub::new().page("c.xhtml", &broken).build(),
        &Options::default(),
    )
    .unwrap();
    assert_eq!(report.warnings[0].code, "chapter_text_only");
    let text = files.json("text/0.json");
    assert_eq!(text["blocks"][0]["c"], Value::Null);
    let text = SliceText::parse(text.to_string().as_bytes()).unwrap();
    assert_eq!(text.partial_cfi(text.blocks[0].o), None);
    let at = broken
        .chars()
        .skip(text.blocks[0].o as usize)
        .collect::<String>();
    assert!(at.starts_with("é one"), "{at:.20}");
}

#[test]
fn a_repaired_chapter_counts_the_tree_that_html_makes_of_it() {
    let broken = "<html><body><p>one<p>two &amp; <b>three</body></html>";
    let (report, files) = rendered_with(
        &Epub::new().page("c.xhtml", broken).build(),
        &Options::default(),
    )
    .unwrap();
    assert_eq!(report.warnings[0].code, "chapter_repaired");
    let text = files.json("text/0.json");
    // html5ever implies the head: `body` is the second child.
    assert_eq!(text["blocks"][0]["c"], "/4/2/1");
    let o = |word: &str| broken.find(word).unwrap();
    assert_eq!(text["blocks"][1]["o"], o("two") as u64);
    assert_eq!(text["blocks"][1]["t"], "two & three");
    let places = places::read(&text);
    let three = places
        .iter()
        .find(|place| place.o == o("three") as u64)
        .unwrap();
    assert_eq!(
        (three.c, three.path.as_str(), three.units),
        ('t', "/4/4/2/1", 0)
    );
}
