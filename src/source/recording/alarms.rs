//! Alarms in a recording: a row for each state that an alarm had.
//!
//! Must not know logs, nor how alarms are asked for.

use std::collections::BTreeMap;

use rusqlite::{Connection, Row, params};

use crate::catalog::names::Named as _;
use crate::telemetry::alarm::{Alarm, State};
use crate::telemetry::binding::Binding;
use crate::telemetry::record::Metric;

/// The comments go into the file with it.
pub(super) const SCHEMA: &str = "
CREATE TABLE alarm ( -- How alarms stood: a row for each state, those of one alarm in the order in which it had them.
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, logical TEXT NOT NULL, -- In the account, and in the stack's template.
    state TEXT NOT NULL, since_ms INTEGER, reason TEXT NOT NULL, -- ALARM, OK or INSUFFICIENT_DATA.
    metrics TEXT NOT NULL, -- [[namespace, name, [[dimension, value], ...], statistic, unit], ...] as JSON.
    rule TEXT NOT NULL, -- Of an alarm of alarms.
    nodes TEXT NOT NULL); -- [name, ...] as JSON: the nodes of the design that it watches.
";

/// Namespace, name, dimensions, statistic and unit of a metric.
type Written = (String, String, Vec<(String, String)>, String, String);

/// The state of each alarm that was written last, by name.
pub(super) type Known = BTreeMap<String, Alarm>;

/// Writes those that stand otherwise than when they were written last.
pub(super) fn write(work: &Connection, told: &[Alarm], binding: &Binding, known: &mut Known) -> rusqlite::Result<()> {
    for alarm in told {
        if known.get(&alarm.name).is_some_and(|before| before.stands_as(alarm)) {
            continue;
        }
        let Alarm { name, logical, state, since_ms, reason, metrics, rule } = alarm;
        let metrics: Vec<Written> = metrics.iter().map(written).collect();
        let nodes = binding.nodes_of_alarm(alarm, told);
        let nodes: Vec<&str> = nodes.into_iter().filter_map(|node| binding.name(node)).collect();
        work.execute(
            "INSERT INTO alarm (name, logical, state, since_ms, reason, metrics, rule, nodes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![name, logical, state.name(), since_ms, reason, json(&metrics), rule, json(&nodes)],
        )?;
        known.insert(name.clone(), alarm.clone());
    }
    Ok(())
}

fn written(metric: &Metric) -> Written {
    let Metric { namespace, name, dimensions, statistic, unit } = metric;
    let dimensions = dimensions.iter().map(|(name, value)| (name.to_string(), value.to_string()));
    (namespace.to_string(), name.to_string(), dimensions.collect(), statistic.to_string(), unit.to_string())
}

fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// Every state that was written, in the order in which they were.
pub(super) fn read(connection: &Connection) -> rusqlite::Result<Vec<Alarm>> {
    let query = "SELECT name, logical, state, since_ms, reason, metrics, rule FROM alarm ORDER BY id";
    connection.prepare(query)?.query_map([], read_one)?.collect()
}

fn read_one(row: &Row<'_>) -> rusqlite::Result<Alarm> {
    let metrics: Vec<Written> = serde_json::from_str(&row.get::<_, String>(5)?).unwrap_or_default();
    let metric = |(namespace, name, dimensions, statistic, unit): Written| Metric {
        namespace: namespace.into(),
        name: name.into(),
        dimensions: dimensions.into_iter().map(|(name, value)| (name.into(), value.into())).collect(),
        statistic: statistic.into(),
        unit: unit.into(),
    };
    Ok(Alarm {
        name: row.get(0)?,
        logical: row.get(1)?,
        state: State::from_name(&row.get::<_, String>(2)?).unwrap_or(State::Unknown),
        since_ms: row.get(3)?,
        reason: row.get(4)?,
        metrics: metrics.into_iter().map(metric).collect(),
        rule: row.get(6)?,
    })
}

/// The names of the nodes that each alarm watches, by its name.
pub(super) fn nodes(connection: &Connection) -> rusqlite::Result<BTreeMap<String, Vec<String>>> {
    let mut asked = connection.prepare("SELECT name, nodes FROM alarm ORDER BY id")?;
    let named = |row: &Row<'_>| Ok((row.get(0)?, serde_json::from_str(&row.get::<_, String>(1)?).unwrap_or_default()));
    asked.query_map([], named)?.collect()
}
