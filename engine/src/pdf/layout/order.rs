//! The order in which lines are read.
//!
//! Most programs draw text in the order of reading, and then that order is the best there is: it
//! knows of columns, notes and tables what geometry can only guess. It is left alone unless it
//! jumps up the page again and again, or runs across the gutter between columns line by line.

use super::line::Line;

/// Jumps up the page for each line from which on the order is not believed.
const JUMPS: f64 = 0.08;
/// White (em) between columns.
const GUTTER: f64 = 1.0;
/// Width (em) of a column of text, on average.
const COLUMN: f64 = 6.0;
/// The middle line of a column is at least this wide compared with the longest: text is, tables
/// are not.
const FULL: f64 = 0.6;
/// Lines that make a column.
const ROWS: usize = 3;

/// A line's box, across and down.
#[derive(Debug, Clone, Copy)]
struct Area {
    line: usize,
    x0: f64,
    x1: f64,
    y0: f64,
    y1: f64,
    size: f64,
}

/// Lines in the order of reading, and the parts of lines put together.
pub(super) fn in_order(lines: Vec<Line>) -> Vec<Line> {
    let areas: Vec<Area> = lines.iter().enumerate().map(|(n, l)| area(n, l)).collect();
    let upright = lines.iter().all(|line| line.frame == lines[0].frame);
    let gutters = gutters(&lines);
    let order: Vec<usize> = if upright && (jumps(&areas) || !gutters.is_empty()) {
        let mut order = Vec::with_capacity(lines.len());
        read(areas, &mut order);
        order
    } else {
        (0..lines.len()).collect()
    };
    let mut slots: Vec<Option<Line>> = lines.into_iter().map(Some).collect();
    let mut out: Vec<Line> = Vec::with_capacity(slots.len());
    for n in order {
        let Some(line) = slots[n].take() else {
            continue;
        };
        match out.last_mut() {
            Some(last) if last.goes_on_with(&line) && !splits(&gutters, last, &line) => {
                last.append(line);
            }
            _ => out.push(line),
        }
    }
    out
}

fn area(line: usize, of: &Line) -> Area {
    Area {
        line,
        x0: of.start,
        x1: of.end.max(of.start),
        y0: of.base - 0.7 * of.size,
        y1: of.base + 0.2 * of.size,
        size: of.size,
    }
}

/// Whether the order goes up the page too often to be that of reading.
fn jumps(areas: &[Area]) -> bool {
    let up = areas
        .windows(2)
        .filter(|pair| {
            let over = pair[1].x0 < pair[0].x1 && pair[1].x1 > pair[0].x0;
            over && pair[1].y1 <= pair[0].y0
        })
        .count();
    up as f64 > JUMPS * areas.len() as f64
}

/// Gaps that many rows have in the same place, with text on both sides.
fn gutters(lines: &[Line]) -> Vec<(f64, f64)> {
    let rows: Vec<(&Line, &Line)> = lines
        .windows(2)
        .map(|pair| (&pair[0], &pair[1]))
        .filter(|(left, right)| left.goes_on_with(right))
        .collect();
    let mut found: Vec<(f64, f64)> = Vec::new();
    for (left, right) in &rows {
        let gap = (left.end, right.start);
        if found.iter().any(|known| known.0 < gap.1 && known.1 > gap.0) {
            continue;
        }
        let same: Vec<&(&Line, &Line)> = rows
            .iter()
            .filter(|(a, b)| a.end < gap.1 && b.start > gap.0)
            .collect();
        let from = same.iter().map(|row| row.0.end).fold(gap.0, f64::max);
        let to = same.iter().map(|row| row.1.start).fold(gap.1, f64::min);
        let side = |pick: fn(&(&Line, &Line)) -> (f64, f64)| {
            let widths = same.iter().map(|row| pick(row).0).collect();
            is_column(widths, pick(same[0]).1)
        };
        if same.len() >= ROWS
            && to - from > GUTTER * left.size
            && side(|row| (row.0.end - row.0.start, row.0.size))
            && side(|row| (row.1.end - row.1.start, row.1.size))
        {
            found.push((from, to));
        }
    }
    found
}

/// Whether lines of these widths look like a column of text.
fn is_column(mut widths: Vec<f64>, size: f64) -> bool {
    if widths.len() < ROWS {
        return false;
    }
    widths.sort_by(f64::total_cmp);
    let widest = widths[widths.len() - 1];
    let middle = widths[widths.len() / 2];
    let mean = widths.iter().sum::<f64>() / widths.len() as f64;
    mean > COLUMN * size && middle > FULL * widest
}

fn splits(gutters: &[(f64, f64)], left: &Line, right: &Line) -> bool {
    gutters
        .iter()
        .any(|(from, to)| left.end <= *to && right.start >= *from)
}

/// Lines by bands down the page; bands that share a gutter are columns.
fn read(areas: Vec<Area>, out: &mut Vec<usize>) {
    let mut group: Vec<Area> = Vec::new();
    let mut gutter: Option<(f64, f64)> = None;
    for band in bands(areas) {
        let own = gap(&band);
        let shared = match (gutter, own) {
            (Some(a), Some(b)) => Some((a.0.max(b.0), a.1.min(b.1))),
            _ => None,
        };
        let shared = shared.filter(|(from, to)| to - from > GUTTER * band[0].size);
        if shared.is_none() {
            columns(std::mem::take(&mut group), gutter, out);
        }
        gutter = shared.or(own);
        group.extend(band);
    }
    columns(group, gutter, out);
}

/// Left of the gutter, then right of it; row by row where there are no columns.
fn columns(mut group: Vec<Area>, gutter: Option<(f64, f64)>, out: &mut Vec<usize>) {
    if let Some((from, _)) = gutter {
        let (left, right): (Vec<Area>, Vec<Area>) = group.iter().partition(|area| area.x0 < from);
        let widths = |side: &[Area]| side.iter().map(|area| area.x1 - area.x0).collect();
        if !left.is_empty()
            && !right.is_empty()
            && is_column(widths(&left), left[0].size)
            && is_column(widths(&right), right[0].size)
        {
            read(left, out);
            read(right, out);
            return;
        }
    }
    group.sort_by(|a, b| a.y1.total_cmp(&b.y1));
    let mut rest = &mut group[..];
    while let Some(first) = rest.first().copied() {
        let same = |area: &&Area| area.y1 - first.y1 < 0.3 * area.size.min(first.size);
        let row = rest.iter().take_while(same).count().max(1);
        let (row, below) = std::mem::take(&mut rest).split_at_mut(row);
        row.sort_by(|a, b| a.x0.total_cmp(&b.x0));
        out.extend(row.iter().map(|area| area.line));
        rest = below;
    }
}

/// Sets of lines with white above and below, from the top.
fn bands(mut areas: Vec<Area>) -> Vec<Vec<Area>> {
    areas.sort_by(|a, b| a.y0.total_cmp(&b.y0));
    let mut out: Vec<Vec<Area>> = Vec::new();
    let mut bottom = f64::NEG_INFINITY;
    for area in areas {
        match out.last_mut() {
            Some(band) if area.y0 < bottom - 0.05 * area.size => band.push(area),
            _ => out.push(vec![area]),
        }
        bottom = bottom.max(area.y1);
    }
    out
}

/// The widest white that no line of a band crosses.
fn gap(band: &[Area]) -> Option<(f64, f64)> {
    let mut sides: Vec<(f64, f64)> = band.iter().map(|area| (area.x0, area.x1)).collect();
    sides.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut edge = sides.first()?.1;
    let mut widest: Option<(f64, f64)> = None;
    for (from, to) in sides {
        if from - edge > widest.map_or(GUTTER * band[0].size, |(a, b)| b - a) {
            widest = Some((edge, from));
        }
        edge = edge.max(to);
    }
    widest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: usize, x0: f64, y1: f64) -> Area {
        Area {
            line,
            x0,
            x1: x0 + 50.0,
            y0: y1 - 9.0,
            y1,
            size: 10.0,
        }
    }

    #[test]
    fn rows_that_are_nearly_level_are_read_from_the_left() {
        // Each is level with the next, the first not with the last: no order of pairs.
        let areas = (0..40).map(|n| at(n, 400.0 - 10.0 * n as f64, 100.0 + 0.9 * n as f64));
        let mut out = Vec::new();
        columns(areas.collect(), None, &mut out);
        assert_eq!(out.len(), 40);
        assert_eq!(out[..4], [3, 2, 1, 0]);
    }

    #[test]
    fn columns_are_read_one_after_the_other() {
        let rows = |n: usize| {
            [
                at(2 * n, 0.0, 20.0 * n as f64),
                at(2 * n + 1, 100.0, 20.0 * n as f64),
            ]
        };
        let areas: Vec<Area> = (0..4)
            .flat_map(rows)
            .map(|area| Area {
                x1: area.x0 + 80.0,
                ..area
            })
            .collect();
        let mut out = Vec::new();
        read(areas, &mut out);
        assert_eq!(out, [0, 2, 4, 6, 1, 3, 5, 7]);
    }
}
