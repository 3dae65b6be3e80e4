//! Questions that are ready to be asked: what people look for in the logs of functions, in the language of Logs Insights.
//!
//! Fields that begin with `@` are those which the service finds in reports by itself; memory sizes are in bytes. Must not know which
//! log groups are asked.

/// A question that is ready to be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ready {
    /// What it is called.
    pub name: &'static str,
    /// What it tells, in a sentence.
    pub help: &'static str,
    /// The question.
    pub text: &'static str,
}

/// All of them, the first of which is what a person begins with.
pub const READY: &[Ready] = &[
    Ready {
        name: "Newest records",
        help: "The last 200 records of all chosen log groups, newest first.",
        text: "fields @timestamp, @log, @logStream, @message\n| sort @timestamp desc\n| limit 200",
    },
    Ready {
        name: "Errors",
        help: "Records that speak of an error, an exception or a timeout, newest first.",
        text: "filter @message like /(?i)error|exception|timed out/\n| fields @timestamp, @log, @requestId, @xrayTraceId, @message\n\
               | sort @timestamp desc\n| limit 1000",
    },
    Ready {
        name: "Errors over time",
        help: "How many such records each log group has in five minutes.",
        text: "filter @message like /(?i)error|exception|timed out/\n| stats count(*) as errors by bin(5m), @log\n| sort errors desc",
    },
    Ready {
        name: "Cold starts",
        help: "How many calls began with a cold start in five minutes, and how long these took, by function.",
        // Other rows may carry an init duration, too, which would count it twice.
        text: "filter @type = \"REPORT\"\n| stats count(*) as calls, sum(ispresent(@initDuration)) as cold,\n    \
               pct(@initDuration, 50) as p50_ms, pct(@initDuration, 99) as p99_ms, max(@initDuration) as max_ms\n    by bin(5m), @log",
    },
    Ready {
        name: "Percentiles of durations",
        help: "Mean, median, p90, p99 and longest duration of calls, by minute and function.",
        text: "filter @type = \"REPORT\"\n| stats count(*) as calls, avg(@duration) as mean_ms, pct(@duration, 50) as p50_ms,\n    \
               pct(@duration, 90) as p90_ms, pct(@duration, 99) as p99_ms, max(@duration) as max_ms\n    by bin(1m), @log",
    },
    Ready {
        name: "Most expensive calls",
        help: "The 50 calls that were billed most GB-seconds.",
        text: "filter @type = \"REPORT\"\n| fields @timestamp, @log, @requestId, @billedDuration, @memorySize / 1e9 as gb,\n    \
               @billedDuration / 1000 * gb as gb_seconds\n| sort gb_seconds desc\n| limit 50",
    },
    Ready {
        name: "Memory that is not used",
        help: "What each function was given and what it needed at most, in MB: the rest is paid in vain.",
        text: "filter @type = \"REPORT\"\n| stats max(@memorySize / 1e6) as given_mb, max(@maxMemoryUsed / 1e6) as used_mb,\n    \
               given_mb - used_mb as spare_mb, count(*) as calls by @log\n| sort spare_mb desc",
    },
    Ready {
        name: "SnapStart restores",
        help: "How long calls take with what restoring or starting adds to them, by function.",
        text: "filter @type = \"REPORT\"\n| parse @message /Restore Duration: (?<restore_ms>.*?) ms/\n\
               | stats count(restore_ms) as restores, pct(restore_ms, 99) as p99_restore_ms,\n    \
               pct(@duration + coalesce(@initDuration, 0) + coalesce(restore_ms, 0), 99) as p99_whole_ms by @log",
    },
    Ready {
        name: "Reports in JSON: durations and cold starts",
        help: "The same of functions that log in JSON, by minute.",
        text: "filter type = \"platform.report\"\n| stats count(*) as calls, sum(ispresent(record.metrics.initDurationMs)) as cold,\n    \
               pct(record.metrics.durationMs, 50) as p50_ms, pct(record.metrics.durationMs, 99) as p99_ms by bin(1m), @log",
    },
    Ready {
        name: "Reports in JSON: calls that failed",
        help: "Calls of such functions that did not succeed: errors, timeouts, lack of memory.",
        text: "filter type = \"platform.report\" and record.status != \"success\"\n\
               | fields @timestamp, @log, record.requestId, record.status, record.errorType, record.metrics.durationMs\n\
               | sort @timestamp desc\n| limit 1000",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_question_has_a_name_of_its_own_and_is_no_longer_than_the_service_takes() {
        for (place, ready) in READY.iter().enumerate() {
            assert!(READY[..place].iter().all(|other| other.name != ready.name), "{} stands twice", ready.name);
            assert!(ready.help.ends_with('.') && ready.text.len() < 10_000, "{}", ready.name);
            let is_over_reports = ready.text.contains("@initDuration") || ready.text.contains("@duration");
            assert!(!is_over_reports || ready.text.contains("@type = \"REPORT\""), "{} counts rows twice", ready.name);
        }
    }
}
