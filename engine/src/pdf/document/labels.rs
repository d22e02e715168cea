//! Page labels: `iv`, `A-3` (ISO 32000-2, 12.4.2).

use std::collections::{BTreeMap, HashSet};

use hayro_syntax::object::{Array, Dict, Name, Object, ObjectIdentifier};

use super::sheets::Sheet;
use super::text;
use crate::Limits;

/// Past these a label is written in digits: nobody counts so far, and letters repeat.
const ROMAN_UP_TO: u32 = 4_999;
const LETTERS_UP_TO: u32 = 26 * 26;

/// A range of pages that are counted alike.
struct Range {
    prefix: String,
    style: Option<u8>,
    start: u32,
}

/// Gives each sheet its label, where the document has a number tree of them.
pub(super) fn read(catalog: &Dict<'_>, sheets: &mut [Sheet], limits: &Limits) {
    let Some(tree) = catalog.get::<Dict<'_>>("PageLabels") else {
        return;
    };
    let mut ranges = BTreeMap::new();
    let mut walk = Walk {
        pages: sheets.len() as u32,
        seen: HashSet::new(),
        limits,
        ranges: &mut ranges,
    };
    walk.node(&tree, 0);
    if ranges.is_empty() {
        return;
    }
    let mut ahead = ranges.into_iter().peekable();
    // Pages before the first range have no rule: plain numbers.
    let mut current = (
        0,
        Range {
            prefix: String::new(),
            style: Some(b'D'),
            start: 1,
        },
    );
    for (n, sheet) in sheets.iter_mut().enumerate() {
        let n = n as u32;
        if let Some(next) = ahead.next_if(|(from, _)| *from == n) {
            current = next;
        }
        let (from, range) = &current;
        let number = range.start.saturating_add(n - from);
        let label = format!("{}{}", range.prefix, numeral(range.style, number));
        sheet.label = (!label.is_empty()).then_some(label);
    }
}

struct Walk<'w> {
    pages: u32,
    seen: HashSet<ObjectIdentifier>,
    limits: &'w Limits,
    ranges: &'w mut BTreeMap<u32, Range>,
}

impl Walk<'_> {
    /// A node of the number tree: `/Nums [key value …]` or `/Kids`.
    fn node(&mut self, node: &Dict<'_>, depth: u64) {
        if depth > self.limits.pdf_tree_depth {
            return;
        }
        if let Some(id) = node.obj_id()
            && depth > 0
            && !self.seen.insert(id)
        {
            return;
        }
        if let Some(numbers) = node.get::<Array<'_>>("Nums") {
            let mut items = numbers.iter::<Object<'_>>();
            while let (Some(key), Some(value)) = (items.next(), items.next()) {
                let (Object::Number(key), Some(dict)) = (key, value.into_dict()) else {
                    continue;
                };
                // No more ranges than pages, so the map is bounded.
                if let Ok(page) = u32::try_from(key.as_i64())
                    && page < self.pages
                {
                    self.ranges
                        .entry(page)
                        .or_insert_with(|| range(&dict, self.limits));
                }
            }
        }
        if let Some(kids) = node.get::<Array<'_>>("Kids") {
            for kid in kids.iter::<Dict<'_>>() {
                self.node(&kid, depth + 1);
            }
        }
    }
}

fn range(dict: &Dict<'_>, limits: &Limits) -> Range {
    let prefix = dict.get::<hayro_syntax::object::String<'_>>("P");
    let style = dict.get::<Name<'_>>("S");
    Range {
        prefix: prefix.map_or_else(String::new, |prefix| {
            // A prefix may end in a blank that is meant.
            let text = text::decode(&prefix);
            let text = text.chars().map(|c| if c.is_control() { ' ' } else { c });
            text.take(limits.pdf_label_chars as usize).collect()
        }),
        style: style.and_then(|style| style.first().copied()),
        start: dict
            .get::<u32>("St")
            .filter(|start| *start > 0)
            .unwrap_or(1),
    }
}

/// A number in a style: `D`, `R`, `r`, `A`, `a`; nothing without a style.
fn numeral(style: Option<u8>, number: u32) -> String {
    match style {
        None => String::new(),
        Some(b'R') if number <= ROMAN_UP_TO => roman(number),
        Some(b'r') if number <= ROMAN_UP_TO => roman(number).to_ascii_lowercase(),
        Some(b'A') if number <= LETTERS_UP_TO => letters(number, b'A'),
        Some(b'a') if number <= LETTERS_UP_TO => letters(number, b'a'),
        Some(_) => number.to_string(),
    }
}

fn roman(mut number: u32) -> String {
    const SIGNS: [(u32, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    let mut out = String::new();
    for (value, sign) in SIGNS {
        while number >= value {
            number -= value;
            out.push_str(sign);
        }
    }
    out
}

/// `A` to `Z`, then `AA` to `ZZ`: the same letter repeated.
fn letters(number: u32, first: u8) -> String {
    let letter = char::from(first + ((number - 1) % 26) as u8);
    std::iter::repeat_n(letter, (number as usize - 1) / 26 + 1).collect()
}
