//! Colours: twelve palettes, and the ramps that a canvas is painted with.

use super::canvas::{Ramp, STEPS};

/// Colours that belong together. Contrasts are those of WCAG 2; a test holds all palettes to them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Palette {
    /// Dark ground, and dark type on `pale` (at least 7 : 1).
    pub deep: [u8; 3],
    /// Pattern on `deep`, and ground beside it.
    pub mid: [u8; 3],
    /// Paper, and light type on `deep`.
    pub pale: [u8; 3],
    /// Second colour on `pale` (at least 4.5 : 1).
    pub warm: [u8; 3],
    /// Second colour on `deep` (at least 4.5 : 1).
    pub glow: [u8; 3],
}

const fn colour(hex: u32) -> [u8; 3] {
    [(hex >> 16) as u8, (hex >> 8) as u8, hex as u8]
}

const fn palette(deep: u32, mid: u32, pale: u32, warm: u32, glow: u32) -> Palette {
    Palette {
        deep: colour(deep),
        mid: colour(mid),
        pale: colour(pale),
        warm: colour(warm),
        glow: colour(glow),
    }
}

pub(super) const PALETTES: [Palette; 12] = [
    palette(0x1B2F4B, 0x3F5F8A, 0xF5EFE0, 0x9A4A26, 0xDDB677), // ink blue, brass
    palette(0x4E1A26, 0x8A3F4C, 0xF8F0E4, 0x8C3B2A, 0xE5B88F), // burgundy, apricot
    palette(0x1E3A2C, 0x4A7558, 0xF4F0DF, 0x7A5A16, 0xD8BF7E), // fir, straw
    palette(0x33254A, 0x655188, 0xF3EEF2, 0x8A3A66, 0xC9B2E6), // violet, mauve
    palette(0x3D2A18, 0x7D5B38, 0xF7EEDC, 0x8F4413, 0xE3B873), // walnut, honey
    palette(0x123C42, 0x3D7A80, 0xF0F1E6, 0xA0452B, 0x93D0C6), // petrol, rust
    palette(0x2B2B2E, 0x5E5E66, 0xF4F1EA, 0xA3352C, 0xE0A08F), // graphite, red lead
    palette(0x4A1E3D, 0x844C74, 0xF8EFEF, 0x7C2F5B, 0xE8B3CD), // plum, rose
    palette(0x2A3A14, 0x627A3A, 0xF5F2DD, 0x6B5A10, 0xC9D68F), // olive, lime
    palette(0x1C2A5A, 0x4C60A0, 0xF1F1F4, 0xA23B3B, 0xA8BCEF), // ultramarine, sky
    palette(0x5A2310, 0x9C5232, 0xFAF0E0, 0x97401B, 0xF0BE8A), // brick, peach
    palette(0x17343B, 0x4D6F73, 0xF6EEE2, 0x98473C, 0xE7BFA6), // slate, shell
];

/// A pattern on its ground.
pub(super) const FIELD: Ramp = Ramp { first: 0 };
/// Type on paper.
pub(super) const INK: Ramp = Ramp { first: 64 };
/// Rules and ornaments on paper.
pub(super) const ACCENT: Ramp = Ramp { first: 128 };

/// Ground and ink of the three ramps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Inks {
    pub field: ([u8; 3], [u8; 3]),
    pub ink: ([u8; 3], [u8; 3]),
    pub accent: ([u8; 3], [u8; 3]),
}

impl Inks {
    /// A PNG palette in the order of the ramps.
    pub fn table(&self) -> Vec<[u8; 3]> {
        [self.field, self.ink, self.accent]
            .into_iter()
            .flat_map(|(ground, ink)| {
                (0..=STEPS).map(move |step| [0, 1, 2].map(|i| mix(ground[i], ink[i], step)))
            })
            .collect()
    }
}

fn mix(ground: u8, ink: u8, step: u8) -> u8 {
    let (step, most) = (u32::from(step), u32::from(STEPS));
    ((u32::from(ground) * (most - step) + u32::from(ink) * step + most / 2) / most) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    /// WCAG 2.2, "relative luminance" and "contrast ratio".
    fn contrast(a: [u8; 3], b: [u8; 3]) -> f64 {
        let luminance = |colour: [u8; 3]| {
            let linear = colour.map(|channel| {
                let c = f64::from(channel) / 255.0;
                if c <= 0.04045 {
                    c / 12.92
                } else {
                    ((c + 0.055) / 1.055).powf(2.4)
                }
            });
            0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        };
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn type_stands_out_in_every_palette() {
        for (i, palette) in PALETTES.iter().enumerate() {
            let at_least = |what: &str, found: f64, least: f64| {
                assert!(found >= least, "palette {i}: {what} has {found:.2}");
            };
            at_least("type", contrast(palette.deep, palette.pale), 7.0);
            at_least("warm", contrast(palette.warm, palette.pale), 4.5);
            at_least("glow", contrast(palette.glow, palette.deep), 4.5);
            at_least("pattern", contrast(palette.mid, palette.deep), 1.3);
        }
    }

    #[test]
    fn a_ramp_runs_from_ground_to_ink() {
        let inks = Inks {
            field: ([0; 3], [63; 3]),
            ink: ([255; 3], [0; 3]),
            accent: ([1; 3], [2; 3]),
        };
        let table = inks.table();
        assert_eq!(table.len(), 192);
        assert_eq!((table[0], table[63]), ([0; 3], [63; 3]));
        assert_eq!(table[usize::from(INK.first)], [255; 3]);
        assert_eq!(table[usize::from(INK.first + STEPS)], [0; 3]);
        assert_eq!(table[30], [30; 3]);
    }
}
