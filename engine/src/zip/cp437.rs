//! Code page 437, which a zip's names are in unless flagged as UTF-8
//! (PKWARE APPNOTE 6.3.9, appendix D).

/// The characters of the bytes 0x80 to 0xFF.
const UPPER: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
                     └┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{A0}";

/// The text of `raw`. Every byte has a character, so distinct names stay distinct.
pub(super) fn decode(raw: &[u8]) -> String {
    raw.iter()
        .map(|&byte| match byte.checked_sub(0x80) {
            None => char::from(byte),
            Some(upper) => UPPER
                .chars()
                .nth(usize::from(upper))
                .expect("the table has 128 characters"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_bytes_have_a_character_of_their_own() {
        let all: Vec<u8> = (1..=255).collect();
        let text = decode(&all);
        let mut known: Vec<char> = text.chars().collect();
        known.sort_unstable();
        known.dedup();
        assert_eq!(known.len(), 255);
        assert_eq!(decode(b"\x82t\x82.xhtml"), "été.xhtml");
    }
}
