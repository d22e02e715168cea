use super::*;

fn book(title: &str, author: &str) -> Metadata {
    Metadata {
        title: title.into(),
        authors: vec![author.into()],
        ..Metadata::default()
    }
}

/// Titles that have broken covers: long, unbreakable, tall, of other scripts and directions.
const NASTY: [&str; 24] = [
    "",
    "I",
    "Middlemarch",
    "ALL CAPITALS AND NOTHING ELSE WHATSOEVER",
    "The life and strange surprizing adventures of Robinson Crusoe of York mariner who lived eight and twenty years all alone in an un-inhabited island on the coast of America near the mouth of the great river of Oroonoque",
    "Über die Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "Rechtsschutzversicherungsgesellschaften und Straßenverkehrsordnung",
    "红楼梦",
    "中国哲学简史从先秦到近代的思想发展与社会变迁研究中国哲学简史从先秦到近代的思想发展与社会变迁研究中国哲学简史从先秦到近代的思想发展与社会变迁研究中国哲学简史从先秦到近代的思想发展与社会变迁研究中国哲学简史从先秦到近代的思想发展与社会变迁研究",
    "「銀河鉄道の夜」とその他の短編小説集、あるいは注文の多い料理店",
    "엄마를 부탁해 그리고 다른 이야기들",
    "ألف ليلة وليلة",
    "كتاب العبر وديوان المبتدأ والخبر في أيام العرب والعجم والبربر ومن عاصرهم من ذوي السلطان الأكبر كتاب العبر وديوان المبتدأ والخبر في أيام العرب والعجم والبربر ومن عاصرهم من ذوي السلطان الأكبر",
    "סיפור על אהבה וחושך",
    "Ἰλιάς καὶ Ὀδύσσεια",
    "Преступление и наказание",
    "🎉🎉🎉",
    "Z̷̢̛̤̘͍̈́̈́͗ą̸̡͍̾l̷̢̠͙͐͌̕ǵ̶̨̛̛̹ợ̶͎̽̆",
    "Learning العربية in 30 days — and שלום too (2nd edition)",
    "गोदान और अन्य कहानियाँ",
    "สี่แผ่นดินและเรื่องอื่นๆของแผ่นดินไทยที่ไม่มีช่องว่างระหว่างคำเลยแม้แต่คำเดียวในบรรทัดนี้",
    "ភាសាខ្មែរ 2",
    "ვეფხისტყაოსანი",
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
];

/// Left, top, right, bottom.
type Sides = (f32, f32, f32, f32);

/// The ink of every line of type and every rosette, in units of the page.
fn ink(page: &Page) -> Vec<Sides> {
    let mut all = Vec::new();
    for element in &page.elements {
        match element {
            Element::Type(block, origins, _) => {
                let em = block.size / 1000.0;
                for (line, (x, y)) in block.lines.iter().zip(origins) {
                    let (left, bottom, right, top) = line.ink;
                    all.push((x + left * em, y - top * em, x + right * em, y - bottom * em));
                }
            }
            Element::Rosette((x, y), r) => all.push((x - r, y - r, x + r, y + r)),
            Element::Rect(..) | Element::Pattern(_) => {}
        }
    }
    all
}

fn check(page: &Page, what: &str) {
    let all = ink(page);
    for (i, a) in all.iter().enumerate() {
        let inside = a.0 >= 100.0 && a.1 >= 100.0 && a.2 <= 1100.0 && a.3 <= 1700.0;
        assert!(inside, "{what}: {a:?} leaves the margins");
        for b in &all[i + 1..] {
            let apart = a.2 <= b.0 || b.2 <= a.0 || a.3 <= b.1 || b.3 <= a.1;
            assert!(apart, "{what}: {a:?} and {b:?} overlap");
        }
    }
}

#[test]
fn nothing_overflows_or_overlaps_in_any_composition() {
    let author = "Johann Wolfgang von Goethe, Annette von Droste-Hülshoff";
    for title in NASTY {
        for subtitle in [
            None,
            Some("Der Tragödie erster Teil, mit einem Nachwort und mit Anmerkungen"),
        ] {
            let words = |series: bool| Words {
                title: Text::new(title, Style::Roman, None),
                subtitle: subtitle.and_then(|text| Text::new(text, Style::Italic, None)),
                author: Text::new(author, Style::SmallCapitals, None),
                series: series
                    .then(|| Text::new("Kleine Bibliothek · 3", Style::Italic, None))
                    .flatten(),
            };
            for composition in 0..4 {
                let mut shaper = Shaper::new(None);
                let page = compose(
                    &mut shaper,
                    &words(subtitle.is_some()),
                    &[0, 1, 0, 0, composition],
                );
                check(&page, &format!("{title} ({composition})"));
            }
        }
    }
}

#[test]
fn no_character_is_drawn_as_a_box() {
    let odd = "A🎉 \u{E000}\u{FFFF}\u{10FFFF} ꙮ ⁂ ☃ ᚠ 𓀀 ភ ك\u{064B} ק\u{05B8} ê̂̂ \u{202E}x\u{200D}y \u{FE0F}z";
    let mut shaper = Shaper::new(None);
    for title in NASTY.into_iter().chain([odd]) {
        for style in [Style::Roman, Style::Italic, Style::SmallCapitals] {
            let Some(text) = Text::new(title, style, None) else {
                continue;
            };
            for piece in text.pieces() {
                let line = shaper.line(&text, piece);
                let missing = line.glyphs.iter().filter(|glyph| glyph.id == 0);
                assert_eq!(missing.count(), 0, "{title}: {piece:?}");
            }
        }
    }
}

#[test]
fn a_title_in_a_script_without_a_face_is_left_out_as_a_whole() {
    let new = |text| Text::new(text, Style::Roman, None).map(|text| text.text);
    assert_eq!(new("ភាសាខ្មែរ 2"), None);
    assert_eq!(new("🎉🎉"), None);
    assert_eq!(new(" \n"), None);
    assert_eq!(new("🎉 Party  Time 🎉").as_deref(), Some("Party Time"));
    assert_eq!(
        new("Ta\u{302}\u{302}\u{302}\u{302}b").as_deref(),
        Some("Tâ\u{302}\u{302}b")
    );
    // A page without a title has a large rosette instead.
    let mut shaper = Shaper::new(None);
    let page = page(&mut shaper, &book("ភាសាខ្មែរ", "A"));
    let large = |e: &Element| matches!(e, Element::Rosette(_, radius) if *radius > 150.0);
    assert!(page.elements.iter().any(large));
}

#[test]
fn arabic_is_joined_and_runs_from_right_to_left() {
    let mut shaper = Shaper::new(None);
    let text = Text::new("بيت", Style::Roman, None).unwrap();
    assert!(text.rtl);
    let line = shaper.line(&text, &text.text);
    let alone: Vec<u32> = ["ب", "ي", "ت"]
        .map(|letter| shaper.line(&text, letter).glyphs[0].id)
        .to_vec();
    let joined: Vec<u32> = line.glyphs.iter().map(|glyph| glyph.id).collect();
    assert!(
        joined.iter().all(|id| !alone.contains(id)),
        "{joined:?} {alone:?}"
    );
    // The first letter stands at the right.
    let mixed = Text::new("אב 12 ab", Style::Roman, None).unwrap();
    let line = shaper.line(&mixed, &mixed.text);
    let at = |face: faces::Face| {
        let of = line.glyphs.iter().filter(|glyph| glyph.face == face);
        of.map(|glyph| glyph.x).fold(0.0, f32::max)
    };
    let latin = shaper.line(&mixed, "ab").glyphs[0].id;
    let a = line.glyphs.iter().find(|glyph| glyph.id == latin).unwrap();
    assert!(a.x < at(faces::Face::Hebrew));
}

#[test]
fn authors_are_set_in_small_capitals_where_the_face_has_them() {
    let mut shaper = Shaper::new(None);
    let text = |text: &str| Text::new(text, Style::Roman, None).unwrap();
    let small = |text: &Text| Text {
        style: Style::SmallCapitals,
        ..text.clone()
    };
    let plain = text("abcdefghijklmnopqrstuvwxyzéß");
    let (other, mut one) = (small(&plain), [0; 4]);
    for letter in plain.text.chars() {
        let letter = letter.encode_utf8(&mut one);
        let glyph = |line: text::Line| line.glyphs[0].id;
        let (a, b) = (shaper.line(&plain, letter), shaper.line(&other, letter));
        assert_ne!(glyph(a), glyph(b), "{letter}");
    }
    assert_eq!(shaper.small_capitals(plain), other);
    let georgian = text("ab ვეფხისტყაოსანი");
    assert_eq!(shaper.small_capitals(georgian.clone()), georgian);
}

#[test]
fn japanese_and_chinese_have_their_own_forms() {
    let form = |language: &str| {
        let mut shaper = Shaper::new(Some(language));
        let text = Text::new("直", Style::Roman, None).unwrap();
        shaper.line(&text, "直").glyphs[0].id
    };
    assert_ne!(form("ja"), form("zh-Hans"));
    assert_eq!(form("en"), form("zh-Hans"));
}

#[test]
fn lines_break_between_ideographs_but_not_within_korean_words() {
    let pieces = |text| {
        let text = Text::new(text, Style::Roman, None).unwrap();
        text.pieces()
            .into_iter()
            .map(String::from)
            .collect::<Vec<_>>()
    };
    assert_eq!(pieces("红楼梦。"), ["红", "楼", "梦。"]);
    assert_eq!(pieces("그리고 다른"), ["그리고 ", "다른"]);
    assert_eq!(pieces("one two"), ["one ", "two"]);
}

#[test]
fn a_title_too_long_for_the_smallest_type_ends_in_an_ellipsis() {
    let mut shaper = Shaper::new(None);
    let text = Text::new(&"word ".repeat(90), Style::Roman, None).unwrap();
    let room = block::Room {
        width: 680.0,
        height: 500.0,
        sizes: block::TITLE,
    };
    let block = block::fit(&mut shaper, &text, &room);
    let ellipsis = shaper.line(&text, "…").glyphs[0].id;
    let last = block.lines.last().unwrap().glyphs.last().unwrap();
    assert_eq!(last.id, ellipsis);
    assert!(block.height <= 500.0 && block.width() <= 680.0);
}

#[test]
fn a_subtitle_is_found_and_not_said_twice() {
    let titled = |title: &str, subtitle: Option<&str>| {
        let metadata = Metadata {
            subtitle: subtitle.map(Into::into),
            ..book(title, "")
        };
        let (title, subtitle) = titles(&metadata);
        (title.to_owned(), subtitle.map(String::from))
    };
    assert_eq!(titled("A: B", None), ("A: B".into(), None));
    assert_eq!(
        titled("Emma: A Novel", None),
        ("Emma".into(), Some("A Novel".into()))
    );
    assert_eq!(
        titled("Faust: Eine Tragödie", Some("Eine Tragödie")),
        ("Faust".into(), Some("Eine Tragödie".into()))
    );
    assert_eq!(
        titled("Faust", Some("I")),
        ("Faust".into(), Some("I".into()))
    );
}

#[test]
fn every_size_is_a_png_that_others_can_read() {
    for title in NASTY {
        for size in cover(&book(title, "A. Uthor")) {
            let picture = image::load_from_memory(&size.bytes).unwrap();
            assert_eq!(
                (picture.width(), picture.height()),
                (size.width, size.height)
            );
        }
    }
}

#[test]
fn the_same_words_give_the_same_bytes_and_others_another_look() {
    let digest = |metadata: &Metadata| {
        let mut hash = Sha256::new();
        for size in cover(metadata) {
            hash.update(&size.bytes);
        }
        hex::encode(hash.finalize())
    };
    let faust = digest(&book("Faust", "Goethe"));
    assert_eq!(faust, digest(&book("Faust", "Goethe")));
    let looks: std::collections::BTreeSet<String> = (0..20)
        .map(|i| digest(&book(&format!("Faust {i}"), "Goethe")))
        .collect();
    assert_eq!(looks.len(), 20);
    // Every machine draws these bytes. A change here changes the engine's output.
    assert_eq!(&faust[..16], "c69595ee83917fd5");
}
