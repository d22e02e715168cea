//! Text in the order of reading.

use super::write::{Object, Paper, dictionary, fonts, line, line_in, utf16};
use super::{text, whole, words};

/// Lines from the top, `leading` apart.
fn lines(x: f32, y: f32, texts: &[&str]) -> String {
    let at = |n: usize| y - 14.0 * n as f32;
    let lines = texts.iter().enumerate();
    lines.map(|(n, text)| line(x, at(n), 12.0, text)).collect()
}

#[test]
fn lines_are_read_from_top_to_bottom_whatever_the_order_of_drawing() {
    let mut paper = Paper::new();
    let mut content = line(72.0, 660.0, 12.0, "third of these lines");
    content += &line(72.0, 700.0, 12.0, "first of these lines");
    content += &line(72.0, 680.0, 12.0, "second of these lines");
    paper.page(&content);
    let (report, files) = whole(paper);
    assert_eq!(report.slices, 1);
    assert_eq!(
        words(&files, 0),
        "first of these lines second of these lines third of these lines"
    );
}

#[test]
fn two_columns_are_read_one_after_the_other() {
    let left = [
        "Left column one",
        "left column two",
        "left column three",
        "left column four",
    ];
    let right = [
        "Right column one",
        "right column two",
        "right column three",
        "right column four",
    ];
    let mut paper = Paper::new();
    // Drawn line by line across the page, as some programs do.
    let mut content = String::new();
    for n in 0..4 {
        let y = 700.0 - 14.0 * n as f32;
        content += &line(72.0, y, 12.0, left[n]);
        content += &line(330.0, y, 12.0, right[n]);
    }
    paper.page(&content);
    let (_, files) = whole(paper);
    let expected = [left.join(" "), right.join(" ")].join(" ");
    assert_eq!(words(&files, 0), expected);
}

#[test]
fn words_are_parted_by_gaps_where_no_space_is_drawn() {
    let mut paper = Paper::new();
    paper.page("BT /F1 12 Tf 72 700 Td [(Gaps)-400(part)-350(wo)20(rds)] TJ ET");
    let (_, files) = whole(paper);
    assert_eq!(words(&files, 0), "Gaps part words");
}

#[test]
fn letterspaced_words_stay_whole() {
    let mut paper = Paper::new();
    paper.page("BT /F1 12 Tf 2 Tc 72 700 Td (Spaced out title) Tj ET");
    let (_, files) = whole(paper);
    assert_eq!(words(&files, 0), "Spaced out title");
}

#[test]
fn hyphens_at_line_ends_are_kept_apart_from_hard_ones() {
    let mut paper = Paper::new();
    let texts = [
        "a paragraph of text whose hyphen-",
        "ation is undone and a well-",
        "known case as well",
    ];
    paper.page(&lines(72.0, 700.0, &texts));
    let (_, files) = whole(paper);
    let found = words(&files, 0);
    assert!(
        found.contains("hyphenation") || found.contains("hyphen\u{AD}ation"),
        "{found}"
    );
}

#[test]
fn ligatures_and_quotes_are_letters() {
    let mut paper = Paper::new();
    let encoding = dictionary! {
        "BaseEncoding" => "WinAnsiEncoding",
        "Differences" => vec![1.into(), "fi".into(), "fl".into(), "quotedblleft".into(), "quotedblright".into()],
    };
    let font = paper.add(dictionary! {
        "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Times-Roman", "Encoding" => encoding,
    });
    let resources = dictionary! { "Font" => dictionary! { "L" => font } };
    let content = "BT /L 12 Tf 72 700 Td (\\003the \\001rst o\\002ce\\004) Tj ET";
    paper.page_with(content, dictionary! { "Resources" => resources });
    let (_, files) = whole(paper);
    assert_eq!(words(&files, 0), "“the first oflce”");
}

#[test]
fn actual_text_stands_for_what_is_drawn() {
    let mut paper = Paper::new();
    let span = "/Span << /ActualText (\u{fe}\u{ff}\0r\0e\0a\0l) >> BDC\n";
    let bytes: Vec<u8> = span.chars().map(|c| c as u32 as u8).collect();
    let mut content = line(72.0, 700.0, 12.0, "before").into_bytes();
    content.extend(bytes);
    content.extend(line(120.0, 700.0, 12.0, "f@ke").into_bytes());
    content.extend(b"EMC\n");
    content.extend(line(160.0, 700.0, 12.0, "after").into_bytes());
    let content = paper.stream(dictionary! {}, content);
    paper.page_with("", dictionary! { "Contents" => content });
    let (_, files) = whole(paper);
    assert_eq!(words(&files, 0), "before real after");
}

#[test]
fn chinese_without_to_unicode_is_text() {
    let mut paper = Paper::new();
    let chars: Vec<char> = ('\u{E000}'..).take(40).collect();
    let program = fonts::true_type(&chars, 1000);
    // CIDs 34 and 35 of Adobe-GB1 are A and B; they are glyphs of this font, too.
    let font = fonts::composite(&mut paper, program, "Identity-H", "GB1", dictionary! {});
    let resources = dictionary! { "Font" => dictionary! { "C" => font } };
    paper.page_with(
        "BT /C 12 Tf 72 700 Td <00220023> Tj ET",
        dictionary! { "Resources" => resources },
    );
    let (_, files) = whole(paper);
    assert_eq!(words(&files, 0), "AB");
}

/// A composite font of these characters, glyph by glyph, which says what they are.
fn said(paper: &mut Paper, chars: &[char], encoding: &str) -> Object {
    let program = fonts::true_type(chars, 600);
    let mut map = String::from("1 begincodespacerange <0000> <FFFF> endcodespacerange\n");
    map += &format!("{} beginbfchar\n", chars.len());
    for (n, c) in chars.iter().enumerate() {
        map += &format!("<{:04X}> <{:04X}>\n", n + 1, *c as u32);
    }
    map += "endbfchar";
    let map = paper.stream(dictionary! {}, map);
    fonts::composite(
        paper,
        program,
        encoding,
        "Identity",
        dictionary! { "ToUnicode" => map },
    )
    .into()
}

#[test]
fn hebrew_and_arabic_are_text_in_logical_order() {
    for text in ["שלום", "سلام"] {
        let mut paper = Paper::new();
        let chars: Vec<char> = text.chars().collect();
        let font = said(&mut paper, &chars, "Identity-H");
        let resources = dictionary! { "Font" => dictionary! { "C" => font } };
        // Drawn from the left, so the last letter comes first.
        let codes: String = (1..=chars.len())
            .rev()
            .map(|n| format!("{n:04X}"))
            .collect();
        let content = format!("BT /C 20 Tf 300 700 Td <{codes}> Tj ET");
        paper.page_with(&content, dictionary! { "Resources" => resources });
        let (_, files) = whole(paper);
        assert_eq!(words(&files, 0), text);
    }
}

#[test]
fn vertical_lines_are_read_from_the_right() {
    let mut paper = Paper::new();
    let chars: Vec<char> = "縦書きの文章です".chars().collect();
    let font = said(&mut paper, &chars, "Identity-V");
    let resources = dictionary! { "Font" => dictionary! { "C" => font } };
    let content = "BT /C 20 Tf 300 700 Td <00010002000300040005> Tj ET BT /C 20 Tf 270 700 Td <000600070008> Tj ET";
    paper.page_with(content, dictionary! { "Resources" => resources });
    let (_, files) = whole(paper);
    let found: String = text(&files, 0).split_whitespace().collect();
    assert_eq!(found, "縦書きの文章です");
}

#[test]
fn text_outside_the_page_or_its_clip_is_left_out() {
    let mut paper = Paper::new();
    let mut content = line(72.0, 700.0, 12.0, "inside");
    content += &line(72.0, 900.0, 12.0, "above");
    content += &line(-300.0, 600.0, 12.0, "left");
    content += "q 0 0 10 10 re W n\n";
    content += &line(72.0, 500.0, 12.0, "clipped");
    content += "Q\n";
    paper.page(&content);
    let (_, files) = whole(paper);
    assert_eq!(words(&files, 0), "inside");
}

#[test]
fn scans_keep_their_invisible_text() {
    let mut paper = Paper::new();
    let content = format!("3 Tr\n{}", line(72.0, 700.0, 12.0, "recognised words"));
    paper.page(&content);
    let (_, files) = whole(paper);
    assert_eq!(words(&files, 0), "recognised words");
}

#[test]
fn type_3_glyphs_are_text() {
    let mut paper = Paper::new();
    let glyph = paper.stream(dictionary! {}, "700 0 0 0 600 600 d1 0 0 600 600 re f");
    let font = paper.add(dictionary! {
        "Type" => "Font", "Subtype" => "Type3", "FontBBox" => vec![0.into(), 0.into(), 700.into(), 700.into()],
        "FontMatrix" => vec![0.001.into(), 0.into(), 0.into(), 0.001.into(), 0.into(), 0.into()],
        "CharProcs" => dictionary! { "a" => glyph, "b" => glyph },
        "Encoding" => dictionary! { "Differences" => vec![97.into(), "a".into(), "b".into()] },
        "FirstChar" => 97, "LastChar" => 98, "Widths" => vec![700.into(), 700.into()],
    });
    let resources = dictionary! { "Font" => dictionary! { "D" => font } };
    paper.page_with(
        "BT /D 20 Tf 72 700 Td (abba) Tj ET",
        dictionary! { "Resources" => resources },
    );
    let (_, files) = whole(paper);
    assert_eq!(words(&files, 0), "abba");
}

#[test]
fn tagged_pages_are_read_in_the_order_of_the_page() {
    let mut paper = Paper::new();
    let marked =
        |tag: &str, n: u32, text: String| format!("/{tag} << /MCID {n} >> BDC\n{text}EMC\n");
    let mut content = marked("H1", 0, line(72.0, 720.0, 18.0, "A heading"));
    content += &marked(
        "P",
        1,
        lines(72.0, 690.0, &["First paragraph,", "two lines long."]),
    );
    content += &marked("LI", 2, line(90.0, 640.0, 12.0, "An item"));
    let page = paper.page(&content);
    let root = paper.file.new_object_id();
    let element = |kind: &str, n: i64| -> Object {
        dictionary! { "Type" => "StructElem", "S" => kind, "P" => root, "Pg" => page, "K" => n }
            .into()
    };
    let kids = vec![element("H1", 0), element("P", 1), element("LI", 2)];
    let tree = dictionary! { "Type" => "StructTreeRoot", "K" => kids };
    paper.file.objects.insert(root, tree.into());
    paper.catalog.set("StructTreeRoot", root);
    paper
        .catalog
        .set("MarkInfo", dictionary! { "Marked" => true });
    let (_, files) = whole(paper);
    assert_eq!(
        words(&files, 0),
        "A heading First paragraph, two lines long. An item"
    );
}

#[test]
fn fonts_that_are_not_embedded_are_replaced() {
    let mut paper = Paper::new();
    let mut content = line_in("F2", 72.0, 700.0, 12.0, "Times");
    content += &line_in("F3", 72.0, 650.0, 12.0, "Courier");
    paper.page(&content);
    paper.info(dictionary! { "Title" => utf16("Fonts") });
    let (report, files) = whole(paper);
    assert_eq!(report.metadata.title, "Fonts");
    assert_eq!(words(&files, 0), "Times Courier");
    let fonts = files
        .order
        .lock()
        .unwrap()
        .iter()
        .filter(|path| path.ends_with(".woff2"))
        .count();
    assert!(fonts >= 2, "{fonts}");
}
