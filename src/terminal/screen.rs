//! The whole terminal as a screen that is drawn, and its keys.
//!
//! It is as it was when the screen is left, however that comes about: in the end, by an
//! error, by a panic, and while the process is suspended.

use std::io::{self, IsTerminal, Stdout};
use std::panic;
use std::time::Duration;

use console::colors_enabled;
use ratatui::crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, poll, read};
use ratatui::crossterm::style::force_color_output;
use ratatui::crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use ratatui::crossterm::{cursor, execute};
use ratatui::{Frame, Terminal, prelude::CrosstermBackend};
use signal_hook::consts::SIGTSTP;
use signal_hook::low_level::emulate_default_handler;

use crate::watch::{Key, Paint};

/// The terminal, taken over until it is dropped.
pub struct Screen {
    terminal: Terminal<CrosstermBackend<Stdout>>,
}

impl Screen {
    /// Whether there is a terminal, for keys and for drawing.
    pub fn is_there() -> bool {
        io::stdin().is_terminal() && io::stdout().is_terminal()
    }

    /// Takes the terminal over.
    pub fn enter() -> io::Result<Self> {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            // Told where it is seen.
            leave();
            before(panic);
        }));
        if paint() == Paint::Colours {
            force_color_output(true);
        }
        enter()?;
        // From here on dropping it gives the terminal back.
        let terminal = Terminal::new(CrosstermBackend::new(io::stdout()));
        let mut screen = Self {
            terminal: terminal.inspect_err(|_| leave())?,
        };
        screen.redraw()?;
        Ok(screen)
    }

    pub fn draw(&mut self, content: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        self.terminal.draw(content)?;
        Ok(())
    }

    /// Forgets what was drawn, for somebody else may have drawn over it.
    pub fn redraw(&mut self) -> io::Result<()> {
        // `clear` would ask the terminal where its cursor is, and wait for the answer.
        self.terminal.resize(self.terminal.size()?.into())
    }

    /// Gives the terminal back and stops the process, until it is continued.
    pub fn suspend(&mut self) -> io::Result<()> {
        leave();
        emulate_default_handler(SIGTSTP)?;
        enter()?;
        self.redraw()
    }

    /// The next key within this time, if there is one that is minded; none also where the
    /// size has changed.
    pub fn key(within: Duration) -> io::Result<Option<Key>> {
        if !poll(within)? {
            return Ok(None);
        }
        Ok(match read()? {
            Event::Key(key) if key.kind != KeyEventKind::Release => minded(key),
            _ => None,
        })
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        leave();
    }
}

/// How things are told apart on standard output.
pub fn paint() -> Paint {
    match colors_enabled() {
        true => Paint::Colours,
        false => Paint::Plain,
    }
}

fn enter() -> io::Result<()> {
    enable_raw_mode()?;
    execute!(io::stdout(), EnterAlternateScreen, cursor::Hide).inspect_err(|_| leave())
}

/// Where this fails there is no terminal any more.
fn leave() {
    let _ = execute!(io::stdout(), LeaveAlternateScreen, cursor::Show);
    let _ = disable_raw_mode();
}

fn minded(key: KeyEvent) -> Option<Key> {
    if key.modifiers.contains(KeyModifiers::CONTROL) {
        return match key.code {
            KeyCode::Char('c') => Some(Key::Interrupt),
            KeyCode::Char('z') => Some(Key::Suspend),
            KeyCode::Char('l') => Some(Key::Redraw),
            _ => None,
        };
    }
    Some(match key.code {
        KeyCode::Char(character) => Key::Character(character),
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::Tab | KeyCode::BackTab | KeyCode::Left | KeyCode::Right => Key::Tab,
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Escape,
        _ => return None,
    })
}
