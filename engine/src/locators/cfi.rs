//! The grammar of EPUB CFI (EPUB CFI 1.1 § 2.1), as far as places in text need it.

/// Steps without their assertions; compares in document order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Path(Vec<u64>);

/// A place that a CFI names.
#[derive(Debug)]
pub(super) struct Place {
    /// The steps before the `!`, if there are any.
    pub item: Option<Path>,
    pub path: Path,
    /// The character offset.
    pub units: Option<u64>,
}

/// A path is not deeper than this.
const MOST_STEPS: usize = 1024;

impl Path {
    /// Reads `/4/2[id]/1`, also with `:offset`; `None` when it is something else.
    pub fn parse(text: &str) -> Option<Self> {
        let (path, _) = steps(&bare(text))?;
        Some(path)
    }
}

impl Place {
    /// Reads `epubcfi(…)` or what stands inside; of a range (`parent,start,end`) the start.
    pub fn parse(cfi: &str) -> Option<Self> {
        let cfi = cfi.trim();
        let inner = cfi
            .strip_prefix("epubcfi(")
            .and_then(|rest| rest.strip_suffix(')'))
            .unwrap_or(cfi);
        let plain = bare(inner);
        let mut parts = plain.splitn(3, ',');
        let parent = parts.next()?;
        let whole = format!("{parent}{}", parts.next().unwrap_or_default());
        let (item, local) = match whole.rsplit_once('!') {
            Some((item, local)) => (Some(steps(item)?.0), local),
            None => (None, whole.as_str()),
        };
        let (path, units) = steps(local)?;
        Some(Self { item, path, units })
    }
}

/// The text without assertions in brackets, `^` escapes undone inside them by leaving them out.
fn bare(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut inside, mut escaped) = (false, false);
    for c in text.chars() {
        if escaped {
            escaped = false;
        } else if c == '^' {
            escaped = true;
        } else if c == '[' {
            inside = true;
        } else if c == ']' {
            inside = false;
        } else if !inside {
            out.push(c);
        }
    }
    out
}

/// Steps and the character offset of a path without assertions. Offsets in time and space
/// (`~`, `@`) say nothing about text and are left out.
fn steps(plain: &str) -> Option<(Path, Option<u64>)> {
    let plain = plain.split(['~', '@']).next()?;
    let (path, units) = match plain.split_once(':') {
        Some((path, units)) => (path, Some(units.parse().ok()?)),
        None => (plain, None),
    };
    if path.is_empty() {
        return Some((Path::default(), units));
    }
    let steps = path
        .strip_prefix('/')?
        .split('/')
        .take(MOST_STEPS)
        .map(|step| step.parse().ok())
        .collect::<Option<Vec<u64>>>()?;
    Some((Path(steps), units))
}

/// Appends an id for an assertion: signs of the grammar are escaped with `^`.
pub(crate) fn escape(id: &str, out: &mut String) {
    for c in id.chars() {
        if matches!(c, '[' | ']' | '(' | ')' | ',' | ';' | '=' | '^') {
            out.push('^');
        }
        out.push(c);
    }
}
