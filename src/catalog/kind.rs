//! What a resource kind is: fields, ports, grants, limits, prices and signals, as plain data read from one TOML file.
//!
//! Must not know any kind by name, any diagram, or any dialect's syntax beyond property paths.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::client::{Client, ClientCall};
use super::field::Field;
use super::figure::Figure;
use super::flow::Flow;
use super::formula::Formula;
use super::names::named;
use super::usage::Reported;

/// Identifier of a kind, `<cloud>.<kind>`: the path of its TOML under `assets/catalog`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct KindId(pub std::sync::Arc<str>);

impl KindId {
    /// An identifier as it is written in files; it may name a kind that no catalogue has.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// The identifier's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for KindId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

named! {
    /// What a kind behaves like. Checks, workload, cost, simulation and telemetry know archetypes, never kinds.
    pub enum Archetype {
        /// People, browsers and devices outside the cloud.
        Client = "client",
        /// An entry for requests.
        Api = "api",
        /// Code that is run per invocation.
        Function = "function",
        /// Messages that wait until a consumer took them.
        Queue = "queue",
        /// An ordered, replayable log of records.
        Stream = "stream",
        /// Fan-out of messages to subscribers.
        Topic = "topic",
        /// Events routed by pattern.
        Bus = "bus",
        /// A clock.
        Schedule = "schedule",
        /// Items by key.
        Table = "table",
        /// Objects by name.
        Bucket = "bucket",
        /// A state machine that calls others.
        Workflow = "workflow",
        /// Where data or messages end.
        Sink = "sink",
        /// A managed service that is only called.
        Service = "service",
        /// Something that holds other nodes.
        Container = "container",
    }
}

named! {
    /// The colour family of a kind's tile (`assets/theme`, `category`).
    pub enum Category {
        /// Functions and containers that run code.
        Compute = "compute",
        /// APIs, queues, topics, workflows.
        Integration = "integration",
        /// Objects and files.
        Storage = "storage",
        /// Tables and caches.
        Database = "database",
        /// Edge and network.
        Network = "network",
        /// Streams and queries.
        Analytics = "analytics",
        /// Identity and secrets.
        Security = "security",
        /// Models, language and media.
        Learning = "learning",
        /// Monitoring and configuration.
        Management = "management",
        /// Outside the cloud.
        Client = "client",
        /// Anything else.
        Generic = "generic",
    }
}

named! {
    /// A deployment language. A kind names its own type in each that can say it.
    pub enum Dialect {
        /// AWS Serverless Application Model.
        Sam = "sam",
        /// AWS CloudFormation.
        CloudFormation = "cloudformation",
    }
}

named! {
    /// What a part of a kind needs in code because data cannot say it. Few, and the same for every dialect.
    pub enum Hook {
        /// Its type stands in the field `type`, its properties in what the node keeps verbatim.
        Raw = "raw",
        /// A folder with the handler, named by the fields `runtime` and `handler`.
        Code = "code",
        /// A folder with the code that functions share.
        LayerFolder = "layer_folder",
        /// A definition in Amazon States Language with `${Node}` substitutions, in the file that the field `definition` names.
        WorkflowDefinition = "workflow_definition",
        /// The origins and cache behaviours of a distribution, one for each arrow that leaves it.
        Origins = "origins",
        /// An archive of its events, kept as many days as the field `archive_days` says.
        Archive = "archive",
        /// A stage, named by the field `stage`, that is deployed anew by itself.
        SocketStage = "socket_stage",
        /// A GraphQL schema in the file that the field `schema` names, or made of the fields that arrows answer.
        GraphSchema = "graph_schema",
        /// One instance of a database cluster, in the subnets that the field `subnet_ids` lists.
        ClusterInstance = "cluster_instance",
        /// The language, the intents, a version and an alias of a bot.
        BotAlias = "bot_alias",
    }
}

named! {
    /// How something gets a domain name of its own, when its field `custom_domain` asks for one.
    pub enum DomainForm {
        /// It answers at the domain itself, as a distribution does.
        Alias = "alias",
        /// The domain is a resource that is mapped to a stage of an HTTP or WebSocket API.
        Mapping = "mapping",
        /// The domain is a resource whose root leads to a stage of a REST API.
        BasePath = "base_path",
    }
}

/// A kind of resource, service or client that can stand in a diagram.
#[derive(Clone, Debug)]
pub struct Kind {
    /// Identifier, also the stem of its files.
    pub id: KindId,
    /// Name for people, singular: "Lambda function".
    pub label: String,
    /// One sentence: what it is for.
    pub help: String,
    /// Heading in the palette.
    pub group: String,
    /// Rank in the palette, low first; equal ranks go by label.
    pub order: i64,
    /// Colour family of the tile.
    pub category: Category,
    /// What it behaves like.
    pub archetype: Archetype,
    /// Archetype parameter → field key that holds it (`memory_mb` → `memory_mb`).
    pub parameters: BTreeMap<String, String>,
    /// Stem of the logical name that a new node gets: "Function".
    pub name_stem: String,
    /// Settings in the order of the inspector.
    pub fields: Vec<Field>,
    /// Keys of the settings that the card shows, two at most.
    pub card: Vec<String>,
    /// Port types that arrows may leave from, best first.
    pub offers: Vec<String>,
    /// Port types that arrows may end at, best first.
    pub accepts: Vec<String>,
    /// What code is given that this kind invokes, in the words of JSON, for people; `None` where it invokes none.
    pub event: Option<Arc<str>>,
    /// Rights that an arrow to this kind may give.
    pub grants: Vec<Grant>,
    /// Environment variables for those that access it.
    pub variables: Vec<Variable>,
    /// The clients through which code reaches it.
    pub client: Option<Arc<Client>>,
    /// What those clients can be asked for.
    pub calls: Vec<ClientCall>,
    /// Its type name in each dialect; absent: that dialect cannot say it.
    pub types: BTreeMap<Dialect, String>,
    /// Service that acts in its name, with a role of its own: "firehose.amazonaws.com".
    pub service: Option<String>,
    /// Whether those who may change it hand it that role.
    pub takes_role: bool,
    /// Why no dialect has a resource for it ("a client is not deployed"), when `types` is empty.
    pub no_resource: Option<String>,
    /// How others refer to it.
    pub handles: Arc<Handles>,
    /// The log group that is made with it; absent: it has none of its own.
    pub log_group: Option<LogGroup>,
    /// Properties that are always written.
    pub constants: Vec<Constant>,
    /// What code has to add.
    pub hooks: Vec<Hook>,
    /// How it gets a domain name of its own; absent: it cannot.
    pub domain: Option<DomainForm>,
    /// Figures that the bill depends on.
    pub usage: Vec<UsageKey>,
    /// How traffic goes through it.
    pub flow: Flow,
    /// Lines of the bill.
    pub costs: Vec<CostLine>,
    /// Where its logs, metrics and trace segments are found.
    pub signals: Vec<Signal>,
    /// Cloud → nearest equal there.
    pub nearest: BTreeMap<String, String>,
    /// Its pictogram, an SVG text of 64 × 64 units.
    pub icon_svg: String,
}

impl Kind {
    /// The field with this key.
    #[must_use]
    pub fn field(&self, key: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.key == key)
    }

    /// The rights of an access level, over all statements that name it.
    pub fn grants_of<'k>(&'k self, access: &'k str) -> impl Iterator<Item = &'k Grant> {
        self.grants.iter().filter(move |grant| grant.access.iter().any(|level| level == access))
    }

    /// The access levels that arrows to this kind may choose, in the order of the file.
    #[must_use]
    pub fn access_levels(&self) -> Vec<&str> {
        let mut levels = Vec::new();
        for level in self.grants.iter().flat_map(|grant| &grant.access) {
            if !levels.contains(&level.as_str()) {
                levels.push(level);
            }
        }
        levels
    }

    /// The cloud part of the identifier.
    #[must_use]
    pub fn cloud(&self) -> &str {
        self.id.as_str().split('.').next().unwrap_or_default()
    }
}

/// One policy statement that access levels give to whoever the arrow comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Grant {
    /// Access levels that include this statement.
    pub access: Vec<String>,
    /// IAM actions, `service:Action`.
    pub actions: Vec<String>,
    /// What follows the resource's ARN (`/*`, `/index/*`, or nothing); `None`: these actions have no resource ARN, so `*`.
    pub suffixes: Option<Vec<String>>,
    /// What else than the resource itself the actions are done to, such as its password.
    pub on: Option<Handle>,
}

/// An environment variable that a kind gives to those who access it.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    /// End of the variable's name; the node's name in capitals stands before it.
    pub suffix: String,
    /// What it holds.
    pub value: Handle,
}

/// How a value that names a deployed resource is obtained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handle {
    /// What a plain reference gives.
    Reference,
    /// An attribute of the resource.
    Attribute(String),
    /// Text with `${AWS::…}` pseudo parameters and `{name}` for the resource's own name.
    Text(String),
}

/// The names under which others reach a resource.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Handles {
    /// Its ARN; absent when it has none.
    pub arn: Option<Handle>,
    /// Property that sets its physical name, with the form of names that are computed to break a cycle of references.
    pub name: Option<PhysicalName>,
    /// Attributes that a stack's outputs show: label → handle.
    pub outputs: Vec<(String, Handle)>,
}

/// How a physical name can be chosen by the template instead of by the cloud.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhysicalName {
    /// Property that holds it.
    pub property: PropertyPath,
    /// Form of the computed name.
    pub form: NameForm,
    /// ARN of a resource so named; `{name}` stands for the name.
    pub arn: String,
    /// Longest allowed name, in characters.
    pub max_length: usize,
    /// What the name must end with.
    pub suffix: String,
    /// Field and value that ask for the suffix; without them it always stands there.
    pub suffix_when: Option<(String, String)>,
    /// Whether the cloud chooses no name by itself.
    pub is_required: bool,
}

named! {
    /// The letters that a computed physical name may use.
    pub enum NameForm {
        /// Stack name and logical name, as they are.
        Plain = "plain",
        /// Lower-case letters, digits and hyphens, unique in the world.
        Dns = "dns",
    }
}

/// A log group that is made with a resource and keeps its events as many days as the field `log_retention_days` says.
#[derive(Clone, Debug, PartialEq)]
pub struct LogGroup {
    /// Its name: `{name}` stands for the resource's physical name, `{id}` for its logical id.
    pub name: String,
    /// Field that has to be on; without one, the group is always there.
    pub when: Option<String>,
    /// Property of the resource that holds the group's ARN; without one, the resource finds the group by its name.
    pub property: Option<PropertyPath>,
    /// IAM actions, without a resource ARN, that the resource's role needs to have its logs delivered.
    pub actions: Vec<String>,
}

/// A property that is written with a fixed value.
#[derive(Clone, Debug, PartialEq)]
pub struct Constant {
    /// Where.
    pub property: PropertyPath,
    /// What.
    pub value: Value,
    /// Only when this field has a value that is not empty or false; with a second part, only when it equals that.
    pub when: Option<(String, Option<Value>)>,
}

/// The way to a property: `Rules[0].Status`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PropertyPath(pub Vec<Segment>);

/// One step of a [`PropertyPath`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// A key of a map.
    Key(String),
    /// A place in a list.
    Index(usize),
}

impl std::fmt::Display for PropertyPath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Key(key) if at == 0 => f.write_str(key)?,
                Segment::Key(key) => write!(f, ".{key}")?,
                Segment::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

impl PropertyPath {
    /// Reads `A.B[0].C`; `None` when it is not of that form.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut segments = Vec::new();
        for part in text.split('.') {
            let (key, rest) = part.split_at(part.find('[').unwrap_or(part.len()));
            if key.is_empty() || !key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_' || c == ':') {
                return None;
            }
            segments.push(Segment::Key(key.to_owned()));
            if !rest.is_empty() {
                let index = rest.strip_prefix('[')?.strip_suffix(']')?.parse().ok()?;
                segments.push(Segment::Index(index));
            }
        }
        Some(Self(segments))
    }
}

/// A figure about how much a node is used, per month unless its unit says otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct UsageKey {
    /// Key in usage files.
    pub key: String,
    /// Name for people.
    pub label: String,
    /// Unit for people.
    pub unit: String,
    /// Value that is assumed until somebody says better; absent: the bill "depends on usage".
    pub default: Option<Value>,
    /// What it is when traffic arrives, or what follows from the node's other figures.
    pub from: Option<Formula>,
    /// Key of the figure that it may be told as a share of: "1 %" of the requests.
    pub share_of: Option<String>,
    /// What it cannot exceed, whatever happens; holds where there is no value.
    pub at_most: Option<Formula>,
    /// Whether only measurements tell it: people are asked for other figures that it follows from.
    pub is_measured: bool,
    /// One sentence.
    pub help: String,
}

/// One line of the bill.
#[derive(Clone, Debug, PartialEq)]
pub struct CostLine {
    /// The price's dimension.
    pub component: Arc<str>,
    /// Unit of the quantity.
    pub unit: Arc<str>,
    /// Key in the price book, below its cloud; `{field}` stands for a setting.
    pub price: Arc<str>,
    /// Region that it is always priced in, such as that of the viewers; `{field}` stands for a setting.
    pub region: Option<Arc<str>>,
    /// When the line is there at all; speaks of settings only.
    pub when: Option<Formula>,
    /// Quantity a month.
    pub quantity: Formula,
}

/// Where one kind of telemetry of a node is found.
#[derive(Clone, Debug, PartialEq)]
pub enum Signal {
    /// A log group; `{name}` is the physical name.
    Logs {
        /// Name of the group.
        group: String,
        /// Usage keys that reports of invocations in it tell.
        usage: BTreeMap<Reported, String>,
    },
    /// A metric; `{field}` in its names stands for a setting.
    Metric {
        /// Namespace.
        namespace: String,
        /// Name of the metric.
        name: String,
        /// Statistic: `Sum`, `Average`, `Maximum`, `p95`.
        statistic: String,
        /// Dimension that holds the physical name; empty for none.
        dimension: String,
        /// What stands in that dimension.
        value: Handle,
        /// Dimension for the first part of a physical id of two, as in `bus|rule`; empty for none.
        within: String,
        /// Whether it tells of failure, so that alarms watch it first.
        alarm: bool,
        /// What it is shown as on the canvas; `None` when it is not.
        figure: Option<Figure>,
        /// The usage key that its sum over a month is; `None` when it is none.
        usage: Option<String>,
    },
    /// A trace segment.
    Segment {
        /// Origin in the segment document: `AWS::Lambda::Function`.
        origin: String,
        /// What it is called; without it by the physical name.
        value: Option<Handle>,
    },
}
