//! `serve`: the site in memory, made anew after each edit, and a browser that follows.

use super::report::{data, elapsed, plural, say, tell};
use super::{CONTENT_ERRORS, Common, FINE, WRONG_USAGE};
use crate::Git;
use crate::diagnostic::to_text;
use crate::render::{Data, Rendered};
use crate::site::url_key;
use crate::{Made, Request, make};
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use notify_debouncer_full::notify::{RecommendedWatcher, RecursiveMode};
use notify_debouncer_full::{DebounceEventResult, Debouncer, RecommendedCache, new_debouncer};
use percent_encoding::percent_decode_str;
use std::collections::HashMap;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};

/// The port that is tried first when none is asked for, and how many behind it.
const PORT: u16 = 1111;
const PORTS_TRIED: u16 = 50;

/// How long the disk must be quiet before the site is made anew.
const QUIET: Duration = Duration::from_millis(50);

/// What an open page listens to, and what `serve` alone puts into it.
const EVENTS: &str = "/_backgrounder/events";
const SCRIPT: &str = include_str!("serve.js");

/// The flags of `serve`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  backgrounder serve\n  backgrounder serve --drafts --open\n  backgrounder serve --interface 0.0.0.0 --port 8080"
)]
pub(super) struct Arguments {
    /// The address to listen on; other machines reach the preview only when it is not a loopback address
    #[arg(short, long, default_value = "127.0.0.1", value_name = "ADDRESS")]
    interface: IpAddr,
    /// The port; without it the first free one from 1111 on
    #[arg(short, long)]
    port: Option<u16>,
    /// Open the site in the browser
    #[arg(short = 'O', long)]
    open: bool,
}

/// What the browser is served: the last outputs that could be made, and what is wrong now.
struct Preview {
    current: RwLock<Current>,
    changed: watch::Sender<u64>,
    /// The path that the site stands under: that of the base URL.
    base_path: String,
    hosts: Option<Vec<String>>,
}

#[derive(Default)]
struct Current {
    outputs: HashMap<String, Rendered>,
    wrong: Option<String>,
}

pub(super) fn run(arguments: &Arguments, common: &Common) -> u8 {
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            say(format!("error: the server cannot start: {error}"));
            return CONTENT_ERRORS;
        }
    };
    let code = runtime.block_on(serve(arguments, common));
    // The follower waits for changes that nobody needs any more.
    runtime.shutdown_background();
    code
}

async fn serve(arguments: &Arguments, common: &Common) -> u8 {
    let listener = match listen(arguments.interface, arguments.port).await {
        Ok(listener) => listener,
        Err(error) => {
            let port = arguments.port.unwrap_or(PORT);
            say(format!("error: cannot listen on {}, port {port}: {error}", arguments.interface));
            return WRONG_USAGE;
        }
    };
    let Ok(address) = listener.local_addr() else { return CONTENT_ERRORS };
    let base_url = common.base_url.clone().unwrap_or_else(|| format!("http://{address}"));
    let request = Request { base_url: Some(base_url.clone()), ..common.request(Git::Never) };
    let (changed, _) = watch::channel(0);
    let base_url = base_url.trim_end_matches('/').to_owned();
    let base_path = base_url.splitn(4, '/').nth(3).map_or_else(String::new, |path| format!("/{path}"));
    let preview = Arc::new(Preview { current: RwLock::default(), changed, base_path, hosts: hosts(address) });
    remake(&preview, &request, common.quiet);
    let Some(follower) = follow(&preview, &request, common.quiet) else { return CONTENT_ERRORS };
    let seen_at = format!("http://{address}{}/", preview.base_path);
    data(&format!("{seen_at}\n"));
    if arguments.open {
        open(&seen_at);
    }
    let app = Router::new().route(EVENTS, get(events)).fallback(page).with_state(preview);
    let served = axum::serve(listener, app).into_future();
    let code = tokio::select! {
        result = served => u8::from(result.is_err()),
        _ = tokio::signal::ctrl_c() => FINE,
    };
    follower.abort();
    code
}

async fn listen(interface: IpAddr, port: Option<u16>) -> std::io::Result<TcpListener> {
    if let Some(port) = port {
        return TcpListener::bind((interface, port)).await;
    }
    for port in PORT..PORT + PORTS_TRIED {
        if let Ok(listener) = TcpListener::bind((interface, port)).await {
            return Ok(listener);
        }
    }
    TcpListener::bind((interface, 0)).await
}

/// The hosts that a request to a loopback address may name; any when the address is not a loopback
/// one. A page elsewhere cannot make a browser read the preview under a name of its own.
fn hosts(address: SocketAddr) -> Option<Vec<String>> {
    let port = address.port();
    let own = || {
        vec![format!("{address}"), format!("localhost:{port}"), format!("127.0.0.1:{port}"), format!("[::1]:{port}")]
    };
    address.ip().is_loopback().then(own)
}

/// Makes the site anew. A mistake leaves the last good outputs in place, and is shown over them.
fn remake(preview: &Preview, request: &Request, quiet: bool) {
    let began = Instant::now();
    let made = std::panic::catch_unwind(|| make(request, &|_, _| ()));
    let Ok((made, outputs)) = made else {
        set_wrong(
            preview,
            "Backgrounder met a bug of its own and could not make the site; the last pages that could be made are shown.".to_owned(),
        );
        return;
    };
    tell(&made.wrong, &made.sources);
    let failed = made.failed();
    if !quiet {
        let what = if failed {
            "not made; the last pages that could be are shown".to_owned()
        } else {
            plural(outputs.len(), "output")
        };
        say(format!("{what}, {}", elapsed(began)));
    }
    if failed {
        set_wrong(preview, report(&made));
    }
    let mut current = preview.current.write().unwrap_or_else(std::sync::PoisonError::into_inner);
    if !failed || current.outputs.is_empty() {
        current.outputs =
            outputs.into_iter().map(|output| (url_key(output.url.as_str()).into_owned(), output)).collect();
    }
    if !failed {
        current.wrong = None;
    }
    drop(current);
    preview.changed.send_modify(|n| *n += 1);
}

fn set_wrong(preview: &Preview, wrong: String) {
    preview.current.write().unwrap_or_else(std::sync::PoisonError::into_inner).wrong = Some(wrong);
}

/// The mistakes as text without colours, for the page.
fn report(made: &Made) -> String {
    let text = to_text(&made.wrong, &made.sources, 100);
    anstream::adapter::strip_str(&text).to_string()
}

/// The site's folders and files that are watched, and what watches them.
struct Watch {
    debouncer: Debouncer<RecommendedWatcher, RecommendedCache>,
    folders: Vec<PathBuf>,
    watched: Vec<PathBuf>,
}

impl Watch {
    /// Watches the folders that are there now: one that comes later, or went and came back, from then on.
    fn refresh(&mut self) {
        for path in std::mem::take(&mut self.watched) {
            // A folder that is gone is watched no more already.
            let _ = self.debouncer.unwatch(&path);
        }
        self.watched = self.folders.iter().filter(|path| path.is_dir()).cloned().collect();
        for path in &self.watched {
            if let Err(error) = self.debouncer.watch(path, RecursiveMode::Recursive) {
                say(format!("error: cannot follow changes in {}: {error}", path.display()));
            }
        }
    }
}

/// Watches the site's folders, and makes the site anew when something in them changes.
fn follow(preview: &Arc<Preview>, request: &Request, quiet: bool) -> Option<tokio::task::JoinHandle<()>> {
    let absolute = |path: &PathBuf| std::path::absolute(path).unwrap_or_else(|_| path.clone());
    let root = absolute(&request.root);
    let folders: Vec<PathBuf> = ["content", "templates", "static"].iter().map(|name| root.join(name)).collect();
    let inside: Vec<PathBuf> = folders.iter().cloned().chain([absolute(&request.config)]).collect();
    let (changed, mut changes) = mpsc::unbounded_channel();
    let debouncer = new_debouncer(QUIET, None, move |events: DebounceEventResult| {
        let Ok(events) = events else { return };
        let concerns = |path: &PathBuf| {
            let name = path.file_name().map_or("".into(), |name| name.to_string_lossy());
            inside.iter().any(|folder| path.starts_with(folder)) && !crate::read::is_skipped(&name)
        };
        let touched = events.iter().filter(|event| !event.kind.is_access()).flat_map(|event| &event.paths);
        let touched: Vec<&PathBuf> = touched.filter(|path| concerns(path)).collect();
        if !touched.is_empty() {
            let folder_itself = touched.iter().any(|path| inside.contains(path));
            // The receiver goes only when the program ends.
            let _ = changed.send(folder_itself);
        }
    });
    // The root itself is watched without its depths, so that public/ costs nothing and a folder that
    // comes later is seen.
    let mut watch = match debouncer {
        Ok(debouncer) => Watch { debouncer, folders, watched: Vec::new() },
        Err(error) => {
            say(format!("error: cannot follow changes: {error}"));
            return None;
        }
    };
    if let Err(error) = watch.debouncer.watch(&root, RecursiveMode::NonRecursive) {
        say(format!("error: cannot follow changes in {}: {error}", root.display()));
        return None;
    }
    watch.refresh();
    let (own, asked) = (preview.clone(), request.clone());
    Some(tokio::task::spawn_blocking(move || {
        while let Some(mut folder_itself) = changes.blocking_recv() {
            // What came meanwhile is made with it.
            while let Ok(also) = changes.try_recv() {
                folder_itself |= also;
            }
            if folder_itself {
                watch.refresh();
            }
            remake(&own, &asked, quiet);
        }
    }))
}

/// An event for each time the site was made anew: how often it was made.
async fn events(State(preview): State<Arc<Preview>>, headers: HeaderMap) -> Response {
    if !is_own_host(&preview, &headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    // The number of what is served now comes first: a page that was made before it reloads, though it
    // was not listening when the change came.
    let mut changed = preview.changed.subscribe();
    changed.mark_changed();
    let changes = futures_util::stream::unfold(changed, |mut changed| async {
        changed.changed().await.ok()?;
        let made = changed.borrow_and_update().to_string();
        Some((Ok::<_, Infallible>(Event::default().event("made").data(made)), changed))
    });
    Sse::new(changes).keep_alive(KeepAlive::default()).into_response()
}

/// Whether a request names a host that is the preview's own.
fn is_own_host(preview: &Preview, headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    preview.hosts.as_ref().is_none_or(|hosts| hosts.iter().any(|own| own.eq_ignore_ascii_case(host)))
}

async fn page(State(preview): State<Arc<Preview>>, method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if !is_own_host(&preview, &headers) {
        return (StatusCode::FORBIDDEN, "This preview answers to its own address only.\n").into_response();
    }
    if method != Method::GET && method != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let path = percent_decode_str(uri.path()).decode_utf8_lossy().into_owned();
    let Some(path) = path.strip_prefix(&preview.base_path).filter(|path| path.starts_with('/') || path.is_empty())
    else {
        return (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, format!("{}/", preview.base_path))])
            .into_response();
    };
    // Read before the outputs are: at worst the page reloads once more.
    let made = *preview.changed.borrow();
    let current = preview.current.read().unwrap_or_else(std::sync::PoisonError::into_inner);
    let (status, output) = match current.outputs.get(&*url_key(path)) {
        Some(output) => (StatusCode::OK, Some(output)),
        None => (StatusCode::NOT_FOUND, current.outputs.get("/404.html")),
    };
    let Some(output) = output else {
        let page = with_script(
            b"<!doctype html><title>Not made</title><p>The site could not be made.</p>",
            current.wrong.as_deref(),
            made,
        );
        return ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response();
    };
    if status == StatusCode::OK
        && output.url.as_str().ends_with('/')
        && !path.ends_with('/')
        && !path.ends_with(".html")
    {
        let to = output.url.href(&preview.base_path);
        return (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, to)]).into_response();
    }
    let kind = media_type(&output.url.output());
    let bytes = match &output.data {
        Data::Bytes(bytes) if kind.starts_with("text/html") => with_script(bytes, current.wrong.as_deref(), made),
        Data::Bytes(bytes) => bytes.clone(),
        Data::File(path) => match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(_) => return StatusCode::NOT_FOUND.into_response(),
        },
    };
    drop(current);
    (status, [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-store")], Body::from(bytes)).into_response()
}

/// A page with the script that follows edits, and with the mistakes over it.
fn with_script(page: &[u8], wrong: Option<&str>, made: u64) -> Vec<u8> {
    let told = wrong.map_or_else(String::new, |wrong| {
        let text = crate::markdown::escaped(wrong);
        format!("<pre role=\"alert\" style=\"position:fixed;inset:auto 0 0 0;max-height:60vh;overflow:auto;margin:0;padding:1rem;background:#222;color:#fff;z-index:9999;white-space:pre-wrap\">{text}</pre>")
    });
    let script =
        format!("<script>{}</script>{told}", SCRIPT.replace("EVENTS", EVENTS).replace("MADE", &made.to_string()));
    [page, script.as_bytes()].concat()
}

/// The media type that a browser is told, by the file's extension.
fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase().as_str() {
        "html" | "htm" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "xml" => "application/xml",
        "txt" | "md" | "csv" => "text/plain; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/x-icon",
        "pdf" => "application/pdf",
        "woff2" => "font/woff2",
        "mp4" => "video/mp4",
        "mp3" => "audio/mpeg",
        _ => "application/octet-stream",
    }
}

/// Opens a URL in the desktop's browser; where there is none, the line on stdout is enough.
fn open(url: &str) {
    let program = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(windows) {
        "explorer"
    } else {
        "xdg-open"
    };
    if std::process::Command::new(program).arg(url).spawn().is_err() {
        say("no browser could be opened; the address is above");
    }
}
