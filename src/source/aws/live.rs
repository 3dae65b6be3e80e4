//! What goes on for a while: says what is to be asked, takes in what comes, hands over what came of it, until the time is over.
//!
//! Must not know what is asked for.

use std::future::Future;
use std::ops::ControlFlow;
use std::time::Duration;

use tokio::sync::mpsc::Receiver;

use super::Clock;
use crate::source::tail::Ms;
use crate::source::{Failure, Outlet};

/// The one who listens is asked so often whether it still does.
const LOOK: Duration = Duration::from_millis(250);
/// It waits for at least so long, also when what is due may not be asked.
const SHORTEST_MS: Ms = 10;
/// When the time is over, what happened until then is waited for until nothing was answered for so long: longer than the longest pause
/// between two tries.
const LAST_MS: Ms = 90_000;
/// Why not all is there, when nothing else stood in the way.
pub(super) const UNANSWERED: &str = "no more was answered";

/// What goes on.
pub(super) trait Live {
    /// What comes.
    type News;

    /// Sends out what is due; tells when to do so again without news. `end_ms` is when the time is over.
    fn act(&mut self, now_ms: Ms, end_ms: Option<Ms>) -> Ms;

    /// Takes in what has come; tells whether something was answered.
    fn take_in(&mut self, now_ms: Ms, news: Self::News) -> bool;

    /// Hands over what there is; also when nothing is new, so that whoever listens can end it.
    fn hand_over(&mut self, now_ms: Ms, is_over: bool, outlet: &mut dyn Outlet) -> ControlFlow<()>;

    /// Whether nothing that happened up to a time is still to come.
    fn is_read_to(&self, ms: Ms) -> bool;

    /// Whether all that happened up to a time is there; a hole is never passed over in silence.
    fn is_whole(&self, now_ms: Ms, end_ms: Ms) -> Result<(), Failure>;
}

/// Something that goes on, and how long.
pub(super) struct Run<L: Live> {
    pub live: L,
    pub news: Receiver<L::News>,
    pub clock: Clock,
    /// When its time is over; never, when it goes on until nobody listens.
    pub end_ms: Option<Ms>,
}

impl<L: Live> Run<L> {
    /// Goes on until the time is over or nobody listens.
    pub(super) fn run(mut self, runtime: &tokio::runtime::Runtime, outlet: &mut dyn Outlet) -> Result<(), Failure> {
        let mut heard_ms = self.end_ms.unwrap_or_default();
        // Whoever takes a delivery may wait, and must not wait within the runtime.
        loop {
            if runtime.block_on(self.step()) {
                heard_ms = heard_ms.max(self.clock.now_ms());
            }
            let now_ms = self.clock.now_ms();
            let end_ms = self
                .end_ms
                .filter(|end_ms| now_ms >= *end_ms && (self.live.is_read_to(*end_ms) || now_ms >= heard_ms + LAST_MS));
            if self.live.hand_over(now_ms, end_ms.is_some(), outlet).is_break() {
                return Ok(());
            }
            if let Some(end_ms) = end_ms {
                return self.live.is_whole(now_ms, end_ms);
            }
        }
    }

    /// Does what is due and waits for news, for a moment; tells whether something was answered.
    async fn step(&mut self) -> bool {
        let now_ms = self.clock.now_ms();
        let wake_ms = self.live.act(now_ms, self.end_ms);
        let wait = Duration::from_millis(wake_ms.saturating_sub(now_ms).max(SHORTEST_MS) as u64).min(LOOK);
        let mut next = tokio::time::timeout(wait, self.news.recv()).await.ok().flatten();
        let mut is_answered = false;
        while let Some(news) = next {
            is_answered |= self.live.take_in(self.clock.now_ms(), news);
            next = self.news.try_recv().ok();
        }
        is_answered
    }
}

/// A runtime, and what is begun in it.
pub(super) fn begin<T>(
    what: &str,
    begin: impl Future<Output = Result<T, Failure>>,
) -> Result<(tokio::runtime::Runtime, T), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::World(format!("Cannot begin to {what}: {error}.")))?;
    let begun = runtime.block_on(begin)?;
    Ok((runtime, begun))
}
