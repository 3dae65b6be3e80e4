//! Secrets: what looks like one and stands in clear becomes a parameter that is asked for at each deployment.
//!
//! Must not know kinds or dialects.

use super::lower::Lowering;
use super::properties::shown;
use super::{Expression, Map, Parameter};
use crate::diagram::NodeId;

/// Words in the key of a property, in lower case without separators, that tell of a secret.
const SECRET_WORDS: [&str; 9] =
    ["password", "passwd", "passphrase", "secret", "token", "apikey", "accesskey", "privatekey", "connectionstring"];
/// Ends of such keys that tell of something about a secret instead: where it is, how it is made.
const ABOUT_SECRETS: [&str; 9] = ["arn", "id", "name", "template", "type", "url", "uri", "validity", "version"];
/// Beginnings of values that are secrets whatever their key: keys of accounts and services, private keys.
const SECRET_VALUES: [&str; 8] = ["AKIA", "-----BEGIN", "sk_live_", "ghp_", "github_pat_", "xoxb-", "xoxp-", "glpat-"];

/// Whose property it is.
#[derive(Clone, Copy)]
struct Owner<'s> {
    /// Logical id of a resource.
    id: &'s str,
    /// Name of its node.
    name: &'s str,
    node: NodeId,
}

impl Lowering<'_> {
    /// Puts a reference to a parameter in the place of every secret.
    pub(super) fn secrets(&mut self) {
        let mut resources = std::mem::take(&mut self.stack.resources);
        for (id, resource) in &mut resources {
            let of = Owner { id, name: &resource.name, node: resource.node };
            self.hide_inside(of, &mut resource.properties);
        }
        self.stack.resources = resources;
    }

    fn hide(&mut self, of: Owner<'_>, key: &str, value: &mut Expression) {
        match value {
            Expression::Text(text) if self.is_secret(key, text) => *value = Expression::Ref(self.secret(of, key)),
            Expression::List(items) | Expression::Join(_, items) => {
                items.iter_mut().for_each(|item| self.hide(of, key, item));
            }
            Expression::Map(map) => self.hide_inside(of, map),
            _ => {}
        }
    }

    /// A map such as `{"Name": "API_KEY", "Value": …}` names its value itself.
    fn hide_inside(&mut self, of: Owner<'_>, map: &mut Map) {
        let named = ["Name", "Key", "ParameterName"].iter().find_map(|key| match map.get(key) {
            Some(Expression::Text(name)) => Some(name.clone()),
            _ => None,
        });
        for (key, value) in map.iter_mut() {
            let is_value = matches!(key, "Value" | "ParameterValue");
            self.hide(of, named.as_deref().filter(|_| is_value).unwrap_or(key), value);
        }
    }

    /// Whether a value is a secret. What a key tells is worked out once, since many resources have the same keys.
    fn is_secret(&mut self, key: &str, value: &str) -> bool {
        if value.is_empty() || value.starts_with("{{resolve:") {
            return false;
        }
        let tells = match self.secret_keys.get(key) {
            Some(tells) => *tells,
            None => *self.secret_keys.entry(key.to_owned()).or_insert(tells_of_secret(key)),
        };
        tells || SECRET_VALUES.iter().any(|start| value.starts_with(start))
    }

    /// A parameter for a secret of a resource.
    fn secret(&mut self, of: Owner<'_>, key: &str) -> String {
        let plain: String =
            key.split(|c: char| !c.is_ascii_alphanumeric()).map(crate::catalog::connect::capitalised).collect();
        let name = self.helper_id(&format!("{}{plain}", of.id));
        let description =
            format!("{key} of {}; it is asked for at each deployment and stands in no file.", shown(of.name));
        let description = description.replace("${", "{");
        let parameter = Parameter { is_secret: true, node: Some(of.node), ..Parameter::new(description) };
        self.stack.parameters.insert(name.clone(), parameter);
        name
    }
}

/// Whether what stands under a key of this name is a secret.
fn tells_of_secret(key: &str) -> bool {
    let key: String = key.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let tells = SECRET_WORDS.iter().any(|word| key.contains(word));
    let is_about = ABOUT_SECRETS.iter().any(|end| key.ends_with(end));
    tells && !is_about
}
