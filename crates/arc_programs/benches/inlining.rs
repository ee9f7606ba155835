//! Inlining against its floor: the MD5 of the inlined texts alone.
//!
//! Runs over the sources of the inlining vectors where they are at hand, else
//! over the fixtures' programs. Run with `cargo bench --bench inlining`.

use arc_programs::program::{Identity, InlineBudget, Program, parse_module};
use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};

fn main() {
    divan::main();
}

fn sources() -> Vec<String> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/vectors/inline.jsonl"
    );
    let text = std::fs::read_to_string(path)
        .unwrap_or_else(|error| panic!("{path}: {error}; this benchmark needs the vectors"));
    text.lines()
        .map(|line| {
            let record: serde_json::Value = serde_json::from_str(line).expect("a JSON record");
            record["source"].as_str().expect("a source").to_owned()
        })
        .collect()
}

fn programs() -> Vec<Program> {
    sources()
        .iter()
        .flat_map(|source| parse_module(source).programs)
        .collect()
}

fn inlined(programs: &[Program]) -> Vec<String> {
    programs
        .iter()
        .map(|program| program.inline(InlineBudget::DEFAULT).text)
        .collect()
}

fn total(texts: &[String]) -> BytesCount {
    BytesCount::new(texts.iter().map(String::len).sum::<usize>())
}

/// The floor: what any inliner has to pay.
#[divan::bench]
fn md5_of_inlined_texts(bencher: Bencher<'_, '_>) {
    let texts = inlined(&programs());
    bencher
        .counter(ItemsCount::new(texts.len()))
        .counter(total(&texts))
        .bench_local(|| {
            for text in &texts {
                divan::black_box(Identity::of(text));
            }
        });
}

/// From source to inlined text and its MD5.
#[divan::bench]
fn source_to_identity(bencher: Bencher<'_, '_>) {
    let sources = sources();
    bencher
        .counter(ItemsCount::new(sources.len()))
        .counter(total(&inlined(&programs())))
        .bench_local(|| {
            for source in &sources {
                for program in &parse_module(source).programs {
                    divan::black_box(program.inline(InlineBudget::DEFAULT));
                }
            }
        });
}

/// The part of it that reads the source.
#[divan::bench]
fn parse(bencher: Bencher<'_, '_>) {
    let sources = sources();
    bencher
        .counter(ItemsCount::new(sources.len()))
        .counter(total(&sources))
        .bench_local(|| {
            for source in &sources {
                divan::black_box(parse_module(source));
            }
        });
}

/// What reading it would cost with the parser that was not chosen.
#[divan::bench]
fn parse_with_ruff(bencher: Bencher<'_, '_>) {
    let sources = sources();
    bencher
        .counter(ItemsCount::new(sources.len()))
        .counter(total(&sources))
        .bench_local(|| {
            for source in &sources {
                divan::black_box(ruff_python_parser::parse_module(source).is_ok());
            }
        });
}

/// The part that writes the inlined text.
#[divan::bench]
fn write_inlined(bencher: Bencher<'_, '_>) {
    let programs = programs();
    bencher
        .counter(ItemsCount::new(programs.len()))
        .counter(total(&inlined(&programs)))
        .bench_local(|| {
            for program in &programs {
                divan::black_box(program.inlined(u64::MAX));
            }
        });
}
