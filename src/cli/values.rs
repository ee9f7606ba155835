//! What options take, out of what was typed.

use std::time::Duration;

use run_batt::pool::Workers;

use super::programs::{SampleChoice, SampleKind};

pub(super) fn parse_workers(text: &str) -> Result<Workers, String> {
    if text == "auto" {
        return Ok(Workers::Auto);
    }
    match parse_at_least_one(text) {
        // A thread is worth having while there is a core for it; far beyond
        // that, a typing error is likelier than a machine.
        Ok(workers) if workers <= 1024 => Ok(Workers::Exactly(workers)),
        _ => Err("expected auto or a number from 1 to 1024".to_owned()),
    }
}

pub(super) fn parse_at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number) if number >= 1 => Ok(number),
        _ => Err("expected a number, at least 1".to_owned()),
    }
}

pub(super) fn parse_probability(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(probability) if (0.0..=1.0).contains(&probability) => Ok(probability),
        _ => Err("expected a probability from 0 to 1, such as 0.01".to_owned()),
    }
}

pub(super) fn parse_sample(text: &str) -> Result<SampleChoice, String> {
    let wrong = || "expected demo:N or test:N, such as demo:0".to_owned();
    let (kind, index) = text.split_once(':').ok_or_else(wrong)?;
    let kind = match kind {
        "demo" => SampleKind::Demo,
        "test" => SampleKind::Test,
        _ => return Err(wrong()),
    };
    let index = index.parse().map_err(|_| wrong())?;
    Ok(SampleChoice { kind, index })
}

pub(super) fn parse_seconds(text: &str) -> Result<Duration, String> {
    let seconds: Option<f64> = text.parse().ok().filter(|&seconds| seconds > 0.0);
    seconds
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| "expected seconds, more than 0, such as 2.5".to_owned())
}
