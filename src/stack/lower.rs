//! A diagram becomes a stack: resources first, then arrows, then what holds for the whole.
//!
//! Pure and deterministic. Must not know dialects beyond the types that kinds name.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::delivery::Deliveries;
use super::drawn::{Drawn, drawn};
use super::properties::{Settings, properties, shown};
use super::{
    Code, CodeFolder, Expression, LeftOut, Map, Output, Problem, Resource, Severity, Stack, Statement, cycles, handles,
    words,
};
use crate::catalog::connect::capitalised;
use crate::catalog::kind::{Handle, Hook};
use crate::catalog::names::Named as _;
use crate::catalog::{Archetype, Catalog, Dialect, is_set};
use crate::diagram::names::logical_names;
use crate::diagram::{Diagram, NodeId};

/// The deployable form of a diagram, and what is wrong with it. Never fails: what cannot be deployed is listed.
#[must_use]
pub fn lower(diagram: &Diagram, catalog: &Catalog) -> (Stack, Vec<Problem>) {
    let names = logical_names(diagram);
    let mut problems = Vec::new();
    let drawn = drawn(diagram, catalog, &names, &mut problems);
    let mut lowering = Lowering::new(diagram, catalog, &drawn, problems);
    for (id, drawn) in &drawn {
        lowering.node(*id, drawn);
    }
    lowering.tags();
    lowering.environments();
    lowering.arrows();
    lowering.companions();
    lowering.pipes();
    lowering.handed_roles();
    lowering.reaches();
    lowering.workflows();
    lowering.conflicts();
    lowering.origins();
    lowering.domains();
    lowering.idle_resources();
    lowering.deliveries();
    lowering.secrets();
    let Lowering { mut stack, mut problems, .. } = lowering;
    problems.extend(cycles::break_cycles(&mut stack));
    problems.sort();
    problems.dedup();
    (stack, problems)
}

/// A diagram on its way to a stack.
pub(super) struct Lowering<'d> {
    pub(super) diagram: &'d Diagram,
    pub(super) catalog: &'d Catalog,
    /// Every node.
    pub(super) drawn: &'d BTreeMap<NodeId, Drawn<'d>>,
    /// Logical ids in lower case that no helper may take.
    taken: BTreeSet<String>,
    pub(super) deliveries: Deliveries,
    /// Function and node → the actions that arrows between them allow.
    pub(super) reached: BTreeMap<(&'d str, NodeId), BTreeSet<String>>,
    /// Key of a property → whether it tells of a secret.
    pub(super) secret_keys: BTreeMap<String, bool>,
    pub(super) stack: Stack,
    pub(super) problems: Vec<Problem>,
}

impl<'d> Lowering<'d> {
    fn new(
        diagram: &'d Diagram,
        catalog: &'d Catalog,
        drawn: &'d BTreeMap<NodeId, Drawn<'d>>,
        problems: Vec<Problem>,
    ) -> Self {
        let taken = drawn.values().map(|drawn| drawn.id.to_ascii_lowercase()).collect();
        let description = diagram.notes().values().find(|note| note.attached.is_none()).map(|note| note.text.clone());
        let stack =
            Stack { name: diagram.name().to_owned(), description: description.unwrap_or_default(), ..Stack::default() };
        Self {
            diagram,
            catalog,
            drawn,
            taken,
            deliveries: Deliveries::default(),
            reached: BTreeMap::new(),
            secret_keys: BTreeMap::new(),
            stack,
            problems,
        }
    }

    pub(super) fn problem(&mut self, severity: Severity, code: Code, about: NodeId, message: String) {
        let subject = self.drawn(about).map(|drawn| drawn.node.name.clone()).unwrap_or_default();
        self.problems.push(Problem { severity, code, message, subject });
    }

    /// A problem of the node that a resource is.
    pub(super) fn problem_of(&mut self, severity: Severity, code: Code, id: &str, message: String) {
        if let Some(node) = self.stack.resources.get(id).map(|resource| resource.node) {
            self.problem(severity, code, node, message);
        }
    }

    pub(super) fn drawn(&self, id: NodeId) -> Option<&'d Drawn<'d>> {
        self.drawn.get(&id)
    }

    /// The node that a resource is, or that it serves.
    pub(super) fn drawn_of(&self, id: &str) -> Option<&'d Drawn<'d>> {
        self.drawn(self.node_of(id)?)
    }

    /// A node's name as sentences show it.
    pub(super) fn name(&self, id: NodeId) -> String {
        self.drawn(id).map(|drawn| shown(&drawn.node.name)).unwrap_or_default()
    }

    /// The logical id of a node that is deployed.
    pub(super) fn deployed(&self, id: NodeId) -> Option<&'d str> {
        self.drawn(id)?.deployed()
    }

    /// A logical id for a helper of the resource `id`.
    pub(super) fn helper_id(&mut self, stem: &str) -> String {
        let stem = words::shortened(stem, words::MAX_STEM);
        let numbered = (2..).map(|number| format!("{stem}{number}"));
        let mut names = std::iter::once(stem.clone()).chain(numbered);
        names.find(|name| self.taken.insert(name.to_ascii_lowercase())).unwrap_or_default()
    }

    /// Adds a resource of one type that serves the resource `of`; returns its logical id.
    pub(super) fn helper(&mut self, of: &str, part: &str, type_name: &str, properties: Map) -> String {
        let id = self.helper_id(&format!("{of}{part}"));
        if let Some(served) = self.stack.resources.get(of) {
            let types = Dialect::ALL.iter().map(|(_, dialect)| (*dialect, type_name.to_owned())).collect();
            let helper = Resource {
                node: served.node,
                name: served.name.clone(),
                label: served.label.clone(),
                archetype: served.archetype,
                is_helper: true,
                types,
                properties,
                event: None,
                handles: Arc::default(),
                waits_for: Vec::new(),
                condition: None,
            };
            self.stack.resources.insert(id.clone(), helper);
        }
        id
    }

    fn node(&mut self, id: NodeId, drawn: &Drawn<'_>) {
        let Drawn { node, kind, settings, .. } = drawn;
        let Some(own_id) = drawn.deployed() else {
            let reason = kind.no_resource.clone().filter(|_| drawn.is_known);
            let reason = reason.unwrap_or_else(|| "The catalogue does not know this kind.".to_owned());
            return self.stack.left_out.push(LeftOut { subject: node.name.clone(), reason });
        };
        let resource = Resource {
            node: id,
            name: node.name.clone(),
            label: kind.label.clone(),
            archetype: kind.archetype,
            is_helper: false,
            types: drawn.types.clone().into_owned(),
            properties: properties(kind, node, settings),
            event: kind.event.clone(),
            handles: drawn.handles(),
            waits_for: Vec::new(),
            condition: None,
        };
        self.stack.resources.insert(own_id.to_owned(), resource);
        self.name_if_required(own_id);
        self.outputs(id, drawn);
        self.code(id, drawn);
        self.log_group(drawn);
    }

    /// Gives a name to what the cloud names not by itself, or not well.
    fn name_if_required(&mut self, id: &str) {
        let Some(handles) = self.stack.resources.get(id).map(|resource| Arc::clone(&resource.handles)) else { return };
        if let Some(name) = handles.name.as_ref().filter(|name| name.is_required || !name.suffix.is_empty()) {
            self.put_at(id, &name.property, handles::computed_name(name, id));
        }
    }

    /// What people will ask for once the stack is there: addresses, names, domains.
    fn outputs(&mut self, node: NodeId, Drawn { node: own, kind, id, settings, .. }: &Drawn<'_>) {
        for (label, handle) in &kind.handles.outputs {
            let plain: String = label.split(|c: char| !c.is_ascii_alphanumeric()).map(capitalised).collect();
            let numbered = (2..).map(|number| format!("{id}{plain}{number}"));
            let mut names = std::iter::once(format!("{id}{plain}")).chain(numbered);
            let name = names.find(|name| !self.stack.outputs.contains_key(name)).unwrap_or_default();
            // A linter takes `${` in a description for a reference that was forgotten.
            let description = format!("{label} of {}", shown(&own.name)).replace("${", "{");
            let value = handles::value(&with_settings(handle, settings), id, "");
            let output = Output { description, value, condition: None, node: Some(node) };
            self.stack.outputs.insert(name, output);
        }
    }

    /// The folder of a function.
    fn code(&mut self, node: NodeId, drawn: &Drawn<'_>) {
        if drawn.kind.hooks.contains(&Hook::Code) {
            let (module, function) = handler(drawn.text("handler")).unwrap_or_else(|| {
                let message =
                    format!("The handler of {} must be a file and a function, such as app.handler.", self.name(node));
                self.problem(Severity::Error, Code::InvalidSetting, node, message);
                ("app", "handler")
            });
            let (module, function) = (module.to_owned(), function.to_owned());
            let folder = format!("src/{}", words::folder(drawn.id));
            let code = CodeFolder { folder, runtime: drawn.text("runtime").to_owned(), module, function };
            if code.runtime.starts_with("provided") {
                // A runtime of one's own starts the program of this name.
                self.set(drawn.id, "Handler", "bootstrap");
            }
            self.stack.code.insert(drawn.id.to_owned(), code);
        }
    }

    /// The log group that a kind says, named in the resource and open to its role.
    fn log_group(&mut self, Drawn { kind, id, settings, .. }: &Drawn<'_>) {
        let is_on = |key: &str| settings.get(key).is_some_and(|value| is_set(value));
        let Some(group) = kind.log_group.as_ref().filter(|group| group.when.as_deref().is_none_or(is_on)) else {
            return;
        };
        let name = Handle::Text(group.name.replace("{id}", id));
        let mut properties = Map::new().with("LogGroupName", handles::value(&name, id, ""));
        let days = settings.get("log_retention_days").and_then(|days| days.as_str()?.parse::<i64>().ok());
        days.into_iter().for_each(|days| properties.put("RetentionInDays", days));
        let helper = self.helper(id, "LogGroup", "AWS::Logs::LogGroup", properties);
        if let Some(path) = &group.property {
            self.put_at(id, path, Expression::Attribute(helper, "Arn".to_owned()));
        }
        if !group.actions.is_empty() {
            self.grant(id, vec![Statement { actions: group.actions.clone(), resources: vec!["*".into()] }]);
        }
    }
}

/// The file and the function of a handler such as `app.handler`; `None` when it is not of that form.
fn handler(text: &str) -> Option<(&str, &str)> {
    let (module, function) = text.rsplit_once('.')?;
    let is_name = |text: &str| {
        !text.is_empty()
            && !text.starts_with(|c: char| c.is_ascii_digit())
            && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let is_plain = module.split('/').all(is_name) && is_name(function) && !RESERVED_WORDS.contains(&function);
    is_plain.then_some((module, function))
}

/// Words that cannot name a function in one of the languages that functions are written in, and what code there imports.
const RESERVED_WORDS: [&str; 75] = [
    "False",
    "None",
    "True",
    "and",
    "arguments",
    "as",
    "assert",
    "async",
    "await",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "def",
    "default",
    "del",
    "delete",
    "do",
    "elif",
    "else",
    "enum",
    "eval",
    "except",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "from",
    "function",
    "global",
    "if",
    "implements",
    "import",
    "in",
    "instanceof",
    "interface",
    "is",
    "lambda",
    "let",
    "new",
    "nonlocal",
    "not",
    "null",
    "or",
    "package",
    "pass",
    "private",
    "protected",
    "public",
    "raise",
    "return",
    "static",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "undefined",
    "var",
    "void",
    "while",
    "with",
    "yield",
    "base64",
    "boto3",
    "json",
    "logger",
    "logging",
    "os",
];

/// `text` with `{field}` filled in from the settings; what is not set leaves nothing behind. `{name}`, the resource's own
/// name, and references such as `${AWS::Region}` stay.
pub(super) fn filled(text: &str, settings: &Settings<'_>) -> String {
    let mut parts = text.split('{');
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once('}').unwrap_or((part, ""));
        if filled.ends_with('$') || name == "name" {
            filled.extend(["{", name, "}"]);
        } else if let Some(value) = settings.get(name) {
            // A setting is text, also where it looks like a reference.
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            filled.push_str(&value.replace("${", "${!"));
        }
        filled.push_str(rest);
    }
    filled
}

/// A handle whose text has the settings filled in.
pub(super) fn with_settings<'h>(handle: &'h Handle, settings: &Settings<'_>) -> Cow<'h, Handle> {
    match handle {
        Handle::Text(text) => Cow::Owned(Handle::Text(filled(text, settings))),
        other => Cow::Borrowed(other),
    }
}

/// Whether a kind has a role of its own that rights are given to.
pub(super) fn has_role(archetype: Archetype) -> bool {
    matches!(archetype, Archetype::Function | Archetype::Workflow)
}
