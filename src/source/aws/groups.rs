//! Which log groups there are: by name, or all of a stack, nested stacks included.
//!
//! Names are looked up, so that one that is not there is said at once. Must not know what is read in them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Account, trouble};
use crate::source::{Deployed, Failure, Found};

/// Stacks stand in one another no deeper than this.
const DEEPEST: usize = 8;
/// So many pages of names are read before each name is asked for by itself.
const MOST_PAGES: usize = 20;

/// A log group that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LogGroup {
    /// `/aws/lambda/orders-dev`.
    pub name: String,
    /// Its Amazon resource name, without `:*`.
    pub arn: String,
    /// Logical name of the resource that writes it, when a stack told.
    pub node: Option<String>,
}

/// Log groups of these names.
pub(super) async fn named(account: &Account, names: &[String]) -> Result<Vec<LogGroup>, Failure> {
    let wanted = names.iter().map(|name| (name.clone(), None)).collect();
    let (found, missing) = look_up(account, &wanted).await?;
    match missing.first() {
        None => Ok(found),
        Some(name) => Err(Failure::Input(format!("There is no log group {name} in {}.", account.region))),
    }
}

/// Log groups of a stack, and what there is to be told of it.
pub(super) async fn of_stack(account: &Account, stack: &str) -> Result<(Vec<LogGroup>, Found), Failure> {
    let resources = resources(account, stack).await?;
    let wanted = wanted(&resources);
    if wanted.is_empty() {
        return Err(Failure::Input(format!("The stack {stack} has nothing that writes logs.")));
    }
    let (found, missing) = look_up(account, &wanted).await?;
    if found.is_empty() {
        let sentence = format!("No log group of the stack {stack} is there yet: nothing in it has run.");
        return Err(Failure::Input(sentence));
    }
    let quiet = missing.iter().filter_map(|name| wanted.get(name).cloned().flatten()).collect();
    let told = Found { stack: stack.to_owned(), groups: told(&found), quiet, resources };
    Ok((found, told))
}

/// Log groups as they are told of.
pub(super) fn told(groups: &[LogGroup]) -> Vec<(String, Option<String>)> {
    groups.iter().map(|group| (group.name.clone(), group.node.clone())).collect()
}

/// Names of log groups that a stack's resources write, with the logical name of who writes.
fn wanted(resources: &[Deployed]) -> BTreeMap<String, Option<String>> {
    let of_kind = |kind: &'static str| resources.iter().filter(move |resource| resource.kind == kind);
    let groups = of_kind("AWS::Logs::LogGroup").map(|group| (group.physical.clone(), None));
    let functions = of_kind("AWS::Lambda::Function")
        .map(|function| (format!("/aws/lambda/{}", function.physical), Some(function.logical.clone())));
    groups.chain(functions).collect()
}

/// All resources of a stack and of the stacks in it.
async fn resources(account: &Account, stack: &str) -> Result<Vec<Deployed>, Failure> {
    let client = account.stacks();
    let (mut found, mut stacks, mut seen) = (Vec::new(), vec![(stack.to_owned(), 0)], BTreeSet::new());
    while let Some((name, depth)) = stacks.pop() {
        if !seen.insert(name.clone()) || depth > DEEPEST {
            continue;
        }
        let mut pages = client.list_stack_resources().stack_name(&name).into_paginator().send();
        while let Some(page) = pages.next().await {
            let what = format!("read the stack {name}");
            let page = page.map_err(|error| trouble::failure(&error, "cloudformation:ListStackResources", &what))?;
            for summary in page.stack_resource_summaries() {
                let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
                let (logical, physical) = (text(summary.logical_resource_id()), text(summary.physical_resource_id()));
                let kind = text(summary.resource_type());
                if kind == "AWS::CloudFormation::Stack" {
                    stacks.push((physical, depth + 1));
                } else {
                    found.push(Deployed { logical, physical, kind });
                }
            }
        }
    }
    Ok(found)
}

/// Looks names up: the log groups that are there, and the names of those that are not.
async fn look_up(
    account: &Account,
    wanted: &BTreeMap<String, Option<String>>,
) -> Result<(Vec<LogGroup>, Vec<String>), Failure> {
    let mut found = BTreeMap::new();
    let all: Vec<&str> = wanted.keys().map(String::as_str).collect();
    let is_whole = read(account, common_prefix(&all), MOST_PAGES, wanted, &mut found).await?;
    if !is_whole {
        for name in wanted.keys() {
            if !found.contains_key(name) {
                read(account, name, 1, wanted, &mut found).await?;
            }
        }
    }
    let missing = wanted.keys().filter(|name| !found.contains_key(*name)).cloned().collect();
    Ok((found.into_values().collect(), missing))
}

/// Reads pages of log groups whose names begin alike; tells whether those were all.
async fn read(
    account: &Account,
    prefix: &str,
    most_pages: usize,
    wanted: &BTreeMap<String, Option<String>>,
    found: &mut BTreeMap<String, LogGroup>,
) -> Result<bool, Failure> {
    let prefix = (!prefix.is_empty()).then(|| prefix.to_owned());
    let mut pages = account.logs().describe_log_groups().set_log_group_name_prefix(prefix).into_paginator().send();
    for _ in 0..most_pages {
        let Some(page) = pages.next().await else { return Ok(true) };
        let page =
            page.map_err(|error| trouble::failure(&error, "logs:DescribeLogGroups", "look up the log groups"))?;
        for group in page.log_groups() {
            let name = group.log_group_name().unwrap_or_default();
            let Some(node) = wanted.get(name) else { continue };
            let arn = group.log_group_arn().or(group.arn()).unwrap_or_default().trim_end_matches(":*");
            let group = LogGroup { name: name.to_owned(), arn: arn.to_owned(), node: node.clone() };
            found.insert(name.to_owned(), group);
        }
    }
    Ok(pages.next().await.is_none())
}

/// What all names begin with.
fn common_prefix<'n>(names: &[&'n str]) -> &'n str {
    let Some((first, rest)) = names.split_first() else { return "" };
    let same = |name: &&str| first.bytes().zip(name.bytes()).take_while(|(left, right)| left == right).count();
    let length = rest.iter().map(same).min().unwrap_or(first.len());
    first.get(..length).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_common_prefix_is_what_all_names_begin_with() {
        let check = |names: &[&str], prefix: &str| assert_eq!(common_prefix(names), prefix, "{names:?}");
        check(&["/aws/lambda/a-one", "/aws/lambda/a-two"], "/aws/lambda/a-");
        check(&["/aws/lambda/a"], "/aws/lambda/a");
        check(&["a", "b"], "");
        check(&[], "");
        check(&["grün", "grüß"], "grü");
    }

    #[test]
    fn a_function_is_known_by_the_log_group_that_the_stack_declares_for_it() {
        let resource = |logical: &str, physical: &str, kind: &str| Deployed {
            logical: logical.into(),
            physical: physical.into(),
            kind: kind.into(),
        };
        let all = [
            resource("OrdersFn", "orders-dev", "AWS::Lambda::Function"),
            resource("OrdersFnLogs", "/aws/lambda/orders-dev", "AWS::Logs::LogGroup"),
            resource("FlowLogs", "/aws/vendedlogs/states/flow", "AWS::Logs::LogGroup"),
            resource("Table", "t", "AWS::DynamoDB::Table"),
        ];
        let told = wanted(&all);
        let expected = [("/aws/lambda/orders-dev", Some("OrdersFn")), ("/aws/vendedlogs/states/flow", None)];
        let expected = expected.map(|(group, node)| (group.to_owned(), node.map(str::to_owned)));
        assert_eq!(told, BTreeMap::from(expected));
    }
}
