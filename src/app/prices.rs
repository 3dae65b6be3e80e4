//! The price book of the window: read at the start, refreshed when a person asks for it, and what is told of that.
//!
//! Must not know where prices come from.

use std::sync::Arc;

use super::{Tone, Workspace};
use crate::engine::protocol::{Books, Progress, Refreshed, Request, Ticket, Unrefreshed};

impl Workspace {
    /// Asks for the price book.
    pub fn ask_for_book(&mut self) -> Vec<Request> {
        vec![Request::Book(self.ticket())]
    }

    /// How far the refresh of prices is that is under way.
    #[must_use]
    pub fn refreshing(&self) -> Option<&Progress> {
        self.refreshing.as_ref().map(|(_, progress)| progress)
    }

    /// Prices are being fetched.
    #[must_use]
    pub fn is_refreshing(&self) -> bool {
        self.refreshing.is_some()
    }

    /// Prices can be fetched: they are not being fetched already.
    #[must_use]
    pub fn can_refresh(&self) -> bool {
        self.refreshing.is_none()
    }

    /// Asks for prices, also of the regions that are drawn in the open diagram.
    pub(super) fn refresh_prices(&mut self) -> Vec<Request> {
        let ticket = self.ticket();
        self.refreshing = Some((ticket, Progress::default()));
        vec![Request::Refresh(ticket, self.drawn_regions())]
    }

    /// Codes of the regions that are drawn in the open diagram.
    #[must_use]
    pub fn drawn_regions(&self) -> Vec<String> {
        let groups = self.open.iter().flat_map(|open| open.document.diagram().groups().values());
        let region = |group: &crate::diagram::Group| {
            let key = self.catalog.kind(&group.kind).parameters.get("region")?;
            group.settings.get(key)?.as_str().map(str::to_owned)
        };
        groups.filter_map(region).collect()
    }

    pub(super) fn take_book(&mut self, books: Books) {
        self.bills.take_book(Arc::new(books.book));
        for problem in books.problems {
            self.say(Tone::Trouble, problem, Vec::new());
        }
    }

    pub(super) fn refreshing_at(&mut self, ticket: Ticket, progress: Progress) {
        if let Some((_, now)) = self.refreshing.as_mut().filter(|(current, _)| *current == ticket) {
            *now = progress;
        }
    }

    pub(super) fn refreshed(&mut self, ticket: Ticket, result: Result<Box<Refreshed>, Unrefreshed>) {
        if self.refreshing.take_if(|(current, _)| *current == ticket).is_none() {
            return;
        }
        match result {
            Ok(refreshed) => {
                self.bills.take_book(Arc::clone(&refreshed.book));
                let tone = if refreshed.failed.is_empty() { Tone::Done } else { Tone::Trouble };
                self.say(tone, refreshed.summary(), refreshed.details());
            }
            Err(Unrefreshed::Stopped) => {
                self.say(Tone::Done, "The refresh was stopped; every price is as it was.".to_owned(), Vec::new());
            }
            Err(Unrefreshed::Failed(text)) => self.say(Tone::Trouble, text, Vec::new()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::{Action, Command};
    use crate::catalog::{Archetype, Catalog};
    use crate::cost::Book;
    use crate::engine::protocol::Event;
    use crate::picture::Theme;

    fn workspace() -> Workspace {
        Workspace::new(Arc::new(Catalog::builtin()), Theme::Dark)
    }

    /// Asks for prices; gives the ticket and the regions that are asked for.
    fn asked(workspace: &mut Workspace) -> (Ticket, Vec<String>) {
        match workspace.run(Command::Act(Action::RefreshPrices)).pop() {
            Some(Request::Refresh(ticket, regions)) => (ticket, regions),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_refresh_shows_how_far_it_is_and_what_it_did() {
        let mut workspace = workspace();
        let (ticket, _) = asked(&mut workspace);
        assert!(workspace.run(Command::Act(Action::RefreshPrices)).is_empty(), "one at a time");
        let step = Progress { what: "a list".to_owned(), done: 1, of: 3, bytes: 0 };
        workspace.absorb(Event::Refreshing(Ticket(0), Progress::default()));
        workspace.absorb(Event::Refreshing(ticket, step.clone()));
        assert_eq!(workspace.refreshing(), Some(&step));
        assert!(matches!(workspace.run(Command::Act(Action::StopRefresh)).as_slice(), [Request::StopRefresh]));
        let book = Arc::new(Book::default());
        let failed = vec!["Cannot fetch a list: no.".to_owned()];
        let refreshed = Refreshed { failed, book: Arc::clone(&book), ..Refreshed::default() };
        assert_ne!(workspace.book(), &*book);
        workspace.absorb(Event::Refreshed(ticket, Ok(Box::new(refreshed))));
        assert_eq!(workspace.book(), &*book, "bills are worked out with what was fetched");
        let notice = workspace.notices().first().expect("it is told");
        assert_eq!(
            (notice.tone, notice.text.as_str()),
            (Tone::Trouble, "No price could be refreshed; every price is as it was.")
        );
        assert_eq!(notice.details.first().map(String::as_str), Some("Cannot fetch a list: no."));
        assert!(!workspace.is_refreshing() && workspace.run(Command::Act(Action::StopRefresh)).is_empty());
        workspace.absorb(Event::Refreshed(ticket, Err(Unrefreshed::Failed("late".to_owned()))));
        assert_eq!(workspace.notices().len(), 1, "nobody waits for that any more");
    }

    #[test]
    fn regions_that_are_drawn_are_asked_for() {
        let mut workspace = workspace();
        workspace.run(Command::Act(Action::New));
        let has_region = |kind: &&crate::catalog::Kind| kind.parameters.contains_key("region");
        let catalog = Catalog::builtin();
        let kind = catalog.kinds().find(has_region).expect("a container that is a region").id.clone();
        let some = catalog.kinds().find(|kind| kind.archetype == Archetype::Function).expect("a function").id.clone();
        workspace.run(Command::AddNode(some, crate::diagram::Point { x: 0, y: 0 }));
        workspace.run(Command::Act(Action::SelectAll));
        workspace.run(Command::Wrap(kind.clone()));
        let key = catalog.kind(&kind).parameters["region"].clone();
        let groups = workspace.open().map(|open| open.selection.clone()).unwrap_or_default();
        workspace.run(Command::Set(groups, key, Some("eu-south-2".into())));
        assert_eq!(asked(&mut workspace).1, ["eu-south-2"]);
    }

    #[test]
    fn a_book_that_is_not_used_is_told() {
        let mut workspace = workspace();
        assert!(matches!(workspace.ask_for_book().as_slice(), [Request::Book(_)]));
        let books = Books { problems: vec!["It is broken.".to_owned()], ..Books::builtin() };
        workspace.absorb(Event::Book(Ticket(1), Box::new(books)));
        assert_eq!(workspace.notices().first().map(|notice| notice.text.as_str()), Some("It is broken."));
    }
}
