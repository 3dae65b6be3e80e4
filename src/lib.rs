//! Stratoscope.
pub mod catalog;
pub mod diagram;
pub mod picture;
pub mod engine;
pub mod app;
pub mod cli;
