//! What pass 1 has made already.
//!
//! Pass 1 measures a chapter by writing it. What it wrote differs from what pass 2 would write in
//! one thing only: the numbers of the slices that links lead to, which nobody knows before all
//! chapters have been measured. So it is kept as long as there is room, with a mark in place of
//! each number, and pass 2 fills in the numbers instead of reading the chapter again.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::book::{Targets, Waiting};
use crate::xhtml::{Body, StyleRef, WAITING};

/// Kept bytes of a whole book. Chapters past it are read twice. No limit of what a book may ask
/// for: the output is the same with any value.
pub(crate) const ROOM: usize = 32 << 20;

/// One item's bodies.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    pub bodies: Vec<Body>,
    /// Where the marked links lead.
    pub links: Vec<Waiting>,
    /// Resources the chapter refers to.
    pub used: BTreeSet<usize>,
    pub styles: Vec<StyleRef>,
}

impl Kept {
    /// Bytes that keeping this costs, roughly.
    fn size(&self) -> usize {
        let text = |body: &Body| {
            body.text
                .iter()
                .map(|block| block.t.len() + 64)
                .sum::<usize>()
        };
        let bodies = self
            .bodies
            .iter()
            .map(|body| body.html.capacity() + text(body));
        bodies.sum::<usize>() + self.links.len() * 64
    }
}

/// Kept bodies by number of item.
#[derive(Debug, Default)]
pub(crate) struct Shelf {
    slots: Vec<Slot>,
}

#[derive(Debug)]
struct Slot {
    kept: Mutex<Option<Kept>>,
    /// Places of the spine that will still ask for it.
    asked: AtomicUsize,
}

impl Shelf {
    /// Keeps from the front of the book as much as there is `room` for; `places` are the numbers
    /// of the items that the spine shows.
    pub fn new(items: Vec<Option<Kept>>, places: &[usize], room: usize) -> Self {
        let mut left = room;
        let mut slots: Vec<Slot> = items
            .into_iter()
            .map(|kept| {
                let kept = kept.filter(|kept| kept.size() <= left);
                left -= kept.as_ref().map_or(0, Kept::size);
                Slot {
                    kept: Mutex::new(kept),
                    asked: AtomicUsize::new(0),
                }
            })
            .collect();
        for &item in places {
            *slots[item].asked.get_mut() += 1;
        }
        Self { slots }
    }

    /// What was kept of an item. Each place of the spine asks once; the last one gets the original.
    pub fn take(&self, item: usize) -> Option<Kept> {
        let slot = self.slots.get(item)?;
        let mut kept = slot.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if slot.asked.fetch_sub(1, Ordering::Relaxed) > 1 {
            kept.clone()
        } else {
            kept.take()
        }
    }
}

/// Appends `html` with the numbers of slices in place of the marks. `place` is where it stands in
/// the spine.
pub(super) fn fill(
    html: &str,
    links: &[Waiting],
    targets: &dyn Targets,
    place: usize,
    out: &mut String,
) {
    // Numbers are no longer than their marks, most of the time.
    out.reserve(html.len() + 32);
    let mut rest = html;
    while let Some(at) = memchr::memchr(WAITING as u8, rest.as_bytes()) {
        let (before, mark) = rest.split_at(at);
        let (digits, after) = mark[1..].split_at(MARK_DIGITS);
        out.push_str(before);
        let link = usize::from_str_radix(digits, 16)
            .ok()
            .and_then(|n| links.get(n));
        debug_assert!(link.is_some(), "only the resolver writes marks");
        if let Some(link) = link {
            let slice = targets.slice(link.place.unwrap_or(place), link.id.as_deref());
            out.push_str(&slice.to_string());
        }
        rest = after;
    }
    out.push_str(rest);
}

/// A mark is [`WAITING`] and the link's number in hexadecimal digits: as long as a slice's number is
/// taken to be in pass 1.
pub(crate) const MARK_DIGITS: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    struct Tens;

    impl Targets for Tens {
        fn slice(&self, place: usize, id: Option<&str>) -> u32 {
            place as u32 * 10 + u32::from(id.is_some())
        }
    }

    fn kept(bytes: usize) -> Kept {
        Kept {
            bodies: vec![Body {
                html: "x".repeat(bytes),
                text: Vec::new(),
            }],
            links: Vec::new(),
            used: BTreeSet::new(),
            styles: Vec::new(),
        }
    }

    #[test]
    fn numbers_take_the_place_of_marks_and_own_links_follow_the_place() {
        let links = [(None, None), (Some(7), Some("n1".to_owned()))];
        let links = links.map(|(place, id)| Waiting { place, id });
        let html = "<a href=\"\u{1}0001.html#n1\">1</a><a href=\"\u{1}0000.html\">up</a>";
        let filled = |place| {
            let mut out = String::new();
            fill(html, &links, &Tens, place, &mut out);
            out
        };
        assert_eq!(
            filled(2),
            "<a href=\"71.html#n1\">1</a><a href=\"20.html\">up</a>"
        );
        assert_eq!(
            filled(3),
            "<a href=\"71.html#n1\">1</a><a href=\"30.html\">up</a>"
        );
    }

    #[test]
    fn what_has_no_room_is_not_kept_and_what_was_asked_for_is_given_up() {
        let items = [100, 200, 100].map(|bytes| Some(kept(bytes)));
        let shelf = Shelf::new(items.to_vec(), &[0, 1, 2, 0], 250);
        assert!(shelf.take(0).is_some() && shelf.take(0).is_some());
        assert!(shelf.take(1).is_none());
        assert!(shelf.take(2).is_some() && shelf.take(9).is_none());
        assert!(
            shelf
                .slots
                .iter()
                .all(|slot| slot.kept.lock().unwrap().is_none())
        );
    }
}
