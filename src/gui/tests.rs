//! The window, driven by the names of its controls.
