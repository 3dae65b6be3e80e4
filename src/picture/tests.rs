//! The picture of the reference diagrams and of random ones holds what a person would notice if it did not.
