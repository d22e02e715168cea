//! Where things lead: explicit and named destinations (ISO 32000-2, 12.3.2).

use std::collections::{HashMap, HashSet};

use hayro_syntax::Pdf;
use hayro_syntax::object::{Array, Dict, MaybeRef, Number, Object, ObjectIdentifier};

use super::{Document, Target, catalog, is_name, web};

/// Names that lead to names; more is a circle.
const HOPS: u32 = 8;

/// A place in the document.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Place {
    /// The page, from 0; it exists.
    pub page: u32,
    /// Left and top in points as shown, when the destination says more than the page.
    pub point: Option<(f64, f64)>,
}

/// Named destinations, not yet looked at.
#[derive(Debug, Default)]
pub(super) struct Names(HashMap<Box<[u8]>, Stored>);

/// A destination as it stands in the tree.
#[derive(Debug, Clone)]
enum Stored {
    At(ObjectIdentifier),
    Known(Option<Target>),
}

impl Document {
    /// The place that a name of the document leads to.
    #[cfg(test)]
    pub fn place(&self, pdf: &Pdf, name: &[u8]) -> Option<Place> {
        match self.named(pdf, name, HOPS) {
            Some(Target::Place(place)) => Some(place),
            _ => None,
        }
    }

    fn named(&self, pdf: &Pdf, name: &[u8], hops: u32) -> Option<Target> {
        let names = self.names.get_or_init(|| Names::read(self, pdf));
        match names.0.get(name)? {
            Stored::Known(target) => target.clone(),
            Stored::At(id) => {
                let object = pdf.xref().get::<Object<'_>>(*id)?;
                self.destination(pdf, &object, hops.checked_sub(1)?)
            }
        }
    }

    /// What `/Dest` or the `/D` of an action says.
    pub(super) fn target_of(&self, pdf: &Pdf, destination: &Object<'_>) -> Option<Target> {
        self.destination(pdf, destination, HOPS)
    }

    fn destination(&self, pdf: &Pdf, object: &Object<'_>, hops: u32) -> Option<Target> {
        match object {
            Object::Array(array) => self.explicit(array).map(Target::Place),
            Object::String(name) => self.named(pdf, name, hops.checked_sub(1)?),
            Object::Name(name) => self.named(pdf, name.as_ref(), hops.checked_sub(1)?),
            // `<< /D destination >>`, as the tree of names has them; some write an action here.
            Object::Dict(dict) => {
                let hops = hops.checked_sub(1)?;
                match dict.get::<Object<'_>>("D") {
                    Some(inner) if !dict.contains_key("S") || is_name(dict, "S", b"GoTo") => {
                        self.destination(pdf, &inner, hops)
                    }
                    _ => self.action(pdf, dict),
                }
            }
            _ => None,
        }
    }

    /// What an action leads to. Those that run, send, open files or play lead nowhere.
    pub(super) fn action(&self, pdf: &Pdf, action: &Dict<'_>) -> Option<Target> {
        if is_name(action, "S", b"URI") {
            let uri = action.get::<hayro_syntax::object::String<'_>>("URI")?;
            return web::address(&uri, self.base.as_deref()).map(Target::Web);
        }
        if is_name(action, "S", b"GoTo") {
            let inner = action.get::<Object<'_>>("D")?;
            // An array, a name or a string: an action in an action is none.
            return match inner {
                Object::Dict(_) => None,
                other => self.target_of(pdf, &other),
            };
        }
        None
    }

    /// `[page /XYZ left top zoom]` and its kin.
    fn explicit(&self, array: &Array<'_>) -> Option<Place> {
        let mut items = array.raw_iter();
        let page = match items.next()? {
            MaybeRef::Ref(id) => *self.pages.get(&id.into())?,
            // Meant for other files, and written for this one too.
            MaybeRef::NotRef(Object::Number(n)) => u32::try_from(n.as_i64()).ok()?,
            MaybeRef::NotRef(_) => return None,
        };
        let sheet = self.sheets.get(page as usize)?;
        let mut rest = array.iter::<Object<'_>>().skip(1);
        let kind = rest.next().and_then(Object::into_name);
        let numbers: Vec<Option<f64>> = rest
            .take(4)
            .map(|object| object.into_number().as_ref().map(Number::as_f64))
            .collect();
        let number = |at: usize| numbers.get(at).copied().flatten();
        let (left, top) = match kind.as_ref().map(AsRef::as_ref) {
            Some(b"XYZ") => (number(0), number(1)),
            Some(b"FitH" | b"FitBH") => (None, number(0)),
            Some(b"FitV" | b"FitBV") => (number(0), None),
            Some(b"FitR") => (number(0), number(3)),
            _ => (None, None),
        };
        let point = (left.is_some() || top.is_some()).then(|| {
            let (least, most) = sheet.corner();
            sheet.point(left.unwrap_or(least), top.unwrap_or(most))
        });
        Some(Place { page, point })
    }
}

impl Names {
    /// The name tree and, before PDF 1.2, the dictionary. The tree wins.
    fn read(document: &Document, pdf: &Pdf) -> Self {
        let catalog = catalog(pdf);
        let mut walk = Walk {
            document,
            pdf,
            seen: HashSet::new(),
            names: HashMap::new(),
        };
        let trees = catalog.get::<Dict<'_>>("Names");
        if let Some(tree) = trees.and_then(|trees| trees.get::<Dict<'_>>("Dests")) {
            walk.node(&tree, 0);
        }
        if let Some(old) = catalog.get::<Dict<'_>>("Dests") {
            for (name, value) in old.entries() {
                walk.put(name.as_ref(), value);
            }
        }
        Self(walk.names)
    }
}

struct Walk<'w, 'p> {
    document: &'w Document,
    pdf: &'p Pdf,
    seen: HashSet<ObjectIdentifier>,
    names: HashMap<Box<[u8]>, Stored>,
}

impl Walk<'_, '_> {
    fn is_full(&self) -> bool {
        self.names.len() as u64 >= self.document.limits.pdf_names
    }

    /// A node of the name tree: `/Names [key value …]` or `/Kids`.
    fn node(&mut self, node: &Dict<'_>, depth: u64) {
        if depth > self.document.limits.pdf_tree_depth || self.is_full() {
            return;
        }
        if let Some(id) = node.obj_id()
            && !self.seen.insert(id)
        {
            return;
        }
        if let Some(names) = node.get::<Array<'_>>("Names") {
            let mut items = names.raw_iter();
            while let (Some(key), Some(value)) = (items.next(), items.next()) {
                let key = match key {
                    MaybeRef::Ref(id) => self.pdf.xref().get::<Object<'_>>(id.into()),
                    MaybeRef::NotRef(key) => Some(key),
                };
                if let Some(Object::String(key)) = key {
                    self.put(&key, value);
                }
            }
        }
        if let Some(kids) = node.get::<Array<'_>>("Kids") {
            for kid in kids.iter::<Dict<'_>>() {
                self.node(&kid, depth + 1);
            }
        }
    }

    fn put(&mut self, name: &[u8], value: MaybeRef<Object<'_>>) {
        if self.is_full() || self.names.contains_key(name) {
            return;
        }
        let stored = match value {
            MaybeRef::Ref(id) => Stored::At(id.into()),
            MaybeRef::NotRef(Object::Array(array)) => {
                Stored::Known(self.document.explicit(&array).map(Target::Place))
            }
            MaybeRef::NotRef(Object::Dict(dict)) => {
                let array = dict.get::<Array<'_>>("D");
                let place = array.and_then(|array| self.document.explicit(&array));
                Stored::Known(place.map(Target::Place))
            }
            MaybeRef::NotRef(_) => return,
        };
        self.names.insert(name.into(), stored);
    }
}
