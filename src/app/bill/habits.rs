//! Under which terms a person looks at bills: kept between two starts, whichever diagram is open.
//!
//! Must not know where it is kept.

use rust_decimal::prelude::ToPrimitive as _;

use super::{Bills, Pane};
use crate::app::Workspace;
use crate::cost::{FreeTier, HOURS, Terms};

/// Hours that a month can have: those of 28 to 31 days.
const MONTH: std::ops::RangeInclusive<u16> = 672..=744;
/// The fastest growth that is looked at, in percent a month.
pub(super) const FASTEST: u8 = 100;

/// What is kept.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Habits {
    /// The region in which everything is priced; `None`: where it is drawn.
    pub region: Option<String>,
    /// Which free allowances are taken off.
    pub free_tier: FreeTier,
    /// Hours of a month.
    pub hours: u16,
    /// What stands beside the lines of the bill.
    pub pane: Pane,
    /// By how many percent traffic grows in a month, where months are looked ahead.
    pub growth_percent: u8,
}

impl Default for Habits {
    fn default() -> Self {
        let hours = HOURS.to_u16().unwrap_or(*MONTH.end());
        Self { region: None, free_tier: FreeTier::default(), hours, pane: Pane::Traffic, growth_percent: 5 }
    }
}

impl Habits {
    /// The terms that they come to; what somebody wrote by hand and no bill could be worked out under, is as at first.
    #[must_use]
    pub fn terms(&self) -> Terms {
        let hours = if MONTH.contains(&self.hours) { self.hours.into() } else { HOURS };
        Terms { region: self.region.clone(), free_tier: self.free_tier, hours }
    }
}

impl Bills {
    pub(super) fn habits(&self) -> Habits {
        Habits {
            region: self.terms.region.clone(),
            free_tier: self.terms.free_tier,
            hours: self.terms.hours.to_u16().unwrap_or_default(),
            pane: self.pane,
            growth_percent: self.growth_percent,
        }
    }
}

impl Workspace {
    /// Under which terms bills are looked at.
    #[must_use]
    pub fn habits(&self) -> Habits {
        self.bills.habits()
    }

    /// The same workspace, with the terms that a person had last time; a region that no price book knows is left out.
    #[must_use]
    pub fn used_to(mut self, habits: &Habits) -> Self {
        let is_known = |code: &String| self.bills.book.regions().iter().any(|region| *region.code == **code);
        let region = habits.region.clone().filter(is_known);
        self.bills = Bills::under(std::sync::Arc::clone(&self.bills.book), &Habits { region, ..habits.clone() });
        self
    }
}
