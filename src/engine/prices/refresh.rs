//! Fetches the price lists that [`offers::lists`] names, and puts what they say into a person's own price book.
//!
//! Each file is taken whole or not at all: what cannot be fetched or read, and each row that is not clear, stays as it is
//! and is told. Nothing is written before everything is there. Must not know who asks.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::path::{Path, PathBuf};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;

use reqwest::Url;
use tokio::sync::oneshot;

use super::fetch::Fetcher;
use super::{Books, Limits, Servers};
use crate::catalog::names::Named as _;
use crate::cost::offers::overlay::{self, Difference};
use crate::cost::offers::{self, Format, Kept, List, Reading, Refusal, aws, azure};
use crate::cost::{Book, Price};
use crate::engine::files::{DiskLayer, Failure};

/// Pages of one answer that are followed; Azure has a thousand prices on each.
const MAX_PAGES: usize = 50;

/// How far a refresh is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// What is being fetched: "AWS Lambda, eu-west-1".
    pub what: String,
    /// How many files are done.
    pub done: usize,
    /// Of how many.
    pub of: usize,
    /// How many bytes of the one that is under way have come.
    pub bytes: usize,
}

/// What a refresh did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Refreshed {
    /// How prices differ from those before.
    pub difference: Difference,
    /// Rows that stay as they are, a sentence each.
    pub kept: Vec<String>,
    /// Files that could not be fetched or read, a sentence each; what they would have had stays as it is.
    pub failed: Vec<String>,
    /// The whole book as it is now.
    pub book: Arc<Book>,
}

impl Refreshed {
    /// Whether any price came.
    #[must_use]
    pub fn has_prices(&self) -> bool {
        let Difference { changed, new, same } = &self.difference;
        changed.len() + new + same > 0
    }

    /// What it did, in one sentence.
    #[must_use]
    pub fn summary(&self) -> String {
        let Difference { changed, new, same } = &self.difference;
        if !self.has_prices() {
            return "No price could be refreshed; every price is as it was.".to_owned();
        }
        let failed = match self.failed.len() {
            0 => String::new(),
            1 => " One list could not be used; its prices stay.".to_owned(),
            count => format!(" {count} lists could not be used; their prices stay."),
        };
        let kept = if self.kept.is_empty() { String::new() } else { format!(", {} kept", self.kept.len()) };
        format!("Prices refreshed: {} changed, {new} new, {same} the same{kept}.{failed}", changed.len())
    }

    /// What a person should know beyond that: a sentence each.
    #[must_use]
    pub fn details(&self) -> Vec<String> {
        let changed = self.difference.changed.iter().map(ToString::to_string);
        let told = self.failed.iter().cloned().chain(changed).chain(self.kept.iter().cloned());
        told.chain([self.unlisted()]).collect()
    }

    /// The services that no list is fetched for, with the dates of their prices.
    #[must_use]
    pub fn unlisted(&self) -> String {
        let services = offers::services(self.book.prices().map(|price| &**price));
        let told = services.iter().filter(|service| !service.is_listed).map(|service| match service.as_of.as_str() {
            "" => format!("{} (never verified)", service.name),
            as_of => format!("{} ({as_of})", service.name),
        });
        format!("Not refreshable yet: {}.", told.collect::<Vec<_>>().join(", "))
    }
}

/// Where a refresh gets prices from and puts them.
#[derive(Clone, Debug)]
pub struct Desk {
    /// Where lists are.
    pub servers: Servers,
    /// How long and how large they may be.
    pub limits: Limits,
    /// Where the person's own book is.
    pub folder: PathBuf,
}

impl Desk {
    /// That of this person; the sentence says why there is none.
    pub fn usual() -> Result<Self, Failure> {
        let folder = super::folder();
        let folder = folder.ok_or_else(|| Failure::World("No home folder is known to keep prices in.".to_owned()))?;
        Ok(Self { servers: Servers::usual()?, limits: Limits::default(), folder })
    }

    /// Fetches all lists and takes what is new into the person's own book.
    ///
    /// Every region is asked for that the book has prices of, and `more`. Azure's prices are those of the day `today`.
    pub async fn refresh(&self, more: &[String], today: &str, tell: &dyn Fn(Progress)) -> Result<Refreshed, Failure> {
        let book = Books::open(&mut DiskLayer, Some(&self.folder)).book;
        let fetcher = Fetcher::new(self.limits, &self.servers.aws).map_err(Failure::World)?;
        let errands: Vec<(List, Vec<String>)> = offers::lists()
            .into_iter()
            .map(|list| {
                let regions = regions(&book, &list, more);
                (list, regions)
            })
            .collect();
        let of = errands.iter().map(|(_, regions)| regions.len()).sum();
        let progress = Progress { of, ..Progress::default() };
        let mut round = Round { desk: self, fetcher, today, tell, progress, fetched: Fetched::default() };
        for (list, regions) in &errands {
            round.fetch(list, regions).await;
        }
        take(&self.folder, round.fetched)
    }
}

/// What `work` comes to, unless `stop` ends first, be it that its other end is gone.
pub(in crate::engine) async fn unless<T>(mut stop: oneshot::Receiver<()>, work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    poll_fn(|context| match Pin::new(&mut stop).poll(context) {
        Poll::Ready(_) => Poll::Ready(None),
        Poll::Pending => work.as_mut().poll(context).map(Some),
    })
    .await
}

/// The regions that a list is fetched for.
fn regions(book: &Book, list: &List, more: &[String]) -> Vec<String> {
    let is_cloud = |code: &str| {
        let mut regions = book.regions().iter().filter(|region| &*region.code == code);
        regions.any(|region| &*region.cloud == list.format.name())
    };
    let priced = book.prices().filter(|price| list.selectors.iter().any(|selector| selector.key == price.key));
    let mut regions: Vec<String> = priced.map(|price| price.region.to_string()).chain(more.iter().cloned()).collect();
    regions.retain(|code| is_cloud(code));
    regions.sort();
    regions.dedup();
    regions
}

/// What all lists had.
#[derive(Default)]
struct Fetched {
    prices: Vec<Price>,
    kept: Vec<Kept>,
    failed: Vec<String>,
}

/// A refresh that is under way.
struct Round<'r> {
    desk: &'r Desk,
    fetcher: Fetcher,
    today: &'r str,
    tell: &'r dyn Fn(Progress),
    progress: Progress,
    fetched: Fetched,
}

impl Round<'_> {
    /// Fetches the list of one service in each of these regions.
    async fn fetch(&mut self, list: &List, regions: &[String]) {
        let versions = match list.format {
            Format::Aws => self.versions(list).await.map(Some),
            Format::Azure => Ok(None),
        };
        let versions = match versions {
            Ok(versions) => versions,
            Err(sentence) => {
                self.progress.done += regions.len();
                self.fetched.failed.push(sentence);
                return;
            }
        };
        for region in regions {
            self.at(list, region);
            let reading = match &versions {
                Some(versions) => self.aws(list, region, versions.get(region).map(String::as_str)).await,
                None => self.azure(list, region).await,
            };
            self.progress.done += 1;
            match reading {
                Ok(reading) => {
                    self.fetched.prices.extend(reading.prices);
                    self.fetched.kept.extend(reading.kept);
                }
                Err(sentence) => self.fetched.failed.push(sentence),
            }
        }
    }

    /// Tells what comes now.
    fn at(&mut self, list: &List, region: &str) {
        self.progress.what = if region.is_empty() { list.label.clone() } else { format!("{}, {region}", list.label) };
        (self.tell)(self.progress.clone());
    }

    async fn get(&self, url: &Url) -> Result<Vec<u8>, String> {
        let report = |bytes| (self.tell)(Progress { bytes, ..self.progress.clone() });
        self.fetcher.get(url, &report).await.map_err(|unfetched| unfetched.to_string())
    }

    async fn versions(&mut self, list: &List) -> Result<BTreeMap<String, String>, String> {
        self.at(list, "");
        let path = format!("/offers/v1.0/aws/{}/current/region_index.json", list.service);
        let url = beside(&self.desk.servers.aws, &path)?;
        let text = self.get(&url).await?;
        aws::versions(&text).map_err(|error| unusable(&url, &error))
    }

    async fn aws(&self, list: &List, region: &str, path: Option<&str>) -> Result<Reading, String> {
        let path = path.ok_or_else(|| format!("{} is not sold in {region}, says its price list.", list.label))?;
        let url = beside(&self.desk.servers.aws, path)?;
        let text = self.get(&url).await?;
        aws::read(&text, list, region, url.as_str()).map_err(|error| unusable(&url, &error))
    }

    async fn azure(&self, list: &List, region: &str) -> Result<Reading, String> {
        let wanted =
            format!("serviceName eq '{}' and armRegionName eq '{region}' and priceType eq 'Consumption'", list.service);
        let path = format!("/api/retail/prices?api-version=2023-01-01-preview&$filter={wanted}");
        let first = beside(&self.desk.servers.azure, &path)?;
        let (mut pages, mut next) = (Vec::new(), Some(first.clone()));
        while let Some(url) = next {
            if pages.len() == MAX_PAGES {
                return Err(format!("Cannot use {}: it has more than {MAX_PAGES} pages.", plain(&first)));
            }
            let text = self.get(&url).await?;
            let page = azure::page(&text).map_err(|error| unusable(&url, &error))?;
            let link = page.next_page_link.as_deref().filter(|link| !link.is_empty());
            next = link.map(|link| beside(&self.desk.servers.azure, link)).transpose()?;
            pages.push(page);
        }
        azure::read(&pages, list, region, self.today, first.as_str()).map_err(|error| unusable(&first, &error))
    }
}

/// What a server calls `link`, which must be its own: a list names no other server.
fn beside(server: &Url, link: &str) -> Result<Url, String> {
    let url = server.join(link).ok().filter(|url| url.origin() == server.origin());
    url.ok_or_else(|| format!("Cannot follow a link of {}: it leads to another server ({link}).", plain(server)))
}

fn unusable(url: &Url, error: &offers::Unreadable) -> String {
    format!("Cannot use {}: {error}.", plain(url))
}

/// An address without its query.
fn plain(url: &Url) -> String {
    url.as_str().split('?').next().unwrap_or_default().to_owned()
}

fn has(book: &Book, key: &str, region: &str) -> bool {
    book.price(key, region).is_some_and(|price| &*price.region == region)
}

/// Puts what was fetched into the book in `folder`.
fn take(folder: &Path, fetched: Fetched) -> Result<Refreshed, Failure> {
    let mut disk = DiskLayer;
    // Opened again: another window may have refreshed it in the meantime.
    let mut books = Books::open(&mut disk, Some(folder));
    let difference = overlay::difference(&books.book, &fetched.prices);
    let mut new = Book::default();
    for price in fetched.prices {
        new.put(price);
    }
    overlay::lay_over(&mut books.own, &new);
    overlay::lay_over(&mut books.book, &new);
    for cloud in overlay::clouds(&new) {
        books.keep(&mut disk, folder, cloud)?;
    }
    // What neither the book nor the list has is nothing to tell.
    let is_told = |kept: &&Kept| kept.reason != Refusal::Nothing || has(&books.book, &kept.key, &kept.region);
    let kept = fetched.kept.iter().filter(is_told).map(ToString::to_string).collect();
    Ok(Refreshed { difference, kept, failed: fetched.failed, book: Arc::new(books.book) })
}
