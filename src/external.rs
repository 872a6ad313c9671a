//! Asks whether the pages that a site links to elsewhere are still there.
//!
//! A link is called dead only on good grounds: an answer of 404 or 410 to a whole request, or a host that the name
//! servers say does not exist. Whatever else goes wrong may be the asker's fault, and stays unknown.
//!
//! Manners: each page once, a host's pages one after another, at most eight hosts at a time, no bodies read, and no
//! more questions to a host that asks for fewer, that keeps silent, or that has taken long enough.
//!
//! Redirects are followed, but none that leads from a host out there into this machine or its network: whoever answers at
//! the other end of a link has no business there.

use crate::limits::SLOWEST_HOST;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, ToSocketAddrs as _};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Error};
use url::{Host, Url};

/// Whether a link still works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The page is there.
    Fine,
    /// The page is gone; how that is known, in words that follow the link: "answers 404", "its host does not exist".
    Dead(String),
    /// It could not be told; why, in words that follow the link: "answers 503", "did not answer in 20 s".
    Unknown(String),
}

/// How a stranger's server is asked.
#[derive(Debug, Clone, Copy)]
struct Manners {
    /// For one request, with all its redirects.
    timeout: Duration,
    /// Between two requests to one host.
    pause: Duration,
    /// For all requests to one host.
    in_all: Duration,
    /// Which addresses no host out there may lead to.
    is_private: fn(IpAddr) -> bool,
}

const MANNERS: Manners = Manners {
    timeout: Duration::from_secs(20),
    pause: Duration::from_millis(100),
    in_all: Duration::from_secs(SLOWEST_HOST),
    is_private,
};
/// How many hosts are asked at a time.
const AT_ONCE: usize = 8;
/// How many redirects are followed.
const REDIRECTS: usize = 10;
/// After so many silences one after another a host is left alone: a hundred links to it would take half an hour.
const SILENCES: usize = 2;
/// Who asks.
const NAME: &str = concat!("backgrounder/", env!("CARGO_PKG_VERSION"), " (+link check)");

/// Asks each of `urls`, and gives the answers in their order. Two that differ in their fragment only are asked once.
/// `progress` is told, from several threads, how many pages of how many have been asked.
pub fn ask(urls: &[String], progress: &(dyn Fn(usize, usize) + Sync)) -> Vec<Answer> {
    ask_with(urls, MANNERS, progress)
}

fn ask_with(urls: &[String], manners: Manners, progress: &(dyn Fn(usize, usize) + Sync)) -> Vec<Answer> {
    let targets: Vec<Result<Target, &str>> = urls.iter().map(|url| target(url)).collect();
    let mut hosts: BTreeMap<&str, BTreeSet<&Target>> = BTreeMap::new();
    for target in targets.iter().flatten() {
        hosts.entry(&target.host).or_default().insert(target);
    }
    // The longest queues first, so that none is left for the end.
    let mut queues: Vec<Vec<&Target>> = hosts.into_values().map(|pages| pages.into_iter().collect()).collect();
    queues.sort_by_key(|queue| std::cmp::Reverse(queue.len()));
    let heard = visit_all(&queues, manners, progress);
    // On some systems a machine that is offline hears of each host that it does not exist.
    let offline = queues.len() > 1 && heard.values().all(|heard| matches!(heard, Heard::NoHost));
    let answer = |target: &Target| match heard.get(target) {
        _ if offline => Answer::Unknown("no host was found at all: is this machine online?".into()),
        Some(heard) => judge(heard, manners),
        None => Answer::Unknown("was not asked, for a bug".into()),
    };
    targets.iter().map(|target| target.as_ref().map_or_else(|why| Answer::Unknown((*why).into()), answer)).collect()
}

/// A page to ask for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Target {
    /// With the port, if the URL has one.
    host: String,
    /// In ASCII, without the fragment.
    url: String,
}

/// What is written as `%20` and so on, besides what is not ASCII. Percent signs stay: they are escapes already.
const ESCAPED: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`');

/// Where a URL leads, or why it can not be asked.
fn target(url: &str) -> Result<Target, &'static str> {
    let url = url.trim().split('#').next().unwrap_or_default();
    let (scheme, rest) = if let Some(rest) = url.strip_prefix("//") {
        ("https", rest)
    } else {
        url.split_once("://").ok_or("is no web address")?
    };
    let scheme = scheme.to_ascii_lowercase();
    if scheme != "http" && scheme != "https" {
        return Err("is no web address");
    }
    let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let host = authority.rsplit('@').next().unwrap_or_default().to_ascii_lowercase();
    if host.is_empty() {
        return Err("names no host");
    }
    if !host.is_ascii() {
        return Err("names its host in letters beyond ASCII, which are not asked for (written as `xn--…` they are)");
    }
    let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
    let url = format!("{scheme}://{host}{}", utf8_percent_encode(&path, ESCAPED));
    Ok(Target { host, url })
}

type Response = ureq::http::Response<ureq::Body>;

/// What became of a request.
#[derive(Debug, Clone)]
enum Heard {
    Status(u16),
    NoHost,
    /// After a redirect.
    LeadsToNoHost,
    LeadsInside,
    Silence,
    /// Words that follow the link.
    Trouble(String),
    /// The host was left alone; why, in words that follow the link.
    NotAsked(&'static str),
}

fn judge(heard: &Heard, manners: Manners) -> Answer {
    match heard {
        Heard::Status(200..=299) => Answer::Fine,
        Heard::Status(status @ (404 | 410)) => Answer::Dead(format!("answers {status}")),
        Heard::Status(status) => Answer::Unknown(format!("answers {status}")),
        Heard::LeadsToNoHost => Answer::Dead("redirects to a host that does not exist".into()),
        Heard::LeadsInside => Answer::Dead("redirects into a private network".into()),
        Heard::NoHost => Answer::Dead("its host does not exist".into()),
        Heard::Silence => Answer::Unknown(format!("did not answer in {} s", manners.timeout.as_secs_f32())),
        Heard::Trouble(why) => Answer::Unknown(why.clone()),
        Heard::NotAsked(why) => Answer::Unknown((*why).into()),
    }
}

/// Visits each queue, some at a time.
fn visit_all<'a>(
    queues: &'a [Vec<&'a Target>],
    manners: Manners,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> HashMap<&'a Target, Heard> {
    let agents = Agents::new(manners);
    let total = queues.iter().map(Vec::len).sum();
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let tell = || progress(done.fetch_add(1, Ordering::Relaxed) + 1, total);
    let worker = || {
        let mut heard = Vec::new();
        while let Some(queue) = queues.get(next.fetch_add(1, Ordering::Relaxed)) {
            heard.extend(visit(&agents, queue, manners, &tell));
        }
        heard
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..AT_ONCE.min(queues.len())).map(|_| scope.spawn(worker)).collect();
        // What a thread that panicked has heard is missing, and its pages stay unknown.
        workers.into_iter().filter_map(|worker| worker.join().ok()).flatten().collect()
    })
}

/// Who asks: the one hosts out there, the other those in private networks.
struct Agents {
    public: Agent,
    private: Agent,
}

impl Agents {
    fn new(manners: Manners) -> Self {
        let config = Agent::config_builder()
            // They are followed by hand.
            .max_redirects(0)
            .http_status_as_error(false)
            .user_agent(NAME)
            .build();
        let agent = |private| {
            let names = Names { private, is_private: manners.is_private };
            match config.proxy() {
                // It is the proxy that finds names then, and the proxy's own address may well be private.
                Some(_) => Agent::from(config.clone()),
                None => Agent::with_parts(config.clone(), DefaultConnector::default(), names),
            }
        };
        Self { public: agent(false), private: agent(true) }
    }
}

/// Finds names as the system does, but keeps private addresses alone, or all others. What was kept is what is asked, so a name
/// that stands for both, or now for this and now for that, gains nothing.
#[derive(Debug)]
struct Names {
    private: bool,
    is_private: fn(IpAddr) -> bool,
}

impl Resolver for Names {
    fn resolve(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        let found = DefaultResolver::default().resolve(uri, config, timeout)?;
        let mut kept = self.empty();
        let is_kept = |address: &&SocketAddr| (self.is_private)(address.ip()) == self.private;
        found.iter().filter(is_kept).for_each(|address| kept.push(*address));
        if kept.is_empty() { Err(Error::Other(Box::new(Elsewhere))) } else { Ok(kept) }
    }
}

/// None of a host's addresses was kept.
#[derive(Debug)]
struct Elsewhere;

impl fmt::Display for Elsewhere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("its host is not where it was")
    }
}

impl std::error::Error for Elsewhere {}

/// Whether an address is of this machine or of a network that not everybody is in (the registries of RFC 6890).
fn is_private(address: IpAddr) -> bool {
    let is_private_v4 = |v4: Ipv4Addr| {
        let shared = v4.octets()[0] == 100 && v4.octets()[1] & 0xc0 == 64;
        let own = v4.is_loopback() || v4.is_private() || v4.is_link_local();
        own || shared || v4.octets()[0] == 0 || v4.is_broadcast()
    };
    match address {
        IpAddr::V4(v4) => is_private_v4(v4),
        IpAddr::V6(v6) => match v6.to_ipv4() {
            Some(v4) => is_private_v4(v4),
            None => v6.is_unique_local() || v6.is_unicast_link_local(),
        },
    }
}

/// Whether a URL says by itself that its host is in a private network.
fn names_private(url: &Url, is_private: fn(IpAddr) -> bool) -> bool {
    match url.host() {
        Some(Host::Ipv4(v4)) => is_private(v4.into()),
        Some(Host::Ipv6(v6)) => is_private(v6.into()),
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        None => false,
    }
}

/// Asks one host for its pages, one after another.
fn visit<'a>(agents: &Agents, pages: &[&'a Target], manners: Manners, tell: &dyn Fn()) -> Vec<(&'a Target, Heard)> {
    let mut heard = Vec::new();
    let mut silences = 0;
    let mut closed = None;
    let end = Instant::now() + manners.in_all;
    for page in pages {
        let answer = closed.clone().unwrap_or_else(|| {
            if !heard.is_empty() {
                thread::sleep(manners.pause);
            }
            request(agents, page, manners)
        });
        silences = if matches!(answer, Heard::Silence) { silences + 1 } else { 0 };
        closed = closed.or(match answer {
            Heard::Status(429) => Some(Heard::NotAsked("was not asked: its host wants to be asked less often (429)")),
            Heard::Silence if silences == SILENCES => {
                Some(Heard::NotAsked("was not asked: its host kept silent before"))
            }
            Heard::NoHost => Some(Heard::NoHost),
            _ if Instant::now() > end => Some(Heard::NotAsked("was not asked: its host took too long before")),
            _ => None,
        });
        heard.push((*page, answer));
        tell();
    }
    heard
}

/// Asks for the head of a page; and, as many hosts answer that wrongly or not at all, for the page itself unless the
/// head is there. No body is read.
fn request(agents: &Agents, page: &Target, manners: Manners) -> Heard {
    let heard = match follow(agents, "HEAD", page, manners) {
        heard @ Heard::Status(200..=299 | 429) => heard,
        Heard::Status(_) | Heard::Trouble(_) => follow(agents, "GET", page, manners),
        heard => heard,
    };
    if matches!(heard, Heard::NoHost) { whose_host(&page.host) } else { heard }
}

/// Asks for a page, and goes on to where its host leads. What the site links to may be in a private network, and lead to what
/// is; a host out there may not.
fn follow(agents: &Agents, method: &str, page: &Target, manners: Manners) -> Heard {
    let end = Instant::now() + manners.timeout;
    let ask = |agent, url: &str| call(agent, method, url, end.saturating_duration_since(Instant::now()));
    let Ok(mut url) = Url::parse(&page.url) else { return hear(ask(&agents.public, &page.url)) };
    let mut may_be_private = true;
    for _ in 0..=REDIRECTS {
        let mut private = names_private(&url, manners.is_private);
        if private && !may_be_private {
            return Heard::LeadsInside;
        }
        let mut answer = ask(if private { &agents.private } else { &agents.public }, url.as_str());
        if !private && matches!(&answer, Err(Error::Other(wrong)) if wrong.is::<Elsewhere>()) {
            if !may_be_private {
                // To others the name may stand for another address.
                return Heard::Trouble("redirects into a private network, as names are found here".into());
            }
            private = true;
            answer = ask(&agents.private, url.as_str());
        }
        may_be_private = private;
        let Some(next) = answer.as_ref().ok().and_then(|answer| location(answer, &url)) else { return hear(answer) };
        if !["http", "https"].contains(&next.scheme()) {
            return Heard::Trouble("redirects to what is no web address".into());
        }
        url = next;
    }
    Heard::Trouble(format!("redirects more than {REDIRECTS} times"))
}

fn call(agent: &Agent, method: &str, url: &str, timeout: Duration) -> Result<Response, Error> {
    let request = if method == "HEAD" { agent.head(url) } else { agent.get(url) };
    request.config().timeout_global(Some(timeout)).build().call()
}

/// Where a redirect leads.
fn location(response: &Response, from: &Url) -> Option<Url> {
    let location = response.headers().get("location").filter(|_| response.status().is_redirection())?;
    from.join(&String::from_utf8_lossy(location.as_bytes())).ok()
}

/// Somewhere on the way a host was not found: whether it is the page's own.
fn whose_host(host: &str) -> Heard {
    let named = if host.contains(':') { host.to_owned() } else { format!("{host}:443") };
    match named.to_socket_addrs() {
        Ok(_) => Heard::LeadsToNoHost,
        Err(wrong) => hear(Err(Error::Io(wrong))),
    }
}

fn hear(response: Result<Response, Error>) -> Heard {
    match response {
        Ok(response) => Heard::Status(response.status().as_u16()),
        Err(Error::HostNotFound) => Heard::NoHost,
        Err(Error::Timeout(_)) => Heard::Silence,
        Err(Error::Io(wrong)) if names_no_host(&wrong) => Heard::NoHost,
        Err(Error::Io(wrong)) => Heard::Trouble(match wrong.kind() {
            io::ErrorKind::TimedOut => return Heard::Silence,
            io::ErrorKind::ConnectionRefused => "refuses the connection".into(),
            io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted | io::ErrorKind::UnexpectedEof => {
                "breaks off the connection".into()
            }
            _ => format!("could not be asked: {wrong}"),
        }),
        Err(wrong) => Heard::Trouble(format!("could not be asked: {wrong}")),
    }
}

/// Whether the name servers say that there is no such host; that they could not be asked is another matter. The
/// standard library has but the system's words for it: glibc's, musl's, and those of macOS, the BSDs and Windows.
fn names_no_host(wrong: &io::Error) -> bool {
    const NO_SUCH_HOST: i32 = 11_001; // WSAHOST_NOT_FOUND, whose words Windows translates
    let words = wrong.to_string();
    (cfg!(windows) && wrong.raw_os_error() == Some(NO_SUCH_HOST))
        || words.contains("not known")
        || words.contains("Name does not resolve")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufRead as _, BufReader, Write as _};
    use std::net::{TcpListener, TcpStream};
    use std::sync::{Arc, Mutex};

    /// A host at the loopback interface, and what it was asked.
    #[derive(Clone)]
    struct Host {
        name: String,
        asked: Arc<Mutex<Vec<String>>>,
    }

    impl Host {
        /// Answers each request by `answer(method, path)`, a status line and headers; an empty one breaks it off.
        fn new(answer: impl Fn(&str, &str) -> String + Send + Sync + 'static) -> Self {
            let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
            let name = listener.local_addr().expect("an address").to_string();
            let host = Self { name, asked: Arc::default() };
            let (asked, answer) = (Arc::clone(&host.asked), Arc::new(answer));
            thread::spawn(move || {
                for stream in listener.incoming().flatten() {
                    let (asked, answer) = (Arc::clone(&asked), Arc::clone(&answer));
                    thread::spawn(move || serve(stream, &asked, &*answer));
                }
            });
            host
        }

        fn url(&self, path: &str) -> String {
            format!("http://{}{path}", self.name)
        }

        fn asked(&self) -> Vec<String> {
            self.asked.lock().expect("no test panics here").clone()
        }
    }

    fn serve(mut stream: TcpStream, asked: &Mutex<Vec<String>>, answer: &dyn Fn(&str, &str) -> String) {
        let mut lines = BufReader::new(stream.try_clone().expect("a handle")).lines();
        let first = lines.next().and_then(Result::ok).unwrap_or_default();
        let agent = lines
            .by_ref()
            .map_while(Result::ok)
            .take_while(|line| !line.is_empty())
            .find(|line| line.starts_with("user-agent"));
        let (method, rest) = first.split_once(' ').unwrap_or_default();
        let path = rest.split(' ').next().unwrap_or_default();
        asked.lock().expect("no test panics here").push(format!("{method} {path}"));
        let head = answer(method, path);
        if head.is_empty() || agent.is_none_or(|agent| !agent.contains("backgrounder/")) {
            return;
        }
        let _ = write!(stream, "HTTP/1.1 {head}\r\nconnection: close\r\n\r\n");
    }

    const PATIENT: Manners = Manners { pause: Duration::ZERO, ..MANNERS };
    const HASTY: Manners = Manners { timeout: Duration::from_millis(400), ..PATIENT };
    const EMPTY: &str = "content-length: 0";

    fn answers(urls: &[String]) -> Vec<Answer> {
        ask_with(urls, PATIENT, &|_, _| ())
    }

    fn answer(url: &str) -> Answer {
        answers(&[url.to_owned()]).remove(0)
    }

    fn dead(words: &str) -> Answer {
        Answer::Dead(words.into())
    }

    fn unknown(words: &str) -> Answer {
        Answer::Unknown(words.into())
    }

    #[test]
    fn answers_are_judged() {
        let host = Host::new(|method, path| match path {
            "/moved-to-nowhere-but-for-its-head" if method == "HEAD" => format!("404 Not Found\r\n{EMPTY}"),
            "/moved-to-nowhere" | "/moved-to-nowhere-but-for-its-head" => {
                format!("301 Moved\r\nlocation: http://nowhere.invalid/\r\n{EMPTY}")
            }
            "/moved" => format!("301 Moved\r\nlocation: /fine\r\n{EMPTY}"),
            "/loop" => format!("302 Found\r\nlocation: /loop\r\n{EMPTY}"),
            "/moved-and-gone" => format!("308 Moved\r\nlocation: /410\r\n{EMPTY}"),
            "/moved-without-a-word" => format!("301 Moved\r\n{EMPTY}"),
            "/broken-off" => String::new(),
            "/nonsense" => "what?".into(),
            "/fine" => format!("200 OK\r\n{EMPTY}"),
            path => format!("{} Whatever\r\n{EMPTY}", &path[1..]),
        });
        let cases = [
            ("/fine", Answer::Fine),
            ("/204", Answer::Fine),
            ("/moved", Answer::Fine),
            ("/404", dead("answers 404")),
            ("/410", dead("answers 410")),
            ("/moved-and-gone", dead("answers 410")),
            ("/moved-to-nowhere", dead("redirects to a host that does not exist")),
            ("/moved-to-nowhere-but-for-its-head", dead("redirects to a host that does not exist")),
            ("/403", unknown("answers 403")),
            ("/500", unknown("answers 500")),
            ("/503", unknown("answers 503")),
            ("/loop", unknown("redirects more than 10 times")),
        ];
        for (path, expected) in cases {
            assert_eq!(answer(&host.url(path)), expected, "{path}");
        }
        for path in ["/broken-off", "/nonsense", "/moved-without-a-word"] {
            assert!(matches!(answer(&host.url(path)), Answer::Unknown(_)), "{path}");
        }
    }

    #[test]
    fn a_host_that_does_not_exist_is_dead() {
        let host = Host::new(|_, _| format!("200 OK\r\n{EMPTY}"));
        let nowhere = |path: &str| format!("https://nowhere.invalid/{path}");
        assert_eq!(answer(&nowhere("a")), dead("its host does not exist"));
        let all = answers(&[nowhere("a"), host.url("/"), nowhere("b")]);
        assert_eq!(all, [dead("its host does not exist"), Answer::Fine, dead("its host does not exist")]);
    }

    #[test]
    fn a_machine_that_is_offline_calls_nothing_dead() {
        let all = answers(&["http://nowhere.invalid/".into(), "http://nobody.invalid/".into()]);
        assert!(all.iter().all(|answer| matches!(answer, Answer::Unknown(why) if why.contains("online"))), "{all:?}");
    }

    #[test]
    fn name_servers_that_are_not_reached_prove_nothing() {
        let says = |words: &str| names_no_host(&io::Error::other(words));
        assert!(says("failed to lookup address information: Name or service not known"));
        assert!(says("failed to lookup address information: nodename nor servname provided, or not known"));
        assert!(says("failed to lookup address information: Name does not resolve"));
        assert!(!says("failed to lookup address information: Temporary failure in name resolution"));
        assert!(!says("failed to lookup address information: Try again"));
    }

    #[test]
    fn a_host_that_refuses_is_unknown() {
        let closed = TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a port");
        assert_eq!(answer(&format!("http://{closed}/")), unknown("refuses the connection"));
    }

    #[test]
    fn a_host_that_speaks_no_tls_is_unknown() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("https://{}/", listener.local_addr().expect("an address"));
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let _ = write!(stream, "HTTP/1.1 400 Bad Request\r\n\r\n");
            }
        });
        let told = answer(&url);
        assert!(matches!(&told, Answer::Unknown(why) if why.starts_with("could not be asked: ")), "{told:?}");
    }

    #[test]
    fn a_head_refused_is_asked_again_as_a_whole_without_its_body() {
        for status in ["404", "405", "501", "403", "500"] {
            let host = Host::new(move |method, _| match method {
                "HEAD" => format!("{status} No\r\n{EMPTY}"),
                // A body that never comes: nobody waits for it.
                _ => "200 OK\r\ncontent-length: 1000000".into(),
            });
            let start = Instant::now();
            assert_eq!(answer(&host.url("/a")), Answer::Fine);
            assert!(start.elapsed() < PATIENT.timeout);
            assert_eq!(host.asked(), ["HEAD /a", "GET /a"]);
        }
        let breaks_off = Host::new(|method, _| if method == "HEAD" { String::new() } else { "200 OK".into() });
        assert_eq!(answer(&breaks_off.url("/")), Answer::Fine);
    }

    #[test]
    fn a_silent_host_is_unknown_and_soon_left_alone() {
        let host = Host::new(|_, _| {
            thread::sleep(HASTY.timeout * 3);
            String::new()
        });
        let urls: Vec<String> = (0..20).map(|n| host.url(&format!("/{n:02}"))).collect();
        let told = ask_with(&urls, HASTY, &|_, _| ());
        assert_eq!(told[..2], [unknown("did not answer in 0.4 s"), unknown("did not answer in 0.4 s")]);
        assert!(told[2..].iter().all(|told| *told == unknown("was not asked: its host kept silent before")));
        assert_eq!(host.asked().len(), 2);
    }

    #[test]
    fn a_slow_host_is_left_alone_after_a_while() {
        let host = Host::new(|_, _| {
            thread::sleep(Duration::from_millis(50));
            format!("500 Ill\r\n{EMPTY}")
        });
        let urls: Vec<String> = (0..20).map(|n| host.url(&format!("/{n:02}"))).collect();
        let told = ask_with(&urls, Manners { in_all: Duration::from_millis(250), ..PATIENT }, &|_, _| ());
        assert_eq!(told[0], unknown("answers 500"));
        assert_eq!(told[19], unknown("was not asked: its host took too long before"));
    }

    /// To these tests 127.0.0.1 is a host out there.
    fn is_private_but_for_one(address: IpAddr) -> bool {
        is_private(address) && address != IpAddr::V4(Ipv4Addr::LOCALHOST)
    }

    #[test]
    fn no_host_out_there_leads_into_a_private_network() {
        let inner = TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a port");
        let to: Vec<String> = ["127.0.0.2", "[::1]", "[::ffff:127.0.0.2]", "localhost", "2130706434", "10.1.2.3"]
            .iter()
            .map(|host| format!("//{host}:{}/", inner.port()))
            .collect();
        let led = to.clone();
        let host = Host::new(move |_, path| {
            let to = path[1..].parse().ok().and_then(|n: usize| led.get(n));
            match to {
                Some(to) => format!("302 Found\r\nlocation: {to}\r\n{EMPTY}"),
                None => format!("307 Found\r\nlocation: /0\r\n{EMPTY}"),
            }
        });
        let manners = Manners { is_private: is_private_but_for_one, ..PATIENT };
        for path in 0..=to.len() {
            let told = ask_with(&[host.url(&format!("/{path}"))], manners, &|_, _| ());
            assert_eq!(told, [dead("redirects into a private network")], "{path}: {:?}", to.get(path));
        }
        // What is in a private network itself, as the site may link to, may lead there.
        assert_eq!(answer(&host.url("/3")), unknown("refuses the connection"));
    }

    #[test]
    fn of_a_name_those_addresses_are_asked_that_are_meant() {
        let closed = TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a port");
        let find = |private, is_private| {
            let names = Names { private, is_private };
            let agent = Agent::with_parts(Config::default(), DefaultConnector::default(), names);
            call(&agent, "GET", &format!("http://{closed}/"), PATIENT.timeout).expect_err("nobody listens")
        };
        for (private, is_private, is_asked) in [
            (true, is_private as fn(IpAddr) -> bool, true),
            (false, is_private, false),
            (true, is_private_but_for_one, false),
            (false, is_private_but_for_one, true),
        ] {
            let told = find(private, is_private);
            assert_eq!(matches!(&told, Error::Io(_)), is_asked, "{told}");
            assert_eq!(matches!(&told, Error::Other(wrong) if wrong.is::<Elsewhere>()), !is_asked, "{told}");
        }
    }

    #[test]
    fn private_addresses_are_known() {
        let private = |address: &str| is_private(address.parse().expect("an address"));
        for address in [
            "127.0.0.1",
            "127.9.9.9",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "0.1.2.3",
            "100.64.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "fe80::1",
            "febf::1",
            "fc00::1",
            "fd12::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
        ] {
            assert!(private(address), "{address}");
        }
        for address in ["1.1.1.1", "172.15.0.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "::ffff:1.1.1.1"] {
            assert!(!private(address), "{address}");
        }
        let names = |url: &str| names_private(&Url::parse(url).expect("a URL"), is_private);
        for url in
            ["http://LOCALHOST/", "http://localhost./", "http://a.localhost/", "http://0x7f.1/", "http://[::1]:80/"]
        {
            assert!(names(url), "{url}");
        }
        for url in ["http://example.org/", "http://localhost.example.org/", "http://notlocalhost/"] {
            assert!(!names(url), "{url}");
        }
    }

    #[test]
    fn a_host_that_wants_peace_gets_it() {
        let host = Host::new(|_, _| format!("429 Too Many Requests\r\n{EMPTY}"));
        let told = answers(&[host.url("/a"), host.url("/b")]);
        let left = "was not asked: its host wants to be asked less often (429)";
        assert_eq!(told, [unknown("answers 429"), unknown(left)]);
        assert_eq!(host.asked(), ["HEAD /a"]);
    }

    #[test]
    fn each_page_is_asked_once_and_answers_keep_their_order() {
        let host = Host::new(|_, path| format!("{} X\r\n{EMPTY}", if path == "/b" { 410 } else { 200 }));
        let (a, b) = (host.url("/a"), host.url("/b"));
        let seen = Mutex::new(Vec::new());
        let told = ask_with(&[a.clone(), b.clone(), format!("{a}#x"), b, a], PATIENT, &|done, total| {
            seen.lock().expect("no test panics here").push((done, total));
        });
        let gone = dead("answers 410");
        assert_eq!(told, [Answer::Fine, gone.clone(), Answer::Fine, gone, Answer::Fine]);
        assert_eq!(host.asked(), ["HEAD /a", "HEAD /b", "GET /b"]);
        assert_eq!(seen.into_inner().expect("no test panics here"), [(1, 2), (2, 2)]);
    }

    #[test]
    fn one_page_of_a_host_and_eight_hosts_at_a_time() {
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let at_one_host = Arc::new(AtomicUsize::new(0));
        let hosts: Vec<Host> = (0..12)
            .map(|_| {
                let here = AtomicUsize::new(0);
                let (now, most, at_one_host) = (Arc::clone(&now), Arc::clone(&most), Arc::clone(&at_one_host));
                Host::new(move |_, _| {
                    most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    at_one_host.fetch_max(here.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    thread::sleep(Duration::from_millis(40));
                    here.fetch_sub(1, Ordering::SeqCst);
                    now.fetch_sub(1, Ordering::SeqCst);
                    format!("200 OK\r\n{EMPTY}")
                })
            })
            .collect();
        let urls: Vec<String> = hosts.iter().flat_map(|host| ["/a", "/b", "/c"].map(|path| host.url(path))).collect();
        assert_eq!(answers(&urls), vec![Answer::Fine; 36]);
        assert_eq!(at_one_host.load(Ordering::SeqCst), 1);
        assert!((2..=AT_ONCE).contains(&most.load(Ordering::SeqCst)));
    }

    #[test]
    fn urls_are_put_into_ascii() {
        let host = Host::new(|_, path| {
            format!("{} X\r\n{EMPTY}", if path == "/K%C3%B6ln%20a?q=%C3%A9&r=%20" { 200 } else { 404 })
        });
        assert_eq!(answer(&host.url("/Köln a?q=é&r=%20#da")), Answer::Fine);
        let asked = |url: &str| target(url).map(|target| target.url);
        assert_eq!(asked("//Example.org"), Ok("https://example.org/".into()));
        assert_eq!(asked("HTTP://example.org?a"), Ok("http://example.org/?a".into()));
        assert_eq!(asked("https://me:secret@example.org:8443/a#b"), Ok("https://example.org:8443/a".into()));
        for odd in ["mailto:a@example.org", "ftp://example.org/", "example.org", "https://", "https://köln.example/"] {
            assert!(matches!(answer(odd), Answer::Unknown(_)), "{odd}");
        }
    }
}
