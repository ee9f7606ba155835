//! The batch runner of a program search over ARC tasks.
pub mod program;
pub mod tasks;
pub mod text_file;
pub mod library;
