//! Each step of the chain for itself, on the repository's own site: `cargo bench`.

use backgrounder::config::{self, Config};
use backgrounder::link::{Selection, link};
use backgrounder::parse::{Parsed, parse};
use backgrounder::render::{Rendered, Stage, render, stage};
use backgrounder::site::Site;
use backgrounder::source::Sources;
use backgrounder::{cache, read, weblinks, write};
use divan::Bencher;
use std::path::Path;
use std::sync::Arc;

fn main() {
    divan::main();
}

fn sources() -> Sources {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut wrong = Vec::new();
    let sources = read::read(root, &root.join("site.yaml"), &mut wrong);
    assert!(wrong.is_empty(), "the site can be read: {wrong:?}");
    sources
}

fn configuration(sources: &Sources) -> Config {
    config::of(sources, &mut Vec::new()).expect("the site has a configuration")
}

fn parsed(sources: &Sources) -> Parsed {
    parse(sources, &configuration(sources))
}

fn linked(sources: &Arc<Sources>) -> Site {
    let selection =
        Selection { drafts: false, future: true, expired: true, now: jiff::Timestamp::UNIX_EPOCH, as_of: None };
    link(parsed(sources), sources.clone(), Arc::new(configuration(sources)), selection).0
}

fn staged() -> Stage {
    let site = linked(&Arc::new(sources()));
    stage(&Arc::new(site), &mut Vec::new()).expect("the templates are sound")
}

fn rendered(stage: &Stage) -> Vec<Rendered> {
    render(stage, &|_, _| (), &mut Vec::new())
}

#[divan::bench]
fn step_1_read() -> Sources {
    sources()
}

#[divan::bench]
fn step_2_parse(bencher: Bencher) {
    let sources = sources();
    bencher.bench(|| parsed(&sources));
}

#[divan::bench]
fn step_3_link(bencher: Bencher) {
    let sources = Arc::new(sources());
    bencher.bench(|| linked(&sources));
}

#[divan::bench]
fn step_4_stage(bencher: Bencher) {
    let site = Arc::new(linked(&Arc::new(sources())));
    bencher.bench(|| stage(&site, &mut Vec::new()).is_some());
}

#[divan::bench]
fn step_5_render(bencher: Bencher) {
    let stage = staged();
    bencher.bench(|| rendered(&stage));
}

#[divan::bench]
fn step_6_check_links(bencher: Bencher) {
    let stage = staged();
    let outputs = rendered(&stage);
    bencher.bench(|| weblinks::check(&stage.world.site, &outputs));
}

#[divan::bench]
fn step_7_write_what_is_there_already(bencher: Bencher) {
    let outputs = rendered(&staged());
    let folder = tempfile::tempdir().expect("a folder to write to");
    let cache = cache::Cache::of(folder.path());
    write::write(folder.path(), &outputs, &cache).expect("it can be written to");
    bencher.bench(|| write::write(folder.path(), &outputs, &cache).map(|written| written.unchanged));
}
