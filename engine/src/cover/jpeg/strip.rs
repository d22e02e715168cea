//! Pixels to rows of brightness and of colours at half the resolution.

use image::RgbImage;

use super::{Space, UNIT};

/// Sixteen rows in brightness and colours, moved to lie around zero. At the right and the bottom
/// the last pixel is repeated until the units are full.
pub(super) struct Strip {
    /// Pixels in a row, a multiple of `UNIT`.
    pub stride: usize,
    pub luma: Vec<f32>,
    /// Blue and red, each value that of four pixels.
    pub chroma: [Vec<f32>; 2],
    /// The three values of each pixel summed over two rows.
    sums: Vec<[u16; 3]>,
}

impl Strip {
    pub fn new(width: usize) -> Self {
        let stride = width.next_multiple_of(UNIT);
        let quarter = || vec![0.0; stride * UNIT / 4];
        Self {
            stride,
            luma: vec![0.0; stride * UNIT],
            chroma: [quarter(), quarter()],
            sums: vec![[0; 3]; stride],
        }
    }

    /// Reads the rows from `top` on.
    pub fn read(&mut self, picture: &RgbImage, space: Space, top: usize) {
        let (width, last) = (picture.width() as usize, picture.height() as usize - 1);
        let row = |y: usize| {
            let from = (top + y).min(last) * width * 3;
            picture.as_raw()[from..from + width * 3].as_chunks::<3>().0
        };
        for y in (0..UNIT).step_by(2) {
            self.pair([row(y), row(y + 1)], space, y);
        }
    }

    fn pair(&mut self, rows: [&[[u8; 3]]; 2], space: Space, y: usize) {
        let width = rows[0].len();
        let stride = self.stride;
        for (row, out) in rows
            .iter()
            .zip(self.luma[y * stride..].chunks_exact_mut(stride))
        {
            for (&[r, g, b], luma) in row.iter().zip(out.iter_mut()) {
                *luma = match space {
                    Space::Rgb => {
                        0.299 * f32::from(r) + 0.587 * f32::from(g) + 0.114 * f32::from(b) - 128.0
                    }
                    Space::Ycc => f32::from(r) - 128.0,
                };
            }
            let last = out[width - 1];
            out[width..].fill(last);
        }
        for ((sum, one), other) in self.sums.iter_mut().zip(rows[0]).zip(rows[1]) {
            *sum = [0, 1, 2].map(|i| u16::from(one[i]) + u16::from(other[i]));
        }
        let last = self.sums[width - 1];
        self.sums[width..].fill(last);
        let half = stride / 2;
        let [blue, red] = &mut self.chroma;
        let blue = blue[y / 2 * half..][..half].iter_mut();
        let out = blue.zip(&mut red[y / 2 * half..][..half]);
        for ([one, other], (blue, red)) in self.sums.as_chunks::<2>().0.iter().zip(out) {
            let mean = |i: usize| f32::from(one[i] + other[i]) * 0.25;
            let [r, g, b] = [mean(0), mean(1), mean(2)];
            (*blue, *red) = match space {
                Space::Rgb => (
                    -0.168_736 * r - 0.331_264 * g + 0.5 * b,
                    0.5 * r - 0.418_688 * g - 0.081_312 * b,
                ),
                Space::Ycc => (g - 128.0, b - 128.0),
            };
        }
    }
}
