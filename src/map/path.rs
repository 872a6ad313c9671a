//! Lines on the page: cut to a frame, thinned to what the eye sees, written as SVG path data.

use super::Xy;

/// A frame with straight sides.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    /// Its upper left corner; or its south-western one, in degrees.
    pub(super) least: Xy,
    /// Its lower right corner; or its north-eastern one.
    pub(super) most: Xy,
}

impl Frame {
    /// Its corners, in order.
    pub(super) fn corners(&self) -> Vec<Xy> {
        let (a, b) = (self.least, self.most);
        vec![a, [b[0], a[1]], b, [a[0], b[1]]]
    }

    /// What of a closed outline lies within, after Sutherland and Hodgman. Parts are joined along the frame by edges
    /// that cover each other, which filling by the even-odd rule leaves unseen.
    pub(super) fn cut_outline(&self, outline: &[Xy]) -> Vec<Xy> {
        let mut outline = outline.to_vec();
        for axis in [0, 1] {
            outline = cut_side(&outline, axis, self.least[axis], false);
            outline = cut_side(&outline, axis, self.most[axis], true);
        }
        outline
    }

    /// What of a line lies within, after Liang and Barsky, in as many pieces as there are.
    pub(super) fn cut_line(&self, line: &[Xy]) -> Vec<Vec<Xy>> {
        let mut pieces: Vec<Vec<Xy>> = Vec::new();
        for (a, b) in line.windows(2).filter_map(|pair| self.cut_step(pair[0], pair[1])) {
            match pieces.last_mut() {
                Some(piece) if piece.last() == Some(&a) => piece.push(b),
                _ => pieces.push(vec![a, b]),
            }
        }
        pieces
    }

    fn cut_step(&self, a: Xy, b: Xy) -> Option<(Xy, Xy)> {
        let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
        for axis in [0, 1] {
            let step = b[axis] - a[axis];
            let (to_least, to_most) = (self.least[axis] - a[axis], self.most[axis] - a[axis]);
            if step == 0.0 {
                if to_least > 0.0 || to_most < 0.0 {
                    return None;
                }
                continue;
            }
            let (near, far) = if step > 0.0 { (to_least, to_most) } else { (to_most, to_least) };
            enter = enter.max(near / step);
            leave = leave.min(far / step);
        }
        let at = |t: f64| [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t];
        (enter < leave).then(|| (if enter > 0.0 { at(enter) } else { a }, if leave < 1.0 { at(leave) } else { b }))
    }
}

fn cut_side(outline: &[Xy], axis: usize, limit: f64, upper: bool) -> Vec<Xy> {
    let inside = |point: Xy| if upper { point[axis] <= limit } else { point[axis] >= limit };
    let mut cut = Vec::with_capacity(outline.len());
    let Some(mut last) = outline.last().copied() else { return cut };
    for point in outline.iter().copied() {
        if inside(last) != inside(point) {
            let t = (limit - last[axis]) / (point[axis] - last[axis]);
            let mut crossing = [last[0] + (point[0] - last[0]) * t, last[1] + (point[1] - last[1]) * t];
            crossing[axis] = limit;
            cut.push(crossing);
        }
        if inside(point) {
            cut.push(point);
        }
        last = point;
    }
    cut
}

/// A line with fewer points, after Ramer, Douglas and Peucker: none of those left out lies farther than
/// `tolerance` from it. The ends stay.
pub(super) fn thinned(line: &[Xy], tolerance: f64) -> Vec<Xy> {
    let Some(end) = line.len().checked_sub(1) else { return Vec::new() };
    let mut keep = vec![false; line.len()];
    keep[0] = true;
    keep[end] = true;
    let mut open = vec![(0, end)];
    while let Some((from, to)) = open.pop() {
        let off = |n: usize| from_line(line[n], line[from], line[to]);
        let Some(farthest) = (from + 1..to).max_by(|a, b| off(*a).total_cmp(&off(*b))) else { continue };
        if off(farthest) > tolerance {
            keep[farthest] = true;
            open.extend([(from, farthest), (farthest, to)]);
        }
    }
    line.iter().zip(keep).filter_map(|(point, keep)| keep.then_some(*point)).collect()
}

/// How far a point lies from the line between two others, which ends at them.
pub(super) fn from_line(point: Xy, from: Xy, to: Xy) -> f64 {
    let ([x, y], [dx, dy]) = ([point[0] - from[0], point[1] - from[1]], [to[0] - from[0], to[1] - from[1]]);
    let length = dx * dx + dy * dy;
    let along = if length > 0.0 { ((x * dx + y * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
    (x - along * dx).hypot(y - along * dy)
}

/// Whether a point lies within outlines, by the even-odd rule.
pub(super) fn within(outlines: &[Vec<Xy>], [x, y]: Xy) -> bool {
    let mut inside = false;
    for (a, b) in outlines.iter().flat_map(|outline| edges(outline)) {
        if (a[1] > y) != (b[1] > y) && x < a[0] + (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]) {
            inside = !inside;
        }
    }
    inside
}

/// The edges of a closed outline.
pub(super) fn edges(outline: &[Xy]) -> impl Iterator<Item = (Xy, Xy)> {
    outline.iter().copied().zip(outline.iter().copied().cycle().skip(1))
}

/// SVG path data: each line from its own start, closed or not, in steps of a tenth of a pixel.
pub(super) fn data(lines: &[Vec<Xy>], closed: bool) -> String {
    let mut data = String::new();
    for line in lines {
        let mut tenths: Vec<[i64; 2]> = line.iter().map(|point| point.map(tenth)).collect();
        tenths.dedup();
        if closed && tenths.len() > 1 && tenths.first() == tenths.last() {
            tenths.pop();
        }
        if tenths.len() < if closed { 3 } else { 2 } {
            continue;
        }
        let mut last = tenths[0];
        data += "M";
        write(&mut data, last, true);
        data += "l";
        for (n, at) in tenths[1..].iter().enumerate() {
            write(&mut data, [at[0] - last[0], at[1] - last[1]], n == 0);
            last = *at;
        }
        if closed {
            data += "z";
        }
    }
    data
}

/// In tenths of a pixel.
#[expect(clippy::cast_possible_truncation, reason = "all that is written was cut to the frame of the map")]
fn tenth(n: f64) -> i64 {
    (n * 10.0).round() as i64
}

/// Two numbers, with no more between than a reader of paths needs: `1.5-.3`.
fn write(data: &mut String, pair: [i64; 2], first: bool) {
    for (n, tenths) in pair.into_iter().enumerate() {
        if tenths < 0 {
            data.push('-');
        } else if n > 0 || !first {
            data.push(' ');
        }
        let (whole, tenth) = (tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10);
        match (whole, tenth) {
            (_, 0) => *data += &whole.to_string(),
            (0, _) => *data += &format!(".{tenth}"),
            _ => *data += &format!("{whole}.{tenth}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Frame = Frame { least: [0.0, 0.0], most: [10.0, 10.0] };

    #[test]
    fn outlines_are_cut_to_the_frame() {
        assert!(FRAME.cut_outline(&[[20.0, 0.0], [30.0, 0.0], [30.0, 10.0]]).is_empty());
        let around = Frame { least: [-5.0, -5.0], most: [15.0, 15.0] }.corners();
        let cut = FRAME.cut_outline(&around);
        assert!(FRAME.corners().iter().all(|corner| cut.contains(corner)), "{cut:?}");
    }

    #[test]
    fn lines_are_cut_into_pieces() {
        let line = [[-5.0, 5.0], [5.0, 5.0], [5.0, 15.0], [8.0, 15.0], [8.0, 5.0]];
        let pieces = FRAME.cut_line(&line);
        assert_eq!(pieces, [vec![[0.0, 5.0], [5.0, 5.0], [5.0, 10.0]], vec![[8.0, 10.0], [8.0, 5.0]]]);
    }

    #[test]
    fn thinning_keeps_what_is_seen() {
        let line: Vec<Xy> = vec![[0.0, 0.0], [1.0, 0.1], [2.0, 0.0], [3.0, 5.0], [4.0, 0.0]];
        assert_eq!(thinned(&line, 0.4), [[0.0, 0.0], [2.0, 0.0], [3.0, 5.0], [4.0, 0.0]]);
        assert!(thinned(&[], 0.4).is_empty());
    }

    #[test]
    fn paths_are_short() {
        assert_eq!(data(&[vec![[1.0, 2.0], [1.5, 1.7], [1.5, 3.0]]], false), "M1 2l.5-.3 0 1.3");
        assert_eq!(data(&[vec![[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 0.0]]], true), "M0 0l4 0 0 4z");
        assert_eq!(data(&[vec![[0.0, 0.0], [0.01, 0.0]]], false), "", "nothing to see");
    }
}
