//! Logs Insights as plain data: questions that are ready to be asked, how much a question scans, and the table that answers it.
//!
//! Must not know how a question is asked, nor what a byte costs.

pub mod estimate;
pub mod ready;
pub mod table;
