//! Books on disk and days; fetching is tested from outside, against a server.

use super::*;
use crate::engine::files::DiskLayer;

#[test]
fn days_are_those_of_the_calendar() {
    let check = |unix_s: u64, expected: &str| assert_eq!(day_of(unix_s), expected);
    check(0, "1970-01-01");
    check(86_399, "1970-01-01");
    check(951_782_400, "2000-02-29");
    check(951_868_800, "2000-03-01");
    check(1_735_689_599, "2024-12-31");
    check(1_795_651_200, "2026-11-26");
    check(4_107_542_400, "2100-03-01");
}

#[test]
fn without_a_folder_the_prices_that_ship_are_there() {
    let missing = std::env::temp_dir().join("stratoscope-no-such-folder");
    for folder in [None, Some(missing.as_path())] {
        let books = Books::open(&mut DiskLayer, folder);
        assert!(books.problems.is_empty() && books.own.prices().next().is_none());
        assert_eq!(books.book, Book::builtin());
    }
}

#[test]
fn only_prices_of_clouds_are_a_persons_own() {
    let check = |name: &str, expected: bool| assert_eq!(is_book(name), expected, "{name}");
    check("aws.csv", true);
    check("mine.csv", true);
    check("free.csv", false);
    check("regions.csv", false);
    check("aws.csv~", false);
    check(".csv", false);
}
