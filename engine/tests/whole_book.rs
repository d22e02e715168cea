//! Books from archive to files: order, links, slices, determinism, goldens.

mod support;

use bindery_engine::{Error, Format, Options, render_cover, render_slice};
use support::{
    Epub, Memory, PNG, archive, body, chapter, judge, polyglot, rendered, rendered_with,
    without_offsets,
};

/// Three chapters with a table of contents, styles, a picture, notes and a link across.
fn sample() -> Vec<u8> {
    let nav = "<html xmlns=\"http://www.w3.org/1999/xhtml\" xmlns:epub=\"http://www.idpf.org/2007/ops\"><body>\
        <nav epub:type=\"toc\"><ol><li><a href=\"one.xhtml\">One</a><ol><li><a href=\"one.xhtml#s2\">Part two</a></li></ol></li>\
        <li><span>Group</span><ol><li><a href=\"two%20b.xhtml\">Two</a></li></ol></li></ol></nav>\
        <nav epub:type=\"landmarks\"><ol><li><a epub:type=\"bodymatter\" href=\"one.xhtml\">Start</a></li></ol></nav>\
        <nav epub:type=\"page-list\"><ol><li><a href=\"two%20b.xhtml#p7\">7</a></li></ol></nav></body></html>";
    let one = chapter(
        "<section epub:type=\"chapter\"><h1>One</h1><p>Text &amp; <i>more</i><a epub:type=\"noteref\" href=\"two%20b.xhtml#n1\">1</a></p>\
         <p id=\"s2\" style=\"color:red;background:url('pic.png')\">Second <ruby>字<rt>ji</rt></ruby></p>\
         <img src=\"pic.png\" alt=\"A pixel\"/></section>",
    )
    .replace("<title>", "<link rel=\"stylesheet\" href=\"style.css\"/><style>p{margin:0}</style><title>");
    Epub::new()
        .item("nav.xhtml", "application/xhtml+xml", "nav", nav)
        .item("style.css", "text/css", "", "@import 'base.css';\n[epub|type]{x:y}@font-face{src:url(f.woff2)}")
        .item("base.css", "text/css", "", "body{-epub-hyphens:auto;background:url(http://evil.example/x)}")
        .item("f.woff2", "font/woff2", "", "wOF2....")
        .item("pic.png", "image/png", "cover-image", PNG)
        .page("one.xhtml", one)
        .chapter("two b.xhtml", "<h2>Two</h2><span epub:type=\"pagebreak\" id=\"p7\" title=\"7\"/>\
            <aside epub:type=\"footnote\" id=\"n1\"><p>A note. <a href=\"one.xhtml#s2\">back</a></p></aside>\
            <p><a href=\"https://example.org/?a=1&amp;b=2\">out</a> <a href=\"missing.xhtml\">nowhere</a></p>")
        .place("pic.png", "linear=\"no\"")
        .build()
}

#[test]
fn the_sample_book_gives_exactly_these_slices() {
    let (report, files) = rendered(&sample());
    assert_eq!((report.format, report.slices), (Format::Epub, 3));
    assert_eq!(report.warnings, []);
    insta::assert_snapshot!(
        "sample_slice_0",
        files.text("slices/0.html").replace("><", ">\n<")
    );
    insta::assert_snapshot!(
        "sample_slice_1",
        files.text("slices/1.html").replace("><", ">\n<")
    );
    insta::assert_snapshot!(
        "sample_slice_2",
        files.text("slices/2.html").replace("><", ">\n<")
    );
    insta::assert_snapshot!("sample_style", files.text("resources/1.css"));
    insta::assert_json_snapshot!("sample_manifest", files.json("manifest.json"));
    insta::assert_json_snapshot!("sample_text", files.json("text/0.json"));
    assert_eq!(files.text("resources/s0-1.css"), "p{margin:0}");
}

#[test]
fn what_a_reader_needs_first_is_put_first() {
    let mut book = Epub::new().item("s.css", "text/css", "", "p{}");
    for n in 0..20 {
        book = book.chapter(&format!("c{n}.xhtml"), "<p>t</p>");
    }
    let (_, files) = rendered(&book.build());
    let order = files.order.lock().unwrap().clone();
    assert_eq!(
        order[..5],
        [
            "index.json",
            "manifest.json",
            "positions.json",
            "slices/0.html",
            "text/0.json"
        ]
    );
    let at = |path: &str| order.iter().position(|known| known == path).unwrap();
    assert!(at("resources/0.css") < at("slices/19.html"));
    assert!(order.last().unwrap().starts_with("cover/"));
}

/// A book with many long chapters, some broken, one giant paragraph.
fn long_book() -> Vec<u8> {
    let paragraphs: String = (0..3000)
        .map(|n| format!("<div class=\"c{}\"><p id=\"p{n}\">Paragraph {n} with some words of text &amp; é.</p></div>", n % 7))
        .collect();
    let list: String = (0..4000)
        .map(|n| format!("<li id=\"i{n}\">item {n}</li>"))
        .collect();
    Epub::new()
        .chapter("a.xhtml", &format!("<section class=\"s\" id=\"top\"><h1>A</h1>{paragraphs}<p><a href=\"#p2999\">end</a> <a href=\"c.xhtml#i3999\">far</a></p></section>"))
        .page("b.xhtml", format!("<html><body><h1>Broken<p>{}<b>unclosed {}</body>", "word ".repeat(60_000), "x".repeat(90_000)))
        .chapter("c.xhtml", &format!("<ol start=\"5\">{list}</ol>"))
        .place("a.xhtml", "")
        .build()
}

fn small_slices() -> Options {
    Options {
        slice_soft: 16 << 10,
        slice_hard: 64 << 10,
        ..Options::default()
    }
}

#[test]
fn one_or_many_threads_and_every_run_give_the_same_bytes() {
    for book in [sample(), long_book()] {
        let runs: Vec<_> = [1, 2, 2, 4]
            .into_iter()
            .map(|threads| {
                let pool = rayon::ThreadPoolBuilder::new()
                    .num_threads(threads)
                    .build()
                    .unwrap();
                let (report, files) =
                    pool.install(|| rendered_with(&book, &small_slices()).unwrap());
                (report, files.files.into_inner().unwrap())
            })
            .collect();
        assert!(runs.windows(2).all(|pair| pair[0] == pair[1]));
    }
}

#[test]
fn every_slice_alone_is_equal_to_the_full_run() {
    let book = long_book();
    let (report, files) = rendered_with(&book, &small_slices()).unwrap();
    assert!(report.slices > 20, "{}", report.slices);
    let index = files.text("index.json");
    for (n, slice) in files.slices().iter().enumerate() {
        let alone = render_slice(&book, &small_slices(), index.as_bytes(), n as u32).unwrap();
        assert!(alone == slice.as_bytes(), "slice {n}");
    }
    let past = render_slice(&book, &small_slices(), index.as_bytes(), report.slices).unwrap_err();
    assert_eq!(past.code(), "no_such_slice");
    let other = render_slice(&book, &Options::default(), index.as_bytes(), 0).unwrap_err();
    assert_eq!(other.code(), "bad_index");
    assert_eq!(
        render_slice(&book, &small_slices(), b"{}", 0)
            .unwrap_err()
            .code(),
        "bad_index"
    );
}

#[test]
fn slices_keep_all_text_reopen_ancestors_and_stay_below_the_cap() {
    let (_, files) = rendered_with(&long_book(), &small_slices()).unwrap();
    let slices = files.slices();
    for slice in &slices {
        polyglot::check(slice).unwrap();
        judge::check(slice).unwrap();
        assert!(
            slice.len() < (64 << 10) + 4096,
            "{} {}",
            slice.len(),
            body(slice).chars().take(300).collect::<String>()
        );
    }
    let all: String = slices.iter().map(|slice| body(slice)).collect();
    for n in [0, 1, 1500, 2999] {
        assert!(all.contains(&format!("Paragraph {n} with")));
    }
    assert_eq!(all.matches("word ").count(), 60_000);
    assert_eq!(
        all.matches(" id=\"p7\"").count(),
        2,
        "once for each place of the chapter"
    );
    assert!(
        body(&slices[1]).starts_with("<section class=\"s\" data-continued=\"\" data-o=\""),
        "{}",
        &body(&slices[1])[..80]
    );
    // The numbers of a list go on: its first item is 5.
    let list = slices
        .iter()
        .find(|slice| slice.contains(">item 3999<"))
        .unwrap();
    let start: usize = list
        .split("start=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    let first: usize = list
        .split(">item ")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    assert_eq!(start, first + 5);
}

#[test]
fn links_lead_to_the_slice_that_holds_the_id() {
    let (_, files) = rendered_with(&long_book(), &small_slices()).unwrap();
    let slices = files.slices();
    let source = slices
        .iter()
        .find(|slice| slice.contains(">far</a>"))
        .unwrap();
    for (word, id) in [("end", "p2999"), ("far", "i3999")] {
        let href = source
            .split(&format!("\" rel=\"noopener noreferrer\">{word}<"))
            .next()
            .unwrap()
            .rsplit('"')
            .next()
            .unwrap();
        let (file, fragment) = href.split_once('#').unwrap();
        assert_eq!(fragment, id);
        let n: usize = file.strip_suffix(".html").unwrap().parse().unwrap();
        assert!(slices[n].contains(&format!(" id=\"{id}\"")), "{href}");
    }
}

#[test]
fn offsets_count_scalars_of_the_source() {
    let source = chapter("<p>é𝒳</p><p id=\"x\">second &amp; third</p>");
    let (_, files) = rendered(&Epub::new().page("c.xhtml", &source).build());
    let slice = files.text("slices/0.html");
    let offset: usize = slice
        .split("<p id=\"x\" data-o=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    let rest: String = source.chars().skip(offset).collect();
    assert!(rest.starts_with("<p id=\"x\">"), "{rest}");
    let text = files.json("text/0.json");
    assert_eq!(text["blocks"][1]["t"], "second & third");
    let o = text["blocks"][1]["o"].as_u64().unwrap() as usize;
    assert!(
        source
            .chars()
            .skip(o)
            .collect::<String>()
            .starts_with("second")
    );
}

#[test]
fn positions_are_counted_on_the_source_whatever_the_slices() {
    let count = |options: &Options| {
        let (_, files) = rendered_with(&long_book(), options).unwrap();
        files.json("positions.json")["total"].as_u64().unwrap()
    };
    assert_eq!(count(&Options::default()), count(&small_slices()));
}

#[test]
fn one_itemref_is_one_slice_even_when_repeated() {
    let book = Epub::new()
        .chapter("a.xhtml", "<p>a</p>")
        .chapter("b.xhtml", "<p>b</p>")
        .place("a.xhtml", "")
        .build();
    let (_, files) = rendered(&book);
    let bodies: Vec<String> = files
        .slices()
        .iter()
        .map(|slice| without_offsets(body(slice)))
        .collect();
    assert_eq!(bodies, ["<p>a</p>", "<p>b</p>", "<p>a</p>"]);
}

#[test]
fn pictures_and_unknown_files_in_the_spine_are_wrapped() {
    let book = Epub::new()
        .item("p.png", "image/png", "", PNG)
        .place("p.png", "")
        .item("d.json", "application/json", "", "{\"<script>\":1}")
        .place("d.json", "")
        .page("fake.xhtml", PNG)
        .build();
    let (report, files) = rendered(&book);
    assert_eq!(report.slices, 3);
    assert!(
        files
            .text("slices/0.html")
            .contains("<img src=\"../resources/0.png\"")
    );
    for n in [1, 2] {
        let slice = files.text(&format!("slices/{n}.html"));
        assert!(
            slice.contains("data-notice=\"missing\"") && slice.len() < 1200,
            "{slice}"
        );
    }
}

#[test]
fn fallbacks_are_followed() {
    let book = archive(&[
        ("META-INF/container.xml".into(), b"<container><rootfiles><rootfile full-path='p.opf'/></rootfiles></container>".to_vec()),
        ("p.opf".into(), b"<package><metadata/><manifest><item id='a' href='a.pdf' media-type='application/pdf' fallback='b'/>\
            <item id='b' href='b.xhtml' media-type='application/xhtml+xml' fallback='a'/></manifest><spine><itemref idref='a'/></spine></package>".to_vec()),
        ("a.pdf".into(), b"%PDF".to_vec()),
        ("b.xhtml".into(), chapter("<p>stand-in</p>").into_bytes()),
    ]);
    let (_, files) = rendered(&book);
    assert!(files.text("slices/0.html").contains("stand-in"));
}

#[test]
fn a_file_in_another_folder_than_the_manifest_says_is_found() {
    let book = archive(&[
        ("META-INF/container.xml".into(), b"<container><rootfiles><rootfile full-path='p.opf'/></rootfiles></container>".to_vec()),
        ("p.opf".into(), b"<package><metadata/><manifest><item id='a' href='a.xhtml' media-type='application/xhtml+xml'/>\
            <item id='b' href='b.xhtml' media-type='application/xhtml+xml'/></manifest>\
            <spine><itemref idref='a'/><itemref idref='b'/></spine></package>".to_vec()),
        ("text/a.xhtml".into(), chapter("<p>found</p>").into_bytes()),
        ("x/b.xhtml".into(), chapter("<p>one</p>").into_bytes()),
        ("y/b.xhtml".into(), chapter("<p>two</p>").into_bytes()),
    ]);
    let (report, files) = rendered(&book);
    assert!(files.text("slices/0.html").contains("found"));
    assert!(
        report
            .warnings
            .iter()
            .any(|warning| warning.code == "item_moved")
    );
    // Two of the name: nobody can say which is meant.
    assert!(files.text("slices/1.html").contains("data-notice"));
}

#[test]
fn a_picture_in_the_spine_gives_its_page_a_size() {
    let drawing = b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 900 600'/>";
    let book = archive(&[
        (
            "META-INF/container.xml".into(),
            b"<container><rootfiles><rootfile full-path='p.opf'/></rootfiles></container>".to_vec(),
        ),
        (
            "p.opf".into(),
            b"<package><metadata/><manifest><item id='a' href='a.svg' media-type='image/svg+xml'/>\
            <item id='b' href='b.png' media-type='image/png'/></manifest>\
            <spine><itemref idref='a'/><itemref idref='b'/></spine></package>"
                .to_vec(),
        ),
        ("a.svg".into(), drawing.to_vec()),
        ("b.png".into(), PNG.to_vec()),
    ]);
    let (_, files) = rendered(&book);
    let manifest = files.json("manifest.json");
    let size = |n: usize| &manifest["readingOrder"][n]["properties"]["viewport"];
    assert_eq!(*size(0), serde_json::json!({ "width": 900, "height": 600 }));
    assert!(size(1)["width"].is_u64(), "{}", size(1));
}

#[test]
fn what_needs_scripts_gives_way_to_its_fallback() {
    let book = archive(&[
        ("META-INF/container.xml".into(), b"<container><rootfiles><rootfile full-path='p.opf'/></rootfiles></container>".to_vec()),
        ("p.opf".into(), b"<package><metadata/><manifest><item id='a' href='a.xhtml' media-type='application/xhtml+xml' properties='scripted' fallback='b'/>\
            <item id='b' href='b.xhtml' media-type='application/xhtml+xml'/>\
            <item id='c' href='c.xhtml' media-type='application/xhtml+xml' properties='scripted'/></manifest>\
            <spine><itemref idref='a'/><itemref idref='c'/></spine></package>".to_vec()),
        ("a.xhtml".into(), chapter("<p>a game</p>").into_bytes()),
        ("b.xhtml".into(), chapter("<p>its rules</p>").into_bytes()),
        ("c.xhtml".into(), chapter("<p>no stand-in</p>").into_bytes()),
    ]);
    let (_, files) = rendered(&book);
    assert!(files.text("slices/0.html").contains("its rules"));
    assert!(files.text("slices/1.html").contains("no stand-in"));
}

#[test]
fn damage_costs_the_chapter_only() {
    let mut book = Epub::new()
        .chapter("a.xhtml", "<p>first</p>")
        .chapter("b.xhtml", "<p>second</p>")
        .build();
    // The last byte of the first chapter's data: found through its local header.
    let at = memchr_find(&book, b"OPS/a.xhtml");
    book[at + 40] ^= 0x55;
    let (report, files) = rendered(&book);
    assert_eq!(report.warnings[0].code, "chapter_lost");
    assert!(files.text("slices/0.html").contains("data-notice"));
    assert!(files.text("slices/1.html").contains("second"));
    assert_eq!(
        files.json("manifest.json")["readingOrder"][0]["properties"]["damage"],
        "missing"
    );
}

#[expect(clippy::unwrap_used, reason = "in a test an unwrap is the assertion")]
fn memchr_find(bytes: &[u8], needle: &[u8]) -> usize {
    bytes
        .windows(needle.len())
        .position(|window| window == needle)
        .unwrap()
}

#[test]
fn a_book_zipped_one_folder_down_opens_with_a_warning() {
    let files = [
        ("My Book/META-INF/container.xml".to_owned(), b"<container><rootfiles><rootfile full-path='OPS/p.opf'/></rootfiles></container>".to_vec()),
        ("My Book/OPS/p.opf".to_owned(), b"<package><metadata/><manifest><item id='a' href='A.xhtml' media-type='application/xhtml+xml'/></manifest><spine><itemref idref='a'/></spine></package>".to_vec()),
        ("My Book/OPS/a.XHTML".to_owned(), chapter("<p>nested</p>").into_bytes()),
    ];
    let (report, out) = rendered(&archive(&files));
    assert_eq!(report.warnings[0].code, "nested_root");
    assert!(out.text("slices/0.html").contains("nested"));
    let (report, _) = rendered(&archive(&files[1..]));
    assert_eq!(report.warnings[0].code, "container_missing");
}

#[test]
fn the_first_supported_case_of_a_switch_is_shown() {
    let out = support::cleaned(
        "<epub:switch><epub:case required-namespace=\"http://www.xml-cml.org/schema\"><cml>no</cml></epub:case>\
         <epub:case required-namespace=\"http://www.w3.org/1998/Math/MathML\"><math><mi>x</mi></math></epub:case>\
         <epub:default><p>default</p></epub:default></epub:switch><epub:trigger action=\"show\"/><object data=\"pic.png\"/>after",
    );
    assert!(
        out.starts_with("<math xmlns=\"http://www.w3.org/1998/Math/MathML\"><mi>x</mi></math>"),
        "{out}"
    );
    assert!(
        !out.contains("default")
            && out.ends_with("after")
            && out.contains("<img src=\"../resources/0.png\""),
        "{out}"
    );
}

#[test]
fn fixed_layout_pages_keep_their_viewport() {
    let page = "<html><head><title>t</title><meta name=\"viewport\" content=\"width=600, height=800, user-scalable=yes\"/></head><body><p>t</p></body></html>";
    let mut book = Epub::new().page("c.xhtml", page).chapter("d.xhtml", "<p/>");
    book.metadata.push_str("<meta property=\"rendition:layout\">pre-paginated</meta><meta property=\"rendition:viewport\">width=10, height=20</meta>");
    book.spine_attributes = "page-progression-direction=\"rtl\"".into();
    let (report, files) = rendered(&book.build());
    assert!(report.metadata.fixed_layout);
    assert!(
        files
            .text("slices/0.html")
            .contains("content=\"width=600, height=800\"")
    );
    assert!(
        files
            .text("slices/1.html")
            .contains("content=\"width=10, height=20\"")
    );
    let manifest = files.json("manifest.json");
    assert_eq!(manifest["metadata"]["presentation"]["layout"], "fixed");
    assert_eq!(manifest["metadata"]["readingProgression"], "rtl");
}

#[test]
fn books_without_a_cover_get_one_set_in_type() {
    let plain = Epub::new().chapter("a.xhtml", "<p>t</p>").build();
    let bad = Epub::new()
        .item("x.png", "image/png", "cover-image", b"not a picture")
        .chapter("a.xhtml", "<p>t</p>")
        .build();
    let (report, files) = rendered(&plain);
    assert!(report.warnings.is_empty(), "{:?}", report.warnings);
    let (report, again) = rendered(&bad);
    assert_eq!(report.warnings[0].code, "cover_unusable");
    for (name, size) in [
        ("original", [640, 960]),
        ("medium", [640, 960]),
        ("thumbnail", [160, 240]),
    ] {
        let path = format!("cover/{name}.png");
        let png = files.files.lock().unwrap()[&path].clone();
        // IHDR (W3C PNG): width and height after signature, length and name.
        let sides = [&png[16..20], &png[20..24]].map(|b| u32::from_be_bytes(b.try_into().unwrap()));
        assert_eq!(sides, size);
        assert_eq!(
            png,
            again.files.lock().unwrap()[&path],
            "the same words, the same bytes"
        );
    }
}

#[test]
fn a_picture_alone_gives_the_three_sizes_or_a_bad_image() {
    let (files, mut options) = (Memory::default(), Options::default());
    render_cover(PNG, &options, &files).unwrap();
    let files = files.files.lock().unwrap();
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    let thumbnail = "cover/thumbnail.webp";
    assert_eq!(
        names,
        ["cover/medium.webp", "cover/original.png", thumbnail]
    );
    assert!(files[thumbnail].starts_with(b"RIFF"));
    options.limits.cover_pixels = 0;
    for (image, options) in [
        (PNG, &options),
        (&PNG[..30], &Options::default()),
        (
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
            &Options::default(),
        ),
        (b"", &Options::default()),
    ] {
        let error = render_cover(image, options, &Memory::default()).unwrap_err();
        assert_eq!(error.code(), "bad_image", "{error}");
    }
}

#[test]
fn what_is_no_book_is_refused_clearly() {
    let error = rendered_with(b"%PDF-1.7", &Options::default())
        .map(|_| ())
        .unwrap_err();
    assert_eq!(error.code(), "corrupt_archive", "a PDF without pages");
    let nothing = rendered_with(b"hello", &Options::default())
        .map(|_| ())
        .unwrap_err();
    assert!(matches!(nothing, Error::NotABook));
}

#[test]
fn a_sink_that_fails_ends_the_render() {
    struct Full;
    impl bindery_engine::Sink for Full {
        fn put(&self, path: &str, _: &str, _: &[u8]) -> std::io::Result<()> {
            if path.starts_with("slices") {
                Err(std::io::Error::other("full"))
            } else {
                Ok(())
            }
        }
    }
    let error = bindery_engine::render(
        &sample(),
        &Options::default(),
        &Full,
        &bindery_engine::Silent,
    )
    .unwrap_err();
    assert_eq!((error.code(), error.is_transient()), ("sink_failed", true));
}
