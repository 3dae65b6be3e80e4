//! What it costs to watch: a source counts what it has asked for, whoever has a price book says what that costs.
//!
//! Must not know prices.

use rust_decimal::Decimal;

use crate::catalog::names::named;

named! {
    /// What a vendor lets pay who watches.
    pub enum Paid {
        /// Sessions that show events at once, by the minute.
        LiveTail = "Live Tail",
        /// Values of metrics, by the metric that is asked for.
        Metrics = "Metrics",
        /// Traces that are read or looked through, one by one.
        Traces = "Traces",
        /// Questions that are answered where the logs are, by the GB that is read for them.
        Insights = "Logs Insights",
    }
}

impl Paid {
    /// Where its price stands in the book.
    #[must_use]
    pub fn price_key(self) -> &'static str {
        match self {
            Self::LiveTail => "aws.cloudwatch.logs_live_tail",
            Self::Metrics => "aws.cloudwatch.get_metric_data",
            Self::Traces => "aws.xray.traces_retrieved_scanned",
            Self::Insights => "aws.cloudwatch.logs_insights",
        }
    }
}

/// What was asked for so far. It takes the place of what was told before of the same thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spending {
    /// What is paid.
    pub paid: Paid,
    /// Where it is asked for: `eu-central-1`.
    pub region: String,
    /// So much until now, in the units of its price: minutes, metrics, traces, GB.
    pub so_far: Decimal,
    /// So much in an hour, when it goes on as it does now.
    pub per_hour: Decimal,
    /// What makes it, in a few words: "2 sessions".
    pub by: String,
}
