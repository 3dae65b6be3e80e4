//! Fetches a file over HTTP: with limits in time and size, patience with a server that is busy, and a sentence for all that
//! can go wrong.
//!
//! Encrypted by rustls with ring. The certificates that are trusted are the system's own, so that a company's proxy is
//! trusted here as it is everywhere else on the machine. Must not know what a file holds.

use std::error::Error as _;
use std::time::Duration;

use reqwest::header::{CONTENT_ENCODING, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode, Url};

use crate::engine::files::Failure;

/// How long and how large an answer may be.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Until a connection stands.
    pub connect: Duration,
    /// Without a single byte.
    pub silence: Duration,
    /// For one file in all.
    pub whole: Duration,
    /// Size of one file, in bytes.
    pub size_bytes: usize,
    /// How often a server that is busy is asked.
    pub tries: u32,
    /// Before a server that was busy is asked again, unless it says when; then twice as long each time.
    pub pause: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            silence: Duration::from_secs(20),
            whole: Duration::from_mins(3),
            size_bytes: 64 << 20,
            tries: 5,
            pause: Duration::from_secs(1),
        }
    }
}

/// Longest time that a server which is busy may ask for.
const MAX_PAUSE: Duration = Duration::from_secs(30);

/// Whenever so many more bytes have come, it is told.
const STEP_BYTES: usize = 128 << 10;

/// Where price lists are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Servers {
    /// The AWS Price List.
    pub(super) aws: Url,
    /// The Azure Retail Prices API.
    pub(super) azure: Url,
}

/// An environment variable that names another server, as [`Servers::at`] takes it.
const SERVER: &str = "STRATOSCOPE_PRICES_FROM";

impl Servers {
    /// The vendors' own, or the one that the environment names.
    pub fn usual() -> Result<Self, Failure> {
        match std::env::var(SERVER) {
            Ok(other) if !other.is_empty() => Self::at(&other),
            _ => Ok(Self {
                aws: address("https://pricing.us-east-1.amazonaws.com")?,
                azure: address("https://prices.azure.com")?,
            }),
        }
    }

    /// One that has the lists of all vendors under their usual paths.
    pub fn at(url: &str) -> Result<Self, Failure> {
        let server = address(url)?;
        Ok(Self { aws: server.clone(), azure: server })
    }
}

fn address(text: &str) -> Result<Url, Failure> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    url.ok_or_else(|| Failure::Input(format!("{text} is no address of a server; it starts with https:// or http://.")))
}

/// Why a file was not fetched: where and what.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Cannot fetch {url}: {reason}.")]
pub(super) struct Unfetched {
    /// Its address.
    pub(super) url: String,
    /// Why.
    pub(super) reason: String,
}

/// What fetches.
pub(super) struct Fetcher {
    client: Client,
    limits: Limits,
}

/// What a server said.
enum Answer {
    Whole(Vec<u8>),
    /// It is busy, and says for how long.
    Busy(StatusCode, Option<Duration>),
}

impl Fetcher {
    /// What fetches from servers with addresses like `example`.
    pub(super) fn new(limits: Limits, example: &Url) -> Result<Self, String> {
        // Whoever came first has installed the same.
        rustls::crypto::ring::default_provider().install_default().ok();
        let client = Client::builder()
            .user_agent(concat!("stratoscope/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(limits.connect)
            .read_timeout(limits.silence)
            .timeout(limits.whole)
            .redirect(Policy::limited(3));
        let client = match example.scheme() {
            "https" => client.https_only(true),
            // A server without encryption stands near: no proxy leads there, and it shows no certificate.
            _ => client.no_proxy().tls_certs_only([]),
        };
        let client = client.build().map_err(|error| format!("Cannot use the network: {}.", last_cause(&error)))?;
        Ok(Self { client, limits })
    }

    /// The file at `url`; `report` is told how many bytes have come.
    pub(super) async fn get(&self, url: &Url, report: &dyn Fn(usize)) -> Result<Vec<u8>, Unfetched> {
        let failed = |reason: String| Unfetched { url: shown(url), reason };
        let mut pause = self.limits.pause;
        let mut status = StatusCode::TOO_MANY_REQUESTS;
        for attempt in 1..=self.limits.tries {
            match self.ask(url, report).await.map_err(failed)? {
                Answer::Whole(bytes) => return Ok(bytes),
                Answer::Busy(busy, wanted) => {
                    status = busy;
                    if attempt < self.limits.tries {
                        tokio::time::sleep(wanted.unwrap_or(pause).min(MAX_PAUSE)).await;
                        pause *= 2;
                    }
                }
            }
        }
        Err(failed(format!("the server is busy ({status}), also when asked {} times", self.limits.tries)))
    }

    async fn ask(&self, url: &Url, report: &dyn Fn(usize)) -> Result<Answer, String> {
        let response = self.client.get(url.clone()).send().await.map_err(|error| self.reason(&error))?;
        let status = response.status();
        if matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
            return Ok(Answer::Busy(status, wanted_pause(&response)));
        }
        if status != StatusCode::OK {
            return Err(format!("the server answered {status}"));
        }
        if let Some(encoding) = response.headers().get(CONTENT_ENCODING).filter(|encoding| *encoding != "identity") {
            return Err(format!("it came packed ({}), which was not asked for", encoding.to_str().unwrap_or("?")));
        }
        self.body(response, report).await.map(Answer::Whole)
    }

    async fn body(&self, mut response: Response, report: &dyn Fn(usize)) -> Result<Vec<u8>, String> {
        let most = self.limits.size_bytes;
        let too_large = || format!("it is larger than {} MB", most >> 20);
        if response.content_length().is_some_and(|length| length > most as u64) {
            return Err(too_large());
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.reason(&error))? {
            if bytes.len() + chunk.len() > most {
                return Err(too_large());
            }
            let steps = bytes.len() / STEP_BYTES;
            bytes.extend_from_slice(&chunk);
            if bytes.len() / STEP_BYTES > steps {
                report(bytes.len());
            }
        }
        Ok(bytes)
    }

    /// What went wrong, in words.
    fn reason(&self, error: &reqwest::Error) -> String {
        let Limits { silence, whole, .. } = self.limits;
        if error.is_timeout() {
            format!(
                "it took too long; {} s without a byte or {} s in all are the most",
                silence.as_secs(),
                whole.as_secs()
            )
        } else if error.is_redirect() {
            "it was redirected too often, or to a place that is not encrypted".to_owned()
        } else if error.is_connect() {
            format!("no connection to the server ({})", last_cause(error))
        } else {
            format!("the connection ended before the file did ({})", last_cause(error))
        }
    }
}

/// When a server that is busy wants to be asked again.
fn wanted_pause(response: &Response) -> Option<Duration> {
    response.headers().get(RETRY_AFTER)?.to_str().ok()?.parse().ok().map(Duration::from_secs)
}

/// The innermost cause of an error: what the system or the other side said.
fn last_cause(error: &reqwest::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause: &&(dyn std::error::Error + 'static)| (*cause).source());
    let text = causes.last().map_or_else(|| error.to_string(), ToString::to_string);
    text.split(" (os error").next().unwrap_or_default().trim_end_matches('.').to_lowercase()
}

/// An address without what only machines read.
fn shown(url: &Url) -> String {
    let mut plain = url.clone();
    plain.set_query(None);
    plain.to_string()
}
