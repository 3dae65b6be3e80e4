//! The workspace does what commands say, without a window.
