//! What the fuzz targets found in whole books; the seeds are in `fuzz/seeds`.

mod support;

use support::{Epub, PNG, cleaned, rendered};

#[test]
fn a_file_of_several_drawings_becomes_one() {
    let broken = "<svg><g/></svg><h1>One</h1><p>x<svg><svg></svg><rect/></svg>";
    let book = Epub::new()
        .item("d.svg", "image/svg+xml", "", broken)
        .chapter("c.xhtml", "<img src=\"d.svg\" alt=\"\"/>")
        .build();
    let (_, files) = rendered(&book);
    assert_eq!(
        files.text("resources/0.svg"),
        "<svg xmlns=\"http://www.w3.org/2000/svg\"><g></g></svg>"
    );
}

#[test]
fn a_timeline_leads_to_slices_only() {
    let smil = "<smil><body><par><text src=\"c.xhtml#a\"/></par><par><text src=\"pic.png\"/></par>\
                <par><text src=\"https://elsewhere.example/c.xhtml\"/></par></body></smil>";
    let book = Epub::new()
        .item("pic.png", "image/png", "", PNG)
        .item("o.smil", "application/smil+xml", "", smil)
        .chapter("c.xhtml", "<p id=\"a\">text</p>")
        .build();
    let (_, files) = rendered(&book);
    assert_eq!(
        files.json("resources/1.json")["narration"],
        serde_json::json!([{ "text": "../slices/0.html#a" }])
    );
}

#[test]
fn a_web_address_without_slashes_does_not_lead_to_our_own_host() {
    for written in ["https:x/y", "HTTPS:/x/y", "https:\\x/y", "https:////x/y"] {
        let out = cleaned(&format!("<a href=\"{written}\">t</a>"));
        assert!(out.contains("href=\"https://x/y\""), "{written}: {out}");
    }
    assert!(!cleaned("<a href=\"https:\">t</a>").contains("href"));
}

#[test]
fn an_element_that_only_new_parsers_take_for_special_keeps_its_content_alone() {
    let out = cleaned("<dl><dt>term<search><dd>meaning</dd></search></dt></dl>");
    assert!(!out.contains("<search"), "{out}");
    assert!(out.contains("term") && out.contains("meaning"), "{out}");
}

#[test]
fn a_newline_behind_a_dropped_character_stays_the_first_of_its_pre() {
    let out = cleaned("<pre>&#x1F;&#13;a</pre>");
    assert!(out.contains("<span></span>\na</pre>"), "{out}");
}
