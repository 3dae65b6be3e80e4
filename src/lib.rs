//! Stratoscope.
pub mod catalog;
pub mod diagram;
pub mod picture;
pub mod engine;
pub mod app;
#[cfg(feature = "gui")]
pub mod gui;
