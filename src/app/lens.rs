//! Through which lens the open diagram is seen, and which tab the panel below it shows.
//!
//! A lens changes what nodes and arrows carry, never where they stand. Must not know what is worked out for a lens.

use super::{Action, Workspace};
use crate::catalog::names::named;

named! {
    /// What nodes and arrows carry on the canvas.
    pub enum Lens {
        /// Settings.
        Design = "design",
        /// Dollars.
        Cost = "cost",
        /// What happened.
        Live = "live",
    }
}

named! {
    /// A tab of the panel below the canvas.
    pub enum Tab {
        /// What an export would write.
        Template = "template",
        /// The monthly bill.
        Cost = "cost",
        /// How much everything is used.
        Usage = "usage",
        /// Log records.
        Logs = "logs",
        /// Errors in groups.
        Errors = "errors",
        /// Charts of what was measured.
        Metrics = "metrics",
        /// Traces.
        Traces = "traces",
        /// Questions to Logs Insights.
        Insights = "insights",
    }
}

impl Lens {
    /// The command that chooses it.
    #[must_use]
    pub fn action(self) -> Action {
        match self {
            Self::Design => Action::DesignLens,
            Self::Cost => Action::CostLens,
            Self::Live => Action::LiveLens,
        }
    }
}

impl Tab {
    /// The command that shows or folds it.
    #[must_use]
    pub fn action(self) -> Action {
        match self {
            Self::Template => Action::Template,
            Self::Cost => Action::Cost,
            Self::Usage => Action::Usage,
            Self::Logs => Action::Logs,
            Self::Errors => Action::Errors,
            Self::Metrics => Action::Metrics,
            Self::Traces => Action::Traces,
            Self::Insights => Action::Insights,
        }
    }
}

impl Workspace {
    /// The lens that is chosen.
    #[must_use]
    pub fn lens(&self) -> Lens {
        if self.has_lens(self.shown.lens) { self.shown.lens } else { Lens::Design }
    }

    /// Whether there is something to see through a lens.
    #[must_use]
    pub fn has_lens(&self, lens: Lens) -> bool {
        lens != Lens::Live || self.awaits_live()
    }

    /// The tab that the panel below the canvas shows, or showed before it was folded.
    #[must_use]
    pub fn tab(&self) -> Tab {
        if self.offers(self.shown.tab) { self.shown.tab } else { Tab::Template }
    }

    /// Whether there is something for a tab to show.
    #[must_use]
    pub fn offers(&self, tab: Tab) -> bool {
        (tab.action().row().enabled)(self)
    }

    /// Whether the panel below the canvas is unfolded.
    #[must_use]
    pub fn dock_shown(&self) -> bool {
        self.shown.dock
    }

    /// Whether a tab can be seen.
    #[must_use]
    pub fn shows(&self, tab: Tab) -> bool {
        self.shown.dock && self.tab() == tab
    }

    /// Chooses a lens; the panel below the canvas shows what belongs to it, folded or not as it was.
    pub(super) fn look_through(&mut self, lens: Lens) {
        self.shown.lens = lens;
        self.shown.tab = match lens {
            Lens::Design => Tab::Template,
            Lens::Cost => Tab::Cost,
            Lens::Live => Tab::Logs,
        };
    }

    /// Shows a tab, or folds the panel when that tab is shown already.
    pub(super) fn switch_tab(&mut self, tab: Tab) {
        self.shown.dock = !self.shows(tab);
        self.shown.tab = tab;
        self.tab_asked += 1;
    }

    /// How often a person asked to get to the settings; the inspector takes the focus when it grows.
    #[must_use]
    pub fn settings_asked(&self) -> u64 {
        self.settings_asked
    }

    /// How often a person asked to get to a tab; when it grows, the tab takes the focus.
    #[must_use]
    pub fn tab_asked(&self) -> u64 {
        self.tab_asked
    }
}
