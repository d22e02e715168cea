use super::*;

/// `one <i>two</i> &amp;  three` in `/4/2`, the source at 100; then a paragraph with an emoji.
fn sample() -> SliceText {
    SliceText {
        item: "a.xhtml".into(),
        cfi: "/6/4[one]".into(),
        blocks: vec![
            TextBlock {
                o: 100,
                c: "/4/2[p]".into(),
                t: "one two & three".into(),
                p: vec![
                    Piece::Place("/1".into()),
                    Piece::Number(4),
                    Piece::Place("3/2/1".into()),
                    Piece::Number(3),
                    Piece::Place("4/3".into()),
                    Piece::Number(2),
                    Piece::Both(4, 0),
                    Piece::Number(1),
                    Piece::Number(1),
                ],
            },
            TextBlock {
                o: 200,
                c: "/4/4/1:2".into(),
                t: "a😀b".into(),
                p: Vec::new(),
            },
        ],
    }
}

#[test]
fn offsets_become_cfis_and_come_back() {
    let text = sample();
    let cases = [
        (100, "/4/2[p]/1:0"),
        (102, "/4/2[p]/1:2"),
        (108, "/4/2[p]/2/1:1"),
        (115, "/4/2[p]/3:1"),
        (124, "/4/2[p]/3:6"),
        (201, "/4/4/1:3"),
        (202, "/4/4/1:5"),
    ];
    for (offset, cfi) in cases {
        assert_eq!(text.partial_cfi(offset).as_deref(), Some(cfi), "{offset}");
        assert_eq!(text.offset(cfi), Some(offset), "{cfi}");
        let whole = text.cfi(offset).unwrap();
        assert_eq!(whole, format!("epubcfi(/6/4[one]!{cfi})"));
        assert_eq!(text.offset(&whole), Some(offset));
    }
    assert_eq!(text.partial_cfi(150).as_deref(), Some("/4/4/1:2"));
    assert_eq!(text.partial_cfi(300), None);
}

#[test]
fn cfis_of_others_are_understood() {
    let text = sample();
    assert_eq!(text.offset("epubcfi(/6/4!/4/2/1:2)"), Some(102));
    assert_eq!(text.offset("epubcfi(/6/4[x^]y]!/4/2,/1:1,/3:2)"), Some(101));
    assert_eq!(text.offset("epubcfi(/6/4!/4/4)"), Some(200), "an element");
    assert_eq!(text.offset("epubcfi(/6/4!/4/3:1)"), Some(200), "between");
    assert_eq!(text.offset("epubcfi(/6/6!/4/2/1:2)"), None, "another item");
    assert_eq!(text.offset("epubcfi(/6/4!/4/6/1:2)"), None, "behind");
    assert_eq!(text.offset("/4/2/1:2[on,e;s=a]"), Some(102));
    for wrong in ["epubcfi(x)", "/4/x", "/4/2:", "epubcfi(/6/4!4)"] {
        assert_eq!(text.offset(wrong), None, "{wrong}");
    }
}

#[test]
fn what_is_written_is_read_again() {
    let text = sample();
    let json = serde_json::to_vec(&text).unwrap();
    assert_eq!(SliceText::parse(&json), Some(text));
    assert_eq!(SliceText::parse(b"[]"), None);
}
