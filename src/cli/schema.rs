//! `stratoscope schema`: the JSON Schema of the file format.
//!
//! Must not know what the schema says.

use super::console::{Console, Stop};
use crate::catalog::Catalog;
use crate::diagram::schema::schema;

pub(super) fn run(catalog: &Catalog, console: &mut Console) -> Result<(), Stop> {
    console.json(&schema(catalog))
}
