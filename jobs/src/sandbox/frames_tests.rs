use std::io::Cursor;

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng};

use super::*;

fn frame(header: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = u32::try_from(header.len()).unwrap().to_le_bytes().to_vec();
    bytes.extend_from_slice(header.as_bytes());
    bytes.extend_from_slice(body);
    bytes
}

fn put(path: &str, body: &[u8]) -> Vec<u8> {
    let header = serde_json::to_string(&Header::Put {
        path: path.to_owned(),
        media_type: "text/html; charset=utf-8".to_owned(),
        len: body.len() as u64,
    });
    frame(&header.unwrap(), body)
}

fn done(slices: u32) -> Vec<u8> {
    let header = Header::Done {
        report: Some(Box::new(Report {
            format: bindery_engine::Format::Epub,
            metadata: bindery_engine::Metadata::default(),
            slices,
            bytes: 0,
            warnings: Vec::new(),
        })),
        at_micros: 5,
    };
    frame(&serde_json::to_string(&header).unwrap(), b"")
}

fn whole_book() -> Vec<Vec<u8>> {
    vec![
        put("index.json", b"{}"),
        put("manifest.json", b"{}"),
        put("positions.json", b"{}"),
        frame(r#"{"stage":{"name":"emit","atMicros":3}}"#, b""),
        put("slices/0.html", b"<p>one</p>"),
        put("text/0.json", b"{}"),
        frame(r#"{"slices":{"done":1,"total":2}}"#, b""),
        put("slices/1.html", b""),
        done(2),
    ]
}

fn small() -> Limits {
    Limits {
        header_bytes: 4096,
        file_bytes: 1000,
        total_bytes: 3000,
        files: 12,
        notes: 12,
        ..Limits::default()
    }
}

/// Reads to the end: the frames before it and how it ended.
fn read_all(bytes: &[u8], limits: &Limits) -> (Vec<Frame>, Result<(), FrameError>) {
    let mut frames = Frames::new(Cursor::new(bytes), Work::Book, limits.clone());
    let mut all = Vec::new();
    loop {
        match frames.read() {
            Ok(Some(frame)) => all.push(frame),
            Ok(None) => return (all, Ok(())),
            Err(error) => return (all, Err(error)),
        }
    }
}

fn error_of(bytes: &[u8]) -> String {
    format!("{:?}", read_all(bytes, &small()).1.unwrap_err())
}

#[test]
fn a_whole_book_is_read() {
    let (frames, end) = read_all(&whole_book().concat(), &small());
    end.unwrap();
    assert_eq!(frames.len(), 9);
    assert!(matches!(&frames[4], Frame::Put(a) if a.bytes[..] == b"<p>one</p>"[..]));
    assert!(matches!(&frames[8], Frame::Done(Some(r), _) if r.slices == 2));
}

#[test]
fn done_before_everything_is_there_is_refused() {
    for missing in [0, 1, 2, 4, 7] {
        let mut frames = whole_book();
        frames.remove(missing);
        assert_eq!(
            error_of(&frames.concat()),
            "Incomplete",
            "without {missing}"
        );
    }
}

#[test]
fn a_stream_cut_anywhere_is_truncated_or_ends_between_frames() {
    let frames = whole_book();
    let all = frames.concat();
    let mut borders = vec![0];
    for frame in &frames {
        borders.push(borders.last().unwrap() + frame.len());
    }
    for cut in 0..all.len() {
        let end = read_all(&all[..cut], &small()).1;
        if borders.contains(&cut) {
            end.unwrap();
        } else {
            assert!(
                matches!(end, Err(FrameError::Truncated)),
                "cut at {cut}: {end:?}"
            );
        }
    }
}

#[test]
fn lengths_and_counts_are_capped() {
    assert_eq!(error_of(&[0, 0, 0, 0]), "HeaderLength(0)");
    assert_eq!(error_of(&[1, 16, 0, 0]), "HeaderLength(4097)");
    assert_eq!(error_of(&[255; 8]), "HeaderLength(4294967295)");
    assert!(error_of(&put("index.json", &[0; 1001])).contains("file_bytes"));
    let fits = put("index.json", &[0; 1000]);
    assert!(read_all(&fits, &small()).1.is_ok());
    let many: Vec<u8> = (0..4)
        .flat_map(|n| put(&format!("text/{n}.json"), &[0; 900]))
        .collect();
    assert!(error_of(&many).contains("total_bytes"));
    let many: Vec<u8> = (0..13)
        .flat_map(|n| put(&format!("text/{n}.json"), b""))
        .collect();
    assert!(error_of(&many).contains("files"));
    let notes = frame(r#"{"slices":{"done":1,"total":2}}"#, b"").repeat(13);
    assert!(error_of(&notes).contains("notes"));
}

#[test]
fn a_huge_announced_length_is_refused_before_anything_is_read() {
    let header = format!(
        r#"{{"put":{{"path":"index.json","mediaType":"a/b","len":{}}}}}"#,
        u64::MAX
    );
    assert!(error_of(&frame(&header, b"x")).contains("file_bytes"));
}

#[test]
fn headers_that_are_none_are_refused() {
    for header in [
        "{}",
        "null",
        "[]",
        "\u{0}",
        r#"{"put":{}}"#,
        r#"{"put":{"path":"index.json","mediaType":"a/b","len":-1}}"#,
        r#"{"put":{"path":"index.json","mediaType":"a/b","len":1.5}}"#,
        r#"{"put":{"path":"index.json","mediaType":"a/b","len":1,"more":2}}"#,
        r#"{"stage":{"name":"later","atMicros":1}}"#,
        r#"{"other":1}"#,
        r#"{"slices":{"done":1,"total":2},"slices":{"done":1,"total":2}}"#,
    ] {
        assert_eq!(error_of(&frame(header, b"")), "Header", "{header}");
    }
}

#[test]
fn paths_media_types_and_repeats_are_checked() {
    assert!(error_of(&put("../x", b"")).starts_with("Path"));
    let twice = [put("index.json", b""), put("index.json", b"")].concat();
    assert!(error_of(&twice).starts_with("Twice"));
    for media_type in [
        "",
        "text",
        "text/",
        "/html",
        "text/html\\r\\nx: y",
        "a/b/c",
        "té/x",
    ] {
        let header =
            format!(r#"{{"put":{{"path":"index.json","mediaType":"{media_type}","len":0}}}}"#);
        assert_eq!(error_of(&frame(&header, b"")), "MediaType", "{media_type}");
    }
}

#[test]
fn the_words_of_a_refusal_are_cleaned() {
    let bytes = frame(
        r#"{"error":{"code":"Bad Code!","message":"a\u0000\u001b[1mb"}}"#,
        b"",
    );
    let (frames, _) = read_all(&bytes, &small());
    let [Frame::Refused { code, message }] = &frames[..] else {
        panic!("{frames:?}")
    };
    assert_eq!(
        (code.as_str(), message.as_str()),
        ("engine_error", "a  [1mb")
    );
}

#[test]
fn one_slice_is_all_that_a_slice_request_takes() {
    let run = |bytes: Vec<u8>| {
        let mut frames = Frames::new(Cursor::new(bytes), Work::Slice(3), small());
        frames
            .read()
            .and_then(|_| frames.read())
            .map(|f| f.is_some())
    };
    let end = frame(r#"{"done":{"report":null,"atMicros":1}}"#, b"");
    assert!(run([put("slices/3.html", b"x"), end.clone()].concat()).unwrap());
    assert!(run([put("slices/4.html", b"x"), end.clone()].concat()).is_err());
    assert!(run(end).is_err());
}

#[test]
fn the_three_sizes_are_all_that_a_cover_request_takes() {
    let run = |paths: &[&str]| {
        let files = paths.iter().map(|path| put(path, b"x"));
        let end = frame(r#"{"done":{"report":null,"atMicros":1}}"#, b"");
        let bytes: Vec<u8> = files.chain([end]).flatten().collect();
        let mut frames = Frames::new(Cursor::new(bytes), Work::Cover, small());
        (0..=paths.len()).try_for_each(|_| frames.read().map(drop))
    };
    let (original, medium, thumbnail) = (
        "cover/original.png",
        "cover/medium.jpg",
        "cover/thumbnail.jpg",
    );
    assert!(run(&[original, medium, thumbnail]).is_ok());
    assert!(run(&[original, medium]).is_err(), "one is missing");
    assert!(run(&[original, medium, "cover/medium.png"]).is_err());
    assert!(run(&[original, medium, thumbnail, "cover/medium.png"]).is_err());
    assert!(run(&["index.json"]).is_err());
    assert!(run(&["resources/a.css"]).is_err());
}

#[test]
fn random_and_mutated_streams_neither_panic_nor_pass_a_limit() {
    let mut random = StdRng::seed_from_u64(7);
    let good = whole_book().concat();
    for round in 0..20_000 {
        let mut bytes = good.clone();
        if round % 4 == 0 {
            bytes = (0..random.random_range(0..600))
                .map(|_| random.random())
                .collect();
        } else {
            for _ in 0..random.random_range(1..6) {
                let at = random.random_range(0..bytes.len());
                match random.random_range(0..4) {
                    0 => bytes[at] = random.random(),
                    1 => bytes.truncate(at.max(1)),
                    2 => bytes.insert(at, random.random()),
                    _ => bytes[at] ^= 1 << random.random_range(0..8),
                }
            }
        }
        let (frames, _) = read_all(&bytes, &small());
        let files: Vec<_> = frames
            .iter()
            .filter_map(|f| if let Frame::Put(a) = f { Some(a) } else { None })
            .collect();
        assert!(files.len() <= 12);
        assert!(files.iter().map(|a| a.bytes.len()).sum::<usize>() <= 3000);
    }
}
