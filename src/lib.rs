//! The batch runner of a program search over ARC tasks.
//!
//! # The way of the data
//!
//! ```text
//!  tasks ──────┐
//!              ├──▶ card ──▶ batt ──▶ score ──▶ program ──▶ validate ──▶ store
//!  library ────┘             on each            (inline)
//!  (solvers,                 sample
//!   differ lists)                               … on the pool, in the order of run
//!                                               └──▶ events ──▶ telemetry, log, progress
//! ```
//!
//! One direction: each stage takes values and returns values, only [`run`]
//! knows their order, and nothing in this library prints. Which rooms write files,
//! look at a clock or begin threads is in `ARCHITECTURE.md`, and checked. The
//! terminal belongs to the binary: its command line, its progress bar, its exit
//! codes.
//!
//! # The rooms
//!
//! | room | owns |
//! | --- | --- |
//! | [`arc_programs`] | the pure core: values, primitives, programs, cards, batt, scores; no files, clocks or threads |
//! | [`tasks`] | ARC data in its layouts; which tasks a run takes |
//! | [`card_file`] | cards read from files |
//! | [`draw`] | which programs of a store a card is made of |
//! | [`library`] | which files hold solvers and differs, and which task each is for |
//! | [`pool`] | the profile, the workers, chunks, what happens when threads are refused; knows not what it runs |
//! | [`store`] | the layout (`store::layout`), the MD5 folders, the best of each task |
//! | [`job`] | what a run is given, from what a user asks for |
//! | [`run`] | the order of the stages, the task loop |
//! | [`search`] | rounds in one process: their seeds, their journal, when they end |
//! | [`fingerprint`], [`claims`] | what a task is run with; which of several instances runs it |
//! | [`event`], [`summary`], [`stopwatch`] | what a run tells while it goes, in the end, and of its time |
//! | [`telemetry`] | the records and the log, their bound, and what they say of a store's past |
//! | [`result_cache`] | what programs came to on samples, remembered in memory and on disk |
//! | [`submission`] | what is handed in of a store: ranking, writing, reading, scoring |
//! | [`instances`] | how instances stand, each in a file that is replaced once a second |
//! | [`stats`] | how far a search has come, from the store and the records |
//! | [`report`] | a search's story, as a value and as a page |
//! | [`picture`] | grids, tasks and stores drawn: the palette, what differs, SVG, PNG, thumbnails |
//! | [`doctor`] | a store and its logs, examined and repaired |
//! | [`merge`] | stores that shared no disk, made one |
//! | [`fixtures`] | tasks and programs to start with, inside the binary |
//! | [`file_kind`], [`file_system`], [`refusal`] | what a file is that was given for something else; what a store is on; what the system refuses, and what to do |
//! | [`clock`], [`interrupt`], [`lock`], `processes`, `holder`, [`lease`], [`memory`], [`text_file`], `atomic_file`, `stamp`, `json_members`, [`one_line`], [`shown_path`], [`words`] | the edges: time, signals, other instances and who lives, memory, foreign files and texts, files whole or not at all and of which version, members of JSON where they stand, how paths and counts are written |

#![cfg_attr(not(test), warn(clippy::disallowed_methods))]

mod atomic_file;
pub mod card_file;
pub mod claims;
pub mod clock;
pub mod doctor;
pub mod draw;
pub mod event;
pub mod file_kind;
pub mod file_system;
pub mod fingerprint;
pub mod fixtures;
mod holder;
pub mod instances;
pub mod interrupt;
pub mod job;
mod json_members;
pub mod lease;
pub mod library;
pub mod lock;
pub mod memory;
pub mod merge;
pub mod one_line;
pub mod picture;
pub mod pool;
mod processes;
pub mod refusal;
pub mod report;
pub mod result_cache;
pub mod run;
pub mod search;
pub mod shown_path;
mod stamp;
pub mod stats;
pub mod stopwatch;
pub mod store;
pub mod submission;
pub mod summary;
pub mod tasks;
pub mod telemetry;
pub mod text_file;
pub mod words;
