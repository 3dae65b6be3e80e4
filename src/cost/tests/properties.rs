//! What holds of every bill, whatever is drawn and however much it is used.

use proptest::prelude::*;

use super::*;
use crate::catalog::Kind;
use crate::catalog::names::Named as _;
use crate::cost::book::GLOBAL;

/// Kinds that cost something.
fn priced(catalog: &Catalog) -> Vec<&Kind> {
    catalog.kinds().filter(|kind| !kind.costs.is_empty() && !kind.usage.is_empty()).collect()
}

/// A figure between nothing and very many, small ones as likely as large ones.
fn figure() -> impl Strategy<Value = Decimal> {
    (0_u32..=8, 0_u64..=999).prop_map(|(zeros, digits)| Decimal::from(digits * 10_u64.pow(zeros) / 100))
}

fn free_tier() -> impl Strategy<Value = FreeTier> {
    (0..FreeTier::ALL.len()).prop_map(|at| FreeTier::ALL[at].1)
}

/// The first region of a kind's cloud, under which terms.
fn at_home(kind: &Kind, book: &Book, free_tier: FreeTier) -> Terms {
    Terms { region: book.first_region(kind.cloud()).map(str::to_owned), free_tier, ..Terms::default() }
}

fn bill_of(catalog: &Catalog, book: &Book, nodes: &[(&Kind, Vec<Option<Decimal>>)], terms: &Terms) -> Estimate {
    let figures: Vec<Vec<(&str, Decimal)>> = nodes
        .iter()
        .map(|(kind, figures)| {
            let keys = kind.usage.iter().map(|usage| usage.key.as_str());
            keys.zip(figures).filter_map(|(key, figure)| Some((key, (*figure)?))).collect()
        })
        .collect();
    let nodes: Vec<_> =
        nodes.iter().zip(&figures).map(|((kind, _), used)| (kind.id.as_str(), &[][..], &used[..])).collect();
    let (diagram, workload) = drawn(catalog, &nodes);
    Estimate::of(catalog, &diagram, &workload, book, terms)
}

/// More figures than any kind has keys.
const KEYS: usize = 20;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn more_of_anything_never_costs_less(
        at in 0_usize..1000, key in 0..KEYS, more in figure(), figures in prop::collection::vec(figure(), KEYS),
        others in prop::collection::vec((0_usize..1000, figure()), 0..4), free_tier in free_tier(),
    ) {
        let (catalog, book) = &*BUILTIN;
        let kinds = priced(catalog);
        let kind = kinds[at % kinds.len()];
        let key = key % kind.usage.len();
        let others = others.iter().map(|(at, figure)| (kinds[at % kinds.len()], vec![Some(*figure); KEYS]));
        let mut nodes: Vec<_> = [(kind, figures.iter().copied().map(Some).collect())].into_iter().chain(others).collect();
        let terms = at_home(kind, book, free_tier);
        let before = bill_of(catalog, book, &nodes, &terms);
        nodes[0].1[key] = Some(figures[key] + more);
        let after = bill_of(catalog, book, &nodes, &terms);
        prop_assert!(after.total.low >= before.total.low, "{} {}: {:?} {:?}", kind.id, kind.usage[key].key, before, after);
    }

    #[test]
    fn parts_are_the_whole(
        nodes in prop::collection::vec((0_usize..1000, prop::collection::vec(figure(), KEYS)), 1..8),
        free_tier in free_tier(),
    ) {
        let (catalog, book) = &*BUILTIN;
        let kinds = priced(catalog);
        let nodes: Vec<_> = nodes.into_iter()
            .map(|(at, figures)| (kinds[at % kinds.len()], figures.into_iter().map(Some).collect()))
            .collect();
        let bill = bill_of(catalog, book, &nodes, &Terms { free_tier, ..Terms::default() });
        let sum = |end: fn(Span<Money>) -> Money| bill.by_node().values().map(|cost| end(*cost)).sum::<Money>();
        prop_assert_eq!(sum(|cost| cost.low), bill.total.low);
        prop_assert_eq!(sum(|cost| cost.high), bill.total.high);
    }

    #[test]
    fn two_halves_cost_what_the_whole_does(
        requests in (0_u64..10_000_000_000, 0_u64..10_000_000_000), cold in (0_u64..1_000_000, 0_u64..1_000_000),
        duration_ms in 1_u32..900_000, init_ms in 0_u32..10_000, free_tier in free_tier(),
    ) {
        let kind = function(&BUILTIN.0);
        let used = |requests: u64, cold: u64| [
            ("requests", Decimal::from(requests)), ("cold_starts", Decimal::from(cold)),
            ("duration_ms", Decimal::from(duration_ms)), ("init_ms", Decimal::from(init_ms)),
        ];
        let terms = terms("us-east-1", free_tier);
        let whole = used(requests.0 + requests.1, cold.0 + cold.1);
        let (left, right) = (used(requests.0, cold.0), used(requests.1, cold.1));
        let one = billed(&[(&kind, &[], &whole)], &terms);
        let two = billed(&[(&kind, &[], &left), (&kind, &[], &right)], &terms);
        for component in ["requests", "compute"] {
            prop_assert_eq!(of(&one, component), of(&two, component));
        }
    }

    #[test]
    fn what_is_not_known_is_never_a_cost(
        at in 0_usize..1000, figures in prop::collection::vec(prop::option::of(figure()), KEYS),
    ) {
        let (catalog, book) = &*BUILTIN;
        let kinds = priced(catalog);
        let kind = kinds[at % kinds.len()];
        let used: Vec<(&str, Decimal)> = kind.usage.iter().zip(&figures)
            .filter_map(|(usage, figure)| Some((usage.key.as_str(), (*figure)?)))
            .collect();
        let (diagram, workload) = drawn(catalog, &[(kind.id.as_str(), &[], &used)]);
        let bill = Estimate::of(catalog, &diagram, &workload, book, &at_home(kind, book, FreeTier::None));
        let known = diagram.nodes().keys().next().map(|id| workload.node(*id)).unwrap_or_default();
        let lacks = |key: &str| {
            let place = kind.usage.iter().position(|usage| usage.key == key).expect("a key of the kind");
            known[place].is_none()
        };
        for line in &bill.lines {
            for name in kind.costs[line.place].quantity.names() {
                let is_figure = kind.usage.iter().any(|usage| usage.key == *name.text);
                prop_assert!(!is_figure || !lacks(&name.text), "{}: {} is not known", kind.id, name.text);
            }
        }
        for line in &bill.unknown {
            prop_assert!(!line.missing.is_empty() && line.missing.iter().all(|key| lacks(key)), "{:?}", line);
        }
    }

    #[test]
    fn another_regions_price_is_never_used(at in 0_usize..1000, region in 0_usize..1000, used in figure()) {
        let (catalog, book) = &*BUILTIN;
        let kinds = priced(catalog);
        let kind = kinds[at % kinds.len()];
        let regions: Vec<&book::Region> = book.regions().iter().filter(|known| *known.cloud == *kind.cloud()).collect();
        let region = regions[region % regions.len()];
        let bill = bill_of(catalog, book, &[(kind, vec![Some(used); KEYS])], &terms(&region.code, FreeTier::None));
        for line in &bill.lines {
            let is_fixed = kind.costs[line.place].region.is_some();
            let own = line.price.region == region.code || *line.price.region == *GLOBAL;
            prop_assert!(own || is_fixed, "{} in {}: {:?}", kind.id, region.code, line.price);
        }
    }
}
