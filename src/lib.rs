//! Stratoscope.
pub mod catalog;
pub mod diagram;
pub mod export;
pub mod stack;
