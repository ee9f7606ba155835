//! `run_batt.toml`: found, read, and held against the commands' options.

use std::ffi::OsString;
use std::ops::Range;
use std::path::{Path, PathBuf};

use arc_programs::did_you_mean::{nearest, question};
use arc_programs::program::Position;
use clap::{Arg, Command};
use run_batt::text_file::read_text;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::error::{Origin, Place, SettingsError};
use super::known::{self, RUN, command_of, is_several, is_switch, nearest_key, tables, try_values};

const NAME: &str = "run_batt.toml";

/// The settings of a file.
#[derive(Debug)]
pub(super) struct SettingsFile {
    pub(super) path: PathBuf,
    tables: Vec<(String, Place)>,
    entries: Vec<Entry>,
}

/// A line of a file.
#[derive(Debug)]
pub(super) struct Entry {
    /// The table around it; none for what stands above all tables.
    pub(super) table: Option<String>,
    pub(super) key: String,
    pub(super) place: Place,
    value: Value,
    place_of_value: Place,
}

/// What a line says.
#[derive(Debug)]
enum Value {
    String(String),
    /// A number, as it is written.
    Number(String),
    Boolean(bool),
    /// An array of strings and numbers.
    Several(Vec<String>),
    /// What no option takes.
    Other(&'static str),
}

impl SettingsFile {
    /// Reads the file of the current folder, or of the nearest folder above it that has
    /// one.
    pub(super) fn find() -> Result<Option<Self>, SettingsError> {
        let Ok(current) = std::env::current_dir() else {
            // Of a folder that was removed there is no above.
            return Ok(None);
        };
        let mut folder = PathBuf::new();
        for _ in current.ancestors() {
            let path = folder.join(NAME);
            if path.symlink_metadata().is_ok() {
                let text = read_text(&path)?;
                return Self::parse(path, &text).map(Some);
            }
            folder.push("..");
        }
        Ok(None)
    }

    fn parse(path: PathBuf, text: &str) -> Result<Self, SettingsError> {
        let place = |span: Range<usize>| Place {
            path: path.clone(),
            position: Position::of_offset(text.as_bytes(), span.start),
        };
        let document = DeTable::parse(text).map_err(|error| {
            let span = error.span().unwrap_or_default();
            let problem = match (error.message(), text.get(span.clone())) {
                (message, Some(found)) if !message.contains("expected") && !found.is_empty() => {
                    format!("{message} `{found}`")
                }
                (message, _) => message.to_owned(),
            };
            SettingsError::NotToml {
                place: place(span),
                problem,
            }
        })?;
        let entry = |table, key: &Spanned<DeString<'_>>, value: &Spanned<DeValue<'_>>| Entry {
            table,
            key: key.get_ref().to_string(),
            place: place(key.span()),
            value: Value::of(value.get_ref()),
            place_of_value: place(value.span()),
        };
        let (mut tables, mut entries) = (Vec::new(), Vec::new());
        for (name, value) in document.get_ref().iter() {
            let Some(members) = value.get_ref().as_table() else {
                entries.push(entry(None, name, value));
                continue;
            };
            let table = name.get_ref().to_string();
            tables.push((table.clone(), place(name.span())));
            entries.extend(
                members
                    .iter()
                    .map(|(key, value)| entry(Some(table.clone()), key, value)),
            );
        }
        // The first error is the first of the file.
        entries.sort_by_key(|entry| (entry.place.position.line, entry.place.position.column));
        Ok(Self {
            path,
            tables,
            entries,
        })
    }

    /// Whether all of it makes sense, whatever command is run. What stands above the
    /// tables is tried with the command that takes it.
    pub(super) fn check(&self, command: &Command) -> Result<(), SettingsError> {
        for (name, place) in &self.tables {
            if command_of(command, name).is_none() {
                return Err(SettingsError::UnknownTable {
                    place: place.clone(),
                    name: name.clone(),
                    nearest: nearest(name, tables(command)).map(str::to_owned),
                });
            }
        }
        for entry in &self.entries {
            let (owner, commands) = match &entry.table {
                Some(table) => (
                    owner(table),
                    command_of(command, table).into_iter().collect::<Vec<_>>(),
                ),
                None => (
                    "any command".to_owned(),
                    tables(command)
                        .filter_map(|table| command_of(command, table))
                        .collect(),
                ),
            };
            let option = commands
                .iter()
                .find_map(|command| known::option(command, &entry.key));
            let Some(argument) = option else {
                return Err(SettingsError::UnknownKey {
                    place: entry.place.clone(),
                    key: entry.key.clone(),
                    owner,
                    hint: hint(command, &commands, &entry.key),
                });
            };
            if entry.table.is_some() {
                entry.values(argument)?;
            }
        }
        Ok(())
    }

    /// The lines of a table, or those above all tables.
    pub(super) fn entries(&self, table: Option<&str>) -> impl Iterator<Item = &Entry> {
        let entries = self.entries.iter();
        entries.filter(move |entry| entry.table.as_deref() == table)
    }
}

/// What was meant by a key that `commands` do not have, or where it belongs.
fn hint(command: &Command, commands: &[&Command], key: &str) -> String {
    let has_key = |table: &&str| {
        command_of(command, table).is_some_and(|own| known::option(own, key).is_some())
    };
    let homes: Vec<String> = tables(command)
        .filter(has_key)
        .map(|table| format!("[{table}]"))
        .collect();
    match (homes.is_empty(), nearest_key(commands.iter().copied(), key)) {
        (false, _) => format!("; it belongs to {}", homes.join(", ")),
        (true, Some(nearest)) => question(Some(nearest)),
        (true, None) => "; its --help shows those that there are".to_owned(),
    }
}

/// How a command is called in an error.
fn owner(table: &str) -> String {
    match table {
        RUN => "run_batt itself".to_owned(),
        _ => format!("run_batt {table}"),
    }
}

impl Entry {
    /// What it says of an option, as it would be typed.
    pub(super) fn values(&self, argument: &Arg) -> Result<Vec<OsString>, SettingsError> {
        let origin = || Origin::File(self.place_of_value.clone());
        let texts = self
            .value
            .texts(argument)
            .map_err(|expected| SettingsError::WrongKind {
                origin: origin(),
                key: self.key.clone(),
                found: self.value.kind(),
                expected,
            })?;
        let folder = self.place.path.parent().unwrap_or(Path::new(""));
        let values: Vec<OsString> = texts
            .into_iter()
            .map(|text| match known::is_path(argument) {
                true => known::in_folder(folder, &text).into(),
                false => text.into(),
            })
            .collect();
        if !is_switch(argument) {
            let tried = try_values(argument, &self.key, &values);
            tried.map_err(|refusal| SettingsError::wrong_value(origin(), &self.key, refusal))?;
        }
        Ok(values)
    }
}

impl Value {
    fn of(value: &DeValue<'_>) -> Self {
        match value {
            DeValue::Boolean(boolean) => Self::Boolean(*boolean),
            DeValue::String(text) => Self::String(text.to_string()),
            DeValue::Integer(integer) => {
                let number = i64::from_str_radix(integer.as_str(), integer.radix());
                let text = number.map_or_else(|_| integer.to_string(), |number| number.to_string());
                Self::Number(text)
            }
            DeValue::Float(float) => Self::Number(float.as_str().to_owned()),
            DeValue::Array(items) => {
                let texts = items.iter().map(|item| match Self::of(item.get_ref()) {
                    Self::String(text) | Self::Number(text) => Some(text),
                    _ => None,
                });
                let texts: Option<Vec<String>> = texts.collect();
                texts.map_or(Self::Other("an array of other things"), Self::Several)
            }
            DeValue::Datetime(_) => Self::Other("a date"),
            _ => Self::Other("a table"),
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::String(_) => "a string",
            Self::Number(_) => "a number",
            Self::Boolean(true) => "true",
            Self::Boolean(false) => "false",
            Self::Several(_) => "an array",
            Self::Other(kind) => kind,
        }
    }

    /// As it would be typed for an option. Fails with what was expected.
    fn texts(&self, argument: &Arg) -> Result<Vec<String>, &'static str> {
        match (self, is_switch(argument), is_several(argument)) {
            (Self::Boolean(boolean), true, _) => Ok(vec![boolean.to_string()]),
            (_, true, _) => Err("true or false, without quotes"),
            (Self::String(text) | Self::Number(text), ..) => Ok(vec![text.clone()]),
            (Self::Several(texts), _, true) => Ok(texts.clone()),
            (_, _, true) => Err("a string, or several, as in [\"one\", \"two\"]"),
            _ => Err("a string or a number"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(text: &str) -> Vec<(Option<String>, String, String)> {
        let file = SettingsFile::parse(NAME.into(), text).unwrap();
        let told = |entry: Entry| (entry.table, entry.key, format!("{:?}", entry.value));
        file.entries.into_iter().map(told).collect()
    }

    #[test]
    fn lines_are_found_however_tables_are_written() {
        for text in [
            "[run]\ntimeout = 10",
            "run.timeout = 10",
            "run = { timeout = 0xa }",
            "\u{feff}[run]\r\ntimeout = 1_0\r\n",
        ] {
            let expected = (
                Some("run".into()),
                "timeout".into(),
                r#"Number("10")"#.into(),
            );
            assert_eq!(entries(text), [expected], "{text}");
        }
        assert_eq!(entries("[run]\n"), []);
        assert_eq!(entries("out = 'a'")[0].0, None);
    }

    #[test]
    fn paths_are_relative_to_the_file() {
        let folder = Path::new("../..");
        assert_eq!(known::in_folder(folder, "a/b"), Path::new("../../a/b"));
        assert_eq!(known::in_folder(folder, "/a"), Path::new("/a"));
        assert_eq!(known::in_folder(folder, "-"), Path::new("-"));
        assert_eq!(known::in_folder(Path::new(""), "a"), Path::new("a"));
        assert!(known::in_folder(folder, "~/a").is_absolute());
    }
}
