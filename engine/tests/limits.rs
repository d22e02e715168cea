//! Every limit that guards the output of a render, hit. (Those of the repair and
//! of stylesheets are hit beside their code.)

mod support;

use bindery_engine::{Limits, Options};
use support::{Epub, PNG, rendered_with};

fn limits(change: impl FnOnce(&mut Limits)) -> Options {
    let mut limits = Limits::default();
    change(&mut limits);
    Options {
        limits,
        ..Options::default()
    }
}

fn book() -> Vec<u8> {
    Epub::new()
        .item("s.css", "text/css", "", "@import 't.css';p{color:red}")
        .item("t.css", "text/css", "", "@import 'u.css';q{color:blue}")
        .item("u.css", "text/css", "", "i{color:green}")
        .item("pic.png", "image/png", "cover-image", PNG)
        .item("d.svg", "image/svg+xml", "", "<svg xmlns='http://www.w3.org/2000/svg'><g/></svg>")
        .item("nav.xhtml", "application/xhtml+xml", "nav",
            "<nav epub:type='toc'><ol><li><a href='a.xhtml'>A</a><ol><li><a href='b.xhtml'>B</a><ol><li><a href='b.xhtml'>C</a></li></ol></li></ol></li></ol></nav>")
        .chapter("a.xhtml", "<p id='one'>first <img src='data:image/png;base64,AAAA' alt='d'/></p>")
        .chapter("b.xhtml", &format!("<p><a href='#y'>l</a></p><p id='x'>{}</p><div><div><div><div id='y'>deep</div></div></div></div>", "word ".repeat(2000)))
        .build()
}

#[test]
fn limits_of_the_whole_book_refuse_it() {
    let cases: [(&str, Options); 9] = [
        ("entries", limits(|l| l.entries = 3)),
        ("total_bytes", limits(|l| l.total_bytes = 1000)),
        ("package_bytes", limits(|l| l.package_bytes = 300)),
        ("manifest_items", limits(|l| l.manifest_items = 2)),
        ("spine_items", limits(|l| l.spine_items = 1)),
        ("spine_bytes", limits(|l| l.spine_bytes = 1000)),
        ("slices", limits(|l| l.slices = 1)),
        ("output_bytes", limits(|l| l.output_bytes = 2000)),
        (
            "output_bytes",
            limits(|l| (l.output_free, l.output_ratio) = (1000, 0)),
        ),
    ];
    for (name, options) in cases {
        let error = rendered_with(&book(), &options).map(|_| ()).unwrap_err();
        assert_eq!(error.code(), "limit_exceeded", "{name}: {error}");
        assert!(error.to_string().contains(name), "{name}: {error}");
    }
}

#[test]
fn a_bomb_is_refused_by_its_ratio() {
    let book = Epub::new()
        .item("zeros.png", "image/png", "", vec![0; 70 << 20])
        .chapter("a.xhtml", "<p/>")
        .build();
    let error = rendered_with(&book, &Options::default())
        .map(|_| ())
        .unwrap_err();
    assert!(error.to_string().contains("limit ratio"), "{error}");
}

#[test]
fn limits_of_a_part_cost_that_part() {
    let cases: [(&str, Options); 6] = [
        ("chapter_lost", limits(|l| l.chapter_bytes = 5000)),
        ("resource_lost", limits(|l| l.entry_bytes = 10)),
        ("resource_lost", limits(|l| l.svg_bytes = 10)),
        ("stylesheet_lost", limits(|l| l.css_bytes = 4)),
        ("chapter_flattened", limits(|l| l.depth = 6)),
        ("ids_forgotten", limits(|l| l.ids = 1)),
    ];
    for (code, options) in cases {
        let (report, _) = rendered_with(&book(), &options).unwrap();
        assert!(
            report.warnings.iter().any(|w| w.code == code),
            "{code}: {:?}",
            report.warnings
        );
    }
    for options in [
        limits(|l| l.cover_pixels = 0),
        limits(|l| l.cover_side = 0),
        limits(|l| l.cover_memory = 1),
    ] {
        let (report, _) = rendered_with(&book(), &options).unwrap();
        assert!(
            report.warnings.iter().any(|w| w.code == "cover_unusable"),
            "{:?}",
            report.warnings
        );
    }
}

#[test]
fn broken_chapters_behind_repaired_book_bytes_keep_their_text() {
    let broken = "<p>one<p>two";
    let book = Epub::new()
        .chapter("a.xhtml", broken)
        .chapter("b.xhtml", broken)
        .build();
    let length = support::chapter(broken).len() as u64;
    for (most, expected) in [
        (2 * length, ["chapter_repaired", "chapter_repaired"]),
        (length, ["chapter_repaired", "chapter_text_only"]),
        (length - 1, ["chapter_text_only", "chapter_text_only"]),
    ] {
        let (report, files) =
            rendered_with(&book, &limits(|l| l.repaired_book_bytes = most)).unwrap();
        let codes: Vec<&str> = report.warnings.iter().map(|w| w.code.as_str()).collect();
        assert_eq!(codes, expected);
        assert!(files.text("slices/1.html").contains("two"));
    }
}

#[test]
fn imports_past_their_limits_stay_imports() {
    let (_, files) = rendered_with(&book(), &Options::default()).unwrap();
    assert_eq!(
        files.text("resources/0.css"),
        "i{color:green}\nq{color:blue}\np{color:red}"
    );
    for options in [
        limits(|l| l.css_import_depth = 1),
        limits(|l| l.css_inlined_bytes = 0),
    ] {
        let (_, files) = rendered_with(&book(), &options).unwrap();
        assert_eq!(
            files.text("resources/0.css"),
            "@import \"1.css\";p{color:red}"
        );
    }
}

#[test]
fn data_urls_past_data_url_bytes_are_dropped() {
    let (_, files) = rendered_with(&book(), &Options::default()).unwrap();
    assert!(
        files
            .text("slices/0.html")
            .contains("src=\"data:image/png;base64,AAAA\"")
    );
    let (_, files) = rendered_with(&book(), &limits(|l| l.data_url_bytes = 8)).unwrap();
    assert!(!files.text("slices/0.html").contains("data:image"));
}

#[test]
fn tables_of_contents_are_cut_and_lifted() {
    let (_, files) = rendered_with(&book(), &limits(|l| l.toc_entries = 2)).unwrap();
    let toc = &files.json("manifest.json")["toc"];
    assert_eq!(toc[0]["children"][0]["title"], "B");
    assert!(toc[0]["children"][0]["children"].is_null());
    let (_, files) = rendered_with(&book(), &limits(|l| l.toc_depth = 1)).unwrap();
    assert_eq!(
        files.json("manifest.json")["toc"].as_array().unwrap().len(),
        3
    );
}

#[test]
fn metadata_and_warnings_are_capped() {
    let mut long = Epub::new().chapter("a.xhtml", "<p/>");
    long.metadata
        .push_str(&"<dc:subject>abcdef</dc:subject>".repeat(5));
    let options = limits(|l| {
        l.metadata_values = 2;
        l.metadata_chars = 3;
    });
    let (report, _) = rendered_with(&long.build(), &options).unwrap();
    assert_eq!(report.metadata.subjects, ["abc", "abc"]);
    assert_eq!(report.metadata.title, "A B");
    let missing = (0..5)
        .fold(Epub::new().chapter("a.xhtml", "<p/>"), |book, _| {
            book.place("none", "")
        })
        .build();
    let (report, _) = rendered_with(&missing, &limits(|l| l.warnings = 2)).unwrap();
    assert_eq!(report.warnings.len(), 3);
    assert_eq!(report.warnings[2].code, "more_warnings");
}
