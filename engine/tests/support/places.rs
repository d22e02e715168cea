//! What `text/{n}.json` says about every character, read from the JSON as its
//! documentation describes it and without the engine's own reader.

use serde_json::Value;

/// A character of a block's text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    pub item: String,
    /// Offset in the source.
    pub o: u64,
    /// Path in the source's tree and UTF-16 units in the text there.
    pub path: String,
    pub units: u64,
    pub c: char,
    /// It begins a piece: only there must an entity's offset be right.
    pub begins: bool,
}

/// Every character in order.
pub fn read(json: &Value) -> Vec<Place> {
    let item = json["item"].as_str().unwrap();
    let mut out = Vec::new();
    for block in json["blocks"].as_array().unwrap() {
        let text: Vec<u16> = block["t"].as_str().unwrap().encode_utf16().collect();
        let shared = block["c"].as_str().unwrap_or_default();
        let whole = vec![serde_json::json!([0, block["o"], ""])];
        let pieces = block["p"].as_array().unwrap_or(&whole);
        let (mut path, mut units) = (String::new(), 0);
        for (i, piece) in pieces.iter().enumerate() {
            let start = piece[0].as_u64().unwrap() as usize;
            let end = pieces
                .get(i + 1)
                .map_or(text.len(), |next| next[0].as_u64().unwrap() as usize);
            match &piece[2] {
                Value::String(place) => {
                    let place = format!("{shared}{place}");
                    let (node, offset) = place.rsplit_once(':').unwrap_or((&place, "0"));
                    (path, units) = (node.to_owned(), offset.parse().unwrap());
                }
                Value::Number(offset) => units = offset.as_u64().unwrap(),
                _ => {}
            }
            let mut o = piece[1].as_u64().unwrap();
            for (k, c) in String::from_utf16(&text[start..end])
                .unwrap()
                .chars()
                .enumerate()
            {
                out.push(Place {
                    item: item.to_owned(),
                    o,
                    path: path.clone(),
                    units,
                    c,
                    begins: k == 0,
                });
                o += 1;
                units += c.len_utf16() as u64;
            }
        }
    }
    out
}
