//! What a Mobipocket 6 text may hold.

use super::write::{Book, index, media};
use super::{GIF, links, slices, target, text, titles};

/// Takes out each `{name}` and writes its place, in ten digits, where `[name____]` stands.
fn with_places(text: &str) -> Vec<u8> {
    let mut text = text.to_owned();
    let mut places = Vec::new();
    while let Some(at) = text.find('{') {
        let end = text.find('}').unwrap();
        places.push((text[at + 1..end].to_owned(), at));
        text.replace_range(at..=end, "");
    }
    for (name, at) in places {
        text = text.replace(&format!("[{name:_<8}]"), &format!("{at:010}"));
    }
    text.into_bytes()
}

#[test]
fn links_in_every_spelling_lead_to_their_places() {
    let text = with_places(
        "<html><head><guide><reference type=\"toc\" title=\"Contents\" filepos=[two_____] />\
         </guide></head><body><p>one <a filepos=[two_____]>a</a> <A FILEPOS=\"[three___]\">b</A> \
         <a class='x' filepos='[four____]' >c</a> <a filepos=9999999999>lost</a></p>\
         <mbp:pagebreak/>{two}<h1>Two</h1><p>{three}here</p><mbp:pagebreak />\
         <div><p>third page</p> {four}<p>fourth</p></div></body></html>",
    );
    let (slices, files) = slices(&Book::mobi6(text).build());
    assert_eq!(slices.len(), 3);
    let found = links(&slices[0]);
    let begins = |link: &str, with: &str| {
        let at = target(&slices, link);
        super::text(&format!("<body>{at}"))
            .trim_start()
            .starts_with(with)
    };
    assert!(begins(&found[1], "here"), "{found:?}");
    assert!(begins(&found[2], "fourth"), "{found:?}");
    assert_eq!(found[0], "1.html");
    assert_eq!(
        files.json("manifest.json")["landmarks"][0]["href"],
        "slices/1.html"
    );
}

#[test]
fn pages_reopen_what_a_break_stands_in() {
    let (slices, _) = slices(
        &Book::mobi6("<html><body><div align=\"center\"><p>one</p><mbp:pagebreak/><p>two</p></div><p>x</p></body></html>").build(),
    );
    assert!(slices[1].contains("<div"), "{}", slices[1]);
    assert!(!slices[1].contains("filepos"), "{}", slices[1]);
    assert_eq!(text(&slices[1]), "twox");
}

#[test]
fn mobipockets_own_elements_hold_text_like_any_other() {
    let (slices, _) = slices(
        &Book::mobi6("<html><body><mbp:frameset><mbp:section><p>in <idx:entry><b>frames</b></idx:entry></p></mbp:section></mbp:frameset></body></html>").build(),
    );
    assert_eq!(text(&slices[0]), "in frames");
}

#[test]
fn pictures_sounds_and_films_are_found_by_record() {
    let small = GIF;
    let large = [GIF, b"larger"].concat();
    let book = Book::mobi6(
        "<html><body><img recindex=\"00001\" alt=\"one\"/><img hirecindex=\"2\" lowrecindex=\"1\" recindex=\"1\"/>\
         <img hirecindex=\"9\" recindex=\"1\"/><img recindex=\"9\" alt=\"none\"/>\
         <audio mediarecindex=\"00003\" controls=\"\">a</audio><video mediarecindex=\"00004\">v</video>\
         <audio mediarecindex=\"5\">m</audio></body></html>",
    )
    .resource(small)
    .resource(&large)
    .resource(media(b"AUDI", b"ID3 sound"))
    .resource(media(b"VIDE", b"\0\0\0\x18ftypmp42 film"))
    .resource(media(b"AUDI", b"\0\0\0\x18ftypM4A sound"));
    let (slices, files) = slices(&book.build());
    let sources: Vec<&str> = slices[0]
        .split("src=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    let bytes = |source: &str| files.files.lock().unwrap()[&source.replacen("../", "", 1)].clone();
    let found: Vec<Vec<u8>> = sources.iter().map(|source| bytes(source)).collect();
    assert_eq!(found[0], small);
    assert_eq!(found[1], large);
    assert_eq!(found[2], small);
    assert_eq!(found[3], b"ID3 sound");
    assert!(found[4].ends_with(b"film"));
    assert!(
        sources[3].ends_with(".mp3") && sources[4].ends_with(".mp4"),
        "{sources:?}"
    );
    assert!(sources[5].ends_with(".m4a"), "{sources:?}");
}

#[test]
fn indents_and_spaces_of_paragraphs_are_kept() {
    let (slices, files) = slices(
        &Book::mobi6("<html><body><p width=\"2em\" height=\"1em\">a</p><p width=\"2em\" height=\"1em\">b</p><h1 height=\"10\">c</h1><table width=\"50%\"><tr><td>d</td></tr></table></body></html>").build(),
    );
    assert_eq!(
        slices[0].matches("class=\"mobi-0\"").count(),
        2,
        "{}",
        slices[0]
    );
    let style = slices[0]
        .split("href=\"../")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let css = files.text(style);
    assert!(
        css.contains("text-indent") && css.contains("2em") && css.contains("10px"),
        "{css}"
    );
}

#[test]
fn the_table_of_contents_keeps_its_levels() {
    let text =
        "<html><body><h1>One</h1><p>a</p><mbp:pagebreak/><h1>Two</h1><h2>Two A</h2></body></html>";
    let at = |word: &str| text.find(word).unwrap() as u32;
    let mut book = Book::mobi6(text);
    let (one, two, under) = ([at("<h1>One")], [at("<h1>Two")], [at("<h2>")]);
    // Level by level, as writers do: the children stand behind all chapters.
    book.ncx = Some(index::ncx(&[
        ("One", (1, &one), None),
        ("Two &amp; more", (1, &two), None),
        ("Two A", (1, &under), Some(1)),
    ]));
    let (slices, files) = slices(&book.build());
    let manifest = files.json("manifest.json");
    let mut found = Vec::new();
    titles(&manifest["toc"], 0, &mut found);
    let expected = [(0, "One"), (0, "Two & more"), (1, "Two A")].map(|(d, t)| (d, t.to_owned()));
    assert_eq!(found, expected);
    let href = manifest["toc"][1]["children"][0]["href"].as_str().unwrap();
    let at = target(&slices, href.strip_prefix("slices/").unwrap());
    assert!(at.contains("Two A") && !at.contains(">Two<"), "{at}");
}
