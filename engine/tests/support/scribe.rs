//! Writes chapters of every kind of markup, the same for the same seed.

/// A generator of numbers (xorshift64*): the tests have no chance but the seed.
pub struct Scribe(u64);

impl Scribe {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % n
    }

    pub fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len() as u64) as usize]
    }

    /// The body of a well-formed chapter with about `blocks` blocks.
    pub fn body(&mut self, blocks: u64) -> String {
        let mut out = String::new();
        let mut id = 0;
        for _ in 0..blocks {
            self.block(&mut out, &mut id, 0);
        }
        out
    }

    fn block(&mut self, out: &mut String, id: &mut u64, depth: u64) {
        let named = self.name(id);
        let inner = if depth < 4 { self.below(4) } else { 0 };
        match self.below(14) {
            0 => {
                let level = 1 + self.below(6);
                out.push_str(&format!("<h{level}{named}>"));
                self.inline(out, id, 3);
                out.push_str(&format!("</h{level}>\r\n"));
            }
            1 | 2 => {
                let name =
                    self.pick(&["div", "section", "blockquote", "article", "aside", "x-box"]);
                out.push_str(&format!("<{name}{named}>\n  "));
                (0..inner).for_each(|_| self.block(out, id, depth + 1));
                out.push_str(&format!("</{name}>"));
            }
            3 => {
                let (list, start) = (self.pick(&["ol", "ul"]), self.pick(&["", " start=\"7\""]));
                out.push_str(&format!("<{list}{start}{named}>\n"));
                for _ in 0..=inner {
                    let id_of_item = self.name(id);
                    out.push_str(&format!("<li{id_of_item}>"));
                    self.inline(out, id, 6);
                    out.push_str("</li>\n");
                }
                out.push_str(&format!("</{list}>"));
            }
            4 => {
                out.push_str(&format!(
                    "<table{named}><thead><tr><th>H</th></tr></thead><tbody>"
                ));
                for _ in 0..=inner * 2 {
                    out.push_str("<tr>\n\t<td>");
                    self.inline(out, id, 5);
                    out.push_str("</td> <td>x</td></tr>");
                }
                out.push_str("</tbody></table>");
            }
            5 => {
                out.push_str(&format!("<pre{named}>\n\nfirst\n"));
                self.inline(out, id, 12);
                out.push_str("\n</pre>");
            }
            6 => out.push_str("<!-- a comment --><hr/><?pi x?><script>var a = '&lt;';</script>"),
            7 => out.push_str(
                "<figure><img src=\"pic.png\" alt=\"x\"/><figcaption>cap</figcaption></figure>",
            ),
            8 => {
                // A giant paragraph.
                out.push_str(&format!("<p{named}>"));
                self.inline(out, id, 400);
                out.push_str("</p>");
            }
            _ => {
                out.push_str(&format!("<p{named}>"));
                self.inline(out, id, 20);
                out.push_str("</p>\n");
            }
        }
    }

    fn name(&mut self, id: &mut u64) -> String {
        if self.below(3) > 0 {
            return String::new();
        }
        *id += 1;
        match self.below(8) {
            0 => format!(" id=\"n[{id}](,;=^)\""),
            _ => format!(" class=\"c\" id='n{id}'"),
        }
    }

    fn inline(&mut self, out: &mut String, id: &mut u64, words: u64) {
        let words = 1 + self.below(words);
        for _ in 0..words {
            match self.below(24) {
                0 => {
                    let name = self.pick(&["i", "b", "span", "a", "nonsense", "em"]);
                    let named = self.name(id);
                    out.push_str(&format!(
                        "<{name}{named}>in<!--x-->side {}</{name}>",
                        self.word()
                    ));
                }
                1 => out.push_str("<br/>"),
                2 => out.push_str("&amp;&#160;&eacute;"),
                3 => out.push_str("<![CDATA[a < b ]]>"),
                4 => out.push_str("\r\n      "),
                5 => out.push_str("<ruby>字<rt>ji</rt></ruby>"),
                6 => out.push_str("<img src=\"pic.png\" alt=\"p\"/>"),
                7 => out.push_str("<script>x</script>"),
                8 => out.push_str("<math><mi>x</mi></math>"),
                _ => {
                    out.push_str(self.word());
                    out.push(' ');
                }
            }
        }
    }

    fn word(&mut self) -> &'static str {
        self.pick(&[
            "word",
            "längere",
            "字字字",
            "e\u{301}",
            "𝒳😀",
            "so",
            "it’s",
            "—",
            "ﷺ",
        ])
    }
}
