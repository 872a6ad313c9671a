//! `serve`: the site in memory, made anew after each edit, and a browser that follows.

use super::report::{data, pages_and_facts, plural, say, tell_parts};
use super::{CONTENT_ERRORS, Common, WRONG_USAGE};
use crate::live::{Change, Live, Step};
use crate::preview::editor::Editor;
use crate::preview::follow::{Event, follow};
use crate::preview::watch::Watch;
use crate::preview::{Preview, Wanted, server};
use crate::source::BUILT_IN;
use crate::{Git, Request};
use percent_encoding::{CONTROLS, utf8_percent_encode};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;

/// The port that is tried first when none is asked for, and how many behind it.
const PORT: u16 = 1111;
const PORTS_TRIED: u16 = 50;

/// How many pages are rendered at a time; more threads would make none of them faster, and each keeps memory.
const RENDERING: usize = 4;

/// How many changed files are named in a line.
const NAMED: usize = 3;

/// The flags of `serve`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  backgrounder serve\n  backgrounder serve --drafts --open\n  backgrounder serve --editor zed\n  backgrounder serve --interface 0.0.0.0 --port 8080"
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
    /// What links to mistakes open: vscode, zed, idea and others by name, or a URL with {path}, {line} and {column}
    #[arg(long, default_value = "vscode", value_name = "EDITOR", value_parser = Editor::parse)]
    editor: Editor,
}

pub(super) fn run(arguments: &Arguments, common: &Common) -> u8 {
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(RENDERING)
        .thread_stack_size(crate::yaml::STACK)
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            say(format!("error: the server cannot start: {error}"));
            return CONTENT_ERRORS;
        }
    };
    let code = runtime.block_on(serve(arguments, common));
    // Connections that are open, and pages that are being rendered, hold up nobody.
    runtime.shutdown_background();
    code
}

async fn serve(arguments: &Arguments, common: &Common) -> u8 {
    let began = Instant::now();
    let listener = match listen(arguments.interface, arguments.port).await {
        Ok(listener) => listener,
        Err(error) => {
            let port = arguments.port.unwrap_or(PORT);
            say(format!("error: cannot listen on {}, port {port}: {error}", arguments.interface));
            if error.kind() == std::io::ErrorKind::AddrInUse {
                say("help: choose another with `--port`, or leave it out to take the next free one");
            }
            return WRONG_USAGE;
        }
    };
    let Ok(address) = listener.local_addr() else { return CONTENT_ERRORS };
    let base_url = common.base_url.clone().unwrap_or_else(|| format!("http://{}", reached_at(address)));
    let base_url = base_url.trim_end_matches('/').to_owned();
    let request = Request { base_url: Some(base_url.clone()), ..common.request(Git::Never) };
    let base_path = base_url
        .splitn(4, '/')
        .nth(3)
        .map_or_else(String::new, |path| format!("/{}", utf8_percent_encode(path, CONTROLS)));
    let wanted = Wanted {
        root: request.root.clone(),
        base_path: base_path.clone(),
        hosts: server::hosts(address, &base_url),
        others_may_ask: !address.ip().is_loopback(),
        editor: arguments.editor.clone(),
    };
    // What changes while the site is read is heard.
    let watch = Watch::begin(&request.root, &request.config);
    let live = Live::start(&request);
    let quiet = common.quiet;
    if !quiet {
        say(format!(
            "read {} in {}",
            live.site().map_or_else(|| plural(0, "page"), |site| pages_and_facts(site)),
            lasted(began.elapsed())
        ));
    }
    let preview = Arc::new(Preview::new(wanted, live));
    follow(&preview, watch, Arc::new(move |event: Event<'_>| told(&event, quiet)));
    let seen_at = format!("http://{}{base_path}/", reached_at(address));
    if !address.ip().is_loopback() && !quiet {
        say(format!("other machines can reach this preview: it listens on {}", address.ip()));
    }
    let code = data(&format!("{seen_at}\n"));
    if arguments.open {
        open(&seen_at);
    }
    tokio::select! {
        () = server::serve(preview, listener) => {}
        () = asked_to_stop() => {}
    }
    code
}

/// Waits for Ctrl-C, or for what a system sends that wants the program to end.
async fn asked_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    // Where it cannot be listened for, the system ends the program by itself.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Listens on the port that was asked for, or on the first that is free.
async fn listen(interface: IpAddr, port: Option<u16>) -> std::io::Result<TcpListener> {
    if let Some(port) = port {
        return TcpListener::bind((interface, port)).await;
    }
    for port in PORT..PORT + PORTS_TRIED {
        match TcpListener::bind((interface, port)).await {
            Ok(listener) => {
                if port > PORT {
                    say(format!("port {PORT} is in use; taking {port}"));
                }
                return Ok(listener);
            }
            Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {}
            Err(error) => return Err(error),
        }
    }
    say(format!("ports {PORT} to {} are in use; taking any that is free", PORT + PORTS_TRIED - 1));
    TcpListener::bind((interface, 0)).await
}

/// The address that a browser on this machine reaches a listener at.
fn reached_at(address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => (Ipv4Addr::LOCALHOST, address.port()).into(),
        IpAddr::V6(ip) if ip.is_unspecified() => (std::net::Ipv6Addr::LOCALHOST, address.port()).into(),
        _ => address,
    }
}

/// Says on the terminal what has happened.
fn told(event: &Event<'_>, quiet: bool) {
    match event {
        Event::Changed(change, live, time, pages) if !quiet => say(line(change, live, *time, *pages)),
        Event::Mended if !quiet => say("mended: nothing stands in the way any more"),
        Event::Changed(..) | Event::Mended => {}
        Event::Wrong(news) => {
            let parts: Vec<_> = news.iter().map(|found| (&**found.wrong, &*found.sources)).collect();
            tell_parts(&parts);
        }
        Event::Note(note) => say(format!("warning: {note}")),
    }
}

/// "content/about.md: text changed, 1 open page follows, 4 ms".
fn line(change: &Change, live: &Live, time: Duration, pages: usize) -> String {
    // A file of the theme comes and goes with the one that takes its place.
    let own = |path: &&str| !path.starts_with(BUILT_IN);
    let mut files: Vec<&str> = change.files.iter().map(|path| &**path).filter(own).collect();
    files.sort_unstable();
    files.dedup();
    let mut named = files.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    if files.is_empty() {
        named.push_str("files");
    }
    if files.len() > NAMED {
        named += &format!(" and {} more", files.len() - NAMED);
    }
    let led_to = match change.step {
        Step::None => "looked at again",
        Step::Copied => "copied file changed",
        Step::Swapped => "text changed",
        Step::Templates => "templates loaded",
        Step::Linked => "site linked again",
        Step::Anew => "site made anew",
    };
    let shown = match (live.failed(), pages) {
        (true, _) => ", not shown: the last good pages stay".to_owned(),
        (false, 0) => String::new(),
        (false, 1) => ", 1 open page follows".to_owned(),
        (false, n) => format!(", {n} open pages follow"),
    };
    format!("{named}: {led_to}{shown}, {}", lasted(time))
}

/// "3 ms", "1.2 s".
fn lasted(time: Duration) -> String {
    if time < Duration::from_millis(1) {
        format!("{} µs", time.as_micros())
    } else if time < Duration::from_secs(1) {
        format!("{} ms", time.as_millis())
    } else {
        format!("{:.1} s", time.as_secs_f64())
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
