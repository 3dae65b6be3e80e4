//! Stratoscope.
pub mod catalog;
pub mod diagram;
pub mod stack;
pub mod export;
pub mod picture;
pub mod engine;
pub mod app;
pub mod cli;
