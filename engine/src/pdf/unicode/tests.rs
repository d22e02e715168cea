//! Fonts written here, and what the fonts of the corpus leave unsaid.

use hayro_interpret::font::{Glyph, GlyphRun};
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps,
    InterpreterCache, InterpreterSettings, SoftMask, interpret_page,
};
use hayro_syntax::Pdf;
use kurbo::{BezPath, Rect};

use super::{Texts, expand};
use crate::pdf::document::tests::write::{Object, Paper, dictionary, fonts};
use crate::pdf::document::{open, tests};

/// Writes down the text of every glyph.
struct Reader<'t, 'p> {
    texts: &'t mut Texts<'p>,
    text: String,
    unknown: usize,
}

impl<'a> Device<'a> for Reader<'_, '_> {
    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, _: DrawProps<'a>, _: &DrawMode) {
        for glyph in run.glyphs() {
            let text = match &**glyph {
                Glyph::Outline(outline) => self.texts.of(outline),
                Glyph::Type3(drawn) => self.texts.of_drawn(drawn.as_unicode(), drawn.char_code()),
            };
            self.unknown += usize::from(text.is_empty());
            self.text.push_str(&text);
        }
    }
    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}

/// The text of a page in the order of drawing, and how many glyphs have none.
fn text(pdf: &Pdf, n: usize) -> (String, usize) {
    let mut texts = Texts::default();
    let page = &pdf.pages()[n];
    texts.turn_to(page);
    let cache = InterpreterCache::new();
    let settings = InterpreterSettings::default();
    let all = Rect::new(-1e6, -1e6, 1e6, 1e6);
    let mut context = Context::new(kurbo::Affine::IDENTITY, all, &cache, pdf.xref(), settings);
    let mut reader = Reader {
        texts: &mut texts,
        text: String::new(),
        unknown: 0,
    };
    interpret_page(page, &mut context, &mut reader);
    (reader.text, reader.unknown)
}

/// The text of a page that shows these codes in this font.
fn shown(mut paper: Paper, font: lopdf::ObjectId, codes: &[u16]) -> String {
    let resources = dictionary! { "Font" => dictionary! { "C" => font } };
    let hex: String = codes.iter().map(|code| format!("{code:04x}")).collect();
    let content = format!("BT /C 20 Tf 50 700 Td <{hex}> Tj ET");
    paper.page_with(&content, dictionary! { "Resources" => resources });
    let pdf = open(paper.bytes(), None).unwrap();
    text(&pdf, 0).0
}

fn boxes(count: usize) -> Vec<u8> {
    let chars: Vec<char> = ('\u{E000}'..).take(count).collect();
    fonts::true_type(&chars, 1000)
}

#[test]
fn cids_of_the_four_collections_are_read_without_to_unicode() {
    // Codes are CIDs. Sources: Adobe Technical Notes #5078, #5079, #5080, #5093.
    for (ordering, cids, expected) in [
        ("GB1", [4_559, 3_795, 34], "中文A"),
        ("CNS1", [661, 3_382, 34], "中華A"),
        ("Japan1", [3_284, 843, 34], "日あA"),
        ("Korea1", [1_086, 3_436, 34], "가伽A"),
    ] {
        let mut paper = Paper::new();
        let font = fonts::composite(
            &mut paper,
            boxes(10),
            "Identity-H",
            ordering,
            dictionary! {},
        );
        let found = shown(paper, font, &cids);
        println!("{ordering} {found}");
        assert_eq!(found, expected, "{ordering}");
    }
}

#[test]
fn encodings_in_unicode_and_in_national_codes_are_read() {
    for (encoding, ordering, codes, expected) in [
        ("UniGB-UCS2-H", "GB1", [0x4E2D, 0x6587], "中文"),
        ("UniJIS-UTF16-H", "Japan1", [0x65E5, 0x3042], "日あ"),
        ("GBK-EUC-H", "GB1", [0xD6D0, 0xCEC4], "中文"),
        ("90ms-RKSJ-H", "Japan1", [0x93FA, 0x82A0], "日あ"),
        ("ETen-B5-H", "CNS1", [0xA4A4, 0xB5D8], "中華"),
        ("KSCms-UHC-H", "Korea1", [0xB0A1, 0xC7D1], "가한"),
    ] {
        let mut paper = Paper::new();
        let font = fonts::composite(&mut paper, boxes(10), encoding, ordering, dictionary! {});
        assert_eq!(shown(paper, font, &codes), expected, "{encoding}");
    }
}

#[test]
fn fonts_of_no_collection_are_read_by_their_own_map() {
    let program = fonts::true_type(&['x', '\u{2F00}', 'Ж', '\u{FB01}', '\u{5D0}'], 1000);
    let mut paper = Paper::new();
    let font = fonts::composite(
        &mut paper,
        program,
        "Identity-H",
        "Identity",
        dictionary! {},
    );
    assert_eq!(shown(paper, font, &[1, 3, 2, 4, 5, 9]), "xЖ一fiא");
}

#[test]
fn to_unicode_wins_where_it_says_something_of_use() {
    let program = fonts::true_type(&['x', 'y', 'z'], 1000);
    let mut paper = Paper::new();
    let map = "1 begincodespacerange <0000> <FFFF> endcodespacerange 3 beginbfchar \
               <0001> <0041> <0002> <FFFD> <0003> <E123> endbfchar";
    let map = paper.stream(dictionary! {}, map);
    let more = dictionary! { "ToUnicode" => map };
    let font = fonts::composite(&mut paper, program, "Identity-H", "Identity", more);
    assert_eq!(shown(paper, font, &[1, 2, 3]), "Ayz");
}

#[test]
fn fonts_of_one_name_are_told_apart_by_their_programs() {
    let mut paper = Paper::new();
    let a = fonts::composite(&mut paper, boxes(9), "Identity-H", "GB1", dictionary! {});
    let b = fonts::composite(
        &mut paper,
        boxes(12),
        "Identity-H",
        "Japan1",
        dictionary! {},
    );
    let resources = dictionary! { "Font" => dictionary! { "A" => a, "B" => b } };
    let content = "BT /A 20 Tf 50 700 Td <11CF> Tj /B 20 Tf <0CD4> Tj ET";
    paper.page_with(content, dictionary! { "Resources" => resources });
    let pdf = open(paper.bytes(), None).unwrap();
    assert_eq!(text(&pdf, 0).0, "中日");
}

#[test]
fn fonts_in_forms_are_found_and_circles_end() {
    let mut paper = Paper::new();
    let font = fonts::composite(&mut paper, boxes(10), "Identity-H", "GB1", dictionary! {});
    let form = paper.file.new_object_id();
    let resources = dictionary! {
        "Font" => dictionary! { "C" => font }, "XObject" => dictionary! { "Self" => form },
    };
    let dict = dictionary! {
        "Type" => "XObject", "Subtype" => "Form", "BBox" => vec![0.into(), 0.into(), 600.into(), 800.into()],
        "Resources" => resources,
    };
    let stream = lopdf::Stream::new(dict, b"BT /C 20 Tf 50 700 Td <11CF> Tj ET".to_vec());
    paper.file.objects.insert(form, Object::Stream(stream));
    let resources = dictionary! { "XObject" => dictionary! { "F" => form } };
    paper.page_with("/F Do", dictionary! { "Resources" => resources });
    let pdf = open(paper.bytes(), None).unwrap();
    assert_eq!(text(&pdf, 0).0, "中");
}

#[test]
fn presentation_forms_become_letters() {
    for (given, expected) in [
        ("ﬃ", "ffi"),
        ("ﷲ", "الله"),
        ("ﻼ", "لا"),
        ("⼀", "一"),
        ("︵", "("),
        ("\u{AD}", "-"),
        ("\u{A0}", " "),
        ("\0a\u{FFFD}\u{FEFF}", "a"),
        ("é½²", "é½²"),
    ] {
        assert_eq!(expand(given), expected);
    }
}

#[test]
fn few_glyphs_of_the_corpus_are_without_text() {
    for path in tests::corpus::files() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let Ok(pdf) = open(std::fs::read(&path).unwrap(), None) else {
            continue;
        };
        let pages = pdf.pages().len().min(8);
        let (mut chars, mut unknown) = (0, 0);
        let mut sample = String::new();
        for n in 0..pages {
            let (text, without) = text(&pdf, n);
            chars += text.chars().count();
            unknown += without;
            sample.extend(text.chars().take(60));
        }
        println!("{name}: {unknown} of {} {sample:.60}", chars + unknown);
        if matches!(&*name, "cnbook.pdf" | "hanzibox.pdf" | "texlive-ja.pdf") {
            assert!(unknown * 100 < chars, "{name}: {unknown} of {chars}");
        }
    }
}
