//! A terminal of its own, in which a command runs, and what is to be seen on it.
#![allow(dead_code, reason = "each test file uses a part")]

use std::io::Read;
use std::process::Command;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::num::NonZero;

/// A command on a terminal.
pub struct OnTerminal {
    pub child: Box<dyn Child + Send + Sync>,
    writer: Box<dyn std::io::Write + Send>,
    /// Keeps the terminal open, and sets its size.
    master: Box<dyn MasterPty + Send>,
    modes: String,
    output: Receiver<Vec<u8>>,
    pub screen: vt100::Parser,
}

impl OnTerminal {
    /// Starts a command on a terminal of so many lines and columns. Of its environment
    /// what is set in it is added.
    pub fn start(plain: &Command, rows: u16, columns: u16) -> Self {
        let pair = native_pty_system()
            .openpty(size(rows, columns))
            .expect("a terminal");
        let modes = modes(&*pair.master);
        let mut command = CommandBuilder::new(plain.get_program());
        command.args(plain.get_args());
        command.cwd(plain.get_current_dir().expect("a folder to be in"));
        command.env("TERM", "xterm-256color");
        command.env_remove("NO_COLOR");
        for (name, value) in plain.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            }
        }
        let child = pair
            .slave
            .spawn_command(command)
            .expect("the command starts");
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().expect("its output");
        let writer = pair.master.take_writer().expect("its input");
        let (sender, output) = channel();
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = reader.read(&mut bytes) {
                if sender.send(bytes[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        let some = |number| NonZero::new(number).expect("above 0");
        Self {
            child,
            writer,
            master: pair.master,
            modes,
            output,
            screen: vt100::Parser::new(some(rows), some(columns), 1000),
        }
    }

    /// Reads what comes, until something is to be seen or it has ended; whether it was
    /// seen.
    pub fn wait_for(&mut self, mut is_seen: impl FnMut(&str) -> bool) -> bool {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(60) {
            match self.output.recv_timeout(Duration::from_millis(100)) {
                Ok(bytes) => self.screen.process(&bytes),
                Err(RecvTimeoutError::Disconnected) => return is_seen(&self.text()),
                Err(_) => {}
            }
            if is_seen(&self.text()) {
                return true;
            }
            if let Ok(Some(_)) = self.child.try_wait() {
                while let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(200)) {
                    self.screen.process(&bytes);
                }
                return is_seen(&self.text());
            }
        }
        panic!("nothing after a minute: {}", self.text());
    }

    /// Waits until a text is to be seen.
    pub fn expect(&mut self, text: &str) {
        let is_seen = self.wait_for(|screen| screen.contains(text));
        assert!(is_seen, "{text} was not seen: {}", self.text());
    }

    pub fn text(&self) -> String {
        self.screen.screen().contents()
    }

    /// Types something.
    pub fn type_in(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).expect("a terminal");
        self.writer.flush().expect("a terminal");
    }

    /// Gives the terminal another size.
    pub fn resize(&mut self, rows: u16, columns: u16) {
        self.master.resize(size(rows, columns)).expect("a size");
        let some = |number| NonZero::new(number).expect("above 0");
        self.screen.screen_mut().set_size(some(rows), some(columns));
    }

    /// Whether the terminal has the modes that it had before the command.
    pub fn is_as_it_was(&self) -> bool {
        modes(&*self.master) == self.modes
    }

    /// Waits for its end, and how it came about.
    pub fn exit_code(&mut self) -> u32 {
        self.wait_for(|_| false);
        self.child.wait().expect("a child").exit_code()
    }
}

fn size(rows: u16, columns: u16) -> PtySize {
    PtySize {
        rows,
        cols: columns,
        pixel_width: 0,
        pixel_height: 0,
    }
}

fn modes(master: &dyn MasterPty) -> String {
    format!("{:?}", master.get_termios())
}
