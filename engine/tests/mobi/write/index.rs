//! Index records: `INDX` with `TAGX`, `CNCX` and a table of letters.

/// One entry: label, and values by tag.
#[derive(Debug, Clone)]
pub struct Entry {
    pub label: Vec<u8>,
    pub tags: Vec<(u8, Vec<u32>)>,
}

/// An index in the making.
#[derive(Debug, Clone, Default)]
pub struct Index {
    /// Tag, values of one occurrence, mask in the control byte.
    pub shape: Vec<(u8, u8, u8)>,
    pub entries: Vec<Entry>,
    pub texts: Vec<u8>,
    /// Letters that labels name by their number, in one byte or two.
    pub letters: Option<(Vec<u16>, bool)>,
    /// Encoding written into the first record.
    pub encoding: u32,
    /// Ligatures it claims to have.
    pub ligatures: u32,
}

impl Index {
    pub fn new(shape: &[(u8, u8, u8)]) -> Self {
        Self {
            shape: shape.to_vec(),
            encoding: 65001,
            ..Self::default()
        }
    }

    pub fn entry(mut self, label: impl AsRef<[u8]>, tags: &[(u8, &[u32])]) -> Self {
        self.entries.push(Entry {
            label: label.as_ref().to_vec(),
            tags: tags
                .iter()
                .map(|(tag, values)| (*tag, values.to_vec()))
                .collect(),
        });
        self
    }

    /// Adds a text; returns its place.
    pub fn text(&mut self, text: impl AsRef<[u8]>) -> u32 {
        let at = self.texts.len() as u32;
        variable(text.as_ref().len() as u32, &mut self.texts);
        self.texts.extend(text.as_ref());
        at
    }

    /// First record, one record of entries, texts.
    pub fn records(&self) -> Vec<Vec<u8>> {
        let mut records = vec![self.first(), self.data()];
        if !self.texts.is_empty() {
            records.push(self.texts.clone());
        }
        records
    }

    fn first(&self) -> Vec<u8> {
        const LENGTH: usize = 192;
        let mut out = vec![0; LENGTH];
        out[..4].copy_from_slice(b"INDX");
        out.extend(b"TAGX");
        out.extend((12 + 4 * (self.shape.len() as u32 + 1)).to_be_bytes());
        out.extend(1u32.to_be_bytes());
        for &(tag, values, mask) in &self.shape {
            out.extend([tag, values, mask, 0]);
        }
        out.extend([0, 0, 0, 1]);
        let set = |out: &mut Vec<u8>, at: usize, value: usize| {
            out[at..at + 4].copy_from_slice(&(value as u32).to_be_bytes());
        };
        let texts = usize::from(!self.texts.is_empty());
        for (at, value) in [
            (4, LENGTH),
            (24, 1),
            (28, self.encoding as usize),
            (48, self.ligatures as usize),
            (52, texts),
        ] {
            set(&mut out, at, value);
        }
        if let Some((letters, narrow)) = &self.letters {
            let at = out.len();
            out.extend(b"ORDT");
            letters
                .iter()
                .for_each(|letter| out.extend(letter.to_be_bytes()));
            for (field, value) in [
                (28, 65002),
                (0xA4, usize::from(*narrow)),
                (0xA8, letters.len()),
                (0xAC, at),
                (0xB0, at),
            ] {
                set(&mut out, field, value);
            }
        }
        out
    }

    fn data(&self) -> Vec<u8> {
        let mut out = vec![0; 192];
        out[..4].copy_from_slice(b"INDX");
        let mut table = b"IDXT".to_vec();
        for entry in &self.entries {
            table.extend((out.len() as u16).to_be_bytes());
            out.push(entry.label.len() as u8);
            out.extend(&entry.label);
            self.values(entry, &mut out);
        }
        let end = out.len() as u32;
        out[20..24].copy_from_slice(&end.to_be_bytes());
        out[24..28].copy_from_slice(&(self.entries.len() as u32).to_be_bytes());
        out.extend(table);
        out
    }

    fn values(&self, entry: &Entry, out: &mut Vec<u8>) {
        let (mut control, mut sizes, mut all) = (0u8, Vec::new(), Vec::new());
        for &(tag, each, mask) in &self.shape {
            let Some((_, values)) = entry.tags.iter().find(|(known, _)| *known == tag) else {
                continue;
            };
            let mut packed = Vec::new();
            values
                .iter()
                .for_each(|&value| variable(value, &mut packed));
            let times = (values.len() / usize::from(each)) as u8;
            let most = mask >> mask.trailing_zeros();
            if mask.count_ones() > 1 && times >= most {
                control |= mask;
                variable(packed.len() as u32, &mut sizes);
            } else {
                control |= times << mask.trailing_zeros();
            }
            all.extend(packed);
        }
        out.push(control);
        out.extend(sizes);
        out.extend(all);
    }
}

/// A number of seven bits a byte, the last byte marked.
pub fn variable(value: u32, out: &mut Vec<u8>) {
    let bytes = (1..5).find(|n| value >> (7 * n) == 0).unwrap();
    for i in (0..bytes).rev() {
        let last = if i == 0 { 0x80 } else { 0 };
        out.push((value >> (7 * i)) as u8 & 0x7F | last);
    }
}

/// A line of a table of contents: title, place as tag and values, parent.
pub type Line<'l> = (&'l str, (u8, &'l [u32]), Option<u32>);

/// A table of contents.
pub fn ncx(lines: &[Line<'_>]) -> Index {
    let mut index = Index::new(&[(1, 1, 1), (3, 1, 2), (4, 1, 4), (6, 2, 8), (21, 1, 16)]);
    for (i, &(title, place, parent)) in lines.iter().enumerate() {
        let title = index.text(title);
        let (title, level, up) = (
            [title],
            [u32::from(parent.is_some())],
            [parent.unwrap_or(0)],
        );
        let mut tags: Vec<(u8, &[u32])> = vec![place, (3, &title), (4, &level)];
        if parent.is_some() {
            tags.push((21, &up));
        }
        index = index.entry(format!("{i:03}"), &tags);
    }
    index
}
