//! The house's own controls: what egui does not have in our measures, each painted from the tokens.
//!
//! Must not know workspace or commands.

mod button;
mod field;
mod parts;
mod row;

pub use button::{Button, icon_button};
pub use field::{Search, segmented, switch};
pub use parts::{Line, ellipsis, key_caps, mark, mark_bar, mark_tile, section, spinner, text_line, tile};
pub use row::{Row, caption, divider, menu_row};
