//! What a book means must be there after cleaning: formulas, notes, page breaks,
//! languages, old vocabularies, and what stands in for what cannot be shown.

#![expect(clippy::unwrap_used, reason = "in a test an unwrap is the assertion")]

mod support;

use bindery_engine::Options;
use support::{
    Epub, PNG, body, chapter, cleaned, judge, polyglot, rendered, rendered_with, without_offsets,
};

const MATH: &str = "<math xmlns=\"http://www.w3.org/1998/Math/MathML\">";

fn formula(markup: &str) -> String {
    let out = cleaned(&format!("<p>{MATH}{markup}</math></p>"));
    out.strip_prefix(&format!("<p>{MATH}"))
        .and_then(|rest| rest.strip_suffix("</math></p>"))
        .unwrap_or_else(|| panic!("{out}"))
        .to_owned()
}

#[test]
fn fences_become_the_operators_they_stand_for() {
    let open = |sign: &str| format!("<mo fence=\"true\" form=\"prefix\">{sign}</mo>");
    let close = |sign: &str| format!("<mo fence=\"true\" form=\"postfix\">{sign}</mo>");
    let comma = |sign: &str| format!("<mo separator=\"true\" form=\"infix\">{sign}</mo>");
    assert_eq!(
        formula("<mfenced><mi>x</mi><mi>y</mi></mfenced>"),
        format!(
            "<mrow>{}<mi>x</mi>{}<mi>y</mi>{}</mrow>",
            open("("),
            comma(","),
            close(")")
        )
    );
    assert_eq!(
        formula(
            "<mfenced open=\"[\" close=\"&lt;\" separators=\"; |\"><mn>1</mn><mn>2</mn><mn>3</mn><mn>4</mn></mfenced>"
        ),
        format!(
            "<mrow>{}<mn>1</mn>{}<mn>2</mn>{}<mn>3</mn>{}<mn>4</mn>{}</mrow>",
            open("["),
            comma(";"),
            comma("|"),
            comma("|"),
            close("&lt;")
        )
    );
    assert_eq!(
        formula(
            "<mfenced open=\"\" close=\"\" separators=\"\"><mi>x</mi><mfenced><mi>y</mi></mfenced></mfenced>"
        ),
        format!(
            "<mrow><mi>x</mi><mrow>{}<mi>y</mi>{}</mrow></mrow>",
            open("("),
            close(")")
        )
    );
    assert_eq!(
        formula("<mfenced/>"),
        format!("<mrow>{}{}</mrow>", open("("), close(")"))
    );
}

#[test]
fn signs_of_a_fence_are_not_text_of_the_book() {
    let source = chapter(&format!(
        "<p>a {MATH}<mfenced><mi>x</mi></mfenced></math> b</p>"
    ));
    let (_, files) = rendered(&Epub::new().page("c.xhtml", source).build());
    assert_eq!(files.json("text/0.json")["blocks"][0]["t"], "a x b");
}

#[test]
fn formulas_keep_what_browsers_have_forgotten() {
    assert_eq!(
        formula("<menclose notation=\"box\"><mi>x</mi></menclose>"),
        "<menclose notation=\"box\" style=\"border:thin solid;padding:.2em;\"><mi>x</mi></menclose>"
    );
    assert_eq!(
        formula("<mi><mglyph src=\"g.png\" alt=\"gamma\"/></mi>"),
        "<mi>gamma</mi>"
    );
    assert_eq!(
        formula("<mrow><mglyph src=\"g.png\" alt=\"gamma\"/></mrow>"),
        "<mrow><mtext>gamma</mtext></mrow>"
    );
    let kept = formula(
        "<semantics><mi>x</mi><annotation encoding=\"application/x-tex\">x</annotation><annotation-xml encoding=\"MathML-Content\"><ci>x</ci></annotation-xml></semantics>",
    );
    assert_eq!(kept, "<semantics><mi>x</mi></semantics>");
    let shown = formula(
        "<semantics><apply><ci>x</ci></apply><annotation-xml encoding=\"MathML-Presentation\"><mi>x</mi></annotation-xml></semantics>",
    );
    assert_eq!(shown, "<semantics><mrow><mi>x</mi></mrow></semantics>");
    let out = cleaned(
        "<p><math alttext=\"x squared\" altimg=\"pic.png\"><msup><mi>x</mi><mn>2</mn></msup></math></p>",
    );
    assert!(out.contains(" alttext=\"x squared\""), "{out}");
}

#[test]
fn a_switch_shows_the_first_case_that_can_be() {
    let switch = |cases: &str| {
        cleaned(&format!(
            "<epub:switch id=\"s\">{cases}</epub:switch><p>after</p>"
        ))
    };
    let case = |space: &str, markup: &str| {
        format!("<epub:case required-namespace=\"{space}\">{markup}</epub:case>")
    };
    let svg = case(
        "http://www.w3.org/2000/svg",
        "<svg xmlns=\"http://www.w3.org/2000/svg\"><g/></svg>",
    );
    let math = case(
        "http://www.w3.org/1998/Math/MathML",
        "<math><mi>x</mi></math>",
    );
    let other = case("http://www.xml-cml.org/schema", "<cml:molecule/>no");
    let default = "<epub:default><p>default</p></epub:default>";
    assert!(switch(&format!("{other}{svg}{math}{default}")).starts_with("<svg"));
    assert!(switch(&format!("{math}{svg}{default}")).starts_with("<math"));
    assert_eq!(
        switch(&format!("{other}{default}")),
        "<p>default</p><p>after</p>"
    );
    assert_eq!(switch(&format!("{other}{other}")), "<p>after</p>");
    let nested =
        format!("<epub:default><epub:switch>{other}{default}</epub:switch></epub:default>");
    assert_eq!(
        switch(&format!("{other}{nested}")),
        "<p>default</p><p>after</p>"
    );
}

#[test]
fn notes_breaks_and_roles_are_marked_whatever_the_prefix() {
    let page = chapter(
        "<p>a<a epub:type=\"noteref\" href=\"#n\">1</a><span e:type=\"pagebreak\" id=\"p7\" title=\"7\"/></p>\
         <aside e:type=\"footnote\" id=\"n\"><p>note</p></aside><ol><li epub:type=\"endnote\" id=\"m\">end</li></ol>\
         <section epub:type=\"z3998:poem chapter\"><h2 epub:type=\"subtitle\">s</h2></section><p role=\"note\" epub:type=\"tip\">t</p>",
    )
    .replace("<html ", "<html xmlns:e=\"http://www.idpf.org/2007/ops\" ");
    let (_, files) = rendered(&Epub::new().page("c.xhtml", page).build());
    let out = without_offsets(body(&files.text("slices/0.html")));
    for kept in [
        "<a data-epub-type=\"noteref\" href=\"0.html#n\" role=\"doc-noteref\"",
        "<span id=\"p7\" data-epub-type=\"pagebreak\" title=\"7\" role=\"doc-pagebreak\"></span>",
        "<aside id=\"n\" data-epub-type=\"footnote\" role=\"doc-footnote\">",
        "<li id=\"m\" data-epub-type=\"endnote\">",
        "<section data-epub-type=\"z3998:poem chapter\" role=\"doc-chapter\"><h2 data-epub-type=\"subtitle\" role=\"doc-subtitle\">",
        "<p role=\"note\" data-epub-type=\"tip\">",
    ] {
        assert!(out.contains(kept), "{kept}\n{out}");
    }
}

#[test]
fn text_of_every_script_is_kept_as_it_runs() {
    for kept in [
        "<p><ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby></p>",
        "<p dir=\"rtl\" lang=\"ar\"><bdo dir=\"ltr\">abc</bdo><bdi>x</bdi></p>",
        "<p hidden=\"\">h</p>",
        "<details open=\"\"><summary>s</summary>text</details>",
        "<table border=\"1\"><caption>c</caption><thead><tr><th scope=\"col\" colspan=\"2\">h</th></tr></thead><tbody><tr><td rowspan=\"2\">x</td></tr></tbody></table>",
        "<ol start=\"3\" reversed=\"\" type=\"a\"><li value=\"9\">x</li></ol>",
        "<pre>a\n  b</pre>",
        "<q>q</q><sub>1</sub><sup>2</sup><kbd>k</kbd><var>v</var><time datetime=\"2020\">t</time>",
    ] {
        assert_eq!(cleaned(kept), *kept);
    }
    assert_eq!(
        cleaned(
            "<p xml:lang=\"ja\" xml:space=\"preserve\" ssml:ph=\"x\" ssml:alphabet=\"ipa\" its:translate=\"no\">t</p>"
        ),
        "<p lang=\"ja\">t</p>"
    );
    let svg = cleaned("<svg xml:space=\"preserve\"><text xml:space=\"default\">a  b</text></svg>");
    assert_eq!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xml:space=\"preserve\"><text>a  b</text></svg>"
    );
}

#[test]
fn what_stands_in_for_what_cannot_be_shown_is_shown() {
    assert_eq!(
        cleaned(
            "<object data=\"x.swf\" type=\"application/x-shockwave-flash\"><p>in place</p></object>"
        ),
        "<p>in place</p>"
    );
    assert_eq!(
        cleaned("<object data=\"pic.png\" title=\"a picture\"><p>in place</p></object>"),
        "<img title=\"a picture\" src=\"../resources/0.png\" alt=\"a picture\"/>"
    );
    assert_eq!(
        cleaned("<iframe src=\"x.html\"><p>in place</p></iframe>"),
        "<p>in place</p>"
    );
    assert_eq!(
        cleaned("<iframe src=\"pic.png\"/>x"),
        "<img src=\"../resources/0.png\" alt=\"\"/>x"
    );
    assert_eq!(
        cleaned("<audio src=\"https://evil.example/a.mp3\"><p>in place</p></audio>"),
        "<p>in place</p>"
    );
    assert_eq!(
        cleaned("<audio src=\"a.mp3\" autoplay=\"\"><p>in place</p></audio>"),
        "<audio src=\"../resources/1.mp3\" controls=\"\"><p>in place</p></audio>"
    );
    assert_eq!(
        cleaned("<canvas><p>in place</p></canvas>"),
        "<p>in place</p>"
    );
    assert_eq!(
        cleaned(
            "<form action=\"x\"><label>Name <input value=\"x\"/></label><button>Go</button></form>"
        ),
        "Name Go"
    );
}

#[test]
fn dtbook_is_read_as_the_html_it_resembles() {
    let page = "<?xml version=\"1.0\"?><!DOCTYPE dtbook PUBLIC \"-//NISO//DTD dtbook 2005-2//EN\" \"http://www.daisy.org/z3986/2005/dtbook-2005-2.dtd\">\
        <dtbook xmlns=\"http://www.daisy.org/z3986/2005/dtbook/\" version=\"2005-2\" xml:lang=\"en\"><head><meta name=\"dc:Title\" content=\"T\"/></head>\
        <book><frontmatter><doctitle>Title</doctitle><docauthor>A. Writer</docauthor></frontmatter><bodymatter id=\"b\"><level1 id=\"l1\" class=\"chapter\"><h1>One</h1>\
        <p>Text<noteref idref=\"#n1\">1</noteref> <pagenum id=\"p7\" page=\"normal\">7</pagenum></p><list type=\"ol\"><li><lic>x</lic></li></list><list type=\"ul\"><hd>H</hd><li>y</li></list>\
        <poem><linegroup><line>roses</line><line>violets</line></linegroup></poem><imggroup><img src=\"pic.png\" alt=\"a\"/><caption>cap</caption></imggroup>\
        <note id=\"n1\"><p>A note.</p></note><sidebar render=\"optional\"><p>aside</p></sidebar><table><caption>c</caption><tr><td>x</td></tr></table>\
        <p><sent>A sentence.</sent> <acronym>NASA</acronym></p></level1></bodymatter></book></dtbook>";
    let book = Epub::new()
        .item("pic.png", "image/png", "", PNG)
        .item("b.xml", "application/x-dtbook+xml", "", page)
        .place("b.xml", "")
        .build();
    let (report, files) = rendered(&book);
    assert_eq!(report.warnings, []);
    let slice = files.text("slices/0.html");
    polyglot::check(&slice).unwrap();
    judge::check(&slice).unwrap();
    let out = without_offsets(body(&slice));
    for kept in [
        "<h1>Title</h1><div>A. Writer</div>",
        "<section id=\"l1\" class=\"chapter\"><h1>One</h1>",
        "<a data-epub-type=\"noteref\" role=\"doc-noteref\" href=\"0.html#n1\">1</a>",
        "<span id=\"p7\" data-epub-type=\"pagebreak\" role=\"doc-pagebreak\">7</span>",
        "<ol type=\"ol\"><li><span>x</span></li></ol>",
        "<div>roses</div><div>violets</div>",
        "<img src=\"../resources/0.png\" alt=\"a\"/><div>cap</div>",
        "<aside id=\"n1\" data-epub-type=\"footnote\" role=\"doc-footnote\">",
        "<table><caption>c</caption>",
        "<abbr>NASA</abbr>",
    ] {
        assert!(out.contains(kept), "{kept}\n{out}");
    }
}

#[test]
fn names_in_capitals_are_names_all_the_same() {
    let out = cleaned(
        "<P ALIGN=\"center\" Lang=\"fr\"><A HREF=\"c.xhtml\" OnClick=\"x\">t</A><IMG SRC=\"pic.png\" ALT=\"a\"/></P>",
    );
    assert_eq!(
        out,
        "<p align=\"center\" lang=\"fr\"><a href=\"0.html\" rel=\"noopener noreferrer\">t</a><img src=\"../resources/0.png\" alt=\"a\"/></p>"
    );
}

#[test]
fn alternative_style_sheets_are_not_mixed_in() {
    let page = chapter("<p>t</p>").replace(
        "<title>",
        "<link rel=\"stylesheet\" href=\"always.css\"/><link rel=\"stylesheet\" class=\"day\" title=\"day\" href=\"day.css\"/>\
         <link rel=\"alternate stylesheet\" class=\"night\" title=\"night\" href=\"night.css\"/><link rel=\"stylesheet\" title=\"night\" href=\"night.css\"/>\
         <style title=\"day\">p{color:red}</style><style title=\"night\">p{color:blue}</style><title>",
    );
    let book = ["always.css", "day.css", "night.css"]
        .into_iter()
        .fold(Epub::new(), |book, name| {
            book.item(name, "text/css", "", "p{}")
        })
        .page("c.xhtml", page);
    let (_, files) = rendered(&book.build());
    let slice = files.text("slices/0.html");
    let links: Vec<&str> = slice
        .split("<link rel=\"stylesheet\" href=\"../resources/")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    assert_eq!(links, ["0.css", "1.css", "s0-2.css"]);
}

#[test]
fn oeb_documents_are_chapters() {
    let page = "<?xml version=\"1.0\"?><!DOCTYPE html PUBLIC \"+//ISBN 0-9673008-1-9//DTD OEB 1.2 Document//EN\" \"oebdoc12.dtd\"><html><head><title>T</title></head><body><p>oeb</p></body></html>";
    for kind in ["text/x-oeb1-document", "text/html", "application/xml"] {
        let (report, files) = rendered(
            &Epub::new()
                .item("c.htm", kind, "", page)
                .place("c.htm", "")
                .build(),
        );
        assert_eq!(report.warnings, [], "{kind}");
        assert!(files.text("slices/0.html").contains(">oeb</p>"), "{kind}");
    }
}

#[test]
fn a_drawing_that_is_a_page_gives_its_size() {
    let sizes = [
        (
            "viewBox=\"0 0 900 600\"",
            serde_json::json!({ "width": 900, "height": 600 }),
        ),
        (
            "viewBox=\"0,0, 900.4,600\" width=\"100%\"",
            serde_json::json!({ "width": 900, "height": 600 }),
        ),
        (
            "width=\"300px\" height=\"400\"",
            serde_json::json!({ "width": 300, "height": 400 }),
        ),
        ("width=\"100%\" height=\"100%\"", serde_json::Value::Null),
    ];
    for (attributes, size) in sizes {
        let drawing = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" {attributes}><svg viewBox=\"0 0 1 1\"/></svg>"
        );
        let (_, files) = rendered(
            &Epub::new()
                .item("d.svg", "image/svg+xml", "", drawing)
                .place("d.svg", "")
                .build(),
        );
        let manifest = files.json("manifest.json");
        assert_eq!(
            manifest["readingOrder"][0]["properties"]["viewport"], size,
            "{attributes}"
        );
    }
}

#[test]
fn damage_is_said_in_the_report_and_to_the_reader() {
    let cases = [
        (
            "<html><body><p>one<p>two</body></html>".to_owned(),
            "chapter_repaired",
            "repaired",
        ),
        (
            format!("<p {}>one", "a ".repeat(1000)),
            "chapter_text_only",
            "text-only",
        ),
    ];
    for (page, code, damage) in cases {
        let (report, files) = rendered(&Epub::new().page("c.xhtml", page).build());
        assert_eq!(report.warnings[0].code, code);
        assert_eq!(report.warnings[0].item.as_deref(), Some("OPS/c.xhtml"));
        assert_eq!(
            files.json("manifest.json")["readingOrder"][0]["properties"]["damage"],
            damage
        );
    }
}

fn cut(markup: &str) -> Vec<String> {
    let options = Options {
        slice_soft: 1500,
        slice_hard: 9000,
        ..Options::default()
    };
    let (_, files) =
        rendered_with(&Epub::new().chapter("c.xhtml", markup).build(), &options).unwrap();
    let slices = files.slices();
    assert!(slices.len() > 2, "{}", slices.len());
    for slice in &slices {
        polyglot::check(slice).unwrap();
    }
    slices
        .iter()
        .map(|slice| without_offsets(body(slice)))
        .collect()
}

#[test]
fn a_table_that_goes_on_has_its_head_and_columns_again() {
    let rows: String = (0..200)
        .map(|n| format!("<tr><td>{n}</td><td>some words of a row</td></tr>"))
        .collect();
    let slices = cut(&format!(
        "<table class=\"t\"><caption>Cap</caption><colgroup id=\"c\"><col width=\"10\"/><col/></colgroup><thead id=\"h\"><tr><th id=\"x\">N</th><th>Words</th></tr></thead><tbody>{rows}</tbody></table>"
    ));
    for slice in &slices[1..] {
        assert!(
            slice.starts_with("<table class=\"t\" data-continued=\"\"><colgroup data-continued=\"\"><col width=\"10\"/><col/></colgroup><thead data-continued=\"\"><tr><th>N</th><th>Words</th></tr></thead><tbody data-continued=\"\">"),
            "{slice:.400}"
        );
    }
    assert_eq!(slices.concat().matches("Cap").count(), 1);
    assert_eq!(slices.concat().matches(" id=").count(), 3);
}

#[test]
fn a_cell_that_goes_on_stays_in_its_column() {
    let long: String = (0..400)
        .map(|n| format!("<p>Paragraph {n} of a long cell.</p>"))
        .collect();
    let slices = cut(&format!(
        "<table><tr><td colspan=\"2\">a</td><th>b</th><td class=\"c\">{long}</td><td>d</td></tr></table>"
    ));
    for slice in &slices[1..] {
        assert!(
            slice.starts_with("<table data-continued=\"\"><tbody data-continued=\"\"><tr data-continued=\"\"><td colspan=\"3\" data-continued=\"\"></td><td class=\"c\" data-continued=\"\">"),
            "{slice:.400}"
        );
    }
}

#[test]
fn rows_that_a_cell_reaches_into_stay_with_it() {
    let rows: String = (0..100)
        .map(|n| format!("<tr><th rowspan=\"3\">head {n}</th><td>some words</td></tr><tr><td>of a row</td></tr><tr><td>and more of them</td></tr>"))
        .collect();
    for slice in &cut(&format!("<table><tbody>{rows}</tbody></table>"))[1..] {
        assert!(
            slice
                .split("<tr>")
                .nth(1)
                .unwrap()
                .starts_with("<th rowspan=\"3\""),
            "{slice:.300}"
        );
    }
}

#[test]
fn a_figure_is_cut_only_when_it_must_be() {
    let lines: String = (0..40)
        .map(|n| format!("<p>Line {n} of a figure.</p>"))
        .collect();
    let figure = format!("<figure>{lines}</figure>");
    let slices = cut(&format!("{figure}{figure}{figure}{figure}"));
    assert!(
        slices
            .iter()
            .all(|slice| slice.starts_with("<figure>") && slice.ends_with("</figure>"))
    );
    let slices = cut(&format!("<figure>{}</figure>", lines.repeat(30)));
    assert!(slices.iter().all(|slice| slice.len() < 10_000));
}

#[test]
fn a_list_that_goes_on_keeps_counting() {
    let items = |from: i32, to: i32| -> String {
        (from..to)
            .map(|n| format!("<li>item {n} of the list, with words</li>"))
            .collect()
    };
    let starts = |markup: &str| -> Vec<(String, i32)> {
        cut(markup)[1..]
            .iter()
            .map(|slice| {
                let start = slice
                    .split("start=\"")
                    .nth(1)
                    .unwrap()
                    .split('"')
                    .next()
                    .unwrap();
                let first = slice
                    .split(">item ")
                    .nth(1)
                    .unwrap()
                    .split(' ')
                    .next()
                    .unwrap();
                (start.to_owned(), first.parse().unwrap())
            })
            .collect()
    };
    for (start, first) in starts(&format!("<ol>{}</ol>", items(1, 300))) {
        assert_eq!(start, first.to_string());
    }
    // `value` sets the count anew.
    for (start, first) in starts(&format!(
        "<ol><li value=\"100\">x</li>{}</ol>",
        items(101, 400)
    )) {
        assert_eq!(start, first.to_string());
    }
    // Downwards, when it is said from where.
    for (start, first) in starts(&format!(
        "<ol reversed=\"\" start=\"300\">{}</ol>",
        items(0, 300)
    )) {
        assert_eq!(start, (300 - first).to_string());
    }
}

#[test]
fn a_line_end_of_two_characters_is_never_cut_in_two() {
    let filler = "<p>words</p>".repeat(2000);
    for length in 8900..9000 {
        let line = "y".repeat(length);
        let slices = cut(&format!("<pre>{line}&#233;\r\nz</pre>{filler}"));
        let lines: usize = slices.iter().map(|slice| slice.matches('\n').count()).sum();
        assert_eq!(lines, 1, "{length}");
    }
}

#[test]
fn a_line_of_code_longer_than_a_slice_is_cut_in_its_text() {
    let slices = cut(&format!(
        "<pre class=\"code\"><code>{}</code></pre>",
        "let x = 1;\n".repeat(3000)
    ));
    let code: String = slices
        .iter()
        .map(|slice| {
            slice
                .rsplit_once("</code>")
                .unwrap()
                .0
                .rsplit('>')
                .next()
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(code, "let x = 1;\n".repeat(3000));
    assert!(
        slices[1].starts_with("<pre class=\"code\" data-continued=\"\"><code data-continued=\"\">")
    );
}

#[test]
fn a_chapter_without_a_language_takes_the_packages_only_in_old_books() {
    // As the W3C's test pkg-lang_but_not_content has it: the package's language is the book's, not its files'.
    for (version, expected) in [("2.0", true), ("3.0", false)] {
        let mut book = Epub::new().chapter("c.xhtml", "<p>t</p>");
        book.version = version;
        let slice = rendered(&book.build()).1.text("slices/0.html");
        assert_eq!(
            slice.contains(" lang=\"en\""),
            expected,
            "{version}: {slice}"
        );
    }
}
