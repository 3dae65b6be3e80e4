//! Metrics and alarms of the cloud, and what goes wrong with them.

use std::io::Write as _;
use std::net::TcpStream;

use serde_json::{Value, json};

use super::{Failing, Faults, Talk, cbor, now_ms};

/// A metric of one resource.
#[derive(Clone, Debug)]
pub(crate) struct Figure {
    pub name: &'static str,
    pub dimension: (&'static str, &'static str),
    /// Begins of minutes, in milliseconds, and values.
    pub points: Vec<(i64, f64)>,
}

/// An alarm.
#[derive(Clone, Debug)]
pub(crate) struct Bell {
    pub name: &'static str,
    pub state: &'static str,
    pub reason: &'static str,
    /// What it watches: a metric and its dimension; nothing for an alarm of alarms, which has a rule.
    pub watches: Result<(&'static str, (&'static str, &'static str)), &'static str>,
}

impl Talk {
    /// Answers what is asked in CBOR.
    pub(super) fn rpc(&self, stream: &mut TcpStream, target: &str, question: &Value) -> std::io::Result<()> {
        let faults = self.state(|state| state.faults);
        let failing = self.failing(target, faults);
        let failure =
            |code: &str, words: &str| json!({"__type": format!("com.amazonaws.cloudwatch#{code}"), "message": words});
        let (status, answer) = match target {
            _ if self.is(faults.no_metrics) => (
                403,
                failure("AccessDenied", &format!("User: somebody is not authorized to perform: cloudwatch:{target}.")),
            ),
            _ if failing == Some(Failing::Throttled) => (400, failure("Throttling", "Rate exceeded")),
            _ if failing == Some(Failing::Broken) => (500, failure("InternalServiceFault", "Not now")),
            "GetMetricData" => (200, self.values(question, faults)),
            "DescribeAlarms" => (200, self.alarms(question)),
            other => panic!("{other} is no read"),
        };
        let body = cbor::write(&answer);
        write!(
            stream,
            "HTTP/1.1 {status} X\r\ncontent-type: application/cbor\r\nsmithy-protocol: rpc-v2-cbor\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            body.len()
        )?;
        stream.write_all(&body)
    }

    /// Pages of two metrics; a token tells how many were before.
    fn values(&self, question: &Value, faults: Faults) -> Value {
        let queries = question["MetricDataQueries"].as_array().expect("queries");
        assert!((1..=500).contains(&queries.len()), "a request holds at most 500 metrics");
        let ms = |key: &str| (question[key]["time"].as_f64().expect("a time") * 1_000.0) as i64;
        let (from, to) = (ms("StartTime"), ms("EndTime"));
        let (first, is_whole) = match question["NextToken"].as_str() {
            Some(token) => (token.parse().expect("a token of ours"), false),
            None => (0, !self.is(faults.paged)),
        };
        let count = if is_whole { queries.len() } else { 2 };
        let page: Vec<Value> =
            queries.iter().skip(first).take(count).map(|query| self.told(query, (from, to), faults)).collect();
        let mut answer = json!({"MetricDataResults": page, "Messages": []});
        if first + count < queries.len() {
            answer["NextToken"] = json!((first + count).to_string());
        }
        answer
    }

    fn told(&self, query: &Value, (from, to): (i64, i64), faults: Faults) -> Value {
        let stat = &query["MetricStat"];
        let (name, id) = (stat["Metric"]["MetricName"].as_str().expect("a name"), &query["Id"]);
        let dimension = &stat["Metric"]["Dimensions"][0];
        if dimension.is_null() {
            // Whoever tries a permission asks for a metric of nothing.
            return json!({"Id": id, "Label": name, "StatusCode": "Complete", "Timestamps": [], "Values": []});
        }
        let period_ms = stat["Period"].as_i64().expect("a period") * 1_000;
        assert!(from % period_ms == 0 && to % period_ms == 0 && from < to && to <= now_ms(), "{from} to {to}");
        if faults.forbidden == Some(name) {
            let words = [json!({"Code": "Forbidden", "Value": "This account may not be read."})];
            return json!({"Id": id, "Label": name, "StatusCode": "Forbidden", "Timestamps": [], "Values": [], "Messages": words});
        }
        let is_it = |figure: &&Figure| {
            let (key, value) = figure.dimension;
            figure.name == name && dimension["Name"] == key && dimension["Value"] == value
        };
        let figure = self.state(|state| state.figures.iter().find(is_it).cloned());
        let points = figure.into_iter().flat_map(|figure| figure.points);
        let mut points: Vec<(i64, f64)> = points.filter(|(ms, _)| (from..to).contains(ms)).collect();
        let is_partial = self.is(faults.partial);
        if is_partial {
            points.truncate(points.len() / 2);
        }
        let times: Vec<Value> = points.iter().map(|(ms, _)| json!({"time": *ms as f64 / 1_000.0})).collect();
        let values: Vec<f64> = points.iter().map(|(_, value)| *value).collect();
        let status = if is_partial { "PartialData" } else { "Complete" };
        json!({"Id": id, "Label": name, "StatusCode": status, "Timestamps": times, "Values": values})
    }

    fn alarms(&self, question: &Value) -> Value {
        let Some(names) = question["AlarmNames"].as_array() else {
            assert_eq!(question["MaxRecords"], 1, "only whoever tries the permission asks for any");
            return json!({"MetricAlarms": [], "CompositeAlarms": []});
        };
        assert!((1..=100).contains(&names.len()), "a request holds at most a hundred names");
        assert_eq!(question["AlarmTypes"], json!(["MetricAlarm", "CompositeAlarm"]), "both kinds are asked for");
        let bells = self.state(|state| state.bells.clone());
        let (mut plain, mut composite) = (Vec::new(), Vec::new());
        for bell in bells.iter().filter(|bell| names.iter().any(|name| name == bell.name)) {
            let mut told = json!({"AlarmName": bell.name, "StateValue": bell.state, "StateReason": bell.reason,
                "StateUpdatedTimestamp": {"time": 1_795_000_000.25}});
            match bell.watches {
                Ok((metric, (name, value))) => {
                    told["Namespace"] = json!("AWS/Lambda");
                    told["MetricName"] = json!(metric);
                    told["Dimensions"] = json!([{"Name": name, "Value": value}]);
                    plain.push(told);
                }
                Err(rule) => {
                    told["AlarmRule"] = json!(rule);
                    composite.push(told);
                }
            }
        }
        json!({"MetricAlarms": plain, "CompositeAlarms": composite})
    }
}
