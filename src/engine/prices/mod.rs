//! A person's own price book: the prices that were fetched, in a folder of comma-separated files like those that the program
//! ships, laid over them.
//!
//! A file that cannot be read is told and left out, so that the prices which ship are always there. Must not know who asks.

mod fetch;
pub mod refresh;

use std::path::{Path, PathBuf};

pub use fetch::{Limits, Servers};

use super::files::{Entry, Failure, FileLayer, shown, write_file};
use super::home;
use crate::cost::offers::overlay;
use crate::cost::{Book, Price};

/// Larger files are no price books, in bytes.
const MAX_BOOK_BYTES: u64 = 16 << 20;

/// The price book of a person.
#[derive(Clone, Debug, Default)]
pub struct Books {
    /// Everything: the prices of the program, with the person's own in place of those of the same key and region.
    pub book: Book,
    /// The person's own alone.
    pub own: Book,
    /// Files that are not used, a sentence each.
    pub problems: Vec<String>,
}

impl Books {
    /// The prices that ship with the program, and nothing else.
    #[must_use]
    pub fn builtin() -> Self {
        Self { book: Book::builtin(), ..Self::default() }
    }

    /// The prices of the program with those in `folder` over them; without a folder there are no others.
    pub fn open(layer: &mut dyn FileLayer, folder: Option<&Path>) -> Self {
        let mut books = Self::builtin();
        let Some(folder) = folder else { return books };
        let names = layer.list(folder).unwrap_or_default();
        for path in names.iter().filter(|name| name.to_str().is_some_and(is_book)).map(|name| folder.join(name)) {
            match read(layer, &path) {
                Ok(own) => overlay::lay_over(&mut books.own, &own),
                Err(reason) => books.problems.push(format!(
                    "The price book {} is not used, since {reason}; the built-in prices hold. A refresh writes it anew.",
                    shown(&path)
                )),
            }
        }
        overlay::lay_over(&mut books.book, &books.own);
        books
    }

    /// Whether a price is of the person's own.
    #[must_use]
    pub fn is_own(&self, price: &Price) -> bool {
        self.own.price(&price.key, &price.region).is_some_and(|own| own.region == price.region)
    }

    /// Writes the person's own prices of one cloud, whole or not at all.
    fn keep(&self, layer: &mut dyn FileLayer, folder: &Path, cloud: &str) -> Result<(), Failure> {
        let made = layer.create_folders(folder).map_err(|error| Failure::system("make the folder", folder, &error));
        let path = folder.join(format!("{cloud}.csv"));
        let written = made.and_then(|()| write_file(layer, &path, overlay::text(&self.own, cloud).as_bytes()));
        // Nobody has asked for this path, so it is never a wrong argument.
        written.map_err(|failure| Failure::World(failure.to_string()))
    }
}

/// Whether a file of this name has prices of a cloud; allowances and regions are the program's own.
fn is_book(name: &str) -> bool {
    name.strip_suffix(".csv").is_some_and(|stem| !stem.is_empty() && !["free", "regions"].contains(&stem))
}

/// The book in a file, or why there is none.
fn read(layer: &mut dyn FileLayer, path: &Path) -> Result<Book, String> {
    match layer.look(path) {
        Ok(Some(Entry::File { size_bytes, .. })) if size_bytes <= MAX_BOOK_BYTES => {}
        Ok(Some(Entry::File { .. })) => return Err("it is larger than 16 MB".to_owned()),
        Ok(_) => return Err("it is no file".to_owned()),
        Err(error) => return Err(error.to_string()),
    }
    let bytes = layer.read(path, MAX_BOOK_BYTES).map_err(|error| error.to_string())?;
    let text = String::from_utf8(bytes).map_err(|_not_text| "it is not a text file".to_owned())?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let (book, defects) = Book::load([(&*name, text.as_str())]);
    match defects.first() {
        Some(defect) => Err(format!("line {} is wrong: {}", defect.line, defect.message.trim_end_matches('.'))),
        None if book.prices().next().is_none() => Err("it has no price".to_owned()),
        None => Ok(book),
    }
}

/// The folder of this person's price book: in `$XDG_DATA_HOME` or its like on other systems; `None` without a home.
#[must_use]
pub fn folder() -> Option<PathBuf> {
    home::folder("XDG_DATA_HOME", ".local/share", "prices")
}

/// The day, in the world's time, that is so many seconds after the start of 1970: "2026-11-25".
#[must_use]
pub fn day_of(unix_s: u64) -> String {
    // Days from 0000-03-01 on, when years end with February: https://howardhinnant.github.io/date_algorithms.html
    let days = unix_s / 86_400 + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests;
