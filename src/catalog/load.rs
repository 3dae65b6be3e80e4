//! Reads one kind from its TOML: every key is checked against the others of the same file, every defect is collected.
//!
//! Must not know other kinds; what spans several files is checked in `catalog::mod`.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::client;
use super::field::{Choice, Field, FieldType, TextForm};
use super::figure::{Figure, Shows};
use super::flow::{self, Flow};
use super::formula::{Formula, Name, Slot};
use super::kind::{
    Constant, CostLine, Dialect, Grant, Handle, Handles, Kind, KindId, LogGroup, PhysicalName, PropertyPath, Signal,
    UsageKey, Variable,
};
use super::names::Named as _;
use super::reader::Table;
use super::unit::Measure;
use super::usage::Reported;

/// The kind that `table` describes; `None` when its category or archetype cannot be read.
pub(super) fn kind(id: KindId, icon_svg: String, table: &Table<'_>) -> Option<Kind> {
    let category = table.named("category");
    let archetype = table.named("archetype");
    let label = table.text("label");
    let fields = fields(table);
    let (offers, accepts) = (table.texts("offers"), table.texts("accepts"));
    let grants = table.tables("grant", grant);
    let Bill { usage, costs, flow } = bill(table, &fields, [&offers, &accepts], &grants);
    let kind = Kind {
        id,
        help: table.text("help"),
        group: table.text("group"),
        order: table.integer("order").unwrap_or(100),
        category: category.unwrap_or(super::kind::Category::Generic),
        archetype: archetype.unwrap_or(super::kind::Archetype::Service),
        parameters: table.pairs("parameters").into_iter().collect(),
        name_stem: table.maybe_text("name_stem").unwrap_or_else(|| label.replace(' ', "")),
        label,
        fields,
        card: table.texts("card"),
        offers,
        accepts,
        event: table.maybe_text("event").map(Arc::from),
        grants,
        variables: table.tables("variable", variable),
        client: table.table("client", client::client).map(Arc::new),
        calls: table.tables("call", client::call),
        types: types(table),
        service: table.maybe_text("service"),
        takes_role: table.flag("takes_role"),
        no_resource: table.maybe_text("no_resource"),
        handles: Arc::new(table.table("handles", handles).unwrap_or_default()),
        log_group: table.table("log_group", log_group),
        constants: table.tables("constant", constant),
        hooks: table.all_named("hooks"),
        usage,
        flow,
        costs,
        domain: table.maybe_named("domain"),
        signals: table.tables("signal", signal),
        nearest: table.pairs("nearest").into_iter().collect(),
        icon_svg,
    };
    check(&kind, table);
    (category.is_some() && archetype.is_some()).then_some(kind)
}

/// The settings under `[[field]]`.
pub(super) fn fields(table: &Table<'_>) -> Vec<Field> {
    table.tables("field", field)
}

pub(super) fn field(table: &Table<'_>) -> Option<Field> {
    let key = table.text("key");
    let field = Field {
        label: table.maybe_text("label").unwrap_or_else(|| key.clone()),
        key,
        field_type: table.named("type")?,
        form: table.maybe_named("form").unwrap_or(TextForm::Any),
        unit: table.maybe_text("unit").unwrap_or_default(),
        default: table.json("default"),
        min: table.integer("min"),
        max: table.integer("max"),
        choices: table.tables("choice", choice),
        when: table.maybe_text("when"),
        required: table.flag("required"),
        help: table.text("help"),
        vendor: table.maybe_text("vendor").unwrap_or_default(),
        properties: table.texts("property").iter().filter_map(|text| path(table, "property", text)).collect(),
    };
    if (field.field_type == FieldType::Choice) == field.choices.is_empty() {
        table.defect(&format!("`{}` needs choices exactly when its type is `choice`", field.key));
    }
    if let Some(refusal) = field.default.as_ref().and_then(|default| field.refusal(default)) {
        table.defect_at("default", &format!("the default of `{}` {refusal}", field.key));
    }
    Some(field)
}

fn choice(table: &Table<'_>) -> Option<Choice> {
    let value = table.text("value");
    Some(Choice { label: table.maybe_text("label").unwrap_or_else(|| value.clone()), value })
}

fn path(table: &Table<'_>, key: &str, text: &str) -> Option<PropertyPath> {
    let path = PropertyPath::parse(text);
    if path.is_none() {
        table.defect_at(key, &format!("`{text}` is not a property path such as `Rules[0].Status`"));
    }
    path
}

fn handle(table: &Table<'_>, key: &'static str, text: &str) -> Option<Handle> {
    match text.split_once(':') {
        None if text == "reference" => Some(Handle::Reference),
        Some(("attribute", name)) => Some(Handle::Attribute(name.to_owned())),
        Some(("text", text)) => Some(Handle::Text(text.to_owned())),
        _ => {
            table.defect_at(key, &format!("`{text}` must be `reference`, `attribute:NAME` or `text:…`"));
            None
        }
    }
}

fn handles(table: &Table<'_>) -> Handles {
    let arn = table.maybe_text("arn");
    let name = table.table("name", |table| {
        Some(PhysicalName {
            property: path(table, "property", &table.text("property"))?,
            form: table.named("form")?,
            arn: table.text("arn"),
            max_length: table.integer("max_length").and_then(|length| usize::try_from(length).ok()).unwrap_or(64),
            suffix: table.maybe_text("suffix").unwrap_or_default(),
            suffix_when: table.maybe_text("suffix_when").zip(table.maybe_text("suffix_equals")),
            is_required: table.flag("required"),
        })
    });
    let outputs = table.tables("output", |table| {
        let value = table.text("value");
        Some((table.text("label"), handle(table, "value", &value)?))
    });
    Handles { arn: arn.and_then(|text| handle(table, "arn", &text)), name: name.flatten(), outputs }
}

fn log_group(table: &Table<'_>) -> LogGroup {
    LogGroup {
        name: table.text("name"),
        when: table.maybe_text("when"),
        property: table.maybe_text("property").and_then(|text| path(table, "property", &text)),
        actions: actions(table),
    }
}

/// IAM actions, each in full.
fn actions(table: &Table<'_>) -> Vec<String> {
    let actions = table.texts("actions");
    for action in actions.iter().filter(|action| !action.contains(':') || action.contains('*')) {
        table.defect_at("actions", &format!("`{action}` must be one action, `service:Action`"));
    }
    actions
}

fn grant(table: &Table<'_>) -> Option<Grant> {
    let anywhere = table.flag("no_resource_arn");
    let suffixes = table.maybe_texts("suffixes");
    if anywhere && suffixes.is_some() {
        table.defect("a grant has either `suffixes` or `no_resource_arn`");
    }
    let suffixes = if anywhere { None } else { Some(suffixes.unwrap_or_else(|| vec![String::new()])) };
    let on = table.maybe_text("on").and_then(|text| handle(table, "on", &text));
    Some(Grant { access: table.texts("access"), actions: actions(table), suffixes, on })
}

fn variable(table: &Table<'_>) -> Option<Variable> {
    let value = table.text("value");
    Some(Variable { suffix: table.text("suffix"), value: handle(table, "value", &value)? })
}

fn types(table: &Table<'_>) -> BTreeMap<Dialect, String> {
    let mut types = BTreeMap::new();
    for (dialect, name) in table.pairs("types") {
        match Dialect::from_name(&dialect) {
            Some(dialect) => {
                types.insert(dialect, name);
            }
            None => table.defect_at("types", &format!("`{dialect}` is not a known dialect")),
        }
    }
    types
}

fn constant(table: &Table<'_>) -> Option<Constant> {
    let property = path(table, "property", &table.text("property"))?;
    let value = table.json("value");
    if value.is_none() {
        table.defect("`value` is missing");
    }
    let equals = table.json("equals");
    let when = table.maybe_text("when").map(|field| (field, equals));
    Some(Constant { property, value: value?, when })
}

/// A usage key, with the texts of what bounds it and of what it follows from.
fn usage_key(table: &Table<'_>) -> Option<(UsageKey, [Option<String>; 2])> {
    let key = table.text("key");
    let usage = UsageKey {
        label: table.maybe_text("label").unwrap_or_else(|| key.clone()),
        key,
        unit: table.text("unit"),
        default: table.json("default"),
        from: None,
        share_of: table.maybe_text("share_of"),
        at_most: None,
        is_measured: table.flag("measured"),
        help: table.text("help"),
    };
    Some((usage, [table.maybe_text("at_most"), table.maybe_text("from")]))
}

/// What a kind's formulas are about.
struct Bill {
    usage: Vec<UsageKey>,
    costs: Vec<CostLine>,
    flow: Flow,
}

/// The usage keys with their bounds, and the cost lines: their formulas may use every field and every key.
fn bill(table: &Table<'_>, fields: &[Field], ports: [&[String]; 2], grants: &[Grant]) -> Bill {
    let (mut usage, texts): (Vec<UsageKey>, Vec<[Option<String>; 2]>) =
        table.tables("usage", usage_key).into_iter().unzip();
    let keys: Vec<String> = usage.iter().map(|usage| usage.key.clone()).collect();
    let mut ways = ports[1].to_vec();
    for level in grants.iter().flat_map(|grant| &grant.access) {
        if !ways.contains(level) {
            ways.push(level.clone());
        }
    }
    let names = flow::Names { fields, keys: &keys, ways: &ways, counted: RefCell::default() };
    let parsed = |table: &Table<'_>, key: &'static str, text: &str| {
        Formula::parse(text, &|name| names.of_bill(name)).map_err(|error| table.defect_at(key, &error)).ok()
    };
    let units = Units { fields, usage: usage.clone() };
    for (key, [bound, from]) in usage.iter_mut().zip(texts) {
        key.at_most = bound.and_then(|bound| parsed(table, "usage", &bound));
        if let Some(bound) = &key.at_most {
            units.check(table, "usage", bound, &key.unit);
        }
        key.from = from.and_then(|text| flow::from(table, &names, key, &text));
    }
    let costs = table.tables("cost", |table| {
        let line = CostLine {
            component: table.text("component").into(),
            unit: table.text("unit").into(),
            price: table.text("price").into(),
            region: table.maybe_text("region").map(Arc::from),
            when: table.maybe_text("when").and_then(|text| parsed(table, "when", &text)),
            quantity: parsed(table, "quantity", &table.text("quantity"))?,
        };
        units.check(table, "quantity", &line.quantity, &line.unit);
        Some(line)
    });
    let flow = flow::flow(table, &names, ports, &usage);
    Bill { usage, costs, flow }
}

/// What the names in the formulas of a kind count.
struct Units<'u> {
    fields: &'u [Field],
    usage: Vec<UsageKey>,
}

impl Units<'_> {
    /// Whether a formula counts what its unit says.
    fn check(&self, table: &Table<'_>, key: &'static str, formula: &Formula, unit: &str) {
        let named = |name: &Name| match name.slot {
            Slot::Field(at) => Measure::of_unit(&self.fields[at].unit),
            Slot::Usage(at) => Measure::of_unit(&self.usage[at].unit),
            Slot::Hours => Measure::of_unit("h"),
            Slot::Region | Slot::Flow(_) => Measure::default(),
        };
        let wanted = Measure::of_unit(unit);
        match Measure::of(formula, &named) {
            Ok(Some(found)) if found != wanted => {
                table.defect_at(key, &format!("`{formula}` is {found}, but its unit `{unit}` is {wanted}"));
            }
            Ok(_) => {}
            Err(error) => table.defect_at(key, &error),
        }
    }
}

fn signal(table: &Table<'_>) -> Option<Signal> {
    if let Some(group) = table.maybe_text("logs") {
        return Some(Signal::Logs { group, usage: reported(table) });
    }
    let value = table.maybe_text("value").and_then(|text| handle(table, "value", &text));
    if let Some(origin) = table.maybe_text("segment") {
        return Some(Signal::Segment { origin, value });
    }
    Some(Signal::Metric {
        namespace: table.text("namespace"),
        name: table.text("metric"),
        statistic: table.text("statistic"),
        dimension: table.maybe_text("dimension").unwrap_or_default(),
        value: value.unwrap_or(Handle::Reference),
        within: table.maybe_text("within").unwrap_or_default(),
        alarm: table.flag("alarm"),
        figure: figure(table),
        usage: table.maybe_text("usage"),
    })
}

fn reported(table: &Table<'_>) -> BTreeMap<Reported, String> {
    let pair = |(name, key): (String, String)| match Reported::from_name(&name) {
        Some(reported) => Some((reported, key)),
        None => {
            table.defect_at("usage", &format!("`{name}` is nothing that reports tell"));
            None
        }
    };
    table.pairs("usage").into_iter().filter_map(pair).collect()
}

fn figure(table: &Table<'_>) -> Option<Figure> {
    let (shows, word) = (table.maybe_named::<Shows>("figure"), table.maybe_text("word"));
    if shows.is_none() && word.is_some() {
        table.defect_at("word", "a word needs a `figure`");
    }
    shows.map(|shows| word.map_or_else(|| Figure::usual(shows), |word| Figure { shows, word: word.into() }))
}

/// What the parts of one kind must say of each other.
fn check(kind: &Kind, table: &Table<'_>) {
    let unknown_field = |key: &str| kind.field(key).is_none();
    for key in kind.card.iter().filter(|key| unknown_field(key)) {
        table.defect_at("card", &format!("`{key}` is not a field of this kind"));
    }
    for key in kind.parameters.values().filter(|key| unknown_field(key)) {
        table.defect_at("parameters", &format!("`{key}` is not a field of this kind"));
    }
    for key in kind.fields.iter().filter_map(|field| field.when.as_deref()).filter(|key| unknown_field(key)) {
        table.defect_at("field", &format!("`{key}` in `when` is not a field of this kind"));
    }
    for constant in &kind.constants {
        if let Some((key, _)) = constant.when.as_ref().filter(|(key, _)| unknown_field(key)) {
            table.defect_at("constant", &format!("`{key}` is not a field of this kind"));
        }
    }
    if kind.card.len() > 2 {
        table.defect_at("card", "a card shows two settings at most");
    }
    if kind.icon_svg.is_empty() {
        table.defect("the icon with the same stem is missing");
    }
    if kind.types.is_empty() == kind.no_resource.is_none() {
        table.defect("a kind has either `types` or `no_resource` with the reason");
    }
    if kind.domain.is_some() && unknown_field("custom_domain") {
        table.defect_at("domain", "a kind with a `domain` has the field `custom_domain` that asks for it");
    }
    if let Some(group) = &kind.log_group {
        let needed = group.when.as_deref().into_iter().chain(["log_retention_days"]);
        for key in needed.filter(|key| unknown_field(key)) {
            table.defect_at("log_group", &format!("`{key}` is not a field of this kind"));
        }
    }
    if kind.takes_role && kind.service.is_none() {
        table.defect_at("takes_role", "only a kind with a `service` has a role to take");
    }
    duplicates(kind, table);
    check_calls(kind, table);
    check_signals(kind, table);
    for line in &kind.costs {
        check_cost(kind, line, table);
    }
}

fn duplicates(kind: &Kind, table: &Table<'_>) {
    let mut keys: Vec<&str> = kind.fields.iter().map(|field| field.key.as_str()).collect();
    keys.sort_unstable();
    for pair in keys.windows(2).filter(|pair| pair[0] == pair[1]) {
        table.defect_at("field", &format!("the field `{}` stands twice", pair[0]));
    }
}

/// A call is one that a right allows.
fn check_calls(kind: &Kind, table: &Table<'_>) {
    if kind.client.is_none() && !kind.calls.is_empty() {
        table.defect_at("call", "a kind with calls has a `client`");
    }
    let granted = |action: &String| kind.grants.iter().any(|grant| grant.actions.contains(action));
    for call in kind.calls.iter().filter(|call| !granted(&call.action)) {
        table.defect_at("call", &format!("`{}` is granted by no access level", call.action));
    }
}

/// What is measured is a figure of the bill.
fn check_signals(kind: &Kind, table: &Table<'_>) {
    let told = kind.signals.iter().flat_map(|signal| match signal {
        Signal::Logs { usage, .. } => usage.values().collect(),
        Signal::Metric { usage, .. } => usage.iter().collect(),
        Signal::Segment { .. } => Vec::new(),
    });
    for key in told.filter(|key| kind.usage.iter().all(|usage| usage.key != **key)) {
        table.defect_at("signal", &format!("`{key}` is no usage key of this kind"));
    }
}

fn check_cost(kind: &Kind, line: &CostLine, table: &Table<'_>) {
    let texts = [&line.price].into_iter().chain(&line.region);
    for name in texts.flat_map(|text| placeholders(text)).filter(|name| kind.field(name).is_none()) {
        table.defect_at("cost", &format!("`{{{name}}}` in the price of `{}` is no field", line.component));
    }
    let speaks_of_usage = |name: &&Name| matches!(name.slot, Slot::Usage(_));
    for name in line.when.iter().flat_map(Formula::names).filter(speaks_of_usage) {
        table.defect_at("cost", &format!("`{}` in `when` of `{}` is no field", name.text, line.component));
    }
}

/// The names between braces in `text`.
fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

/// A value is set when it is neither null, false, empty text nor an empty list.
#[must_use]
pub fn is_set(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => true,
    }
}
