//! Each step of the chain for itself, on the repository's own site: `cargo bench --bench chain`.

use backgrounder::cache::Cache;
use backgrounder::config::{self, Config};
use backgrounder::link::{Selection, link};
use backgrounder::markdown::{self, Origin, Settings};
use backgrounder::parse::{Parsed, parse};
use backgrounder::render::{Rendered, Stage, render, stage};
use backgrounder::site::Site;
use backgrounder::source::{Area, FileId, Sources, Span};
use backgrounder::weblinks::Pages;
use backgrounder::{page, read, write, yaml};
use criterion::{Criterion, criterion_group, criterion_main};
use std::path::Path;
use std::sync::Arc;

criterion_group!(steps, reading, parsing, linking, rendering, checking, writing);
criterion_main!(steps);

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
    render(stage, &|_, rendered| rendered, &|_, _| (), &mut Vec::new())
}

/// The Markdown files of a site.
fn texts(sources: &Sources) -> Vec<(FileId, &str)> {
    let files = sources.iter().filter(|(_, source)| source.area == Area::Content && source.is_markdown());
    files.map(|(file, source)| (file, source.text())).collect()
}

fn reading(criterion: &mut Criterion) {
    criterion.bench_function("1 read", |bencher| bencher.iter(sources));
}

fn parsing(criterion: &mut Criterion) {
    let sources = sources();
    criterion.bench_function("2 parse", |bencher| bencher.iter(|| parsed(&sources)));
    let texts = texts(&sources);
    criterion.bench_function("2.1 front matter", |bencher| {
        bencher.iter(|| {
            let fronts = texts.iter().filter_map(|(file, text)| {
                let (front, _) = page::split(*file, text).ok()?;
                yaml::read(*file, text, front?).ok()
            });
            fronts.count()
        });
    });
    criterion.bench_function("2.2 Markdown", |bencher| {
        bencher.iter(|| {
            let documents = texts.iter().filter_map(|(file, text)| {
                let (_, start) = page::split(*file, text).ok()?;
                let origin = Origin::Exact(Span::new(*file, start..text.len()));
                let mut wrong = Vec::new();
                Some(markdown::document(&text[start..], origin, Settings::default(), Some("en"), &mut wrong))
            });
            documents.count()
        });
    });
}

fn linking(criterion: &mut Criterion) {
    let sources = Arc::new(sources());
    criterion.bench_function("2 and 3 parse and link", |bencher| bencher.iter(|| linked(&sources)));
}

fn rendering(criterion: &mut Criterion) {
    let site = Arc::new(linked(&Arc::new(sources())));
    criterion.bench_function("4 stage", |bencher| bencher.iter(|| stage(&site, &mut Vec::new()).is_some()));
    criterion.bench_function("4 stage and 5 render", |bencher| {
        bencher.iter(|| {
            let stage = stage(&site, &mut Vec::new()).expect("the templates are sound");
            rendered(&stage).len()
        });
    });
}

fn checking(criterion: &mut Criterion) {
    let stage = staged();
    let outputs = rendered(&stage);
    criterion.bench_function("6 check links", |bencher| {
        bencher.iter(|| {
            let pages = Pages::default();
            let looks: Vec<_> = stage
                .world
                .site
                .routes
                .iter()
                .zip(&outputs)
                .filter_map(|(route, output)| Some((route, pages.look(output)?)))
                .collect();
            pages.judge(&stage, &looks).len()
        });
    });
}

fn writing(criterion: &mut Criterion) {
    let outputs = rendered(&staged());
    let folder = tempfile::tempdir().expect("a folder to write to");
    let cache = Cache::of(folder.path());
    let output = folder.path().join("public");
    write::write(&output, &outputs, &cache).expect("it can be written to");
    criterion.bench_function("7 write what is there already", |bencher| {
        bencher.iter(|| write::write(&output, &outputs, &cache).map(|written| written.unchanged));
    });
}
