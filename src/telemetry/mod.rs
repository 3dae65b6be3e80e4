//! Logs, metrics and traces as plain data: what a line says, a store that holds millions, a language to ask for them, traces
//! put together, errors in groups, cold starts.
//!
//! Must not know where records come from, what time it is, or any kind by name; all of it is pure.

pub mod policy;
pub mod record;
pub mod time;
pub(crate) mod scan;
pub mod line;
pub mod log;
pub mod query;
pub mod filter;
pub mod insights;
pub mod trace;
pub mod errors;
pub mod series;
pub mod cold;
pub mod load;
pub mod metrics;
pub mod alarm;
pub mod chart;
pub mod zone;
pub mod calls;
pub mod gathered;
pub mod seen;
pub mod binding;
pub mod fold;
pub mod observed;
