//! One source with others beside it, which follow from what it has found: the logs of a stack, and beside them its metrics and traces.
//!
//! Each runs on a thread of its own, and all hand over to one outlet. When the first ends, all end, or those beside it are waited for;
//! when one beside it fails, that is told and the rest goes on. Must not know what any of them reads.

use std::ops::ControlFlow;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{Builder, Scope};

use super::{Cursor, Delivery, Failure, Found, Outlet, Source};

/// So many deliveries wait until they are taken.
const WAITING: usize = 16;

/// A source and those beside it.
pub struct Beside<S, F> {
    /// The one that tells what was found, and with which all end.
    pub first: S,
    /// Those beside it, from what it has found.
    pub others: F,
    /// Whether those beside it are waited for when it has ended well: they end by themselves.
    pub waits: bool,
}

/// What comes from one of the threads.
enum News {
    Delivery(Delivery),
    /// One beside the first has failed.
    Lost(Failure),
    /// The first has ended.
    Over(Result<(), Failure>),
}

impl<S: Source, F: Fn(&Found) -> Vec<Box<dyn Source>> + Send> Source for Beside<S, F> {
    fn run(&mut self, from: &Cursor, outlet: &mut dyn Outlet) -> Result<(), Failure> {
        let (send, news) = sync_channel(WAITING);
        let (first, others, waits) = (&mut self.first, &self.others, self.waits);
        std::thread::scope(|scope| {
            let end = send.clone();
            let work = move || {
                let run = first.run(from, &mut forward(&end, false));
                // Whoever does not listen any more knows that it is over.
                end.send(News::Over(run)).ok();
            };
            start(scope, "source", work)?;
            // Taken out of here when it returns, so that every thread hears at its next delivery that nobody listens.
            let (news, mut send) = (news, Some(send));
            loop {
                match news.recv() {
                    Ok(News::Delivery(delivery)) => {
                        if let (Delivery::Groups(found), Some(send)) = (&delivery, &send) {
                            others(found).into_iter().try_for_each(|other| begin(scope, other, send))?;
                        }
                        if outlet.deliver(delivery).is_break() {
                            return Ok(());
                        }
                    }
                    Ok(News::Lost(failure)) => {
                        if outlet.deliver(Delivery::Trouble(failure.to_string())).is_break() {
                            return Ok(());
                        }
                    }
                    // When the last of the others drops its end, there is no more news.
                    Ok(News::Over(Ok(()))) if waits => send = None,
                    Ok(News::Over(run)) => return run,
                    Err(_) if send.is_none() => return Ok(()),
                    Err(_) => return Err(Failure::World("The thread that reads has ended by mistake.".to_owned())),
                }
            }
        })
    }
}

/// Starts one beside the first.
fn begin<'s>(scope: &'s Scope<'s, '_>, mut other: Box<dyn Source>, send: &SyncSender<News>) -> Result<(), Failure> {
    let send = send.clone();
    start(scope, "source beside", move || {
        if let Err(failure) = other.run(&Cursor::default(), &mut forward(&send, true)) {
            send.send(News::Lost(failure)).ok();
        }
    })
}

fn start<'s>(scope: &'s Scope<'s, '_>, name: &str, work: impl FnOnce() + Send + 's) -> Result<(), Failure> {
    let started = Builder::new().name(name.to_owned()).spawn_scoped(scope, work);
    started.map(drop).map_err(|error| Failure::World(format!("Cannot begin to read: {error}.")))
}

/// Hands deliveries over to the thread that takes them. How one beside the first is doing is no news of the whole.
fn forward(send: &SyncSender<News>, is_beside: bool) -> impl FnMut(Delivery) -> ControlFlow<()> {
    let send = send.clone();
    move |delivery| {
        if is_beside && matches!(delivery, Delivery::Link(_)) {
            return ControlFlow::Continue(());
        }
        let sent = send.send(News::Delivery(delivery));
        if sent.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Link;

    /// Hands these over and then stays until nobody listens, if it is to.
    struct Script(Vec<Delivery>, bool, Result<(), Failure>);

    impl Source for Script {
        fn run(&mut self, _: &Cursor, outlet: &mut dyn Outlet) -> Result<(), Failure> {
            for delivery in self.0.drain(..) {
                if outlet.deliver(delivery).is_break() {
                    return Ok(());
                }
            }
            while self.1 && outlet.deliver(Delivery::Idle).is_continue() {}
            self.2.clone()
        }
    }

    fn found() -> Delivery {
        Delivery::Groups(Found { stack: "shop".into(), ..Found::default() })
    }

    fn lost() -> Failure {
        Failure::World("No permission.".into())
    }

    #[test]
    fn what_fails_beside_the_first_is_told_and_the_rest_goes_on_until_nobody_listens() {
        let first = Script(vec![Delivery::Link(Link::Live), found()], true, Ok(()));
        let others = |found: &Found| -> Vec<Box<dyn Source>> {
            assert_eq!(found.stack, "shop");
            vec![
                Box::new(Script(vec![Delivery::Link(Link::Ended)], false, Err(lost()))),
                Box::new(Script(vec![Delivery::Progress(1, 2)], true, Ok(()))),
            ]
        };
        let (mut links, mut troubles, mut steps) = (0, Vec::new(), 0);
        let run = Beside { first, others, waits: false }.run(&Cursor::default(), &mut |delivery| {
            match delivery {
                Delivery::Link(_) => links += 1,
                Delivery::Trouble(text) => troubles.push(text),
                Delivery::Progress(..) => steps += 1,
                _ => {}
            }
            if troubles.len() == 1 && steps == 1 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        assert_eq!((run, links, troubles, steps), (Ok(()), 1, vec!["No permission.".to_owned()], 1));
    }

    #[test]
    fn all_end_with_the_first() {
        let check = |end: Result<(), Failure>| {
            let first = Script(vec![found()], false, end.clone());
            let others = |_: &Found| -> Vec<Box<dyn Source>> { vec![Box::new(Script(Vec::new(), true, Ok(())))] };
            let run =
                Beside { first, others, waits: false }.run(&Cursor::default(), &mut |_| ControlFlow::Continue(()));
            assert_eq!(run, end);
        };
        check(Ok(()));
        check(Err(lost()));
    }

    #[test]
    fn those_beside_the_first_are_waited_for_when_it_ends_well() {
        let check = |end: Result<(), Failure>, stays: bool, all: usize| {
            let first = Script(vec![found()], false, end.clone());
            let late = move || Script(vec![Delivery::Progress(1, 2); 40], stays, Ok(()));
            let others = move |_: &Found| -> Vec<Box<dyn Source>> { vec![Box::new(late()), Box::new(late())] };
            let mut steps = 0;
            let run = Beside { first, others, waits: true }.run(&Cursor::default(), &mut |delivery| {
                steps += usize::from(matches!(delivery, Delivery::Progress(..)));
                ControlFlow::Continue(())
            });
            assert_eq!(run, end);
            assert!(steps >= all, "{steps} deliveries");
        };
        check(Ok(()), false, 80);
        check(Err(lost()), true, 0);
    }
}
