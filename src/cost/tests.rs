//! The bill as a whole: what it adds up to, and what it never does.

use super::*;
use crate::diagram::REFERENCES;
use crate::workload::Outside;

#[test]
fn the_built_in_book_has_no_defect() {
    let (book, defects) = Book::load(book::BUILTIN.iter().copied());
    assert_eq!(defects, []);
    assert!(book.prices().count() > 280);
}

#[test]
fn nodes_add_up_to_the_total() {
    let (catalog, book) = (Catalog::builtin(), Book::builtin());
    for (_, text) in REFERENCES {
        let diagram = crate::diagram::file::read(text.as_bytes(), &catalog).expect("a reference diagram");
        let workload = Workload::of(&catalog, &diagram, &Outside::default());
        let bill = Estimate::of(&catalog, &diagram, &workload, &book, &Terms::default());
        assert_eq!(bill.by_node().values().map(|cost| cost.low).sum::<Money>(), bill.total.low);
    }
}
