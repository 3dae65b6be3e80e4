//! How one resource refers to another: its ARN, its name, its attributes, as expressions.
//!
//! Must not know who refers, or what for.

use super::words::shortened;
use super::{Expression, Map};
use crate::catalog::kind::{Handle, NameForm, PhysicalName};

/// What stands for a resource's own name in the text of a handle.
const OWN_NAME: &str = "{name}";

/// The value of a handle of the resource `id`, with `suffix` after it.
pub(super) fn value(handle: &Handle, id: &str, suffix: &str) -> Expression {
    match (handle, suffix) {
        (Handle::Reference, "") => Expression::Ref(id.to_owned()),
        (Handle::Attribute(name), "") => Expression::Attribute(id.to_owned(), name.clone()),
        (Handle::Reference, _) => Expression::sub(&format!("${{{id}}}{suffix}")),
        (Handle::Attribute(name), _) => Expression::sub(&format!("${{{id}.{name}}}{suffix}")),
        (Handle::Text(text), _) => {
            let text = format!("{text}{suffix}").replace(OWN_NAME, &format!("${{{id}}}"));
            if text.contains("${") { Expression::sub(&text) } else { Expression::Text(text) }
        }
    }
}

/// A physical name that the template computes, so that others can name the resource without referring to it.
pub(super) fn computed_name(name: &PhysicalName, id: &str) -> Expression {
    match name.form {
        NameForm::Plain => {
            // Half of the room is left for the name of the stack.
            let own = shortened(id, name.max_length / 2);
            Expression::sub(&format!("${{AWS::StackName}}-{own}{}", name.suffix))
        }
        NameForm::Dns => {
            let stem = shortened(&id.to_ascii_lowercase(), name.max_length.saturating_sub(STACK_UUID_LENGTH + 1));
            let uuid = Expression::Part {
                index: 2,
                separator: "/".to_owned(),
                of: Box::new(Expression::Ref("AWS::StackId".to_owned())),
            };
            Expression::Join("-".to_owned(), vec![Expression::Text(stem), uuid])
        }
    }
}

/// Length of the unique part of a stack's id, in characters.
const STACK_UUID_LENGTH: usize = 36;

/// The ARN of a resource with a computed name, with `suffix` after it.
pub(super) fn computed_arn(name: &PhysicalName, id: &str, suffix: &str) -> Expression {
    match computed_name(name, id) {
        Expression::Sub(own, _) => Expression::sub(&format!("{}{suffix}", name.arn.replace(OWN_NAME, &own))),
        other => {
            let text = format!("{}{suffix}", name.arn.replace(OWN_NAME, "${Name}"));
            Expression::Sub(text, Map::new().with("Name", other))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::kind::PropertyPath;

    fn name(form: NameForm, arn: &str, max_length: usize) -> PhysicalName {
        PhysicalName {
            property: PropertyPath(Vec::new()),
            form,
            arn: arn.to_owned(),
            max_length,
            suffix: String::new(),
            suffix_when: None,
            is_required: false,
        }
    }

    #[test]
    fn handles_become_expressions() {
        let check =
            |handle: &Handle, suffix, expected: &Expression| assert_eq!(&value(handle, "Docs", suffix), expected);
        check(&Handle::Reference, "", &Expression::Ref("Docs".to_owned()));
        check(&Handle::Attribute("Arn".to_owned()), "", &Expression::Attribute("Docs".to_owned(), "Arn".to_owned()));
        check(&Handle::Attribute("Arn".to_owned()), "/*", &Expression::sub("${Docs.Arn}/*"));
        check(
            &Handle::Text("arn:${AWS::Partition}:x/{name}".to_owned()),
            "",
            &Expression::sub("arn:${AWS::Partition}:x/${Docs}"),
        );
    }

    #[test]
    fn computed_names_fit() {
        let bucket = name(NameForm::Dns, "arn:${AWS::Partition}:s3:::{name}", 63);
        let stem = |id: &str| match computed_name(&bucket, id) {
            Expression::Join(_, parts) => parts[0].clone(),
            other => other,
        };
        assert_eq!(stem("Documents"), Expression::from("documents"));
        let long = "D".repeat(100);
        let Expression::Text(cut) = stem(&long) else { panic!("a text is expected") };
        assert!(cut.len() <= 26, "{cut}");
        assert_ne!(stem(&long), stem(&"D".repeat(101)), "two long names stay two");
        let table = name(NameForm::Plain, "arn:x:table/{name}", 255);
        assert_eq!(computed_arn(&table, "T", "/index/*"), Expression::sub("arn:x:table/${AWS::StackName}-T/index/*"));
    }
}
