//! `stratoscope tail`: the log events of a whole application as they are stored, each exactly once.
//!
//! Events go to the standard output; how true the picture is goes to the error output, whenever it changes. Must not know how
//! an account is read.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::PathBuf;

use super::Format;
use super::console::{Console, Stop};
use super::logs::{Requests, print};
use crate::source::aws::{LiveTail, LiveTraces, Place, Watched};
use crate::source::beside::Beside;
use crate::source::recording::Recorder;
use crate::source::tail::{Ms, Order, REQUEST_EVERY_MS, Standing};
use crate::source::xray;
use crate::source::{Batch, Cursor, Delivery, Found, Source};
use crate::telemetry::binding::Binding;
use crate::telemetry::log::LogStore;

/// Records are printed as they come; so much of them is kept at once.
const KEPT_BYTES: usize = 16 << 20;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Every log group that a CloudFormation stack writes, nested stacks included
    #[arg(long, value_name = "NAME", required_unless_present = "log_group")]
    stack: Option<String>,
    /// A log group; may be said several times
    #[arg(long, value_name = "G", conflicts_with = "stack")]
    log_group: Vec<String>,
    /// Only events that fit a filter pattern of CloudWatch Logs, which the service applies
    #[arg(long, value_name = "P", allow_hyphen_values = true)]
    filter: Option<String>,
    /// How far to look back: 90s, 10m, 2h, 3d
    #[arg(long, value_name = "SPAN", default_value = "0s", value_parser = span_ms)]
    since: Ms,
    /// How long to go on; without it until Ctrl+C
    #[arg(long = "for", value_name = "SPAN", value_parser = span_ms)]
    lasts: Option<Ms>,
    /// Write everything into a recording as well, and the traces: `replay`, `traces` and the window open it
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// Profile of the shared AWS files
    #[arg(long, value_name = "P")]
    profile: Option<String>,
    /// Region
    #[arg(long, value_name = "R")]
    region: Option<String>,
    /// Another address than the vendor's
    #[arg(long, value_name = "URL")]
    endpoint_url: Option<String>,
    /// How to print them; JSON is one object a line
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(super) fn run(arguments: &Arguments, console: &mut Console) -> Result<(), Stop> {
    let seed = u64::from(std::process::id());
    let mut tail =
        Beside { first: arguments.tail(seed), others: |found: &Found| arguments.beside(found, seed), waits: true };
    let mut printer = Printer::new(arguments.format, arguments.record.clone());
    let mut printed = Ok(());
    let mut outlet = |delivery| {
        printed = printer.take(delivery, console);
        if printed.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    };
    let run = tail.run(&Cursor::default(), &mut outlet);
    printed?;
    Ok(run?)
}

impl Arguments {
    fn place(&self) -> Place {
        Place { profile: self.profile.clone(), region: self.region.clone(), endpoint: self.endpoint_url.clone() }
    }

    /// Traces are no lines: they are read for a recording only.
    fn beside(&self, found: &Found, seed: u64) -> Vec<Box<dyn Source>> {
        let Some(names) = LiveTraces::names(found).filter(|_| self.record.is_some()) else { return Vec::new() };
        let (since_ms, for_ms, wishes) = (self.since, self.lasts, None);
        vec![Box::new(LiveTraces { place: self.place(), names, since_ms, for_ms, wishes, seed })]
    }

    fn tail(&self, seed: u64) -> LiveTail {
        let watched = match &self.stack {
            Some(stack) => Watched::Stack(stack.clone()),
            None => Watched::Groups(self.log_group.clone()),
        };
        LiveTail {
            place: self.place(),
            watched,
            filter: self.filter.clone(),
            since_ms: self.since,
            for_ms: self.lasts,
            order: Order::AsRead,
            request_every_ms: REQUEST_EVERY_MS,
            tells_head: false,
            wishes: None,
            seed,
        }
    }
}

/// Prints what comes, and records it when that is wanted.
struct Printer {
    format: Format,
    store: LogStore,
    requests: Requests,
    groups: Vec<String>,
    nodes: BTreeMap<String, String>,
    said: BTreeMap<String, String>,
    record: Option<PathBuf>,
    recorder: Option<Recorder>,
}

impl Printer {
    fn new(format: Format, record: Option<PathBuf>) -> Self {
        Self {
            format,
            store: LogStore::new(KEPT_BYTES),
            requests: Requests::default(),
            groups: Vec::new(),
            nodes: BTreeMap::new(),
            said: BTreeMap::new(),
            record,
            recorder: None,
        }
    }

    fn take(&mut self, delivery: Delivery, console: &mut Console) -> Result<(), Stop> {
        match delivery {
            Delivery::Records(batch) => self.records(batch, console),
            Delivery::Groups(found) => self.groups(found),
            Delivery::Standings(standings) => {
                standings.iter().enumerate().for_each(|(group, standing)| self.stand(group, standing));
                Ok(())
            }
            Delivery::Traces(standing) => {
                self.stand_traces(&standing);
                Ok(())
            }
            Delivery::Trouble(text) => {
                say(&text);
                Ok(())
            }
            Delivery::Link(_)
            | Delivery::Progress(..)
            | Delivery::Idle
            | Delivery::Spending(_)
            | Delivery::Metrics(_)
            | Delivery::Alarms(_) => Ok(()),
        }
    }

    fn records(&mut self, batch: Batch, console: &mut Console) -> Result<(), Stop> {
        if let Some(recorder) = &mut self.recorder {
            recorder.record(&batch)?;
        }
        let next = self.store.records().range().end;
        self.store.append(batch.logs);
        for record in self.store.records().from(next) {
            let node = self.nodes.get(&*record.stream.group).map(String::as_str);
            print(&record, node, self.format, &mut self.requests, console)?;
        }
        console.flush()
    }

    fn groups(&mut self, Found { groups, quiet, .. }: Found) -> Result<(), Stop> {
        say(&format!("tailing {}", groups.iter().map(|(group, _)| group.as_str()).collect::<Vec<_>>().join(", ")));
        if !quiet.is_empty() {
            say(&format!("no log group yet, and so not tailed: {}", quiet.join(", ")));
        }
        self.groups = groups.iter().map(|(group, _)| group.clone()).collect();
        self.nodes = groups.into_iter().filter_map(|(group, node)| Some((group, node?))).collect();
        if let Some(path) = &self.record {
            let binding = Binding::of_groups(self.nodes.clone());
            self.recorder = Some(Recorder::create(path, "", "CloudWatch", binding)?);
        }
        Ok(())
    }

    /// Says how true the picture of a log group is, when that has changed.
    fn stand(&mut self, group: usize, standing: &Standing) {
        let name = self.groups.get(group).cloned().unwrap_or_default();
        self.tell(&name, standing.faults().join("; "));
    }

    /// The same of traces.
    fn stand_traces(&mut self, standing: &xray::Standing) {
        let told: Vec<String> = standing.note().map(str::to_owned).into_iter().chain(standing.faults()).collect();
        self.tell("traces", told.join("; "));
    }

    fn tell(&mut self, name: &str, told: String) {
        let said = self.said.entry(name.to_owned()).or_default();
        if *said != told {
            say(&format!("{name}: {}", if told.is_empty() { "all is there again" } else { &told }));
            *said = told;
        }
    }
}

/// Says something on the error output. Were that gone, the events would still be right.
fn say(text: &str) {
    writeln!(std::io::stderr(), "{text}").ok();
}

/// A span of time as people write it: `90s`, `10m`, `2h`, `3d`.
fn span_ms(text: &str) -> Result<Ms, String> {
    let unit_ms = match text.trim_start_matches(|letter: char| letter.is_ascii_digit()) {
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => 0,
    };
    let number = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic()).parse::<Ms>().ok();
    let span = number.filter(|_| unit_ms > 0).and_then(|number| number.checked_mul(unit_ms));
    // Logs are kept for ten years at most.
    span.filter(|span_ms| *span_ms <= 3_660 * 86_400_000)
        .ok_or_else(|| "a span is a number and s, m, h or d: 10m".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_as_people_write_them() {
        let check = |text: &str, span: Option<Ms>| assert_eq!(span_ms(text).ok(), span, "{text}");
        check("90s", Some(90_000));
        check("10m", Some(600_000));
        check("2h", Some(7_200_000));
        check("3d", Some(259_200_000));
        for wrong in ["", "10", "m", "-1m", "1.5h", "10 m", "99999999999999999999d", "9999d", "5w"] {
            check(wrong, None);
        }
    }
}
