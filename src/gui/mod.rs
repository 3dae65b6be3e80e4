//! The window: panels that show the workspace and send commands.
//!
//! Panels get shared references and push commands; only `shell` runs them and only it knows the engine.
//! Must not do anything itself: no files, no waiting.

pub mod canvas;
pub mod cost;
pub mod dock;
mod drop;
mod errors;
pub mod fonts;
pub mod insights;
pub mod inspector;
pub mod keys;
pub mod logs;
pub mod metrics;
pub mod overlays;
pub mod outline;
pub mod palette;
pub mod prefs;
pub mod shell;
pub mod status_bar;
pub mod template;
mod usage;
pub mod theme;
mod timeline;
pub mod toasts;
pub mod traces;
pub mod top_bar;
pub mod views;
pub mod welcome;
pub mod widgets;
mod zone;

use std::path::PathBuf;

pub use shell::Shell;

/// The program's name for the system, and that of the folder in which it keeps things.
const APP_ID: &str = "stratoscope";
/// Size of the window at the first start, in points.
const SIZE: [f32; 2] = [1600.0, 1000.0];
/// Smallest size of the window, in points.
const MIN_SIZE: [f32; 2] = [900.0, 600.0];
/// Side of the window's icon, in pixels.
const ICON_PX: u32 = 64;

/// Opens the window, with a diagram if one is given, and returns when it is closed. The error is a sentence for people.
pub fn run(file: Option<PathBuf>) -> Result<(), String> {
    let viewport = eframe::egui::ViewportBuilder::default()
        .with_title("Stratoscope")
        .with_app_id(APP_ID)
        .with_inner_size(SIZE)
        .with_min_inner_size(MIN_SIZE)
        .with_icon(icon());
    let options = eframe::NativeOptions { viewport, renderer: eframe::Renderer::Glow, ..Default::default() };
    let started = eframe::run_native("Stratoscope", options, Box::new(|cc| Ok(Box::new(Shell::new(cc, file)?))));
    started.map_err(|error| format!("Cannot open a window: {error}. The commands work without one; see --help."))
}

/// The program's mark for the task bar: the same three bars as in the top bar.
fn icon() -> eframe::egui::IconData {
    let tokens = crate::picture::Tokens::of(crate::picture::Theme::Dark);
    let (ground, bar) = (tokens.accent_fill, tokens.on_accent);
    let mut rgba = Vec::with_capacity((ICON_PX * ICON_PX * 4) as usize);
    for y in 0..ICON_PX {
        for x in 0..ICON_PX {
            let place = [x, y].map(|at| (at as f32 + 0.5) / ICON_PX as f32);
            let colour = if widgets::mark_bar(place) { bar } else { ground };
            let alpha = if widgets::mark_tile(place) { u8::MAX } else { 0 };
            rgba.extend([colour.0, colour.1, colour.2, alpha]);
        }
    }
    eframe::egui::IconData { rgba, width: ICON_PX, height: ICON_PX }
}

#[cfg(test)]
mod tests;
