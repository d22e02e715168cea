use super::*;
use crate::mobi::tests::write;

fn dictionary(phrases: &[(&[u8], bool)], limits: &Limits) -> Dictionary {
    let (huff, cdic) = write::dictionary(phrases);
    Dictionary::read(&huff, &[&cdic], limits).unwrap()
}

fn unpack(dictionary: &Dictionary, packed: &[u8], cap: usize) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    dictionary.unpack(packed, cap, &mut out).map(|()| out)
}

#[test]
fn words_packed_by_our_encoder_are_read_back() {
    let phrases: Vec<(&[u8], bool)> = vec![(b"to ", true), (b"be ", true), (&[0, 1], false)];
    let dictionary = dictionary(&phrases, &Limits::default());
    assert_eq!(
        unpack(&dictionary, &[2, 0, 1], 99),
        Some(b"to be to be ".to_vec())
    );
    assert_eq!(unpack(&dictionary, &[2, 2], 5), None);
    assert_eq!(unpack(&dictionary, &[9], 99), None);
}

#[test]
fn phrases_in_a_circle_or_too_deep_or_too_long_are_refused() {
    let circle: Vec<(&[u8], bool)> = vec![(&[1], false), (&[0], false), (b"ok", true)];
    let circle = dictionary(&circle, &Limits::default());
    assert_eq!(unpack(&circle, &[0], 99), None);
    assert_eq!(unpack(&circle, &[2], 99), Some(b"ok".to_vec()));
    let chain: Vec<[u8; 1]> = (1..60).map(|n| [n]).collect();
    let mut deep: Vec<(&[u8], bool)> = chain.iter().map(|next| (&next[..], false)).collect();
    deep.push((b"end", true));
    let deep = dictionary(&deep, &Limits::default());
    assert_eq!(unpack(&deep, &[0], 99), None);
    let limits = Limits {
        huff_bytes: 4,
        ..Limits::default()
    };
    let long: Vec<(&[u8], bool)> = vec![(b"abc", true), (b"def", true)];
    let long = dictionary(&long, &limits);
    assert_eq!(unpack(&long, &[0], 99), Some(b"abc".to_vec()));
    assert_eq!(unpack(&long, &[1], 99), None);
}

#[test]
fn a_dictionary_that_doubles_sixty_times_ends_in_time() {
    let pairs: Vec<[u8; 2]> = (1..60).map(|n| [n, n]).collect();
    let mut phrases: Vec<(&[u8], bool)> = pairs.iter().map(|pair| (&pair[..], false)).collect();
    phrases.push((b"", true));
    let limits = Limits {
        huff_depth: 100,
        ..Limits::default()
    };
    let doubling = dictionary(&phrases, &limits);
    assert_eq!(unpack(&doubling, &[0; 64], 99), Some(Vec::new()));
}

#[test]
fn phrases_that_are_the_same_bytes_many_times_are_no_dictionary() {
    let mut phrases: Vec<(&[u8], bool)> = vec![(&[1; 99], false)];
    phrases.extend([(&b""[..], true); 20]);
    let (huff, mut cdic) = write::dictionary(&phrases);
    let first = cdic[16..18].to_vec();
    assert!(Dictionary::read(&huff, &[&cdic], &Limits::default()).is_some());
    for i in 1..20 {
        cdic[16 + 2 * i..18 + 2 * i].copy_from_slice(&first);
    }
    assert!(Dictionary::read(&huff, &[&cdic], &Limits::default()).is_none());
}
