//! Where the time of a trace went: each row's own time, and the rows without which it would have been shorter.
//!
//! Must not change what a document says.

use super::Row;

/// Gives every row its own time, and marks the critical path. What goes on is taken to last until `now_ns`.
pub(super) fn weigh(rows: &mut [Row], now_ns: i64) {
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); rows.len()];
    for (place, row) in rows.iter().enumerate() {
        if let Some(parent) = row.parent_row {
            children[parent].push(place);
        }
    }
    for place in 0..rows.len() {
        let own = span(&rows[place], now_ns);
        let inside = children[place].iter().map(|child| span(&rows[*child], now_ns));
        rows[place].self_ns = own.1.saturating_sub(own.0).saturating_sub(covered(own, inside)).max(0);
    }
    mark(rows, &children, now_ns);
}

/// Begin and end.
fn span(row: &Row, now_ns: i64) -> (i64, i64) {
    (row.span.start_ns, row.span.end_ns.unwrap_or(now_ns).max(row.span.start_ns))
}

/// How much of `own` the others cover together.
fn covered(own: (i64, i64), others: impl Iterator<Item = (i64, i64)>) -> i64 {
    let inside = others.map(|other| (other.0.max(own.0), other.1.min(own.1))).filter(|other| other.0 < other.1);
    let mut inside: Vec<(i64, i64)> = inside.collect();
    inside.sort_unstable();
    let (mut sum, mut reached) = (0_i64, own.0);
    for (from, to) in inside {
        // Documents may name any times at all.
        sum = sum.saturating_add(to.saturating_sub(from.max(reached)).max(0));
        reached = reached.max(to);
    }
    sum
}

/// Goes back from the last end: in each row the child that ended last before the point reached, then the one before its begin.
fn mark(rows: &mut [Row], children: &[Vec<usize>], now_ns: i64) {
    let roots = (0..rows.len()).filter(|place| rows[*place].parent_row.is_none());
    let Some(root) = roots.max_by_key(|place| (span(&rows[*place], now_ns).1, std::cmp::Reverse(*place))) else {
        return;
    };
    let mut left = vec![root];
    while let Some(place) = left.pop() {
        rows[place].is_critical = true;
        let mut by_end: Vec<usize> = children[place].clone();
        by_end.sort_by_key(|child| std::cmp::Reverse(span(&rows[*child], now_ns).1));
        let mut reached = i64::MAX;
        for child in by_end {
            let (from, to) = span(&rows[child], now_ns);
            if to <= reached {
                left.push(child);
                reached = from;
            }
        }
    }
}
