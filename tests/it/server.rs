//! A server of price lists that behaves as a test wants: one thread, nothing but the standard library.
//!
//! Lists are small ones of our own; every region gets the same.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// What a server does when it is asked for something.
#[derive(Clone)]
pub(crate) enum Reply {
    /// It sends this file.
    File(String),
    /// It sends these bytes, which ought to be an answer, and ends the connection.
    Raw(Vec<u8>),
    /// It sends these bytes one by one, each after so long.
    Drip(Vec<u8>, Duration),
    /// It says nothing for as long as somebody waits.
    Silence,
}

impl Reply {
    /// An answer with a status, headers and a body.
    pub(crate) fn of(status: &str, headers: &str, body: &str) -> Self {
        Self::Raw(format!("HTTP/1.1 {status}\r\n{headers}connection: close\r\n\r\n{body}").into_bytes())
    }

    /// There is no such file.
    pub(crate) fn missing() -> Self {
        Self::of("404 Not Found", "", "")
    }
}

/// The bytes of an answer that is as it should be.
pub(crate) fn whole(body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}").into_bytes()
}

/// A server that answers until it is dropped.
pub(crate) struct Server {
    address: String,
    asked: Arc<AtomicUsize>,
    ends: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// A server that answers each path as `answer` says, which is told the server's own address and the path.
    pub(crate) fn start(answer: impl Fn(&str, &str) -> Reply + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = format!("http://{}", listener.local_addr().expect("it is bound"));
        let (asked, ends) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        let (own, count, end) = (address.clone(), Arc::clone(&asked), Arc::clone(&ends));
        let serve = move || {
            for stream in listener.incoming().flatten() {
                if end.load(Ordering::SeqCst) {
                    break;
                }
                count.fetch_add(1, Ordering::SeqCst);
                // Whoever has hung up does not miss the rest.
                talk(stream, |path| answer(&own, path)).ok();
            }
        };
        let thread = std::thread::Builder::new().name("price server".to_owned()).spawn(serve).expect("a thread");
        Self { address, asked, ends, thread: Some(thread) }
    }

    /// A server with every list as it should be.
    pub(crate) fn sound() -> Self {
        Self::start(|_, path| sound(path))
    }

    pub(crate) fn url(&self) -> &str {
        &self.address
    }

    /// How often it was asked for something.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::SeqCst);
        TcpStream::connect(self.address.trim_start_matches("http://")).ok();
        self.thread.take().map(JoinHandle::join);
    }
}

fn talk(stream: TcpStream, answer: impl Fn(&str) -> Reply) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let mut line = String::from("x");
    while !line.trim().is_empty() {
        line.clear();
        reader.read_line(&mut line)?;
    }
    let mut stream = stream;
    match answer(first.split(' ').nth(1).unwrap_or_default()) {
        Reply::File(body) => stream.write_all(&whole(&body)),
        Reply::Raw(bytes) => stream.write_all(&bytes),
        Reply::Drip(bytes, pause) => bytes.iter().try_for_each(|byte| {
            wait(pause);
            stream.write_all(&[*byte])
        }),
        // It ends when the other side does.
        Reply::Silence => reader.read(&mut [0; 16]).map(drop),
    }
}

#[expect(clippy::disallowed_methods, reason = "a slow server is slow in real time")]
fn wait(pause: Duration) {
    std::thread::sleep(pause);
}

const LAMBDA: &str = include_str!("../fixtures/prices/lambda.json");
const DYNAMODB: &str = include_str!("../fixtures/prices/dynamodb.json");
const FUNCTIONS: &str = include_str!("../fixtures/prices/functions.json");

/// The answer of a server that has every list.
pub(crate) fn sound(path: &str) -> Reply {
    let parts: Vec<&str> = path.split('/').collect();
    match parts.as_slice() {
        ["", "offers", "v1.0", "aws", service, "current", "region_index.json"] => {
            let entry = |region: &&str| {
                let url = format!("/offers/v1.0/aws/{service}/7/{region}/index.json");
                format!("\"{region}\":{{\"regionCode\":\"{region}\",\"currentVersionUrl\":\"{url}\"}}")
            };
            let regions = ["us-east-1", "eu-west-1", "ap-south-1", "eu-central-1"];
            let entries: Vec<String> = regions.iter().map(entry).collect();
            Reply::File(format!("{{\"regions\":{{{}}}}}", entries.join(",")))
        }
        ["", "offers", "v1.0", "aws", "AWSLambda", "7", region, "index.json"] => {
            Reply::File(LAMBDA.replace("eu-west-1", region))
        }
        ["", "offers", "v1.0", "aws", "AmazonDynamoDB", "7", region, "index.json"] => {
            Reply::File(DYNAMODB.replace("eu-west-1", region))
        }
        ["", "api", "retail", _] => {
            let region = path.split("armRegionName%20eq%20%27").nth(1).and_then(|rest| rest.split("%27").next());
            Reply::File(FUNCTIONS.replace("eastus", region.unwrap_or("nowhere")))
        }
        _ => Reply::missing(),
    }
}
