//! What the person has chosen, and what each key does.

use std::cmp::Reverse;

use run_batt::instances::{Presence, Process};

use super::seen::{Instance, Seen};

/// A key, as far as any is minded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    Character(char),
    Up,
    Down,
    PageUp,
    PageDown,
    Home,
    End,
    Tab,
    Enter,
    Escape,
    /// Ctrl-C.
    Interrupt,
    /// Ctrl-Z.
    Suspend,
    /// Ctrl-L.
    Redraw,
}

/// What is to be done outside for a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    Quit,
    Suspend,
    /// All is to be drawn anew.
    Redraw,
    /// A process is to be asked to stop.
    Stop(Box<Process>),
}

/// What the person has chosen.
#[derive(Debug, Default)]
pub struct State {
    pub order: Order,
    pub pane: Pane,
    pub page: Page,
    /// Name of the instance that is selected.
    instance: Option<String>,
    /// Place of the find that is selected.
    pub find: usize,
    /// The instance that is asked about: whether it is to be stopped.
    pub asked: Option<Asked>,
    /// What came of the last key, if there is something to say.
    pub said: Option<String>,
}

/// An instance that is to be stopped, if that is confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub process: Process,
}

/// The part of the screen that is moved in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pane {
    #[default]
    Instances,
    Finds,
}

/// What fills the screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Page {
    #[default]
    Overview,
    /// A task, from a line on.
    Task {
        task: String,
        line: usize,
    },
    Help,
}

/// Order of the instances.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    #[default]
    Began,
    Host,
    Share,
    Rate,
    Found,
    Errors,
}

impl Order {
    const ALL: [Self; 6] = [
        Self::Began,
        Self::Host,
        Self::Share,
        Self::Rate,
        Self::Found,
        Self::Errors,
    ];

    /// By what they are in order.
    pub fn name(self) -> &'static str {
        match self {
            Self::Began => "start",
            Self::Host => "host",
            Self::Share => "share done",
            Self::Rate => "rate",
            Self::Found => "finds",
            Self::Errors => "errors",
        }
    }

    fn next(self) -> Self {
        let place = Self::ALL.iter().position(|own| *own == self).unwrap_or(0);
        Self::ALL[(place + 1) % Self::ALL.len()]
    }

    /// The instances in this order.
    pub fn of(self, seen: &Seen) -> Vec<&Instance> {
        let mut instances: Vec<&Instance> = seen.instances.iter().collect();
        // Whatever is the same stays as it is, by its start.
        instances.sort_by(|one, other| {
            let began = |own: &Instance| (own.status.began.clone(), own.name.clone());
            began(one).cmp(&began(other))
        });
        match self {
            Self::Began => {}
            Self::Host => instances
                .sort_by(|one, other| one.status.process.host.cmp(&other.status.process.host)),
            Self::Share => instances.sort_by(|one, other| other.share().total_cmp(&one.share())),
            Self::Rate => instances.sort_by(|one, other| {
                let rate = |own: &Instance| own.status.tasks_a_second;
                rate(other).total_cmp(&rate(one))
            }),
            Self::Found => {
                instances.sort_by_key(|own| Reverse((own.status.found, own.status.better)));
            }
            Self::Errors => instances.sort_by_key(|own| Reverse(own.status.errors)),
        }
        instances
    }
}

/// How far a page is.
const PAGE: isize = 10;

impl State {
    /// The selected instance among all in their order, and its place; the first where
    /// none was selected, or it is not there any more.
    pub fn selected<'seen>(&self, seen: &'seen Seen) -> Option<(usize, &'seen Instance)> {
        let instances = self.order.of(seen);
        let is_selected = |own: &&Instance| Some(&own.name) == self.instance.as_ref();
        let place = instances.iter().position(is_selected).unwrap_or(0);
        Some((place, *instances.get(place)?))
    }

    /// The task that is looked at, large or small: of the page, the selected find, or
    /// what the selected instance has in hand.
    pub fn task(&self, seen: &Seen) -> Option<String> {
        if let Page::Task { task, .. } = &self.page {
            return Some(task.clone());
        }
        let find = seen.past.finds.get(self.find);
        let find = find.map(|find| find.task.to_string());
        let in_hand = || {
            let (_, instance) = self.selected(seen)?;
            instance.status.in_hand.first().map(|task| task.to_string())
        };
        match self.pane {
            Pane::Finds => find,
            Pane::Instances => in_hand().or(find),
        }
    }

    /// Does what a key says; what is to be done outside for it.
    pub fn press(&mut self, key: Key, seen: &Seen) -> Option<Wish> {
        self.said = None;
        let asked = self.asked.take();
        match key {
            Key::Interrupt => return Some(Wish::Quit),
            Key::Suspend => return Some(Wish::Suspend),
            Key::Redraw => return Some(Wish::Redraw),
            _ => {}
        }
        if let Some(Asked { process }) = asked {
            if let Key::Character('y' | 'Y') = key {
                return Some(Wish::Stop(Box::new(process)));
            }
            self.said = Some("it goes on".to_owned());
            return None;
        }
        if key == Key::Character('q') {
            return Some(Wish::Quit);
        }
        match self.page {
            Page::Overview => self.press_in_overview(key, seen),
            Page::Task { .. } => self.press_in_task(key),
            Page::Help => self.page = Page::Overview,
        }
        None
    }

    fn press_in_overview(&mut self, key: Key, seen: &Seen) {
        match key {
            Key::Character('?' | 'h') => self.page = Page::Help,
            Key::Character('s') => self.order = self.order.next(),
            Key::Character('x') => self.ask(seen),
            Key::Tab => {
                self.pane = match self.pane {
                    Pane::Instances => Pane::Finds,
                    Pane::Finds => Pane::Instances,
                };
            }
            Key::Enter => match self.task(seen) {
                Some(task) => self.page = Page::Task { task, line: 0 },
                None => self.said = Some("there is no task to open".to_owned()),
            },
            _ => {
                if let Some(step) = step(key) {
                    self.move_by(step, seen);
                }
            }
        }
    }

    fn press_in_task(&mut self, key: Key) {
        let Page::Task { line, .. } = &mut self.page else {
            return;
        };
        match (key, step(key)) {
            (_, Some(step)) => *line = line.saturating_add_signed(step),
            (Key::Escape | Key::Enter, None) => self.page = Page::Overview,
            (Key::Character('?' | 'h'), None) => self.page = Page::Help,
            _ => {}
        }
    }

    /// Keeps a page of a task from being left below its end.
    pub fn bound_lines(&mut self, last: usize) {
        if let Page::Task { line, .. } = &mut self.page {
            *line = (*line).min(last);
        }
    }

    fn move_by(&mut self, step: isize, seen: &Seen) {
        let moved = |place: usize, count: usize| {
            place
                .saturating_add_signed(step)
                .min(count.saturating_sub(1))
        };
        match self.pane {
            Pane::Finds => self.find = moved(self.find, seen.past.finds.len()),
            Pane::Instances => {
                let instances = self.order.of(seen);
                let place = self.selected(seen).map_or(0, |(place, _)| place);
                let now = instances.get(moved(place, instances.len()));
                self.instance = now.map(|own| own.name.clone());
            }
        }
    }

    fn ask(&mut self, seen: &Seen) {
        let Some((_, instance)) = self.selected(seen) else {
            self.said = Some("there is no instance to stop".to_owned());
            return;
        };
        let process = &instance.status.process;
        let (id, host) = (process.id, &process.host);
        // What is asked about stays the same, whatever comes and goes meanwhile.
        self.instance = Some(instance.name.clone());
        match instance.presence {
            Presence::Here => {
                self.asked = Some(Asked {
                    process: process.clone(),
                });
            }
            Presence::Gone(why) => {
                self.said = Some(format!(
                    "process {id} is gone: {why}; run_batt doctor --fix removes what it left"
                ));
            }
            Presence::Elsewhere | Presence::Unknown => {
                self.said = Some(format!(
                    "process {id} is not of this machine; stop it on {host}"
                ));
            }
        }
    }
}

/// How far a key moves.
fn step(key: Key) -> Option<isize> {
    Some(match key {
        Key::Up | Key::Character('k') => -1,
        Key::Down | Key::Character('j') => 1,
        Key::PageUp => -PAGE,
        Key::PageDown | Key::Character(' ') => PAGE,
        Key::Home => isize::MIN,
        Key::End => isize::MAX,
        _ => return None,
    })
}
