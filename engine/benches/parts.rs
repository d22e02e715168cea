//! Single parts of the engine: `cargo bench -p bindery-engine --features parts`.
//!
//! Inputs are generated, so that figures of two machines mean the same work. A MOBI is not so
//! easily made: name one in `BINDERY_BENCH_MOBI` to measure how long it takes to open.

use std::hint::black_box;
use std::io::{self, Cursor, Write};
use std::time::Duration;
use std::{env, fs};

use bindery_engine::{Options, Sink, parts, render_cover};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// A chapter as novels have it: paragraphs, emphasis, links, entities.
fn chapter(bytes: usize) -> String {
    let mut out = String::from(
        "<html xmlns=\"http://www.w3.org/1999/xhtml\"><head><title>One</title></head><body>",
    );
    let mut n = 0;
    while out.len() < bytes {
        n += 1;
        out.push_str(&format!(
            "<p class=\"indent\" id=\"p{n}\">It was the {n}th of them, &amp; “nobody” knew <em>why</em>; \
             the others had gone before it, one after the other, as <a href=\"two.xhtml#n{n}\">notes</a> \
             tell, and whoever had seen them go said so to whoever asked, which was seldom.</p>\n"
        ));
    }
    out.push_str("</body></html>");
    out
}

fn sheet(bytes: usize) -> String {
    let mut out = String::new();
    let mut n = 0;
    while out.len() < bytes {
        n += 1;
        out.push_str(&format!(
            ".c{n} > p:first-child, #i{n} {{ margin: 0 1em; color: #{:06x}; background: url(images/{n}.png) no-repeat; \
             -epub-hyphens: auto; font: italic 1.1em/1.5 \"Linux Libertine\", serif }}\n",
            n * 97
        ));
    }
    out
}

fn archive(text: &str) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for n in 0..8 {
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file(format!("{n}.xhtml"), options)
            .expect("a fresh name");
        zip.write_all(text.as_bytes()).expect("memory");
    }
    zip.finish().expect("memory").into_inner()
}

/// Text packed as simple writers do: literals, spaces joined, and a repeat now and then.
fn palmdoc(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text.as_bytes();
    while let [byte, after @ ..] = rest {
        rest = match (byte, after) {
            (b' ', [next @ 0x40..=0x7F, after @ ..]) => {
                out.push(next ^ 0x80);
                after
            }
            (9..=0x7F, _) => {
                out.push(*byte);
                after
            }
            _ => {
                out.extend([1, *byte]);
                after
            }
        };
        // Ten bytes from two hundred before.
        if out.len() % 16 == 0 && rest.len() > 10 && text.len() - rest.len() > 200 {
            let pair: u16 = 0x8000 | 200 << 3 | 7;
            out.extend(pair.to_be_bytes());
            rest = &rest[10..];
        }
    }
    out
}

/// A picture with something in it to compress.
fn cover() -> Vec<u8> {
    let picture = image::RgbImage::from_fn(1400, 2100, |x, y| {
        image::Rgb([(x * y / 977) as u8, (x / 5) as u8, (x ^ y) as u8])
    });
    let mut out = Cursor::new(Vec::new());
    picture
        .write_to(&mut out, image::ImageFormat::Jpeg)
        .expect("memory");
    out.into_inner()
}

struct Nowhere;

impl Sink for Nowhere {
    fn put(&self, _path: &str, _media_type: &str, bytes: &[u8]) -> io::Result<()> {
        black_box(bytes);
        Ok(())
    }
}

fn measure(criterion: &mut Criterion) {
    let (text, css) = (chapter(256 << 10), sheet(64 << 10));
    let (archive, record, cover) = (archive(&text), palmdoc(&text), cover());
    let mut group = criterion.benchmark_group("parts");
    group
        .sample_size(20)
        .measurement_time(Duration::from_secs(2));
    group.throughput(Throughput::Bytes(8 * text.len() as u64));
    group.bench_function("inflate", |b| {
        b.iter(|| parts::inflate(black_box(&archive)).expect("a good archive"))
    });
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("xhtml_pass", |b| {
        b.iter(|| parts::pass(black_box(&text)).expect("well-formed"))
    });
    group.throughput(Throughput::Bytes(css.len() as u64));
    group.bench_function("css_rewrite", |b| b.iter(|| parts::sheet(black_box(&css))));
    let unpacked = parts::palmdoc(&record).expect("a good record").len();
    group.throughput(Throughput::Bytes(unpacked as u64));
    group.bench_function("palmdoc", |b| {
        b.iter(|| parts::palmdoc(black_box(&record)).expect("a good record"))
    });
    group.throughput(Throughput::Elements(1));
    group.bench_function("cover", |b| {
        b.iter(|| {
            render_cover(black_box(&cover), &Options::default(), &Nowhere).expect("a good picture")
        })
    });
    match env::var_os("BINDERY_BENCH_MOBI").map(fs::read) {
        Some(Ok(book)) => {
            group.throughput(Throughput::Bytes(book.len() as u64));
            group.bench_function("mobi_open", |b| b.iter(|| parts::open(black_box(&book))));
        }
        _ => eprintln!("SKIPPED mobi_open: BINDERY_BENCH_MOBI names no file"),
    }
    group.finish();
}

criterion_group!(benches, measure);
criterion_main!(benches);
