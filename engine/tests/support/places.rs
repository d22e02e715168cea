//! What `text/{n}.json` says about every character, read from the JSON as its
//! documentation describes it and without the engine's own reader.

use serde_json::Value;

use super::source::{self, Node};

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
        let (shared, mut units) = cut(block["c"].as_str().unwrap_or_default());
        let mut path = shared.clone();
        let none = Vec::new();
        let mut pieces = block["p"].as_array().unwrap_or(&none).iter().peekable();
        if let Some(first) = pieces.next_if(|piece| piece.is_string()) {
            let (rest, offset) = cut(first.as_str().unwrap());
            (path, units) = (format!("{shared}{rest}"), offset);
        }
        let (mut at, mut o) = (0, block["o"].as_i64().unwrap());
        loop {
            let length = pieces
                .next()
                .map(|length| length.as_u64().unwrap() as usize);
            let end = length.map_or(text.len(), |length| at + length);
            for (k, c) in String::from_utf16(&text[at..end])
                .unwrap()
                .chars()
                .enumerate()
            {
                out.push(Place {
                    item: item.to_owned(),
                    o: o as u64,
                    path: path.clone(),
                    units,
                    c,
                    begins: k == 0,
                });
                o += 1;
                units += c.len_utf16() as u64;
            }
            at = end;
            match pieces.next() {
                None => break,
                Some(Value::String(place)) => {
                    let (skip, rest) =
                        place.split_at(place.find(['/', ':']).unwrap_or(place.len()));
                    o += skip.parse::<i64>().unwrap();
                    let (rest, offset) = cut(rest);
                    (path, units) = (format!("{shared}{rest}"), offset);
                }
                Some(Value::Array(both)) => {
                    o += both[0].as_i64().unwrap();
                    units += both[1].as_u64().unwrap();
                }
                Some(skip) => {
                    o += skip.as_i64().unwrap();
                    units = units.saturating_add_signed(skip.as_i64().unwrap());
                }
            }
        }
    }
    out
}

/// `/4/2:7` as path and offset.
fn cut(place: &str) -> (String, u64) {
    let (path, offset) = place.rsplit_once(':').unwrap_or((place, "0"));
    match offset.parse() {
        Ok(offset) => (path.to_owned(), offset),
        // A colon in an id.
        Err(_) => (place.to_owned(), 0),
    }
}

/// Resolves every CFI in the source's own tree: it must lead to the character and its
/// offset. Returns how many were.
pub fn check(text: &Value, root: &Node) -> Result<usize, String> {
    let places = read(text);
    let blank = |c: char| {
        let blank = c.is_ascii_whitespace() || c.is_ascii_control();
        if blank { ' ' } else { c }
    };
    let (mut path, mut rest, mut at) = ("", &[][..], 0);
    for place in &places {
        if place.path != path || place.units < at {
            (path, at) = (&place.path, 0);
            rest = source::resolve(root, path)?;
        }
        while let Some(((c, _), more)) = rest.split_first().filter(|_| at < place.units) {
            at += c.len_utf16() as u64;
            rest = more;
        }
        let found = rest.first();
        if place.c == ' ' && found.is_none_or(|(c, _)| blank(*c) != ' ') {
            // A `br` is read as a blank, and has no place in a text.
            continue;
        }
        let (c, o) = *found.ok_or_else(|| format!("{place:?} is behind its text"))?;
        if blank(c) != place.c || o != place.o {
            return Err(format!("{place:?} is {c:?} at {o} in the source"));
        }
    }
    Ok(places.len())
}
