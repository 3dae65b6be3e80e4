//! Which log groups there are: by name, or all of a stack, nested stacks included.
//!
//! Names are looked up, so that one that is not there is said at once. Must not know what is read in them.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_cloudformation::types::TemplateStage;

use super::written::Site;
use super::{Account, tags, trouble};
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
    /// So many bytes are stored in it, as the service says.
    pub stored_bytes: Option<u64>,
}

impl LogGroup {
    fn of(told: &aws_sdk_cloudwatchlogs::types::LogGroup, node: Option<String>) -> Self {
        let arn = told.log_group_arn().or(told.arn()).unwrap_or_default().trim_end_matches(":*");
        let stored_bytes = told.stored_bytes().and_then(|bytes| u64::try_from(bytes).ok());
        Self { name: told.log_group_name().unwrap_or_default().to_owned(), arn: arn.to_owned(), node, stored_bytes }
    }
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

/// Any log group that is there.
pub(super) async fn any(account: &Account) -> Option<LogGroup> {
    let page = account.logs().describe_log_groups().limit(1).send().await.ok()?;
    page.log_groups().first().map(|group| LogGroup::of(group, None))
}

/// Log groups of a stack, and what there is to be told of it.
pub(super) async fn of_stack(account: &Account, stack: &str) -> Result<(Vec<LogGroup>, Found), Failure> {
    let whole = stacks(account, stack).await?;
    found(account, &format!("The stack {stack}"), whole).await.map(|(groups, told)| {
        let told = Found { stack: stack.to_owned(), ..told };
        (groups, told)
    })
}

/// Log groups of what carries a tag, and what there is to be told of it.
pub(super) async fn of_tag(account: &Account, tag: &str) -> Result<(Vec<LogGroup>, Found), Failure> {
    let whole = Whole { resources: tags::tagged(account, tag).await?, ..Whole::default() };
    found(account, &format!("What carries the tag {tag}"), whole).await.map(|(groups, told)| {
        let name = tag.rsplit('=').next().unwrap_or(tag).trim().to_owned();
        (groups, Found { stack: name, ..told })
    })
}

/// A stack with those in it, or whatever else belongs together.
#[derive(Default)]
struct Whole {
    resources: Vec<Deployed>,
    /// Log groups that resources name themselves, each with the logical name of who writes it.
    written: BTreeMap<String, String>,
    /// What could not be found out, in sentences.
    troubles: Vec<String>,
}

/// Looks up the log groups of what belongs together.
async fn found(account: &Account, what: &str, whole: Whole) -> Result<(Vec<LogGroup>, Found), Failure> {
    if whole.resources.is_empty() {
        return Err(Failure::Input(format!("{what} has no resources.")));
    }
    let wanted = wanted(&whole.resources, &whole.written);
    // What writes no logs, or has not run yet, has metrics, alarms and traces all the same.
    let (found, missing) = if wanted.is_empty() { Default::default() } else { look_up(account, &wanted).await? };
    let quiet = missing.into_iter().filter_map(|name| Some((name.clone(), wanted.get(&name).cloned().flatten()?)));
    let quiet = quiet.collect();
    let Whole { resources, troubles, .. } = whole;
    let groups = told(&found);
    Ok((found, Found { groups, quiet, resources, troubles, ..Found::default() }))
}

/// Those of some log groups that are there by now.
pub(super) async fn appeared(account: &Account, quiet: &[(String, String)]) -> Vec<LogGroup> {
    let wanted = quiet.iter().map(|(name, node)| (name.clone(), Some(node.clone()))).collect();
    // Whether there are more is asked again soon.
    look_up(account, &wanted).await.map(|(found, _)| found).unwrap_or_default()
}

/// Log groups as they are told of.
pub(super) fn told(groups: &[LogGroup]) -> Vec<(String, Option<String>)> {
    groups.iter().map(|group| (group.name.clone(), group.node.clone())).collect()
}

/// Names of log groups that resources write, with the logical name of who writes, where that is known.
fn wanted(resources: &[Deployed], written: &BTreeMap<String, String>) -> BTreeMap<String, Option<String>> {
    let of_kind = |kind: &'static str| resources.iter().filter(move |resource| resource.kind == kind);
    let groups = of_kind("AWS::Logs::LogGroup").map(|group| (group.physical.clone(), None));
    // A function that names a group of its own writes no other.
    let usual =
        of_kind("AWS::Lambda::Function").filter(|function| written.values().all(|own| *own != function.logical));
    let functions =
        usual.map(|function| (format!("/aws/lambda/{}", function.physical), Some(function.logical.clone())));
    let named = written.iter().map(|(group, writer)| (group.clone(), Some(writer.clone())));
    groups.chain(functions).chain(named).collect()
}

/// All resources of a stack and of the stacks in it, and the log groups that they name.
async fn stacks(account: &Account, stack: &str) -> Result<Whole, Failure> {
    let (mut whole, mut stacks, mut seen) = (Whole::default(), vec![(stack.to_owned(), 0)], BTreeSet::new());
    while let Some((name, depth)) = stacks.pop() {
        if !seen.insert(name.clone()) || depth > DEEPEST {
            continue;
        }
        let (nested, own): (Vec<Deployed>, Vec<Deployed>) = resources(account, &name)
            .await?
            .into_iter()
            .partition(|resource| resource.kind == "AWS::CloudFormation::Stack");
        stacks.extend(nested.into_iter().map(|stack| (stack.physical, depth + 1)));
        // A stack in another is known by its resource name: `arn:…:stack/NAME/…`.
        let stack = name.split('/').nth(1).filter(|_| name.starts_with("arn:")).unwrap_or(&name);
        let site = Site { stack, region: &account.region, resources: &own };
        match template(account, &name).await {
            Ok(template) => whole.written.extend(site.written(&template)),
            Err(failure) => {
                whole.troubles.push(format!("Log groups that resources name themselves are not found. {failure}"));
            }
        }
        whole.resources.extend(own);
    }
    // One missing permission is told once, however many stacks there are.
    whole.troubles.truncate(1);
    Ok(whole)
}

/// A stack's template, as it was deployed.
async fn template(account: &Account, stack: &str) -> Result<String, Failure> {
    let request = account.stacks().get_template().stack_name(stack).template_stage(TemplateStage::Processed);
    let what = format!("read the template of {stack}");
    let told = request.send().await.map_err(|error| trouble::failure(&error, "cloudformation:GetTemplate", &what))?;
    Ok(told.template_body.unwrap_or_default())
}

/// The resources of a stack, without those of the stacks in it.
async fn resources(account: &Account, stack: &str) -> Result<Vec<Deployed>, Failure> {
    let mut pages = account.stacks().list_stack_resources().stack_name(stack).into_paginator().send();
    let mut found = Vec::new();
    while let Some(page) = pages.next().await {
        let what = format!("read the stack {stack}");
        let page = page.map_err(|error| trouble::failure(&error, "cloudformation:ListStackResources", &what))?;
        found.extend(page.stack_resource_summaries().iter().map(|summary| {
            let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
            let (logical, physical) = (text(summary.logical_resource_id()), text(summary.physical_resource_id()));
            Deployed { logical, physical, kind: text(summary.resource_type()) }
        }));
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
            found.insert(name.to_owned(), LogGroup::of(group, node.clone()));
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
        let told = wanted(&all, &BTreeMap::from([("/aws/vendedlogs/states/flow".to_owned(), "Flow".to_owned())]));
        let expected = [("/aws/lambda/orders-dev", Some("OrdersFn")), ("/aws/vendedlogs/states/flow", Some("Flow"))];
        let expected = expected.map(|(group, node)| (group.to_owned(), node.map(str::to_owned)));
        assert_eq!(told, BTreeMap::from(expected));
    }
}
