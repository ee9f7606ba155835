//! `run_batt config`: the options that hold, in the form of a `run_batt.toml`.

use std::fmt::Write;

use run_batt::one_line::one_line;

use super::ExitStatus;
use crate::cli::{Cli, CommandReport, ConfigArguments, Format, OptionReport, Report, ValueKind};
use crate::terminal::print_result;

/// Where the comments begin.
const COLUMN: usize = 32;

pub fn execute(arguments: &ConfigArguments) -> anyhow::Result<ExitStatus> {
    let report = Cli::explain(arguments.line())?;
    let text = match arguments.format {
        Format::Json => serde_json::to_string(&report)? + "\n",
        Format::Text => page(&report),
    };
    print_result(&text)?;
    Ok(ExitStatus::Done)
}

fn page(report: &Report) -> String {
    let mut page = match &report.file {
        Some(path) => format!("# Settings of {}\n", path.display()),
        None => "# No run_batt.toml here or in a folder above\n".to_owned(),
    };
    for CommandReport { name, options } in &report.commands {
        let _ = writeln!(page, "\n[{name}]");
        for option in options {
            let line = match &option.origin {
                Some(_) => format!("{} = {}", option.name, value(option)),
                None => format!("# {}", option.name),
            };
            let comment = match &option.origin {
                Some(origin) => origin.to_string(),
                None => "not set".to_owned(),
            };
            let _ = writeln!(page, "{line:COLUMN$} # {comment}");
        }
    }
    for aside in &report.set_aside {
        let _ = writeln!(
            page,
            "\n# {} of {} is set aside: {} goes before it",
            aside.name, aside.origin, aside.by
        );
    }
    page
}

/// As a file would say it.
fn value(option: &OptionReport) -> String {
    match (option.kind, option.values.as_slice()) {
        (ValueKind::Switch, [switch]) => switch.clone(),
        (ValueKind::One, [one]) => text(one),
        (_, values) => {
            let texts: Vec<String> = values.iter().map(|one| text(one)).collect();
            format!("[{}]", texts.join(", "))
        }
    }
}

/// A number as it is, anything else in quotes.
fn text(value: &str) -> String {
    let is_number = value
        .parse::<i64>()
        .is_ok_and(|number| number.to_string() == value)
        || value
            .parse::<f64>()
            .is_ok_and(|number| number.to_string() == value && value.contains('.'));
    match is_number {
        true => value.to_owned(),
        false => quoted(value),
    }
}

/// A string of TOML on one line, which has nothing that a terminal would obey.
fn quoted(value: &str) -> String {
    let mut quoted = String::from('"');
    for character in value.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            _ if one_line(character.encode_utf8(&mut [0; 4]))
                .chars()
                .eq([character]) =>
            {
                quoted.push(character);
            }
            _ => {
                let _ = write!(quoted, "\\U{:08x}", u32::from(character));
            }
        }
    }
    quoted + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_toml_again() {
        for value in [
            "a b",
            "it's",
            "\"\\",
            "a\nb\u{1b}[2J\u{202e}é",
            "",
            "10",
            "1.50",
        ] {
            let text = text(value);
            assert!(!text.contains(['\n', '\u{1b}', '\u{202e}']), "{text}");
            let document: toml::Table = format!("value = {text}").parse().unwrap();
            let read = match &document["value"] {
                toml::Value::String(read) => read.clone(),
                other => other.to_string(),
            };
            assert_eq!(read, value);
        }
    }
}
