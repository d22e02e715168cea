//! What the throw-away prototype got wrong: each defect by name.

mod support;

use bindery_engine::Options;
use support::{
    Epub, PNG, archive, body, chapter, cleaned, judge, polyglot, rendered, rendered_with,
};

#[test]
fn svg_presentation_attributes_lose_remote_urls() {
    let out = cleaned(
        "<svg xmlns=\"http://www.w3.org/2000/svg\"><rect fill=\"url(http://evil.example/#a)\" stroke='url(\"//evil.example/#b\")' \
         mask=\"url(#m)\" filter=\"u\\72l(http://evil.example/#c)\" clip-path=\"URL( http://evil.example/#d )\" \
         marker-start=\"url(http://evil.example/#e)\" cursor=\"url(http://evil.example/f),auto\"/></svg>",
    );
    assert!(!out.contains("evil.example"), "{out}");
    assert!(out.contains("mask=\"url(&quot;#m&quot;)\""), "{out}");
}

#[test]
fn unquoted_urls_in_image_set_are_rewritten() {
    let out = cleaned(
        "<p style=\"background-image:image-set(url(pic.png) 1x, url(http://evil.example/2x.png) 2x)\">t</p>",
    );
    assert!(!out.contains("evil.example"), "{out}");
    assert!(
        out.contains("url(&quot;../resources/0.png&quot;) 1x"),
        "{out}"
    );
}

#[test]
fn pictures_and_drawings_in_the_spine_are_wrapped_and_never_parsed_as_xhtml() {
    let mut big = PNG.to_vec();
    big.extend(b"<p>garbage</p>".iter().cycle().take(3 << 20));
    let book = Epub::new()
        .item("p.png", "image/png", "", &big)
        .place("p.png", "")
        // A picture that claims to be a chapter.
        .page("fake.xhtml", &big)
        .item(
            "d.svg",
            "image/svg+xml",
            "",
            "<svg xmlns='http://www.w3.org/2000/svg'><text>drawn</text></svg>",
        )
        .place("d.svg", "")
        .build();
    let (_, files) = rendered(&book);
    for (slice, holds) in
        files
            .slices()
            .iter()
            .zip(["<img src=\"../resources/0.png\"", "data-notice", ">drawn<"])
    {
        assert!(
            slice.contains(holds) && !slice.contains("garbage") && slice.len() < 2000,
            "{slice:.500}"
        );
        polyglot::check(slice).unwrap();
        judge::check(slice).unwrap();
    }
}

#[test]
fn kitchen_sink_markup_keeps_the_rest_of_a_chapter() {
    for empty in [
        "object",
        "iframe",
        "video",
        "audio",
        "script",
        "style",
        "title",
        "textarea",
        "select",
        "canvas",
        "noscript",
        "template",
        "a",
        "div",
        "epub:trigger",
        "svg",
        "math",
        "embed",
        "table",
        "ruby",
        "button",
    ] {
        let out = cleaned(&format!("<p>before</p><{empty}/><p>after</p>"));
        assert!(
            out.contains("<p>before</p>") && out.ends_with("<p>after</p>"),
            "{empty}: {out}"
        );
        // In broken markup too, where the HTML parser knows no empty elements.
        let out = cleaned(&format!("<p>before</p><{empty}/><p>after<br>"));
        assert!(
            out.contains("<p>before</p>") && out.contains("after"),
            "{empty}: {out}"
        );
    }
}

#[test]
fn splits_close_and_reopen_ancestors() {
    let paragraphs: String = (0..200)
        .map(|n| format!("<p>Paragraph {n} of the chapter.</p>"))
        .collect();
    let source = chapter(&format!(
        "<section id=\"s\" class=\"one\" lang=\"la\"><div dir=\"rtl\" style=\"color:red\">{paragraphs}</div></section>"
    ));
    let options = Options {
        slice_soft: 2048,
        slice_hard: 4096,
        ..Options::default()
    };
    let (report, files) =
        rendered_with(&Epub::new().page("c.xhtml", &source).build(), &options).unwrap();
    assert!(report.slices > 3);
    let slices = files.slices();
    for (n, slice) in slices.iter().enumerate() {
        polyglot::check(slice).unwrap();
        let named = if n == 0 { " id=\"s\"" } else { "" };
        assert!(
            body(slice).starts_with(&format!("<section{named} class=\"one\" lang=\"la\"")),
            "{n}: {:.200}",
            body(slice)
        );
        assert!(
            body(slice).contains("<div dir=\"rtl\" style=\"color:red\""),
            "{n}"
        );
        assert!(body(slice).ends_with("</div></section>"));
    }
    assert_eq!(slices.concat().matches(" id=\"s\"").count(), 1);
}

#[test]
fn repeated_itemrefs_are_a_slice_each() {
    let book = Epub::new()
        .chapter("a.xhtml", "<p>a</p>")
        .chapter("b.xhtml", "<p>b</p>")
        .place("a.xhtml", "")
        .place("a.xhtml", "linear=\"no\"");
    let (report, files) = rendered(&book.build());
    assert_eq!(report.slices, 4);
    assert!(
        [0, 2, 3]
            .iter()
            .all(|n| files.text(&format!("slices/{n}.html")).contains(">a</p>"))
    );
}

#[test]
fn href_and_xlink_href_become_one_attribute() {
    let out = cleaned(
        "<svg><a href=\"c.xhtml\" xlink:href=\"c.xhtml\"><text>t</text></a><use xlink:href=\"#u\" href=\"#u\"/>\
         <image xlink:href=\"pic.png\" href=\"pic.png\"/></svg>",
    );
    assert_eq!(out.matches("href=").count(), 3, "{out}");
    // The first that may stand wins.
    let out = cleaned("<svg><image xlink:href=\"http://evil.example/x\" href=\"pic.png\"/></svg>");
    assert!(out.contains("<image href=\"../resources/0.png\""), "{out}");
}

#[test]
fn a_book_in_a_folder_of_its_archive_opens() {
    let files = [
        ("Folder/META-INF/container.xml".to_owned(), b"<container><rootfiles><rootfile full-path='OPS/p.opf'/></rootfiles></container>".to_vec()),
        ("Folder/OPS/p.opf".to_owned(), b"<package><metadata/><manifest><item id='a' href='a.xhtml' media-type='application/xhtml+xml'/></manifest><spine><itemref idref='a'/></spine></package>".to_vec()),
        ("Folder/OPS/a.xhtml".to_owned(), chapter("<p>nested</p>").into_bytes()),
    ];
    assert!(
        rendered(&archive(&files))
            .1
            .text("slices/0.html")
            .contains("nested")
    );
}
