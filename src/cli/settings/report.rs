//! What `run_batt config` shows: each option's value, and where it comes from.

use std::path::PathBuf;

use clap::{Arg, ArgMatches, Command};
use serde::Serialize;

use super::Settings;
use super::error::{Origin, SettingsError};
use super::in_force::{InForce, is_typed, typed_command};
use super::known::{self, command_of, is_several, is_switch, options, tables};

/// The options of commands, and where their values come from.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The file that was found.
    pub file: Option<PathBuf>,
    /// The command that was asked for in full, and of the others what is set.
    pub commands: Vec<CommandReport>,
    /// Settings of the first command that do not hold.
    pub set_aside: Vec<SetAside>,
}

#[derive(Debug, Serialize)]
pub struct CommandReport {
    /// Name of its table.
    pub name: String,
    pub options: Vec<OptionReport>,
}

#[derive(Debug, Serialize)]
pub struct OptionReport {
    pub name: String,
    /// As they would be typed; none where it is not set.
    pub values: Vec<String>,
    #[serde(skip)]
    pub kind: ValueKind,
    /// Where they come from; none where it is not set.
    pub origin: Option<Origin>,
}

#[derive(Clone, Copy, Debug)]
pub enum ValueKind {
    /// True or false.
    Switch,
    One,
    Several,
}

#[derive(Debug, Serialize)]
pub struct SetAside {
    pub name: String,
    pub origin: Origin,
    /// The option that it cannot be had with.
    pub by: String,
}

impl Report {
    /// What holds for a command line: as it was typed, and complete with the settings.
    pub(in crate::cli) fn new(
        settings: &Settings,
        command: &Command,
        typed: &ArgMatches,
        complete: &ArgMatches,
    ) -> Result<Self, SettingsError> {
        let (table, typed) = typed_command(typed);
        let (_, complete) = typed_command(complete);
        let in_force = InForce::new(settings, command, table, |argument| {
            is_typed(typed, argument)
        })?;
        let mut commands = Vec::new();
        if let Some(own) = command_of(command, table) {
            let options = options(own).map(|(argument, key)| {
                let origin = match is_typed(typed, argument) {
                    true => Some(Origin::CommandLine),
                    false => in_force.origin(key).or_else(|| default(argument)),
                };
                let id = argument.get_id().as_str();
                let values = complete.get_raw(id).into_iter().flatten();
                let values = values.map(known::shown).collect();
                (argument, OptionReport::new(argument, key, values, origin))
            });
            // What has no effect is nobody's to read, unless somebody has set it.
            let is_shown = |(argument, option): &(&Arg, OptionReport)| {
                !argument.is_hide_set() || option.is_set()
            };
            let shown = options.filter(is_shown).map(|(_, option)| option);
            commands.push(CommandReport {
                name: table.to_owned(),
                options: shown.collect(),
            });
        }
        for other in tables(command).filter(|other| *other != table) {
            let in_force = InForce::new(settings, command, other, |_| false);
            // What makes no sense for a command is an error where that is run.
            let (Ok(in_force), Some(own)) = (in_force, command_of(command, other)) else {
                continue;
            };
            // What a table says is shown once, where another one stands behind it.
            let behind = known::table_behind(other);
            let behind = behind.map(|behind| InForce::new(settings, command, behind, |_| false));
            let is_behind = |key: &str| match &behind {
                Some(Ok(behind)) => in_force.origin(key) == behind.origin(key),
                _ => false,
            };
            let options: Vec<OptionReport> = options(own)
                .filter_map(|(argument, key)| {
                    let setting = in_force.setting(key).filter(|_| !is_behind(key))?;
                    let values = setting.values.iter().map(|value| known::shown(value));
                    let origin = Some(setting.origin.clone());
                    Some(OptionReport::new(argument, key, values.collect(), origin))
                })
                .collect();
            if !options.is_empty() {
                commands.push(CommandReport {
                    name: other.to_owned(),
                    options,
                });
            }
        }
        let set_aside = in_force.aside.into_iter().map(|(setting, by)| SetAside {
            name: setting.key,
            origin: setting.origin,
            by,
        });
        Ok(Self {
            file: settings.file.as_ref().map(|file| file.path.clone()),
            commands,
            set_aside: set_aside.collect(),
        })
    }
}

impl OptionReport {
    fn new(argument: &Arg, name: &str, values: Vec<String>, origin: Option<Origin>) -> Self {
        let kind = match (is_switch(argument), is_several(argument)) {
            (true, _) => ValueKind::Switch,
            (_, true) => ValueKind::Several,
            _ => ValueKind::One,
        };
        Self {
            name: name.to_owned(),
            values,
            kind,
            origin,
        }
    }

    /// Whether somebody has set it.
    fn is_set(&self) -> bool {
        !matches!(self.origin, None | Some(Origin::Default))
    }
}

fn default(argument: &Arg) -> Option<Origin> {
    let has_default = is_switch(argument) || !argument.get_default_values().is_empty();
    has_default.then_some(Origin::Default)
}
