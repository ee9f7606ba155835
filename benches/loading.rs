//! Reading ARC data. Run with `cargo bench --bench loading`.
//!
//! Needs `../shared/arc`; aim: all 1 120 tasks of the Kaggle bundles, listed
//! and read, in under 60 ms.

mod allocator;

use std::path::Path;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use run_batt::tasks::{Split, TaskSource};

fn main() {
    divan::main();
}

fn bytes_under(path: &Path) -> u64 {
    walkdir::WalkDir::new(path)
        .into_iter()
        .filter_map(Result::ok)
        .filter_map(|entry| entry.metadata().ok())
        .filter(std::fs::Metadata::is_file)
        .map(|metadata| metadata.len())
        .sum()
}

#[divan::bench(args = ["kaggle-2025", "arc-agi-1"])]
fn list_and_read_all_tasks(bencher: Bencher<'_, '_>, data: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/arc")
        .join(data);
    let load = || {
        let source = TaskSource::open(&path, Split::Both)
            .unwrap_or_else(|error| panic!("{error}; this benchmark needs the data"));
        let tasks: Vec<_> = source
            .names()
            .map(|id| source.load(id).expect("a public task is sound"))
            .collect();
        tasks.len()
    };
    bencher
        .counter(ItemsCount::new(load()))
        .counter(BytesCount::new(bytes_under(&path)))
        .bench_local(load);
}

#[divan::bench(args = ["kaggle-2025", "arc-agi-1"])]
fn list_tasks(bencher: Bencher<'_, '_>, data: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/arc")
        .join(data);
    bencher.bench_local(|| TaskSource::open(&path, Split::Both).map(|source| source.names().len()));
}
