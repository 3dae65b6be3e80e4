//! Stratoscope.
pub mod catalog;
pub mod diagram;
pub mod stack;
