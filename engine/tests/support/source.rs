//! The source of a chapter as a tree, read without any code of the engine: every
//! character of every text node knows where in the source it stands.

/// A node of the source.
#[derive(Debug)]
pub enum Node {
    Element {
        name: String,
        id: String,
        /// Scalars of the source before its `<`.
        o: u64,
        children: Vec<Node>,
    },
    /// Characters as a DOM has them, each with its offset in the source.
    Text(Vec<(char, u64)>),
}

/// Reads well-formed XML. Panics on anything else: callers give it what the engine
/// found well-formed.
pub fn parse(source: &str) -> Node {
    let chars: Vec<char> = source.chars().collect();
    let mut stack = vec![(String::new(), String::new(), 0, Vec::new())];
    let mut i = 0;
    while i < chars.len() {
        if chars[i] != '<' {
            i = text(&chars, i, children(&mut stack));
        } else if starts(&chars, i, "<!--") {
            i = find(&chars, i + 4, "-->") + 3;
        } else if starts(&chars, i, "<![CDATA[") {
            let end = find(&chars, i + 9, "]]>");
            for (at, &c) in chars.iter().enumerate().take(end).skip(i + 9) {
                push(children(&mut stack), c, at);
            }
            i = end + 3;
        } else if starts(&chars, i, "<?") {
            i = find(&chars, i, "?>") + 2;
        } else if starts(&chars, i, "<!") {
            i = doctype(&chars, i);
        } else if starts(&chars, i, "</") {
            let (name, id, o, inner) = stack.pop().unwrap();
            children(&mut stack).push(Node::Element {
                name,
                id,
                o,
                children: inner,
            });
            i = find(&chars, i, ">") + 1;
        } else {
            let end = tag_end(&chars, i);
            let tag: String = chars[i + 1..end].iter().collect();
            let name = tag.split([' ', '\n', '\r', '\t', '/']).next().unwrap();
            let open = (name.to_owned(), id_of(&tag), i as u64, Vec::new());
            if tag.ends_with('/') {
                let (name, id, o, inner) = open;
                children(&mut stack).push(Node::Element {
                    name,
                    id,
                    o,
                    children: inner,
                });
            } else {
                stack.push(open);
            }
            i = end + 1;
        }
    }
    let (_, _, _, top) = stack.pop().unwrap();
    let mut roots = top
        .into_iter()
        .filter(|node| matches!(node, Node::Element { .. }));
    roots.next().unwrap()
}

/// The text that `path` (`/4/2[id]/1`, from the root) names. Assertions are checked.
pub fn resolve<'n>(root: &'n Node, path: &str) -> Result<&'n [(char, u64)], String> {
    let mut node = root;
    let steps: Vec<&str> = path
        .strip_prefix('/')
        .ok_or("no path")?
        .split('/')
        .collect();
    let (last, elements) = steps.split_last().ok_or("empty")?;
    for step in elements {
        let (number, asserted) = step.split_once('[').unwrap_or((step, ""));
        let number: usize = number.parse().map_err(|_| format!("step {step}"))?;
        let Node::Element { children, .. } = node else {
            return Err("a text has no children".into());
        };
        let mut found = children
            .iter()
            .filter(|n| matches!(n, Node::Element { .. }));
        node = found
            .nth((number / 2).checked_sub(1).ok_or("step 0")?)
            .ok_or_else(|| format!("{path}: no element {step}"))?;
        let Node::Element { id, .. } = node else {
            unreachable!()
        };
        if !asserted.is_empty() && unescaped(&asserted[..asserted.len() - 1]) != *id {
            return Err(format!("{path}: {asserted} is {id}"));
        }
    }
    let Node::Element { children, .. } = node else {
        return Err("a text has no children".into());
    };
    let number: usize = last.parse().map_err(|_| format!("step {last}"))?;
    if number.is_multiple_of(2) {
        return Err(format!("{path} is no text"));
    }
    let mut elements = 0;
    for child in children {
        match child {
            Node::Element { .. } => elements += 1,
            Node::Text(text) if elements * 2 + 1 == number => return Ok(text),
            Node::Text(_) => {}
        }
    }
    Err(format!("{path}: no text"))
}

fn unescaped(id: &str) -> String {
    let mut out = String::new();
    let mut chars = id.chars();
    while let Some(c) = chars.next() {
        out.extend(if c == '^' { chars.next() } else { Some(c) });
    }
    out
}

type Open = (String, String, u64, Vec<Node>);

fn children(stack: &mut [Open]) -> &mut Vec<Node> {
    &mut stack.last_mut().unwrap().3
}

fn starts(chars: &[char], at: usize, word: &str) -> bool {
    word.chars()
        .enumerate()
        .all(|(k, c)| chars.get(at + k) == Some(&c))
}

fn find(chars: &[char], from: usize, word: &str) -> usize {
    (from..chars.len())
        .find(|&i| starts(chars, i, word))
        .unwrap()
}

/// Adds a character; a line end of two is one, the first place counts (XML 1.0 § 2.11).
fn push(children: &mut Vec<Node>, c: char, at: usize) {
    if !matches!(children.last(), Some(Node::Text(_))) {
        children.push(Node::Text(Vec::new()));
    }
    let Some(Node::Text(text)) = children.last_mut() else {
        unreachable!()
    };
    let after_return = text
        .last()
        .is_some_and(|(c, o)| *c == '\r' && *o + 1 == at as u64);
    match c {
        '\n' if after_return => {}
        _ => text.push((c, at as u64)),
    }
}

fn text(chars: &[char], mut i: usize, children: &mut Vec<Node>) -> usize {
    while i < chars.len() && chars[i] != '<' {
        let end = (chars[i] == '&')
            .then(|| (i + 1..chars.len().min(i + 40)).find(|&k| chars[k] == ';'))
            .flatten();
        let name: String = end
            .map(|end| chars[i + 1..end].iter().collect())
            .unwrap_or_default();
        match (entity(&name), end) {
            (Some(decoded), Some(end)) => {
                decoded.chars().for_each(|c| push(children, c, i));
                i = end + 1;
            }
            _ => {
                push(children, chars[i], i);
                i += 1;
            }
        }
    }
    i
}

fn entity(name: &str) -> Option<String> {
    let number = name
        .strip_prefix('#')
        .map(|number| match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        });
    match number {
        // As HTML reads it; the few that books use.
        Some(Ok(146)) => Some("’".into()),
        Some(Ok(151)) => Some("—".into()),
        Some(code) => char::from_u32(code.ok()?).map(String::from),
        None => quick_xml::escape::resolve_html5_entity(name).map(Into::into),
    }
}

fn doctype(chars: &[char], mut i: usize) -> usize {
    let mut inside = false;
    loop {
        match chars[i] {
            '[' => inside = true,
            ']' => inside = false,
            '>' if !inside => return i + 1,
            _ => {}
        }
        i += 1;
    }
}

fn tag_end(chars: &[char], mut i: usize) -> usize {
    let mut quote = None;
    loop {
        match (chars[i], quote) {
            (c, Some(open)) if c == open => quote = None,
            ('"' | '\'', None) => quote = Some(chars[i]),
            ('>', None) => return i,
            _ => {}
        }
        i += 1;
    }
}

fn id_of(tag: &str) -> String {
    for quote in ['"', '\''] {
        for blank in [' ', '\n', '\t', '\r'] {
            if let Some((_, rest)) = tag.split_once(&format!("{blank}id={quote}")) {
                return rest.split(quote).next().unwrap().trim().to_owned();
            }
        }
    }
    String::new()
}
