use super::*;

#[test]
#[ignore = "draws a contact sheet into the folder named by BINDERY_SHEET"]
fn contact_sheet() {
    let dir = std::env::var("BINDERY_SHEET").unwrap();
    for (i, (title, subtitle, authors, language, series)) in SHEET.iter().enumerate() {
        let metadata = Metadata {
            title: (*title).into(),
            subtitle: (!subtitle.is_empty()).then(|| (*subtitle).into()),
            authors: authors.iter().map(|a| (*a).into()).collect(),
            language: Some((*language).into()),
            series: (!series.is_empty()).then(|| (*series).into()),
            series_index: Some(3.0),
            ..Metadata::default()
        };
        let start = std::time::Instant::now();
        let sizes = cover(&metadata);
        eprintln!(
            "{i}: {:?} {:?}",
            start.elapsed(),
            sizes.iter().map(|s| s.bytes.len()).collect::<Vec<_>>()
        );
        for size in sizes {
            std::fs::write(format!("{dir}/{i:02}-{}.png", size.name), size.bytes).unwrap();
        }
    }
}

type Sample<'a> = (&'a str, &'a str, &'a [&'a str], &'a str, &'a str);

const SHEET: &[Sample<'_>] = &[
    ("Middlemarch", "", &["George Eliot"], "en", ""),
    ("Emma", "", &["Jane Austen"], "en", ""),
    (
        "The Life and Opinions of Tristram Shandy, Gentleman",
        "",
        &["Laurence Sterne"],
        "en",
        "",
    ),
    (
        "The life and strange surprizing adventures of Robinson Crusoe, of York, mariner: who lived eight and twenty years all alone in an un-inhabited island on the coast of America, near the mouth of the great river of Oroonoque",
        "",
        &["Daniel Defoe"],
        "en",
        "",
    ),
    (
        "Über die Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
        "",
        &["Johann Wolfgang von Goethe"],
        "de",
        "",
    ),
    (
        "Rechtsschutzversicherungsgesellschaften und Straßenverkehrsordnung",
        "",
        &["Annette von Droste-Hülshoff", "Theodor Storm"],
        "de",
        "Kleine Bibliothek",
    ),
    ("红楼梦", "", &["曹雪芹"], "zh", ""),
    (
        "中国哲学简史：从先秦到近代的思想发展与社会变迁研究",
        "",
        &["冯友兰"],
        "zh-Hans",
        "",
    ),
    ("吾輩は猫である", "", &["夏目漱石"], "ja", ""),
    (
        "「銀河鉄道の夜」とその他の短編小説集、あるいは注文の多い料理店",
        "",
        &["宮沢賢治"],
        "ja",
        "新編文庫",
    ),
    (
        "엄마를 부탁해 그리고 다른 이야기들",
        "",
        &["신경숙"],
        "ko",
        "",
    ),
    ("ألف ليلة وليلة", "", &["مؤلف مجهول"], "ar", ""),
    (
        "كتاب العبر وديوان المبتدأ والخبر في أيام العرب والعجم والبربر ومن عاصرهم من ذوي السلطان الأكبر",
        "",
        &["ابن خلدون"],
        "ar",
        "",
    ),
    ("סיפור על אהבה וחושך", "", &["עמוס עוז"], "he", ""),
    ("Ἰλιάς καὶ Ὀδύσσεια", "", &["Ὅμηρος"], "el", ""),
    (
        "Преступление и наказание",
        "Роман в шести частях с эпилогом",
        &["Фёдор Михайлович Достоевский"],
        "ru",
        "Библиотека классики",
    ),
    (
        "🎉 Party Time 🎉: A Guide 📚",
        "",
        &["Emoji Author 😀"],
        "en",
        "",
    ),
    (
        "ALL CAPS THRILLER WITH VERY LOUD TITLE",
        "",
        &["ALL CAPS AUTHOR"],
        "en",
        "",
    ),
    ("", "", &["Anonymous"], "en", ""),
    ("", "", &[], "en", ""),
    (
        "Z̷̢̛̤̘͍̈́̈́͗a̸̧̡͍̾l̷̢̠͙͐͌̕g̶̨̛̛̹o̶̧͎̽̆ Tệp Đường Phố Việt Nam",
        "",
        &["Nguyễn Thị Mỹ Hạnh"],
        "vi",
        "",
    ),
    (
        "Learning العربية in 30 days — and שלום too",
        "",
        &["John محمد Smith"],
        "en",
        "",
    ),
    ("गोदान और अन्य कहानियाँ", "", &["मुंशी प्रेमचंद"], "hi", ""),
    (
        "สี่แผ่นดินและเรื่องอื่นๆของแผ่นดินไทย",
        "",
        &["หม่อมราชวงศ์คึกฤทธิ์ ปราโมช"],
        "th",
        "",
    ),
    ("ភាសាខ្មែរ 2", "", &["Sok Sophea"], "km", ""),
    ("ვეფხისტყაოსანი", "", &["შოთა რუსთაველი"], "ka", ""),
    (
        "Faust",
        "Der Tragödie erster Teil",
        &["Johann Wolfgang von Goethe"],
        "de",
        "Hamburger Ausgabe",
    ),
    (
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "",
        &["A. Author", "B. Author", "C. Author", "D. Author"],
        "en",
        "",
    ),
    ("I", "", &["Q"], "en", ""),
    (
        "Programming Rust: Fast, Safe Systems Development",
        "",
        &["Jim Blandy", "Jason Orendorff", "Leonora Tindall"],
        "en",
        "",
    ),
];
