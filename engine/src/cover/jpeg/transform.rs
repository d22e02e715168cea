//! Blocks of eight by eight values to rounded coefficients.

/// One row of a block.
pub(super) type Lanes = [f32; 8];
/// Half a row: eight of them fit the registers that every x86-64 and ARM has.
type Quad = [f32; 4];

/// Where the coefficients stand, row by row, in the order they are sent in (T.81, figure A.6).
pub(super) const ZIGZAG: [usize; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// What coefficients are multiplied by: the reciprocals of the steps, and what the transform of
/// Arai, Agui and Nakajima leaves to do. Column by column, as `coefficients` has them.
pub(super) struct Divisors([Lanes; 8]);

impl Divisors {
    pub fn new(steps: &[u8; 64]) -> Self {
        /// `cos(kπ/16) · √2`, and 1 for the mean.
        const SCALES: [f64; 8] = [
            1.0,
            1.387_039_845_322_148,
            1.306_562_964_876_377,
            1.175_875_602_419_359,
            1.0,
            0.785_694_958_387_102,
            0.541_196_100_146_197,
            0.275_899_379_282_943,
        ];
        Self(std::array::from_fn(|column| {
            std::array::from_fn(|row| {
                let step = f64::from(steps[row * 8 + column]);
                (1.0 / (step * SCALES[row] * SCALES[column] * 8.0)) as f32
            })
        }))
    }
}

/// The coefficients of a block, divided by their steps and rounded, column by column.
pub(super) fn coefficients(block: &[Lanes; 8], divisors: &Divisors) -> [i16; 64] {
    let [left, right] = [0, 4].map(|x| cosines(block.map(|row| quad(&row, x))));
    // Turned over: now each row is one column.
    let turned = |y: usize| {
        let [a, b] = [&left, &right].map(|half| transposed(std::array::from_fn(|i| half[y + i])));
        cosines([a[0], a[1], a[2], a[3], b[0], b[1], b[2], b[3]])
    };
    let halves = [turned(0), turned(4)];
    let mut out = [0i16; 64];
    for (half, x) in halves.iter().zip([0, 4]) {
        for ((values, by), column) in half.iter().zip(&divisors.0).zip(0..) {
            let by = quad(by, x);
            let rounded = std::array::from_fn::<i16, 4, _>(|i| {
                let bits = (values[i] * by[i] + ROUND).to_bits();
                bits.wrapping_sub(ROUND.to_bits()) as i16
            });
            out[column * 8 + x..column * 8 + x + 4].copy_from_slice(&rounded);
        }
    }
    out
}

/// Added to a small number it pushes all but whole ones out of the mantissa.
const ROUND: f32 = 12_582_912.0;

fn quad(row: &Lanes, x: usize) -> Quad {
    std::array::from_fn(|i| row[x + i])
}

/// The cosine transform down four columns at once, unscaled: Arai, Agui and Nakajima, "A fast
/// DCT-SQ scheme for images" (1988).
fn cosines(rows: [Quad; 8]) -> [Quad; 8] {
    let add = |a: Quad, b: Quad| -> Quad { std::array::from_fn(|i| a[i] + b[i]) };
    let take = |a: Quad, b: Quad| -> Quad { std::array::from_fn(|i| a[i] - b[i]) };
    let times = |a: Quad, by: f32| -> Quad { a.map(|v| v * by) };
    let [a, b, c, d, e, f, g, h] = rows;
    let (s0, s1, s2, s3) = (add(a, h), add(b, g), add(c, f), add(d, e));
    let (d0, d1, d2, d3) = (take(a, h), take(b, g), take(c, f), take(d, e));
    // Even coefficients.
    let (outer, inner) = (add(s0, s3), add(s1, s2));
    let (wide, narrow) = (take(s0, s3), take(s1, s2));
    let turn = times(add(wide, narrow), std::f32::consts::FRAC_1_SQRT_2);
    // Odd coefficients.
    let (low, middle, high) = (add(d3, d2), add(d2, d1), add(d1, d0));
    let shared = times(take(low, high), 0.382_683_43);
    let low = add(times(low, 0.541_196_1), shared);
    let high = add(times(high, 1.306_563), shared);
    let middle = times(middle, std::f32::consts::FRAC_1_SQRT_2);
    let (plus, minus) = (add(d0, middle), take(d0, middle));
    [
        add(outer, inner),
        add(plus, high),
        add(wide, turn),
        take(minus, low),
        take(outer, inner),
        add(minus, low),
        take(wide, turn),
        take(plus, high),
    ]
}

fn transposed(rows: [Quad; 4]) -> [Quad; 4] {
    std::array::from_fn(|x| std::array::from_fn(|y| rows[y][x]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coefficients_are_those_of_the_definition() {
        let value = |x: usize, y: usize| ((x * 37 + y * 91 + x * x * y) % 256) as f32 - 128.0;
        let block = std::array::from_fn(|y| std::array::from_fn(|x| value(x, y)));
        let found = coefficients(&block, &Divisors::new(&[1; 64]));
        for (at, found) in found.into_iter().enumerate() {
            let (u, v) = (at / 8, at % 8);
            // T.81, A.3.3.
            let wave = |n: usize, k: usize| {
                let scale = if k == 0 { 0.5f64.sqrt() } else { 1.0 };
                scale * ((2 * n + 1) as f64 * k as f64 * std::f64::consts::PI / 16.0).cos()
            };
            let sum: f64 = (0..64)
                .map(|n| f64::from(value(n % 8, n / 8)) * wave(n % 8, u) * wave(n / 8, v))
                .sum();
            let off = (sum / 4.0 - f64::from(found)).abs();
            assert!(off < 0.502, "{u} {v}: {} {found}", sum / 4.0);
        }
    }
}
