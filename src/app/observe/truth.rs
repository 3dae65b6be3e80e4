//! How true the picture of an account is, in a few words: live, sampled, catching up, waiting, a gap.
//!
//! Must not know how an account is read.

use super::Attached;
use crate::engine::protocol::{Link, Standing, View};

/// What there is to say of an account that is tailed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Truth {
    /// In a few words.
    pub words: String,
    /// Log group by log group; empty when all is as it should be.
    pub details: Vec<String>,
    /// Whether all is as it should be.
    pub is_whole: bool,
}

impl Attached {
    /// How true the picture of the account is; `None` where files are read.
    #[must_use]
    pub fn truth(&self) -> Option<Truth> {
        self.target.as_ref()?;
        let fine = |words: &str| Truth { words: words.to_owned(), details: Vec::new(), is_whole: true };
        let account = match (&self.watched.link, &self.watched.account) {
            (Link::Failed(failure), _) => {
                let details = vec![failure.to_string()];
                return Some(Truth { words: "not connected".to_owned(), details, is_whole: false });
            }
            (Link::Ended, _) => return Some(fine("stopped")),
            (_, None) => return Some(fine("connecting")),
            (_, Some(account)) => account,
        };
        let groups = account.found.groups.iter().map(|(group, _)| group).zip(&account.standings);
        let faulty = groups.filter_map(|(group, standing)| {
            let told = standing.faults();
            (!told.is_empty()).then(|| format!("{group}: {}", told.join("; ")))
        });
        let mut details: Vec<String> = faulty.collect();
        if !account.found.quiet.is_empty() {
            details.push(format!("No log group yet: {}", account.found.quiet.join(", ")));
        }
        let words = words(&account.standings);
        let is_whole = account.standings.iter().all(|standing| standing.faults().is_empty());
        Some(Truth { words, details, is_whole })
    }
}

/// The worst that holds for any log group.
fn words(standings: &[Standing]) -> String {
    let any = |is: fn(&Standing) -> bool| standings.iter().filter(|standing| is(standing)).count();
    let sorts: [(&str, usize); 5] = [
        ("gap", any(|standing| standing.gap.is_some())),
        ("waiting", any(|standing| standing.trouble.is_some())),
        ("catching up", any(|standing| standing.is_catching_up)),
        ("sampled", any(|standing| standing.is_sampled)),
        ("without live view", any(|standing| !matches!(standing.view, View::Live | View::Opening))),
    ];
    match sorts.into_iter().find(|(_, count)| *count > 0) {
        _ if standings.is_empty() => "connecting".to_owned(),
        None => "live, all is read".to_owned(),
        Some((sort, count)) if count == standings.len() => sort.to_owned(),
        Some((sort, count)) => format!("{sort}: {count} of {}", standings.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_that_holds_is_told() {
        let fine = Standing {
            view: View::Live,
            is_sampled: false,
            is_catching_up: false,
            read_ms: 0,
            reconciled_ms: 0,
            trouble: None,
            late: 0,
            gap: None,
            unconfirmed: 0,
            overlap_ms: 0,
        };
        let sampled = Standing { is_sampled: true, ..fine.clone() };
        let swept = Standing { view: View::SweepsOnly, ..fine.clone() };
        let holed = Standing { gap: Some((2, 0, 9)), is_sampled: true, ..fine.clone() };
        let check = |standings: &[&Standing], expected: &str| {
            let standings: Vec<_> = standings.iter().map(|standing| (*standing).clone()).collect();
            assert_eq!(words(&standings), expected);
        };
        check(&[], "connecting");
        check(&[&fine, &fine], "live, all is read");
        check(&[&fine, &sampled], "sampled: 1 of 2");
        check(&[&swept], "without live view");
        check(&[&swept, &holed, &sampled], "gap: 1 of 3");
        assert_eq!(fine.faults(), Vec::<String>::new());
        assert_eq!(holed.faults().len(), 2, "everything is said where it is asked for");
    }
}
