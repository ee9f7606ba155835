//! Which settings hold for a command line.

use std::ffi::OsString;

use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command};

use super::Settings;
use super::environment;
use super::error::{Origin, SettingsError};
use super::known::{self, RUN, command_of, option, options, try_values};

/// The settings that hold for a command line, and those that are set aside by what
/// stands above them.
pub(super) struct InForce {
    table: String,
    pub(super) settings: Vec<Setting>,
    pub(super) aside: Vec<(Setting, String)>,
}

/// What the environment or the file says of an option.
pub(super) struct Setting {
    pub(super) key: String,
    id: String,
    pub(super) values: Vec<OsString>,
    pub(super) origin: Origin,
}

impl Setting {
    /// Whether it asks for something: a switch that is off stands in nobody's way.
    fn is_on(&self, argument: &Arg) -> bool {
        !known::is_switch(argument) || self.values.iter().any(|value| value == "true")
    }
}

/// The table of the command that was typed, and its matches.
pub fn typed_command(typed: &ArgMatches) -> (&str, &ArgMatches) {
    typed.subcommand().unwrap_or((RUN, typed))
}

/// Whether an argument was typed.
pub(super) fn is_typed(typed: &ArgMatches, argument: &Arg) -> bool {
    typed.value_source(argument.get_id().as_str()) == Some(ValueSource::CommandLine)
}

impl InForce {
    pub(super) fn new(
        settings: &Settings,
        command: &Command,
        table: &str,
        is_typed: impl Fn(&Arg) -> bool,
    ) -> Result<Self, SettingsError> {
        let mut in_force = Self {
            table: table.to_owned(),
            settings: Vec::new(),
            aside: Vec::new(),
        };
        let Some(own) = command_of(command, table) else {
            return Ok(in_force);
        };
        let mut above: Vec<(&Arg, Origin)> = own
            .get_arguments()
            .filter(|argument| is_typed(argument))
            .map(|argument| (argument, Origin::CommandLine))
            .collect();
        for rank in settings.ranks(own, table) {
            let mut here: Vec<(&Arg, Origin)> = Vec::new();
            for setting in rank? {
                let Some(argument) = option(own, &setting.key) else {
                    continue;
                };
                let is_known = in_force.setting(&setting.key).is_some();
                if is_known || above.iter().any(|(other, _)| *other == argument) {
                    continue;
                }
                let against = |taken: &[(&Arg, Origin)]| {
                    let mut taken = taken.iter();
                    let found = taken.find(|(other, _)| exclude(own, other, argument));
                    found.map(|(other, origin)| (name(other), origin.clone()))
                };
                if setting.is_on(argument) {
                    if let Some((other, _)) = against(&above) {
                        in_force.aside.push((setting, other));
                        continue;
                    }
                    if let Some((other_key, other)) = against(&here) {
                        return Err(SettingsError::Conflict {
                            origin: setting.origin,
                            key: setting.key,
                            other,
                            other_key,
                        });
                    }
                    here.push((argument, setting.origin.clone()));
                }
                in_force.settings.push(setting);
            }
            above.extend(here);
        }
        Ok(in_force)
    }

    pub(super) fn setting(&self, key: &str) -> Option<&Setting> {
        self.settings.iter().find(|setting| setting.key == key)
    }

    pub(super) fn origin(&self, key: &str) -> Option<Origin> {
        self.setting(key).map(|setting| setting.origin.clone())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.settings.is_empty()
    }

    /// The commands with these settings as defaults.
    pub(super) fn as_defaults(&self, command: Command) -> Command {
        let set = |command: Command| {
            self.settings.iter().fold(command, |command, setting| {
                let values = setting.values.clone();
                command.mut_arg(&setting.id, |argument| argument.default_values(values))
            })
        };
        match self.table.as_str() {
            RUN => set(command),
            table => command.mut_subcommand(table, set),
        }
    }
}

impl Settings {
    /// What is said of a command's options, the highest rank first.
    fn ranks<'a>(
        &'a self,
        own: &'a Command,
        table: &'a str,
    ) -> [Result<Vec<Setting>, SettingsError>; 4] {
        let of_file = |part: Option<&'a str>| {
            let entries = self.file.iter().flat_map(move |file| file.entries(part));
            let known = entries.filter_map(|entry| Some((entry, option(own, &entry.key)?)));
            known
                .map(|(entry, argument)| {
                    Ok(Setting {
                        key: entry.key.clone(),
                        id: argument.get_id().to_string(),
                        values: entry.values(argument)?,
                        origin: Origin::File(entry.place.clone()),
                    })
                })
                .collect()
        };
        [
            self.of_environment(own),
            of_file(Some(table)),
            known::table_behind(table).map_or(Ok(Vec::new()), |behind| of_file(Some(behind))),
            of_file(None),
        ]
    }

    fn of_environment(&self, own: &Command) -> Result<Vec<Setting>, SettingsError> {
        let mut found = Vec::new();
        for (argument, key) in options(own) {
            let name = environment::variable(key);
            let Some((_, value)) = self.variables.iter().find(|(own, _)| own == name.as_str())
            else {
                continue;
            };
            let origin = Origin::Variable(name);
            let values = environment::values(argument, key, value)?;
            if !known::is_switch(argument) {
                try_values(argument, key, &values)
                    .map_err(|refusal| SettingsError::wrong_value(origin.clone(), key, refusal))?;
            }
            found.push(Setting {
                key: key.to_owned(),
                id: argument.get_id().to_string(),
                values,
                origin,
            });
        }
        Ok(found)
    }
}

/// Whether two options cannot be had together.
fn exclude(command: &Command, one: &Arg, other: &Arg) -> bool {
    let names = |one: &Arg, other: &Arg| command.get_arg_conflicts_with(one).contains(&other);
    names(one, other) || names(other, one)
}

/// How a person types an argument.
fn name(argument: &Arg) -> String {
    match argument.get_long() {
        Some(long) => long.to_owned(),
        None => argument.get_id().to_string().to_uppercase(),
    }
}
