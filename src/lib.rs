//! Stratoscope.
pub mod catalog;
