//! The window: what is seen of the workspace, and the hands that send it commands.
//!
//! Must not know files, threads or clouds.

pub mod canvas;
pub mod fonts;
pub mod theme;
