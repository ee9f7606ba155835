//! `RUN_BATT_…`: an option's long name in capitals, with `_` for `-`.

use std::ffi::{OsStr, OsString};

use clap::{Arg, Command};

use super::error::{Origin, SettingsError};
use super::known::{self, is_several, is_switch, nearest_key, tables};

const PREFIX: &str = "RUN_BATT_";

/// The variable of an option.
pub(super) fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.replace('-', "_").to_uppercase())
}

/// Those variables that are settings of a command. One that is empty says nothing;
/// one that is like no option is somebody else's.
///
/// Fails for one that is nearly an option.
pub(super) fn settings(
    command: &Command,
    variables: impl IntoIterator<Item = (OsString, OsString)>,
) -> Result<Vec<(OsString, OsString)>, SettingsError> {
    let commands = || tables(command).filter_map(|table| known::command_of(command, table));
    let mut found = Vec::new();
    for (name, value) in variables {
        let Some(rest) = name.to_str().and_then(|name| name.strip_prefix(PREFIX)) else {
            continue;
        };
        let is_known = commands()
            .flat_map(known::options)
            .any(|(_, long)| name == *variable(long));
        if is_known {
            if !value.is_empty() {
                found.push((name, value));
            }
            continue;
        }
        let key = rest.to_lowercase().replace('_', "-");
        if let Some(nearest) = nearest_key(commands(), &key) {
            return Err(SettingsError::UnknownVariable {
                name: known::shown(&name),
                nearest: variable(&nearest),
            });
        }
    }
    Ok(found)
}

/// What a variable says of an option. Several paths are divided as in `PATH`.
pub(super) fn values(
    argument: &Arg,
    key: &str,
    value: &OsStr,
) -> Result<Vec<OsString>, SettingsError> {
    if is_switch(argument) {
        let is_on = match value.to_string_lossy().to_lowercase().as_str() {
            "true" | "1" | "yes" | "on" => "true",
            "false" | "0" | "no" | "off" => "false",
            _ => {
                return Err(SettingsError::WrongValue {
                    origin: Origin::Variable(variable(key)),
                    key: key.to_owned(),
                    value: known::shown(value),
                    expected: "expected true or false".to_owned(),
                });
            }
        };
        return Ok(vec![is_on.into()]);
    }
    Ok(match is_several(argument) && known::is_path(argument) {
        true => std::env::split_paths(value).map(OsString::from).collect(),
        false => vec![value.to_owned()],
    })
}
