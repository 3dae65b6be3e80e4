//! What the person is told: shown for a moment, and kept in a list for as long as the program runs.
//!
//! Must not know how it is shown.

use std::collections::VecDeque;

use super::recent::ago;
use super::{Action, Workspace};

/// So many notices are kept in the list.
const MOST: usize = 200;

/// How loud a notice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Something went well.
    Done,
    /// Something was refused or went wrong.
    Trouble,
}

/// A sentence for the person, shown until it is put away or time has passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Tells notices apart.
    pub id: usize,
    /// How loud it is.
    pub tone: Tone,
    /// The sentence.
    pub text: String,
    /// More lines, shown on demand.
    pub details: Vec<String>,
    /// When it was told, in seconds since 1970.
    pub at_s: u64,
    /// What may be done about it; while it may, it stays.
    pub way: Option<Action>,
}

impl Notice {
    /// Everything that it says, a line each.
    #[must_use]
    pub fn whole(&self) -> String {
        let lines: Vec<&str> = std::iter::once(&self.text).chain(&self.details).map(String::as_str).collect();
        lines.join("\n")
    }
}

/// What was told in this session.
#[derive(Debug, Default)]
pub(super) struct Notices {
    /// Those that are shown, oldest first.
    shown: Vec<Notice>,
    /// All of them, newest first.
    told: VecDeque<Notice>,
    /// How many troubles were told in all.
    troubles: usize,
    /// How many of them came after somebody last looked.
    unread: usize,
    count: usize,
}

impl Workspace {
    /// Sentences for the person that are shown now, oldest first.
    #[must_use]
    pub fn notices(&self) -> &[Notice] {
        &self.notices.shown
    }

    /// What was told in this session, newest first.
    pub fn messages(&self) -> impl ExactSizeIterator<Item = &Notice> {
        self.notices.told.iter()
    }

    /// How many troubles were told in this session, and how many of them nobody has looked at in the list.
    #[must_use]
    pub fn troubles(&self) -> (usize, usize) {
        (self.notices.troubles, self.notices.unread)
    }

    /// How long ago a notice was told, in words.
    #[must_use]
    pub fn told_ago(&self, notice: &Notice) -> String {
        ago(self.now_s.saturating_sub(notice.at_s))
    }

    /// Something was told in this session.
    #[must_use]
    pub fn has_told(&self) -> bool {
        !self.notices.told.is_empty()
    }

    /// Tells something and what may be done about it.
    pub(super) fn suggest(&mut self, text: String, way: Action) {
        self.say(Tone::Done, text, Vec::new());
        let notices = &mut self.notices;
        let newest = notices.shown.last_mut().into_iter().chain(notices.told.front_mut());
        newest.for_each(|notice| notice.way = Some(way));
    }

    pub(super) fn say(&mut self, tone: Tone, text: String, details: Vec<String>) {
        let notices = &mut self.notices;
        notices.count += 1;
        let notice = Notice { id: notices.count, tone, text, details, at_s: self.now_s, way: None };
        if tone == Tone::Trouble {
            notices.troubles += 1;
            notices.unread += 1;
        }
        notices.told.push_front(notice.clone());
        notices.told.truncate(MOST);
        notices.shown.push(notice);
    }

    pub(super) fn dismiss(&mut self, id: usize) {
        self.notices.shown.retain(|notice| notice.id != id);
    }

    /// Puts away the notice that came last.
    pub(super) fn dismiss_last(&mut self) {
        self.notices.shown.pop();
    }

    /// Somebody looks at the list: it shows what the notices did.
    pub(super) fn read_told(&mut self) {
        self.notices.unread = 0;
        self.notices.shown.clear();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::app::{Action, Command, Overlay};
    use crate::catalog::Catalog;
    use crate::picture::Theme;

    #[test]
    fn what_was_told_stays_in_the_list() {
        let mut workspace = Workspace::new(Arc::new(Catalog::builtin()), Theme::Dark);
        assert!(!workspace.has_told());
        for number in 0..300_u64 {
            workspace.clock(number);
            let tone = if number % 2 == 0 { Tone::Trouble } else { Tone::Done };
            workspace.say(tone, number.to_string(), vec!["more".to_owned()]);
        }
        workspace.run(Command::Act(Action::Escape));
        assert_eq!(workspace.notices().len(), 299, "leaving puts the last one away");
        workspace.clock(360);
        let first = workspace.messages().next().expect("it is kept");
        assert_eq!((first.whole().as_str(), workspace.told_ago(first).as_str()), ("299\nmore", "1 minute ago"));
        assert_eq!((workspace.messages().len(), workspace.troubles()), (200, (150, 150)));
        workspace.run(Command::Act(Action::Messages));
        assert_eq!(workspace.overlay(), Some(&Overlay::Messages));
        assert_eq!((workspace.troubles(), workspace.notices().len()), ((150, 0), 0));
    }
}
