//! Graph algorithms over plain indices, for layout, traffic and references. The only place that knows petgraph.
//!
//! Must not know what the nodes are.

use std::collections::BTreeSet;

use petgraph::algo::{kosaraju_scc, tarjan_scc};
use petgraph::graph::{DiGraph, NodeIndex};

fn built(count: usize, edges: &[(usize, usize)]) -> DiGraph<(), ()> {
    let mut graph = DiGraph::with_capacity(count, edges.len());
    for _ in 0..count {
        graph.add_node(());
    }
    for (from, to) in edges {
        graph.add_edge(NodeIndex::new(*from), NodeIndex::new(*to), ());
    }
    graph
}

/// The sets of two and more nodes (or of one that points at itself) which reach each other, each sorted, first node first.
#[must_use]
pub fn cycles(count: usize, edges: &[(usize, usize)]) -> Vec<Vec<usize>> {
    let loops: BTreeSet<usize> = edges.iter().filter(|(from, to)| from == to).map(|(from, _)| *from).collect();
    let mut found: Vec<Vec<usize>> = tarjan_scc(&built(count, edges))
        .into_iter()
        .map(|set| set.into_iter().map(NodeIndex::index).collect::<Vec<_>>())
        .filter(|set| set.len() > 1 || loops.contains(&set[0]))
        .collect();
    found.iter_mut().for_each(|set| set.sort_unstable());
    found.sort();
    found
}

/// The sets of nodes that reach each other, most of one node, in the order of the flow: sources first.
#[must_use]
pub fn in_flow_order(count: usize, edges: &[(usize, usize)]) -> Vec<Vec<usize>> {
    let mut sets: Vec<Vec<usize>> = kosaraju_scc(&built(count, edges))
        .into_iter()
        .map(|set| set.into_iter().map(NodeIndex::index).collect())
        .collect();
    sets.reverse();
    sets
}

/// The layer of each node so that edges lead to higher layers, as few layers as possible, sources pulled to their targets.
/// Edges that close a cycle count backwards.
#[must_use]
pub fn layers(count: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let forward = acyclic(count, edges);
    let order = topological(count, &forward);
    let mut layer = vec![0_usize; count];
    let (incoming, outgoing) = neighbours(count, &forward);
    for node in &order {
        layer[*node] = incoming[*node].iter().map(|from| layer[*from] + 1).max().unwrap_or(0);
    }
    // A source that feeds a late layer only stands right before it instead of far away at the start.
    for node in order.iter().rev().filter(|node| incoming[**node].is_empty()) {
        if let Some(first) = outgoing[*node].iter().map(|to| layer[*to]).min() {
            layer[*node] = first.saturating_sub(1);
        }
    }
    layer
}

/// The edges with those that close a cycle turned around, without repetition. Which edge of a cycle closes it follows
/// from a walk that starts where nothing arrives, and at the first node of what is left.
fn acyclic(count: usize, edges: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let (incoming, outgoing) = neighbours(count, edges);
    let mut starts: Vec<usize> = (0..count).collect();
    starts.sort_by_key(|node| !incoming[*node].is_empty());
    let mut walk = Walk { state: vec![Visit::Fresh; count], outgoing: &outgoing, forward: BTreeSet::new() };
    starts.into_iter().for_each(|start| walk.from(start));
    walk.forward.into_iter().collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Visit {
    Fresh,
    OnTheWay,
    Done,
}

struct Walk<'w> {
    state: Vec<Visit>,
    outgoing: &'w [Vec<usize>],
    forward: BTreeSet<(usize, usize)>,
}

impl Walk<'_> {
    /// Walks in depth, without recursion, since a chain may be as long as the diagram is large.
    fn from(&mut self, start: usize) {
        if self.state[start] != Visit::Fresh {
            return;
        }
        self.state[start] = Visit::OnTheWay;
        let mut way = vec![(start, 0)];
        while let Some((node, next)) = way.pop() {
            let Some(to) = self.outgoing[node].get(next).copied() else {
                self.state[node] = Visit::Done;
                continue;
            };
            way.push((node, next + 1));
            match self.state[to] {
                _ if to == node => {}
                Visit::OnTheWay => drop(self.forward.insert((to, node))),
                Visit::Done => drop(self.forward.insert((node, to))),
                Visit::Fresh => {
                    self.forward.insert((node, to));
                    self.state[to] = Visit::OnTheWay;
                    way.push((to, 0));
                }
            }
        }
    }
}

/// Who points at each node, and where each node points.
#[must_use]
pub fn neighbours(count: usize, edges: &[(usize, usize)]) -> (Vec<Vec<usize>>, Vec<Vec<usize>>) {
    let (mut incoming, mut outgoing) = (vec![Vec::new(); count], vec![Vec::new(); count]);
    for (from, to) in edges {
        incoming[*to].push(*from);
        outgoing[*from].push(*to);
    }
    (incoming, outgoing)
}

/// Every node after those that point at it; of several that could come next, the first. Nodes on a cycle come last.
fn topological(count: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let (incoming, outgoing) = neighbours(count, edges);
    let mut open: Vec<usize> = incoming.iter().map(Vec::len).collect();
    let mut ready: BTreeSet<usize> = (0..count).filter(|node| open[*node] == 0).collect();
    let mut order = Vec::with_capacity(count);
    while let Some(node) = ready.pop_first() {
        order.push(node);
        for to in &outgoing[node] {
            open[*to] -= 1;
            if open[*to] == 0 {
                ready.insert(*to);
            }
        }
    }
    let placed: BTreeSet<usize> = order.iter().copied().collect();
    order.extend((0..count).filter(|node| !placed.contains(node)));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_follow_the_flow() {
        let check = |count, edges: &[(usize, usize)], expected: &[usize]| assert_eq!(layers(count, edges), expected);
        check(3, &[(0, 1), (1, 2)], &[0, 1, 2]);
        check(4, &[(0, 1), (1, 2), (3, 2)], &[0, 1, 2, 1]);
        check(2, &[(0, 1), (1, 0)], &[0, 1]);
        check(1, &[(0, 0)], &[0]);
        check(0, &[], &[]);
    }

    #[test]
    fn what_flows_in_comes_first() {
        let mut sets = in_flow_order(5, &[(4, 1), (1, 2), (2, 1), (2, 0)]);
        sets.iter_mut().for_each(|set| set.sort_unstable());
        let place = |set: &[usize]| sets.iter().position(|found| found == set).expect("every node stands in one set");
        assert!(place(&[4]) < place(&[1, 2]) && place(&[1, 2]) < place(&[0]));
        assert_eq!(sets.len(), 4);
    }

    #[test]
    fn cycles_are_found() {
        assert_eq!(cycles(5, &[(0, 1), (1, 2), (2, 0), (3, 4)]), vec![vec![0, 1, 2]]);
        assert_eq!(cycles(2, &[(1, 1)]), vec![vec![1]]);
    }
}
