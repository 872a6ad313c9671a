//! Server: the preview over HTTP. Pages are rendered when a browser asks; nothing is served but the outputs of the site
//! and what lies under [`OWN`](super::OWN).

use super::report::Report;
use super::{Answer, OWN, Preview, locked};
use crate::limits::{MOST_CONNECTIONS, MOST_FOLLOWED, SLOWEST_HEAD, SLOWEST_READER};
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use futures_util::stream::unfold;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use percent_encoding::percent_decode_str;
use serde_json::json;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::path::Path as FilePath;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::sync::watch::Receiver;
use tokio_io_timeout::TimeoutStream;
use tower_http::services::ServeFile;

/// How often a connection that has nothing to say shows that it is there.
const ALIVE: Duration = Duration::from_secs(15);

/// How long nothing is accepted when the system has no room for another connection.
const NO_ROOM: Duration = Duration::from_millis(200);

/// What of the preview's own other machines may ask for.
const FOR_ALL: [&str; 3] = ["events", "follow.js", "report.css"];

/// How many bytes the path of a page can have.
const LONGEST_PATH: usize = 4096;

const FOLLOW: &str = include_str!("follow.js");
const REPORT_STYLE: &str = include_str!("report.css");
const DESK_STYLE: &str = include_str!("desk.css");

/// Serves a preview as long as the program runs.
pub async fn serve(preview: Arc<Preview>, listener: TcpListener) {
    let own = |name: &str| format!("{OWN}{name}");
    let text = |text: &'static str, kind: &'static str| get(async move || ([(header::CONTENT_TYPE, kind)], text));
    let app = Router::new()
        .route(&own("events"), get(events))
        .route(&own("report"), get(report))
        .route(&own("follow.js"), text(FOLLOW, "text/javascript; charset=utf-8"))
        .route(&own("report.css"), text(REPORT_STYLE, "text/css; charset=utf-8"))
        .route(&own("desk.css"), text(DESK_STYLE, "text/css; charset=utf-8"))
        .fallback(page)
        .layer(middleware::from_fn_with_state(preview.clone(), guard))
        .with_state(preview);
    // Together with the files that are read, they stay below the 256 that some systems let a program have open.
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    loop {
        // Places are never closed, so there always is one again.
        let place = places.clone().acquire_owned().await;
        let Ok((connection, peer)) = listener.accept().await else {
            tokio::time::sleep(NO_ROOM).await;
            continue;
        };
        // An answer is not held back for more that may follow. A connection that cannot do that works all the same.
        _ = connection.set_nodelay(true);
        let app = app.clone().layer(Extension(ConnectInfo(peer)));
        tokio::spawn(async move {
            let mut http = http1::Builder::new();
            http.timer(TokioTimer::new()).header_read_timeout(Duration::from_secs(SLOWEST_HEAD));
            // A browser that goes away, or says nothing that can be understood, is nobody's concern.
            let mut connection = TimeoutStream::new(connection);
            connection.set_write_timeout(Some(Duration::from_secs(SLOWEST_READER)));
            _ = http.serve_connection(TokioIo::new(Box::pin(connection)), TowerToHyperService::new(app)).await;
            drop(place);
        });
    }
}

/// The hosts that a request to an address may name: this machine's own names for it, and that of the base URL. A page
/// elsewhere cannot make a browser read the preview under a name of its own (DNS rebinding).
pub fn hosts(address: SocketAddr, base_url: &str) -> Vec<String> {
    let port = address.port();
    let own = base_url.split("://").nth(1).and_then(|rest| rest.split('/').next()).map(str::to_lowercase);
    let mut hosts = vec![format!("localhost:{port}")];
    hosts.extend(own);
    if address.ip().is_loopback() {
        hosts.extend([address.to_string(), format!("127.0.0.1:{port}"), format!("[::1]:{port}")]);
    }
    if port == 80 {
        // Browsers leave out the port that goes without saying.
        let bare: Vec<String> = hosts.iter().filter_map(|host| host.strip_suffix(":80")).map(str::to_owned).collect();
        hosts.extend(bare);
    }
    hosts
}

/// Whether a request names a host that is the preview's own. Where other machines may ask, they use addresses in numbers,
/// which cannot be made to mean another machine.
fn is_own_host(hosts: &[String], others_may_ask: bool, host: &str) -> bool {
    let bare = host.rsplit_once(':').map_or(host, |(bare, _)| bare).trim_matches(['[', ']']);
    hosts.iter().any(|own| own.eq_ignore_ascii_case(host)) || others_may_ask && bare.parse::<IpAddr>().is_ok()
}

/// Lets through what asks for this preview, in a way that only reads; forbids browsers to keep anything.
async fn guard(State(preview): State<Arc<Preview>>, request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    if !is_own_host(&preview.wanted.hosts, preview.wanted.others_may_ask, host) {
        return (StatusCode::FORBIDDEN, "This preview answers to its own address only.\n").into_response();
    }
    // A page elsewhere says so in browsers without Fetch Metadata as well, where it lets a script ask.
    let origin = request.headers().get(header::ORIGIN).map(|origin| origin.to_str().unwrap_or_default());
    let is_own = |origin: &str| {
        let host = origin.split_once("://").map_or("", |(_, host)| host);
        is_own_host(&preview.wanted.hosts, preview.wanted.others_may_ask, host)
    };
    if origin.is_some_and(|origin| !is_own(origin)) {
        return StatusCode::FORBIDDEN.into_response();
    }
    // As it is answered: decoded.
    let path = percent_decode_str(request.uri().path()).decode_utf8_lossy();
    let own = path.strip_prefix(OWN);
    if is_asked_by_others(&request, own.is_some_and(|name| !name.is_empty())) {
        return StatusCode::FORBIDDEN.into_response();
    }
    if own.is_some_and(|name| !FOR_ALL.contains(&name)) && !is_near(&request) {
        return (StatusCode::FORBIDDEN, "This is shown on the writer's own machine only.\n").into_response();
    }
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD")]).into_response();
    }
    let policy = HeaderValue::from_static(if own.is_some() { OWN_POLICY } else { POLICY });
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

/// What any page that is served is sent under, beside what it says itself: no page elsewhere shows it within its own.
const POLICY: &str = "frame-ancestors 'self'";

/// What the preview's own pages are sent under.
const OWN_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

/// Whether a page elsewhere makes a browser ask. It may lead a reader to a page of the site; it reads nothing here, shows
/// nothing of it, cannot try which drafts there are, and holds no connections (Fetch Metadata).
fn is_asked_by_others(request: &Request, is_own: bool) -> bool {
    let says = |name: &str, expected: &[&str]| {
        request.headers().get(name).is_some_and(|value| expected.iter().any(|one| value.as_bytes() == one.as_bytes()))
    };
    let is_elsewhere = says("sec-fetch-site", &["cross-site", "same-site"]);
    let is_led = says("sec-fetch-mode", &["navigate"]) && says("sec-fetch-dest", &["document"]);
    is_elsewhere && (is_own || !is_led)
}

/// A page or file of the site, or a page of the preview's own.
async fn page(State(preview): State<Arc<Preview>>, request: Request) -> Response {
    let is_near = is_near(&request);
    let uri = request.uri().clone();
    let path = percent_decode_str(uri.path()).decode_utf8_lossy();
    match &*answer(&preview, &path).await {
        Answer::Elsewhere(to) => {
            moved(&(to.clone() + &uri.query().map_or_else(String::new, |query| format!("?{query}"))))
        }
        Answer::File(file) => copied(&preview.wanted.root, file, request).await,
        Answer::Bytes { found, path: output, bytes, hash, .. } => {
            let status = if *found { StatusCode::OK } else { StatusCode::NOT_FOUND };
            let kind = media_type(output);
            let body = if kind.starts_with("text/html") {
                let report = preview.shown().report.clone();
                with_script(bytes, hash, &preview, uri.path(), is_near.then_some(&*report))
            } else {
                bytes.clone()
            };
            (status, times(&preview), [(header::CONTENT_TYPE, kind)], body).into_response()
        }
        Answer::Nothing => {
            let page = b"<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Not made</title><p>The page could not be made.</p></html>";
            let report = preview.shown().report.clone();
            let body = with_script(page, "nothing", &preview, uri.path(), is_near.then_some(&*report));
            (StatusCode::SERVICE_UNAVAILABLE, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], body)
                .into_response()
        }
    }
}

/// Whether a request comes from this machine. Others are not shown the writer's own view: mistakes are told with the lines
/// they stand on, and those may hold what is not to be published.
fn is_near(request: &Request) -> bool {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    peer.is_some_and(|ConnectInfo(peer)| peer.ip().to_canonical().is_loopback())
}

/// Renders off the threads that serve: a long page holds up nobody else.
async fn answer(preview: &Arc<Preview>, path: &str) -> Arc<Answer> {
    let (own, path) = (preview.clone(), path.to_owned());
    tokio::task::spawn_blocking(move || own.answer(&path)).await.unwrap_or_else(|_| Arc::new(Answer::Nothing))
}

fn moved(to: &str) -> Response {
    // A path of two slashes would name another host.
    let to = format!("/{}", to.trim_start_matches('/'));
    let Ok(to) = HeaderValue::from_str(&to) else { return StatusCode::NOT_FOUND.into_response() };
    (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, to)]).into_response()
}

/// A file as it lies on the disk, or the range of it that was asked for; not what a link has led to since it was found.
async fn copied(root: &FilePath, file: &FilePath, request: Request) -> Response {
    let is_inside = root.canonicalize().and_then(|root| Ok(file.canonicalize()?.starts_with(root))).unwrap_or(false);
    if !is_inside {
        return StatusCode::NOT_FOUND.into_response();
    }
    let kind = media_type(&file.to_string_lossy());
    let mut asked = Request::new(Body::empty());
    *asked.method_mut() = request.method().clone();
    let len = file.metadata().map_or(0, |meta| meta.len());
    let range = request.headers().get(header::RANGE).and_then(|range| plain_range(range.to_str().ok()?, len));
    if let Some(range) = range.and_then(|range| HeaderValue::from_str(&range).ok()) {
        asked.headers_mut().insert(header::RANGE, range);
    }
    match ServeFile::new(file).try_call(asked).await {
        Ok(response) => {
            let mut response = response.map(Body::new);
            if let (true, Ok(kind)) = (response.status().is_success(), HeaderValue::from_str(&kind)) {
                response.headers_mut().insert(header::CONTENT_TYPE, kind);
            }
            response
        }
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

/// A range of a file of so many bytes, its ends within numbers that can be read; none for what is to be answered with the
/// whole (RFC 9110, 14.2): several ranges, other units, what is no range, and any of an empty file.
fn plain_range(range: &str, len: u64) -> Option<String> {
    let (start, end) = range.strip_prefix("bytes=")?.trim().split_once('-')?;
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = |text: &str| is_number(text).then(|| text.parse().unwrap_or(u64::MAX));
    match (number(start), number(end)) {
        _ if len == 0 => None,
        (Some(start), None) if end.is_empty() => Some(format!("bytes={start}-")),
        (Some(start), Some(end)) if start <= end && start < len => Some(format!("bytes={start}-{}", end.min(len - 1))),
        (Some(start), Some(end)) if start <= end => Some(format!("bytes={start}-{end}")),
        (None, Some(last)) if start.is_empty() => Some(format!("bytes=-{}", last.min(len))),
        _ => None,
    }
}

/// When the change was noticed that this was made of, and when the site was made, in microseconds since 1970: what a
/// benchmark asks for.
fn times(preview: &Preview) -> [(HeaderName, String); 2] {
    let micros = |time: SystemTime| time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_micros());
    let (noticed, made) = preview.shown().times;
    let name = HeaderName::from_static;
    [
        (name("x-backgrounder-noticed-us"), micros(noticed).to_string()),
        (name("x-backgrounder-made-us"), micros(made).to_string()),
    ]
}

/// A page with the script that follows edits; where no script runs, what is wrong stands on it as text.
fn with_script(page: &[u8], hash: &str, preview: &Preview, path: &str, wrong: Option<&Report>) -> Vec<u8> {
    let escaped = crate::markdown::escaped;
    let wrong = wrong
        .filter(|report| report.errors > 0)
        .map_or_else(String::new, |report| format!("<noscript><pre>{}</pre></noscript>", escaped(&report.text())));
    let tag = format!(
        "<script src=\"{OWN}follow.js\" defer data-backgrounder data-page=\"{hash}\" data-turn=\"{}\" data-path=\"{}\"></script>",
        preview.turn(),
        escaped(path)
    );
    tagged(page, &wrong, &tag)
}

/// A page with something at the beginning of its body, and something at its end.
fn tagged(page: &[u8], first: &str, last: &str) -> Vec<u8> {
    let end = page.windows(7).rposition(|window| window.eq_ignore_ascii_case(b"</body>")).unwrap_or(page.len());
    let body = page[..end].windows(5).position(|window| window.eq_ignore_ascii_case(b"<body"));
    let start = body.and_then(|at| Some(at + page[at..end].iter().position(|byte| *byte == b'>')? + 1)).unwrap_or(end);
    [&page[..start], first.as_bytes(), &page[start..end], last.as_bytes(), &page[end..]].concat()
}

/// The media type that a browser is told, by the file's name.
fn media_type(path: &str) -> String {
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    let is_text = kind.type_() == mime_guess::mime::TEXT
        || matches!(kind.subtype().as_str(), "javascript" | "json" | "xml" | "svg");
    if is_text { format!("{}; charset=utf-8", kind.essence_str()) } else { kind.to_string() }
}

/// Tells an open page of what is shown now, and of each change that concerns it.
async fn events(State(preview): State<Arc<Preview>>, uri: Uri) -> Response {
    let asked = |name: &str| {
        let mut parts = uri.query().into_iter().flat_map(|query| query.split('&'));
        parts.find_map(|part| part.strip_prefix(name))
    };
    let Some(page) = asked("page=").filter(|page| page.len() <= LONGEST_PATH) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    // The path of the page's URL, itself encoded to stand in a query.
    let url_path = percent_decode_str(page).decode_utf8_lossy();
    let path = percent_decode_str(&url_path).decode_utf8_lossy().into_owned();
    if locked(&preview.open).values().sum::<usize>() >= MOST_FOLLOWED {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let mut turns = preview.turns();
    turns.mark_changed();
    // The turn in which the page was made, or what it has heard of since.
    let turn = asked("turn=").and_then(|turn| turn.parse().ok()).unwrap_or_else(|| preview.turn());
    let open = Open::new(preview, path);
    let listening = Listening { open, turns, turn, state: String::new(), waiting: None };
    let stream = unfold(listening, async |mut listening| {
        let event = listening.next().await?;
        Some((Ok::<_, Infallible>(event), listening))
    });
    Sse::new(Box::pin(stream)).keep_alive(KeepAlive::new().interval(ALIVE)).into_response()
}

/// A page that is open in a browser, until it is dropped.
struct Open {
    preview: Arc<Preview>,
    path: String,
}

impl Open {
    fn new(preview: Arc<Preview>, path: String) -> Self {
        *locked(&preview.open).entry(path.clone()).or_default() += 1;
        Self { preview, path }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let mut open = locked(&self.preview.open);
        if let Some(count) = open.get_mut(&self.path) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.path);
            }
        }
    }
}

/// An open page, and what it was told.
struct Listening {
    open: Open,
    turns: Receiver<u64>,
    /// The turn up to which it knows of copied files.
    turn: u64,
    state: String,
    waiting: Option<Event>,
}

impl Listening {
    /// The next event that the page must know of.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.waiting.take() {
                return Some(event);
            }
            self.turns.changed().await.ok()?;
            let turn = *self.turns.borrow_and_update();
            let preview = &self.open.preview;
            let copied = preview.copied_since(self.turn);
            self.turn = turn;
            let answer = answer(preview, &self.open.path).await;
            let (page, stale) = answer.state();
            let report = preview.shown().report.clone();
            let state = json!({
                "page": page,
                "errors": report.errors,
                "warnings": report.warnings,
                "report": report.hash,
                "stale": stale,
            });
            let state = state.to_string();
            if !copied.is_empty() {
                let files = json!({ "changed": copied, "turn": turn });
                self.waiting = Some(Event::default().event("files").data(files.to_string()));
            }
            if state != self.state {
                self.state.clone_from(&state);
                return Some(Event::default().event("state").data(state));
            }
        }
    }
}

/// What is wrong, as a list.
async fn report(State(preview): State<Arc<Preview>>) -> Response {
    let report = preview.shown().report.clone();
    let editor = preview.wanted.editor.clone();
    let drawn = tokio::task::spawn_blocking(move || report.html(&editor).to_owned()).await.unwrap_or_default();
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], drawn).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_asked_for_within_the_file() {
        let plain = |range| plain_range(range, 10);
        assert_eq!(plain("bytes=2-5").as_deref(), Some("bytes=2-5"));
        assert_eq!(plain("bytes=2-").as_deref(), Some("bytes=2-"));
        assert_eq!(plain("bytes=2-99999999999999999999999").as_deref(), Some("bytes=2-9"));
        assert_eq!(plain("bytes=-99").as_deref(), Some("bytes=-10"));
        assert_eq!(plain("bytes=20-30").as_deref(), Some("bytes=20-30"));
        for whole in ["bytes=x", "bytes=5-2", "bytes=-", "bytes=+1-2", "bytes=0-1,3-4", "lines=0-1", "bytes", ""] {
            assert_eq!(plain(whole), None, "{whole}");
        }
        assert_eq!(plain_range("bytes=0-", 0), None);
    }

    #[test]
    fn hosts_are_names_of_this_machine_or_numbers() {
        let address: SocketAddr = "127.0.0.1:80".parse().expect("an address");
        let own = hosts(address, "http://preview.test:80/sub");
        for host in ["localhost:80", "localhost", "127.0.0.1", "[::1]:80", "preview.test", "LOCALHOST"] {
            assert!(is_own_host(&own, false, host), "{host}");
        }
        for host in ["", "evil.example", "localhost:81", "10.0.0.1", "localhost.evil.example:80"] {
            assert!(!is_own_host(&own, false, host), "{host}");
        }
        assert!(is_own_host(&own, true, "10.0.0.1:80") && is_own_host(&own, true, "[fe80::1]:80"));
        assert!(!is_own_host(&own, true, "evil.example:80"));
    }

    #[test]
    fn mistakes_stand_at_the_beginning_of_a_page_and_the_script_at_its_end() {
        let page = b"<html><body class=x>Text</body></html>";
        let html = tagged(page, "<noscript>", "<script>");
        assert_eq!(String::from_utf8_lossy(&html), "<html><body class=x><noscript>Text<script></body></html>");
        assert_eq!(tagged(b"bare", "<noscript>", "<script>"), b"bare<noscript><script>");
    }
}
