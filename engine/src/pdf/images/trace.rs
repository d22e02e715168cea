//! Bitmaps to outlines: the edges between painted and empty pixels, as closed loops.

use kurbo::{BezPath, Point};
use rustc_hash::FxHashMap;

/// The outline of the pixels that are not 0, in pixels, y downwards. Painted pixels lie to the
/// right of each edge, so holes wind the other way.
pub(crate) fn trace(data: &[u8], width: u32, height: u32) -> BezPath {
    let (w, h) = (width as i32, height as i32);
    let set =
        |x: i32, y: i32| x >= 0 && y >= 0 && x < w && y < h && data[(y * w + x) as usize] >= 128;
    // From each corner, the corners that an edge leads to.
    let mut edges: FxHashMap<(i32, i32), Vec<(i32, i32)>> = FxHashMap::default();
    let mut starts = Vec::new();
    for y in 0..h {
        for x in 0..w {
            if !set(x, y) {
                continue;
            }
            let mut edge = |from: (i32, i32), to: (i32, i32)| {
                edges.entry(from).or_default().push(to);
                starts.push(from);
            };
            if !set(x, y - 1) {
                edge((x, y), (x + 1, y));
            }
            if !set(x + 1, y) {
                edge((x + 1, y), (x + 1, y + 1));
            }
            if !set(x, y + 1) {
                edge((x + 1, y + 1), (x, y + 1));
            }
            if !set(x - 1, y) {
                edge((x, y + 1), (x, y));
            }
        }
    }
    let mut path = BezPath::new();
    for start in starts {
        loop_from(start, &mut edges, &mut path);
    }
    path
}

fn loop_from(
    start: (i32, i32),
    edges: &mut FxHashMap<(i32, i32), Vec<(i32, i32)>>,
    path: &mut BezPath,
) {
    let point = |(x, y): (i32, i32)| Point::new(f64::from(x), f64::from(y));
    let mut corners = Vec::new();
    let mut at = start;
    let mut came = (0, 0);
    while let Some(next) = edges.get_mut(&at).and_then(|list| {
        // Where two loops touch, turn right: pixels that meet in a corner stay apart.
        let right = (-came.1, came.0);
        let turn = list
            .iter()
            .position(|to| (to.0 - at.0, to.1 - at.1) == right)
            .unwrap_or(list.len().checked_sub(1)?);
        Some(list.swap_remove(turn))
    }) {
        let direction = (next.0 - at.0, next.1 - at.1);
        if direction != came {
            corners.push(at);
        }
        came = direction;
        at = next;
        if at == start {
            break;
        }
    }
    let Some((first, rest)) = corners.split_first() else {
        return;
    };
    path.move_to(point(*first));
    for corner in rest {
        path.line_to(point(*corner));
    }
    path.close_path();
}

#[cfg(test)]
mod tests {
    use kurbo::Shape;

    use super::*;

    #[test]
    fn outlines_have_the_area_of_the_pixels() {
        #[rustfmt::skip]
        let ring = [
            255, 255, 255, 0,
            255,   0, 255, 0,
            255, 255, 255, 0,
            0,     0,   0, 255,
        ];
        let path = trace(&ring, 4, 4);
        assert_eq!(path.area().abs(), 9.0);
        assert_eq!(path.winding(Point::new(1.5, 1.5)), 0, "the hole is empty");
        assert_ne!(path.winding(Point::new(0.5, 1.5)), 0);
        assert_ne!(path.winding(Point::new(3.5, 3.5)), 0);
        assert!(trace(&[0; 4], 2, 2).is_empty());
    }
}
