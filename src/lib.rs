//! Stratoscope.
pub mod catalog;
pub mod diagram;
