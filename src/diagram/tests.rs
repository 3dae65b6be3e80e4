//! Tests of the document: history, integrity, file format and layout over the built-in catalogue.
