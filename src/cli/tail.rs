//! `stratoscope tail`: the log events of a whole application as they are stored, each exactly once.
//!
//! Events go to the standard output; how true the picture is goes to the error output, whenever it changes. Must not know how
//! an account is read.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use super::Format;
use super::console::{Console, Stop};
use super::logs::{Requests, print};
use crate::catalog::Catalog;
use crate::diagram::{Bound, file};
use crate::engine::design;
use crate::engine::protocol::Design;
use crate::source::aws::{LiveMetrics, LiveTail, LiveTraces, Place, Watched};
use crate::source::beside::Beside;
use crate::source::recording::Recorder;
use crate::source::tail::{Ms, Order, REQUEST_EVERY_MS, Standing};
use crate::source::{Batch, Cursor, Delivery, Found, Source, metrics, xray};
use crate::telemetry::alarm::Alarm;
use crate::telemetry::binding::{Binding, Physical};
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
    let (seed, catalog) = (u64::from(std::process::id()), Catalog::builtin());
    let others = |found: &Found| arguments.beside(found, seed, &catalog);
    let mut tail = Beside { first: arguments.tail(seed), others, waits: true };
    let mut printer = Printer::new(arguments.format, arguments.record.clone(), &catalog);
    let mut printed = Ok(());
    let mut outlet = |delivery| {
        printed = printer.take(delivery, console);
        if printed.is_ok() && !printer.is_over { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    };
    let run = tail.run(&Cursor::default(), &mut outlet);
    printed?;
    run?;
    printer.say_cost();
    Ok(())
}

impl Arguments {
    fn place(&self) -> Place {
        Place { profile: self.profile.clone(), region: self.region.clone(), endpoint: self.endpoint_url.clone() }
    }

    /// Traces and metrics are no lines, and cost: they are read for a recording only.
    fn beside(&self, found: &Found, seed: u64, catalog: &Catalog) -> Vec<Box<dyn Source>> {
        if self.record.is_none() {
            return Vec::new();
        }
        let (since_ms, for_ms) = (self.since, self.lasts);
        let traces = LiveTraces::parties(found).map(|parties| {
            let place = self.place();
            Box::new(LiveTraces { place, parties, since_ms, for_ms, wishes: None, seed }) as Box<dyn Source>
        });
        let metrics = (!found.resources.is_empty()).then(|| {
            let wanted = metrics::wanted(&found.stack, &found.resources, catalog);
            let (place, resources) = (self.place(), found.resources.clone());
            Box::new(LiveMetrics { place, wanted, resources, since_ms, for_ms, wishes: None, seed }) as Box<dyn Source>
        });
        traces.into_iter().chain(metrics).collect()
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
struct Printer<'c> {
    catalog: &'c Catalog,
    format: Format,
    store: LogStore,
    requests: Requests,
    groups: Vec<String>,
    nodes: BTreeMap<String, String>,
    said: BTreeMap<String, String>,
    record: Option<PathBuf>,
    recorder: Option<Recorder>,
    metrics: metrics::Standing,
    alarms: Vec<Alarm>,
    /// There is nothing to print or to record.
    is_over: bool,
}

impl<'c> Printer<'c> {
    fn new(format: Format, record: Option<PathBuf>, catalog: &'c Catalog) -> Self {
        Self {
            catalog,
            format,
            store: LogStore::new(KEPT_BYTES),
            requests: Requests::default(),
            groups: Vec::new(),
            nodes: BTreeMap::new(),
            said: BTreeMap::new(),
            record,
            recorder: None,
            metrics: metrics::Standing::default(),
            alarms: Vec::new(),
            is_over: false,
        }
    }

    fn take(&mut self, delivery: Delivery, console: &mut Console) -> Result<(), Stop> {
        match delivery {
            Delivery::Records(batch) => self.records(batch, console),
            Delivery::Groups(found) => self.groups(found),
            Delivery::Appeared(group, _) => {
                say(&format!("tailing {group}, too: it is there now"));
                self.groups.push(group);
                Ok(())
            }
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
            Delivery::Metrics(standing) => {
                self.gauge(standing);
                Ok(())
            }
            Delivery::Alarms(alarms) => self.sound(alarms),
            Delivery::Link(_) | Delivery::Progress(..) | Delivery::Spending(_) | Delivery::Idle => Ok(()),
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

    fn groups(&mut self, found: Found) -> Result<(), Stop> {
        if let Some(path) = &self.record {
            self.recorder = Some(recorder(path, &found, self.catalog)?);
        }
        let Found { groups, quiet, stack, .. } = found;
        if groups.is_empty() && !quiet.is_empty() {
            say(&format!("{stack} has no log groups yet"));
        } else if groups.is_empty() {
            self.is_over = self.recorder.is_none();
            let rest = if self.is_over { "" } else { "; metrics, alarms and traces are recorded" };
            say(&format!("{stack} has no log groups, so that there are no logs to print{rest}"));
        } else {
            say(&format!("tailing {}", groups.iter().map(|(group, _)| group.as_str()).collect::<Vec<_>>().join(", ")));
        }
        if !quiet.is_empty() {
            let names: Vec<&str> = quiet.iter().map(|(_, node)| node.as_str()).collect();
            say(&format!("no log group yet, tailed as soon as there is one: {}", names.join(", ")));
        }
        self.groups = groups.iter().map(|(group, _)| group.clone()).collect();
        let there = groups.into_iter().filter_map(|(group, node)| Some((group, node?)));
        self.nodes = there.chain(quiet).collect();
        Ok(())
    }

    /// Says what is wrong with the metrics, when that has changed.
    fn gauge(&mut self, standing: metrics::Standing) {
        let before = std::mem::replace(&mut self.metrics, standing);
        self.metrics.faults.iter().filter(|fault| !before.faults.contains(fault)).for_each(|fault| say(fault));
    }

    /// Says how it stands with an alarm, when that has changed.
    fn sound(&mut self, alarms: Vec<Alarm>) -> Result<(), Stop> {
        if let Some(recorder) = &mut self.recorder {
            recorder.alarms(&alarms)?;
        }
        let before = std::mem::replace(&mut self.alarms, alarms);
        let was = |alarm: &Alarm| before.iter().find(|before| before.name == alarm.name).map(|before| before.state);
        for alarm in self.alarms.iter().filter(|alarm| was(alarm) != Some(alarm.state)) {
            let reason = if alarm.reason.is_empty() { String::new() } else { format!(" ({})", alarm.reason) };
            say(&format!("alarm {}: {}{reason}", alarm.name, alarm.state.word()));
        }
        Ok(())
    }

    /// Says how many metrics were asked for, which costs.
    fn say_cost(&self) {
        let asked = self.metrics.asked.so_far;
        if asked > 0 {
            say(&format!("metrics: asked for {asked} times"));
        }
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

/// Begins a recording; of a stack it holds the design, so that what is measured finds its nodes again.
fn recorder(path: &Path, found: &Found, catalog: &Catalog) -> Result<Recorder, Stop> {
    let Design { loaded, nodes, stack, physical } = design(found, catalog);
    let source = "CloudWatch";
    if physical.is_empty() {
        return Ok(Recorder::create(path, "", source, Binding::of_groups(nodes))?);
    }
    let diagram = &loaded.diagram;
    let id = |(node, id): &(String, String)| Some((diagram.node_named(node)?, id.clone()));
    let ids = physical.iter().filter_map(id).collect();
    let bound =
        nodes.into_iter().filter_map(|(group, node)| Some(((Bound::LogGroup, group), diagram.node_named(&node)?)));
    let binding = Binding::of(catalog, diagram, &Physical { stack: stack.clone(), ids }, &bound.collect());
    let recorder = Recorder::create(path, &file::write(diagram), source, binding)?;
    recorder.place(&stack, &physical)?;
    Ok(recorder)
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
