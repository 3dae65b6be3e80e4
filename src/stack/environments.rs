//! Environments: the names under which a stack is deployed several times, as one parameter that code is told.
//!
//! Must not know how a dialect says which of them is deployed.

use serde_json::Value;

use super::lower::Lowering;
use super::properties::shown;
use super::{Code, Expression, Parameter, Problem, Severity};

/// The setting of a frame that lists environments, among the parameters of its archetype.
const ENVIRONMENTS: &str = "environments";
/// Name of the parameter.
const NAME: &str = "Environment";
/// The variable from which code learns where it runs.
const VARIABLE: &str = "ENVIRONMENT";

impl Lowering<'_> {
    /// The environments that frames list. A parameter asks for one of them where a function is told.
    pub(super) fn environments(&mut self) {
        for group in self.diagram.groups().values() {
            let kind = self.catalog.kind(&group.kind);
            let Some(key) = kind.parameters.get(ENVIRONMENTS) else { continue };
            let usual = || kind.field(key).and_then(|field| field.default.as_ref());
            let told = group.settings.get(key).or_else(usual).and_then(Value::as_array).into_iter().flatten();
            for name in told.filter_map(Value::as_str) {
                if !is_name(name) {
                    let message =
                        format!("{} names no environment: use up to 32 letters, digits and hyphens.", shown(name));
                    let subject = group.name.clone();
                    self.problems.push(Problem {
                        severity: Severity::Error,
                        code: Code::InvalidSetting,
                        message,
                        subject,
                    });
                } else if !self.stack.environments.iter().any(|known| known == name) {
                    self.stack.environments.push(name.to_owned());
                }
            }
        }
        if !self.stack.environments.is_empty() && !self.stack.code.is_empty() {
            self.tell_functions();
        }
    }

    fn tell_functions(&mut self) {
        let parameter = self.helper_id(NAME);
        let asked = Parameter {
            default: self.stack.environments.first().cloned(),
            choices: self.stack.environments.clone(),
            ..Parameter::new("Which of the environments this is.".to_owned())
        };
        self.stack.parameters.insert(parameter.clone(), asked);
        for id in self.stack.code.keys() {
            let Some(function) = self.stack.resources.get_mut(id) else { continue };
            let variables = function.properties.inner("Environment").inner("Variables");
            if variables.get(VARIABLE).is_none() {
                variables.put(VARIABLE, Expression::Ref(parameter.clone()));
            }
        }
        self.stack.environment = Some(parameter);
    }
}

/// Whether a name can be part of the name of a stack.
fn is_name(name: &str) -> bool {
    (1..=32).contains(&name.len()) && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}
