//! A live tail of an account's log groups: does what [`Tail`] decides, with the SDK, and hands over what comes of it.
//!
//! Must not know how records are kept or printed.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use aws_sdk_cloudwatchlogs::Client;
use aws_sdk_cloudwatchlogs::types::{LiveTailSessionLogEvent, LiveTailSessionUpdate, StartLiveTailResponseStream};
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

use super::awaited::Awaited;
use super::groups::{self, LogGroup};
use super::live::{self, Live, Run};
use super::meter::Meter;
use super::{Account, Place, trouble};
use crate::source::tail::{Action, Given, Input, Ms, Order, SessionId, Stored, Tail, Trouble, Wanted};
use crate::source::{Batch, Cursor, Delivery, Failure, Found, Link, Outlet, Source, Wishes};
use crate::telemetry::log::Chunk;
use crate::telemetry::record::{LogEvent, Stream};

/// So many answers wait to be taken in.
const NEWS: usize = 64;
/// What was only seen live is told so often, and so much of it: the newest.
const HEAD_MS: Ms = 200;
const MOST_HEAD: usize = 2_000;

/// Which log groups are tailed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Watched {
    /// These.
    Groups(Vec<String>),
    /// All of a stack.
    Stack(String),
    /// All that carries a tag: `app=shop`.
    Tag(String),
}

/// A tail of an account's log groups, as a source.
#[derive(Clone, Debug)]
pub struct LiveTail {
    /// Where they are.
    pub place: Place,
    /// Which.
    pub watched: Watched,
    /// Only what fits a filter pattern of CloudWatch.
    pub filter: Option<String>,
    /// So far it looks back, in milliseconds.
    pub since_ms: Ms,
    /// So long it goes on; `None` until nobody listens.
    pub for_ms: Option<Ms>,
    /// When events are given out.
    pub order: Order,
    /// So long stands between two requests, in milliseconds; whoever has a higher quota than others may take less.
    pub request_every_ms: Ms,
    /// Whether what was seen and is not found stored yet is told, too.
    pub tells_head: bool,
    /// What is wished while it runs; `None` where nobody wishes anything.
    pub wishes: Option<Wishes>,
    /// Spreads waits.
    pub seed: u64,
}

impl Source for LiveTail {
    fn run(&mut self, _: &Cursor, outlet: &mut dyn Outlet) -> Result<(), Failure> {
        if outlet.deliver(Delivery::Link(Link::Connecting)).is_break() {
            return Ok(());
        }
        let (runtime, (run, found)) = live::begin("tail", self.begin())?;
        let mut troubles = found.troubles.iter().map(|text| Delivery::Trouble(text.clone()));
        if troubles.any(|trouble| outlet.deliver(trouble).is_break()) {
            return Ok(());
        }
        if outlet.deliver(Delivery::Groups(found)).is_break() {
            return Ok(());
        }
        run.run(&runtime, outlet)
    }
}

impl LiveTail {
    /// Finds account and log groups.
    async fn begin(&self) -> Result<(Run<Tailing>, Found), Failure> {
        let account = Account::open(&self.place).await?;
        let (groups, mut found) = match &self.watched {
            Watched::Groups(names) => {
                let groups = groups::named(&account, names).await?;
                let told = groups::told(&groups);
                (groups, Found { groups: told, ..Found::default() })
            }
            Watched::Stack(stack) => groups::of_stack(&account, stack).await?,
            Watched::Tag(tag) => groups::of_tag(&account, tag).await?,
        };
        let now_ms = account.clock.now_ms();
        let wanted = Wanted::from(now_ms - self.since_ms, self.order, self.seed);
        let wanted = Wanted { request_every_ms: self.request_every_ms, ..wanted };
        found.from_ms = Some(wanted.from_ms);
        let tail = Tail::new(groups.len(), wanted, now_ms);
        let (send, news) = mpsc::channel(NEWS);
        let desk = Desk::new(account.logs(), &groups, self.filter.clone(), send);
        let end_ms = self.for_ms.map(|for_ms| now_ms + for_ms);
        let (head, wishes, link) = (self.tells_head.then_some((0, 0)), self.wishes.clone(), Link::Connecting);
        let (meter, clock) = (Meter::new(now_ms), account.clock.clone());
        let (awaited, fresh) = (Awaited::new(found.quiet.clone(), now_ms), Vec::new());
        let live = Tailing { tail, desk, account, awaited, fresh, link, meter, head, wishes };
        Ok((Run { live, news, clock, end_ms }, found))
    }
}

/// A tail that runs.
struct Tailing {
    tail: Tail,
    desk: Desk,
    account: Account,
    awaited: Awaited,
    /// Log groups that have appeared and are not told of yet.
    fresh: Vec<LogGroup>,
    link: Link,
    meter: Meter,
    /// The state of what was only seen live, and when it was told last; `None` where nobody wants to know.
    head: Option<(u64, Ms)>,
    wishes: Option<Wishes>,
}

impl Live for Tailing {
    type News = Input;

    fn act(&mut self, now_ms: Ms, _: Option<Ms>) -> Ms {
        let is_unseen = self.wishes.as_ref().is_some_and(|wishes| wishes.borrow().is_hidden);
        let actions = self.tail.take_in(now_ms, Input::Unseen(is_unseen));
        self.desk.act(actions);
        for group in self.awaited.appeared(&self.account, now_ms) {
            self.desk.learn(&group);
            let actions = self.tail.join(now_ms);
            self.desk.act(actions);
            self.fresh.push(group);
        }
        let actions = self.tail.poll(now_ms);
        self.desk.act(actions);
        self.tail.wake_ms()
    }

    fn take_in(&mut self, now_ms: Ms, input: Input) -> bool {
        let is_page = matches!(input, Input::Page { .. });
        let actions = self.tail.take_in(now_ms, input);
        self.desk.act(actions);
        is_page
    }

    fn is_read_to(&self, ms: Ms) -> bool {
        self.tail.read_ms() >= ms
    }

    fn is_whole(&self, now_ms: Ms, end_ms: Ms) -> Result<(), Failure> {
        let groups = self.desk.groups.iter().enumerate();
        let unread = groups.filter_map(|(place, group)| {
            let standing = self.tail.standing(place, now_ms)?;
            (standing.read_ms < end_ms).then_some((&group.name, standing.trouble.map(|(why, _)| why)))
        });
        let unread: Vec<_> = unread.collect();
        let Some((name, trouble)) = unread.first() else { return Ok(()) };
        let why = trouble.as_ref().map_or_else(|| live::UNANSWERED.to_owned(), ToString::to_string);
        let others = unread.len() - 1;
        let others = if others == 0 { String::new() } else { format!(" and {others} other log groups") };
        Err(Failure::World(format!("Not all could be read of {name}{others}: {why}.")))
    }

    fn hand_over(&mut self, now_ms: Ms, is_over: bool, outlet: &mut dyn Outlet) -> ControlFlow<()> {
        for LogGroup { name, node, .. } in std::mem::take(&mut self.fresh) {
            outlet.deliver(Delivery::Appeared(name, node))?;
        }
        let given = self.tail.give();
        let head = self.head(now_ms, !given.is_empty());
        if !given.is_empty() || head.is_some() {
            outlet.deliver(Delivery::Records(Batch { logs: chunk(&given), head, ..Batch::default() }))?;
        }
        let link = if is_over { Link::Ended } else { self.link(now_ms) };
        if link != self.link {
            self.link = link.clone();
            outlet.deliver(Delivery::Link(link))?;
        }
        if let Some(spending) = self.meter.read(self.tail.session_count(), now_ms, &self.account.region) {
            outlet.deliver(Delivery::Spending(spending))?;
        }
        let standings = (0..self.desk.groups.len()).filter_map(|group| self.tail.standing(group, now_ms));
        outlet.deliver(Delivery::Standings(standings.collect()))
    }
}

impl Tailing {
    /// What was only seen live, when it is due: together with what is given out it is always, so that nothing is shown twice.
    fn head(&mut self, now_ms: Ms, gives: bool) -> Option<Chunk> {
        let (told, at_ms) = self.head?;
        let changes = self.tail.head_changes();
        if told == changes || !gives && now_ms < at_ms + HEAD_MS {
            return None;
        }
        self.head = Some((changes, now_ms));
        let head = self.tail.head();
        let newest = head.len().saturating_sub(MOST_HEAD);
        let mut chunk = Chunk::default();
        for (event, stored) in &head[newest..] {
            // Of two that are alike the second is shown when a sweep has found both.
            (0..(*stored).max(1)).for_each(|_| push(&mut chunk, event));
        }
        Some(chunk)
    }

    fn link(&self, now_ms: Ms) -> Link {
        let mut standings = (0..self.desk.groups.len()).filter_map(|group| self.tail.standing(group, now_ms));
        match standings.find_map(|standing| standing.trouble) {
            None => Link::Live,
            Some((why, _)) => Link::Backoff(why.to_string()),
        }
    }
}

/// Events as the store takes them.
fn chunk(given: &[Given]) -> Chunk {
    let mut chunk = Chunk::default();
    for Given { event, mark, .. } in given {
        push(&mut chunk, event);
        chunk.mark(*mark);
    }
    chunk
}

fn push(chunk: &mut Chunk, event: &LogEvent) {
    chunk.push(&event.stream, event.timestamp_ms, event.ingestion_ms, event.message.as_bytes());
}

/// What sends requests and live tails out, and has their answers brought back.
struct Desk {
    client: Client,
    groups: Arc<[Known]>,
    filter: Option<String>,
    send: mpsc::Sender<Input>,
    sessions: BTreeMap<SessionId, AbortHandle>,
}

/// A log group, as requests name it.
#[derive(Clone, Debug)]
struct Known {
    name: String,
    arn: String,
}

impl From<&LogGroup> for Known {
    fn from(group: &LogGroup) -> Self {
        Self { name: group.name.clone(), arn: group.arn.clone() }
    }
}

impl Desk {
    fn new(client: Client, groups: &[LogGroup], filter: Option<String>, send: mpsc::Sender<Input>) -> Self {
        Self { client, groups: groups.iter().map(Known::from).collect(), filter, send, sessions: BTreeMap::new() }
    }

    /// One more log group; sessions that are open do not show it.
    fn learn(&mut self, group: &LogGroup) {
        self.groups = self.groups.iter().cloned().chain([Known::from(group)]).collect();
    }

    fn act(&mut self, actions: Vec<Action>) {
        for action in actions {
            match action {
                Action::Open { session, groups } => self.open(session, &groups),
                Action::Close(session) => drop(self.sessions.remove(&session).map(|task| task.abort())),
                Action::Ask { group, from_ms, to_ms, token } => self.ask(group, from_ms, to_ms, token),
            }
        }
    }

    fn open(&mut self, session: SessionId, places: &[usize]) {
        self.sessions.retain(|_, task| !task.is_finished());
        let arns = places.iter().filter_map(|place| self.groups.get(*place)).map(|group| group.arn.clone()).collect();
        let request = self
            .client
            .start_live_tail()
            .set_log_group_identifiers(Some(arns))
            .set_log_event_filter_pattern(self.filter.clone());
        let (send, groups) = (self.send.clone(), Arc::clone(&self.groups));
        let task = tokio::spawn(async move {
            let mut stream = match request.send().await {
                Ok(output) => output.response_stream,
                Err(error) => {
                    let why = trouble::trouble(&error, "logs:StartLiveTail");
                    send.send(Input::Ended(session, why)).await.ok();
                    return;
                }
            };
            if send.send(Input::Opened(session)).await.is_err() {
                return;
            }
            let why = loop {
                let input = match stream.recv().await {
                    Ok(Some(StartLiveTailResponseStream::SessionUpdate(update))) => update_of(session, update, &groups),
                    // It says that it is there, or what this version does not know.
                    Ok(Some(_)) => Input::Update { session, is_sampled: false, events: Vec::new() },
                    Ok(None) => break Trouble::Dropped("the other side has ended it".into()),
                    Err(error) => break trouble::trouble(&error, "logs:StartLiveTail"),
                };
                if send.send(input).await.is_err() {
                    return;
                }
            };
            send.send(Input::Ended(session, why)).await.ok();
        });
        self.sessions.insert(session, task.abort_handle());
    }

    fn ask(&self, place: usize, from_ms: Ms, to_ms: Ms, token: Option<String>) {
        let Some(group) = self.groups.get(place) else { return };
        let group_name: Arc<str> = group.name.as_str().into();
        let has_token = token.is_some();
        let request = self
            .client
            .filter_log_events()
            .log_group_name(&group.name)
            .start_time(from_ms)
            .end_time(to_ms)
            .set_filter_pattern(self.filter.clone())
            .set_next_token(token);
        let send = self.send.clone();
        tokio::spawn(async move {
            let input = match request.send().await {
                Ok(page) => {
                    let mut streams = Streams::new(group_name);
                    let events = page.events.unwrap_or_default();
                    let events = events.into_iter().map(|event| {
                        let stream = streams.of(event.log_stream_name.as_deref().unwrap_or_default());
                        let message = event.message.unwrap_or_default();
                        let (timestamp_ms, ingestion_ms) = (event.timestamp, event.ingestion_time);
                        let id = event.event_id.unwrap_or_default().into();
                        Stored { id, event: LogEvent { timestamp_ms, ingestion_ms, stream, message } }
                    });
                    Input::Page { group: place, events: events.collect(), next: page.next_token }
                }
                Err(error) => match trouble::trouble(&error, "logs:FilterLogEvents") {
                    Trouble::Refused(why) if has_token && why.contains("oken") => {
                        Input::Failed(place, Trouble::StaleToken)
                    }
                    why => Input::Failed(place, why),
                },
            };
            send.send(input).await.ok();
        });
    }
}

/// Streams of a log group that are named alike are one.
struct Streams {
    group: Arc<str>,
    all: BTreeMap<String, Arc<Stream>>,
}

impl Streams {
    fn new(group: Arc<str>) -> Self {
        Self { group, all: BTreeMap::new() }
    }

    fn of(&mut self, name: &str) -> Arc<Stream> {
        if let Some(stream) = self.all.get(name) {
            return Arc::clone(stream);
        }
        let stream = Stream::new(&self.group, name);
        self.all.insert(name.to_owned(), Arc::clone(&stream));
        stream
    }
}

fn update_of(session: SessionId, update: LiveTailSessionUpdate, groups: &[Known]) -> Input {
    let is_sampled = update.session_metadata.is_some_and(|metadata| metadata.sampled);
    let mut streams: BTreeMap<usize, Streams> = BTreeMap::new();
    let events = update.session_results.unwrap_or_default().into_iter().filter_map(|event| {
        let place = place_of(groups, &event)?;
        let streams = streams.entry(place).or_insert_with(|| Streams::new(groups[place].name.as_str().into()));
        let stream = streams.of(event.log_stream_name.as_deref().unwrap_or_default());
        let (timestamp_ms, ingestion_ms) = (event.timestamp, event.ingestion_time);
        Some((place, LogEvent { timestamp_ms, ingestion_ms, stream, message: event.message.unwrap_or_default() }))
    });
    Input::Update { session, is_sampled, events: events.collect() }
}

/// The service names a log group by its name, by `account:name`, or by its resource name.
fn place_of(groups: &[Known], event: &LiveTailSessionLogEvent) -> Option<usize> {
    let told = event.log_group_identifier.as_deref()?.trim_end_matches(":*");
    groups.iter().position(|group| {
        told == group.name || told == group.arn || told.split_once(':').is_some_and(|(_, name)| name == group.name)
    })
}
