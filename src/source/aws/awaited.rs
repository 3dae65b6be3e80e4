//! Log groups that a stack's resources will write and that are not there yet: they are looked for again and again, since a function
//! gets its log group when it runs for the first time.
//!
//! Must not know what is done with one that has appeared.

use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::Account;
use super::groups::{self, LogGroup};
use crate::source::tail::Ms;

/// They are looked for so often.
const EVERY_MS: Ms = 10_000;

/// What is waited for.
pub(super) struct Awaited {
    /// Names of log groups, and logical names of who will write them.
    names: Vec<(String, String)>,
    due_ms: Ms,
    is_asked: bool,
    send: Sender<Vec<LogGroup>>,
    news: Receiver<Vec<LogGroup>>,
}

impl Awaited {
    /// These.
    pub(super) fn new(names: Vec<(String, String)>, now_ms: Ms) -> Self {
        let (send, news) = channel(1);
        Self { names, due_ms: now_ms + EVERY_MS, is_asked: false, send, news }
    }

    /// Those that have appeared; looks for the others when it is time to.
    pub(super) fn appeared(&mut self, account: &Account, now_ms: Ms) -> Vec<LogGroup> {
        let fresh = self.news.try_recv();
        if fresh.is_ok() {
            (self.is_asked, self.due_ms) = (false, now_ms + EVERY_MS);
        }
        let fresh = fresh.unwrap_or_default();
        self.names.retain(|(name, _)| fresh.iter().all(|group| group.name != *name));
        if !self.names.is_empty() && !self.is_asked && now_ms >= self.due_ms {
            self.is_asked = true;
            let (account, names, send) = (account.clone(), self.names.clone(), self.send.clone());
            tokio::spawn(async move { send.send(groups::appeared(&account, &names).await).await });
        }
        fresh
    }
}
