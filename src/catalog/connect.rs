//! Which kinds can be joined by an arrow, by what mechanism, and what to say when they cannot.
//!
//! Must not know what a mechanism writes; that is `stack`.

use std::collections::{BTreeMap, VecDeque};

use super::field::Field;
use super::kind::{Archetype, Kind};
use super::names::named;
use super::reader::Table;
use super::{Catalog, load};

named! {
    /// What an arrow says.
    pub enum Relation {
        /// An event, route, mapping or workflow step of the source invokes the target.
        Triggers = "triggers",
        /// The source may read, write or call the target.
        Accesses = "accesses",
        /// What failed at the source is kept in the target.
        DeadLetters = "dead_letters",
        /// The source decides who may use the target.
        Authorizes = "authorizes",
    }
}

named! {
    /// The mechanism that an arrow stands for. Every dialect prints every variant.
    pub enum Wiring {
        /// Requests of a method and path.
        Route = "route",
        /// The platform polls the source and invokes the target with batches.
        EventSourceMapping = "event_source_mapping",
        /// The source announces its changes to the target.
        Notification = "notification",
        /// A step of a state machine.
        WorkflowTask = "workflow_task",
        /// A user pool checks the tokens of an API's callers.
        Authorizer = "authorizer",
        /// A function decides about an API's callers.
        AuthorizerFunction = "authorizer_function",
        /// A distribution fetches from the target.
        Origin = "origin",
        /// A queue that takes the messages which its source could not deliver.
        DeadLetter = "dead_letter",
        /// A queue that takes the events at which a function failed.
        Destination = "destination",
        /// The source calls the target's interface with rights of its own.
        Call = "call",
        /// A topic hands its messages to a subscriber.
        Subscription = "subscription",
        /// A rule takes its events from a bus, or from a bucket by way of the account's own bus.
        RuleSource = "rule_source",
        /// A rule, or a bus by a rule of its own, hands events to a target.
        RuleTarget = "rule_target",
        /// A schedule, or those of a group, runs a target.
        ScheduleTarget = "schedule_target",
        /// A delivery stream reads another stream.
        StreamConsumer = "stream_consumer",
        /// A delivery stream writes files into a bucket.
        Delivery = "delivery",
        /// A delivery stream has its records changed by a function.
        Transform = "transform",
        /// A user pool asks a function at a step of signing up or in.
        UserPoolTrigger = "user_pool_trigger",
        /// A pipe reads its source, or hands on to its enrichment or target.
        PipeEnd = "pipe_end",
        /// A bot asks a function what to answer.
        BotHook = "bot_hook",
        /// A rule about messages of devices hands them to a target.
        RuleAction = "rule_action",
        /// A field of a query is answered by a table or a function.
        Resolver = "resolver",
        /// An alarm watches a metric of the source.
        Watch = "watch",
        /// An alarm tells a topic.
        AlarmAction = "alarm_action",
        /// A catalogue looks through files for tables.
        Crawl = "crawl",
        /// A function uses the code of a layer.
        Layer = "layer",
        /// The target reads what the source knows, by the rights of whoever asks; nothing is deployed for it.
        Query = "query",
    }
}

/// Where the row of an offered and an accepted port stands in the list: whoever exports asks for every arrow.
pub(super) type Meetings = BTreeMap<String, BTreeMap<String, usize>>;

/// The rows by their ports; of two with the same ports the first counts.
pub(super) fn meetings(capabilities: &[Capability]) -> Meetings {
    let mut meetings = Meetings::new();
    for (at, row) in capabilities.iter().enumerate() {
        meetings.entry(row.offers.clone()).or_default().entry(row.accepts.clone()).or_insert(at);
    }
    meetings
}

/// One row of `capabilities.toml`: a port type that meets another, and the mechanism.
#[derive(Clone, Debug, PartialEq)]
pub struct Capability {
    /// Port type of the source.
    pub offers: String,
    /// Port type of the target.
    pub accepts: String,
    /// What the arrow says.
    pub relation: Relation,
    /// How it is done.
    pub wiring: Wiring,
    /// What the source does to the target, as a verb phrase: "invokes".
    pub verb: String,
    /// Settings of such an arrow.
    pub fields: Vec<Field>,
    /// Seconds for which the platform gathers events at least; none: each goes for itself unless others wait.
    pub poll_s: Option<i64>,
    /// Value of one of its choices → the way in which events then arrive, in place of the accepted port.
    pub arrives: BTreeMap<String, String>,
}

/// What holds for traffic along any arrow.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Traffic {
    /// Settings of an arrow that say how much flows along it.
    pub fields: Vec<Field>,
    /// Ports whose arrows divide what leaves; along the others each arrow carries all of it.
    pub divided: Vec<String>,
}

impl Capability {
    /// The setting with this key.
    #[must_use]
    pub fn field(&self, key: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.key == key)
    }
}

/// Port types with what they stand for, the rows that join them, and what all traffic has in common.
pub(super) fn capabilities(table: &Table<'_>) -> (BTreeMap<String, String>, Vec<Capability>, Traffic) {
    let ports: BTreeMap<String, String> = table.pairs("ports").into_iter().collect();
    let rows = table.tables("capability", |table| {
        let capability = Capability {
            offers: table.text("offers"),
            accepts: table.text("accepts"),
            relation: table.named("relation")?,
            wiring: table.named("wiring")?,
            verb: table.text("verb"),
            fields: load::fields(table),
            poll_s: table.integer("poll_s"),
            arrives: table.pairs("arrives").into_iter().collect(),
        };
        for (key, port) in [("offers", &capability.offers), ("accepts", &capability.accepts)] {
            if !ports.contains_key(port) {
                table.defect_at(key, &format!("`{port}` is not among the ports"));
            }
        }
        Some(capability)
    });
    let traffic = Traffic { divided: table.texts("divided"), fields: table.tables("traffic", load::field) };
    for port in traffic.divided.iter().filter(|port| !ports.contains_key(*port)) {
        table.defect_at("divided", &format!("`{port}` is not among the ports"));
    }
    (ports, rows, traffic)
}

impl Traffic {
    /// The setting with this key.
    #[must_use]
    pub fn field(&self, key: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.key == key)
    }
}

/// Why two kinds cannot be joined, in sentences that say what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason} {advice}")]
pub struct Refusal {
    /// What is impossible.
    pub reason: String,
    /// The nearest possible way.
    pub advice: String,
}

impl Catalog {
    /// Every way to join `from` to `to`, best first.
    pub fn connections<'c>(&'c self, from: &'c Kind, to: &'c Kind) -> impl Iterator<Item = &'c Capability> {
        let pairs = from.offers.iter().flat_map(|offers| to.accepts.iter().map(move |accepts| (offers, accepts)));
        pairs.filter_map(|(offers, accepts)| {
            let row = self.meetings.get(offers)?.get(accepts)?;
            self.capabilities.get(*row)
        })
    }

    /// The best way to join `from` to `to`, of the asked relation if one is asked.
    pub fn connection<'c>(
        &'c self,
        from: &'c Kind,
        to: &'c Kind,
        relation: Option<Relation>,
    ) -> Result<&'c Capability, Refusal> {
        let wanted = |row: &&Capability| relation.is_none_or(|relation| row.relation == relation);
        self.connections(from, to).find(wanted).ok_or_else(|| self.refusal(from, to, relation))
    }

    fn refusal(&self, from: &Kind, to: &Kind, relation: Option<Relation>) -> Refusal {
        let verb = match relation {
            Some(Relation::DeadLetters) => "cannot keep its failures in",
            Some(Relation::Authorizes) => "cannot authorize",
            _ => "cannot be joined to",
        };
        let reason =
            format!("{} {verb} {}: {}.", with_article(&from.label), with_article(&to.label), self.mismatch(from, to));
        Refusal { reason: capitalised(&reason), advice: self.advice(from, to) }
    }

    fn mismatch(&self, from: &Kind, to: &Kind) -> String {
        let told = |ports: &[String]| {
            let told: Vec<&str> = ports.iter().filter_map(|port| self.ports.get(port).map(String::as_str)).collect();
            if told.is_empty() { "nothing".to_owned() } else { told.join(" or ") }
        };
        format!("the first gives {}, the second takes {}", told(&from.offers), told(&to.accepts))
    }

    fn advice(&self, from: &Kind, to: &Kind) -> String {
        if self.connections(to, from).next().is_some() {
            return format!("The other way round works: draw it from the {} to the {}.", to.label, from.label);
        }
        match self.path(from, to).as_deref() {
            None | Some([]) => self.possible(from, to),
            Some(between) => {
                let between: Vec<String> = between.iter().map(|kind| with_article(&kind.label)).collect();
                format!("Put {} between them.", between.join(" and "))
            }
        }
    }

    /// What can be joined to `to`, or what `from` can be joined to, where nothing leads from one to the other.
    fn possible(&self, from: &Kind, to: &Kind) -> String {
        let told = |kinds: Vec<&Kind>| {
            let labels: Vec<String> = kinds.iter().take(3).map(|kind| with_article(&kind.label)).collect();
            (!labels.is_empty()).then(|| labels.join(" or "))
        };
        let before = told(self.kinds().filter(|kind| self.flows(kind, to)).collect());
        let after = told(self.kinds().filter(|kind| self.flows(from, kind)).collect());
        match (before, after) {
            (Some(before), _) => capitalised(&format!("{before} can be joined to {}.", with_article(&to.label))),
            (None, Some(after)) => capitalised(&format!("{} can be joined to {after}.", with_article(&from.label))),
            (None, None) => "Neither can be joined to anything.".to_owned(),
        }
    }

    /// Whether traffic can go from one kind to another; checks of callers and kept failures are no way to get somewhere.
    fn flows(&self, from: &Kind, to: &Kind) -> bool {
        self.connections(from, to).any(|row| matches!(row.relation, Relation::Triggers | Relation::Accesses))
    }

    /// The shortest chain of kinds that joins two, without its ends; functions are preferred where several are equal.
    fn path(&self, from: &Kind, to: &Kind) -> Option<Vec<&Kind>> {
        let mut between: Vec<&Kind> = self.kinds().filter(|kind| kind.archetype != Archetype::Client).collect();
        between.sort_by_key(|kind| kind.archetype != Archetype::Function);
        let mut queue = VecDeque::from([Vec::new()]);
        while let Some(chain) = queue.pop_front() {
            let last = chain.last().copied().unwrap_or(from);
            if !chain.is_empty() && self.flows(last, to) {
                return Some(chain);
            }
            if chain.len() == 2 {
                continue;
            }
            for next in &between {
                if self.flows(last, next) {
                    queue.push_back(chain.iter().copied().chain([*next]).collect());
                }
            }
        }
        None
    }
}

/// `label` with the article that is spoken before it.
pub(crate) fn with_article(label: &str) -> String {
    let vowels = ['A', 'E', 'I', 'O', 'U'];
    let word = label.split(' ').next().unwrap_or_default();
    // Abbreviations such as "S3" and "HTTP" are spoken letter by letter, "REST" is spoken as a word.
    let capitals = word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    let spelled = capitals && (word.len() <= 3 || !word.contains(vowels));
    let vowel_first = if spelled {
        word.starts_with(['A', 'E', 'F', 'H', 'I', 'L', 'M', 'N', 'O', 'R', 'S', 'X'])
    } else {
        word.starts_with(vowels)
    };
    format!("{} {label}", if vowel_first { "an" } else { "a" })
}

/// `text` with a capital first letter.
pub(crate) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
