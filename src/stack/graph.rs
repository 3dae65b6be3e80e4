//! GraphQL APIs: schema, data sources, and what answers each field.
//!
//! Must not know how a dialect carries the result.

use std::collections::BTreeMap;

use super::lower::Lowering;
use super::{Expression, Map, Wire};
use crate::catalog::{Archetype, Wiring};

/// The service behind GraphQL APIs.
const GRAPHS: &str = "appsync.amazonaws.com";

/// Why a second function cannot check the callers of a GraphQL API.
const ASKED_ALREADY: &str = "A GraphQL API asks one function about its callers, and this one asks another already.";

impl Lowering<'_> {
    /// Schema, sign-in and resolvers of one API.
    pub(super) fn graph(&mut self, api: &str) {
        let wires: Vec<Wire> = self.stack.wired(Wiring::Resolver).filter(|wire| wire.from == api).cloned().collect();
        let path = self.text_of(api, "schema");
        let schema = self.diagram.files().get(path).cloned().unwrap_or_else(|| self.schema_of(api, &wires));
        let schema = Map::new().with("ApiId", api_id(api)).with("Definition", schema);
        let schema = self.helper(api, "Schema", "AWS::AppSync::GraphQLSchema", schema);
        self.set(api, "Name", super::services::own_name(api));
        self.sign_in_of(api);
        let mut sources = BTreeMap::new();
        for wire in &wires {
            let source = match sources.get(&wire.to) {
                Some(known) => String::clone(known),
                None => self.data_source(api, wire),
            };
            sources.insert(wire.to.clone(), source.clone());
            self.answer(wire, &source, &schema);
        }
    }

    /// User pools and a function check the callers where they are drawn, the first by default; otherwise callers sign with
    /// keys of the account.
    fn sign_in_of(&mut self, api: &str) {
        let mut others = Vec::new();
        for (at, guard) in self.graph_guards(api).into_iter().enumerate() {
            let (kind, key, config) = match guard.wiring {
                Wiring::AuthorizerFunction => ("AWS_LAMBDA", "LambdaAuthorizerConfig", decided_by(&guard)),
                _ => ("AMAZON_COGNITO_USER_POOLS", "UserPoolConfig", known_to(&guard, at == 0)),
            };
            if guard.wiring == Wiring::AuthorizerFunction {
                let own = Expression::Attribute(api.to_owned(), "Arn".to_owned());
                self.permit(api, own, GRAPHS, &guard.from);
            }
            if at == 0 {
                self.set(api, "AuthenticationType", kind);
                self.set(api, key, config);
            } else {
                others.push(Map::new().with("AuthenticationType", kind).with(key, config).into());
            }
        }
        if self.guards_of(api).is_empty() {
            self.set(api, "AuthenticationType", "AWS_IAM");
        }
        if !others.is_empty() {
            self.set(api, "AdditionalAuthenticationProviders", others);
        }
    }

    /// All user pools, and the first function; others are told to be too many.
    fn graph_guards(&mut self, api: &str) -> Vec<Wire> {
        let (mut kept, functions): (Vec<Wire>, Vec<Wire>) =
            self.guards_of(api).into_iter().partition(|guard| guard.wiring == Wiring::Authorizer);
        functions.iter().skip(1).for_each(|other| self.too_many(other, ASKED_ALREADY));
        kept.extend(functions.into_iter().next());
        kept
    }

    /// The marks of a type that callers may ask for whom any of several guards lets in; one guard needs no mark.
    fn open_to(&self, api: &str) -> String {
        let guards = self.guards_of(api);
        let marks = [(Wiring::Authorizer, " @aws_cognito_user_pools"), (Wiring::AuthorizerFunction, " @aws_lambda")];
        let used = marks.into_iter().filter(|(wiring, _)| guards.iter().any(|guard| guard.wiring == *wiring));
        let used: Vec<&str> = used.map(|(_, mark)| mark).collect();
        if used.len() > 1 { used.concat() } else { String::new() }
    }

    fn data_source(&mut self, api: &str, wire: &Wire) -> String {
        let role = self.role(api, GRAPHS);
        let mut source =
            Map::new().with("ApiId", api_id(api)).with("Name", wire.to.as_str()).with("ServiceRoleArn", role);
        let arn = Expression::Attribute(wire.to.clone(), "Arn".to_owned());
        if self.archetype(&wire.to) == Some(Archetype::Function) {
            source.put("Type", "AWS_LAMBDA");
            source.put("LambdaConfig", Map::new().with("LambdaFunctionArn", arn));
            self.may_deliver(api, &wire.to);
        } else if self.archetype(&wire.to) == Some(Archetype::Bus) {
            source.put("Type", "AMAZON_EVENTBRIDGE");
            source.put("EventBridgeConfig", Map::new().with("EventBusArn", arn));
            self.may_deliver(api, &wire.to);
        } else {
            let config = Map::new()
                .with("TableName", Expression::Ref(wire.to.clone()))
                .with("AwsRegion", Expression::Ref("AWS::Region".to_owned()));
            source.put("Type", "AMAZON_DYNAMODB");
            source.put("DynamoDBConfig", config);
        }
        self.helper(api, &format!("{}Source", wire.to), "AWS::AppSync::DataSource", source)
    }

    /// What answers one field.
    fn answer(&mut self, wire: &Wire, source: &str, schema: &str) {
        let field = field_of(wire);
        let mut resolver = Map::new()
            .with("ApiId", api_id(&wire.from))
            .with("TypeName", wire.text("parent"))
            .with("FieldName", field.as_str())
            .with("DataSourceName", Expression::Attribute(source.to_owned(), "Name".to_owned()));
        let code = if let Some(operation) = operation(wire) {
            let arn = self.arn(&wire.to).into_iter().collect();
            self.allow(&wire.from, &[operation.action], arn);
            let (partition, sort) = self.keys(&wire.to);
            Some(operation.code(partition, sort))
        } else {
            (self.archetype(&wire.to) == Some(Archetype::Bus)).then(|| event_code(wire.text("source"), &field))
        };
        if let Some(code) = code {
            let runtime = Map::new().with("Name", "APPSYNC_JS").with("RuntimeVersion", "1.0.0");
            resolver.put("Runtime", runtime);
            resolver.put("Code", code);
        }
        let name = format!("{}{}Resolver", wire.text("parent"), crate::catalog::connect::capitalised(&field));
        let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        let id = self.helper(&wire.from, &plain, "AWS::AppSync::Resolver", resolver);
        if let Some(resolver) = self.stack.resources.get_mut(&id) {
            resolver.waits_for = vec![schema.to_owned()];
        }
    }

    /// Partition and sort key of a table; the second may be empty.
    fn keys(&self, table: &str) -> (&str, &str) {
        (self.text_of(table, "partition_key"), self.text_of(table, "sort_key"))
    }

    /// A schema with the fields that arrows answer, every value as JSON.
    fn schema_of(&self, api: &str, wires: &[Wire]) -> String {
        let mut types: BTreeMap<&str, Vec<String>> = BTreeMap::from([("Query", Vec::new())]);
        for wire in wires {
            let arguments = operation(wire).map_or("input: AWSJSON".to_owned(), |operation| {
                let (_, sort) = self.keys(&wire.to);
                operation.arguments(!sort.is_empty())
            });
            let line = format!("  {}({arguments}): AWSJSON\n", field_of(wire));
            types.entry(wire.text("parent")).or_default().push(line);
        }
        if let Some(queries) = types.get_mut("Query").filter(|queries| queries.is_empty()) {
            queries.push("  version: String\n".to_owned());
        }
        let open = self.open_to(api);
        let text = types.iter().map(|(name, fields)| format!("type {name}{open} {{\n{}}}\n", fields.concat()));
        text.collect::<Vec<_>>().join("\n")
    }
}

/// How a GraphQL API asks a function about a caller.
fn decided_by(guard: &Wire) -> Map {
    let arn = Expression::Attribute(guard.from.clone(), "Arn".to_owned());
    let ttl_s = guard.integer("ttl_s").unwrap_or_default();
    Map::new().with("AuthorizerUri", arn).with("AuthorizerResultTtlInSeconds", ttl_s)
}

/// How a GraphQL API knows the users of a pool; only that by default says what becomes of fields without a mark.
fn known_to(guard: &Wire, is_default: bool) -> Map {
    let config = Map::new()
        .with("UserPoolId", Expression::Ref(guard.from.clone()))
        .with("AwsRegion", Expression::Ref("AWS::Region".to_owned()));
    if is_default { config.with("DefaultAction", "ALLOW") } else { config }
}

fn api_id(api: &str) -> Expression {
    Expression::Attribute(api.to_owned(), "ApiId".to_owned())
}

/// The field of an arrow; without a name it is called after what answers it.
fn field_of(wire: &Wire) -> String {
    let named = wire.text("field");
    let name = if named.is_empty() { &wire.to } else { named };
    let plain: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    let mut letters = plain.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// What a resolver does to a table.
struct Operation {
    action: &'static str,
    name: &'static str,
    /// Whether it is about one item by its key.
    is_keyed: bool,
}

const OPERATIONS: [(&str, Operation); 4] = [
    ("get", Operation { action: "dynamodb:GetItem", name: "GetItem", is_keyed: true }),
    ("list", Operation { action: "dynamodb:Scan", name: "Scan", is_keyed: false }),
    ("put", Operation { action: "dynamodb:PutItem", name: "PutItem", is_keyed: false }),
    ("delete", Operation { action: "dynamodb:DeleteItem", name: "DeleteItem", is_keyed: true }),
];

fn operation(wire: &Wire) -> Option<&'static Operation> {
    let wanted = wire.text("operation");
    OPERATIONS.iter().find(|(name, _)| *name == wanted).map(|(_, operation)| operation)
}

impl Operation {
    fn arguments(&self, has_sort_key: bool) -> String {
        match (self.is_keyed, self.name) {
            (true, _) if has_sort_key => "id: ID!, sort: String!".to_owned(),
            (true, _) => "id: ID!".to_owned(),
            (false, "Scan") => "limit: Int".to_owned(),
            (false, _) => "item: AWSJSON!".to_owned(),
        }
    }

    /// The resolver in the JavaScript that GraphQL APIs run.
    fn code(&self, partition: &str, sort: &str) -> String {
        let sort_key = if sort.is_empty() { String::new() } else { format!(", '{sort}': ctx.args.sort") };
        let keys = format!("util.dynamodb.toMapValues({{ '{partition}': ctx.args.id{sort_key} }})");
        let request = match (self.is_keyed, self.name) {
            (true, name) => format!("return {{ operation: '{name}', key: {keys} }};"),
            (false, "Scan") => "return { operation: 'Scan', limit: ctx.args.limit ?? 20 };".to_owned(),
            (false, _) => {
                let sort = if sort.is_empty() { String::new() } else { format!(", '{sort}': item['{sort}']") };
                format!(
                    "const item = ctx.args.item;\n  return {{ operation: 'PutItem', \
                     key: util.dynamodb.toMapValues({{ '{partition}': item['{partition}']{sort} }}), \
                     attributeValues: util.dynamodb.toMapValues(item) }};"
                )
            }
        };
        let result = if self.name == "Scan" { "ctx.result.items" } else { "ctx.result" };
        resolver_code(&request, result)
    }
}

/// The resolver that sends an event to a bus.
fn event_code(source: &str, field: &str) -> String {
    // A text of JSON is one of JavaScript, too.
    let text = |text: &str| serde_json::Value::from(text).to_string();
    let event = format!("{{ source: {}, detailType: {}, detail: ctx.args }}", text(source), text(field));
    resolver_code(&format!("return {{ operation: 'PutEvents', events: [{event}] }};"), "ctx.result")
}

/// The module that GraphQL APIs run: what is asked of the source, and what of its answer goes back.
fn resolver_code(request: &str, result: &str) -> String {
    format!(
        "import {{ util }} from '@aws-appsync/utils';\n\nexport function request(ctx) {{\n  {request}\n}}\n\n\
         export function response(ctx) {{\n  if (ctx.error) {{\n    util.error(ctx.error.message, ctx.error.type);\n  }}\n  \
         return {result};\n}}\n"
    )
}
