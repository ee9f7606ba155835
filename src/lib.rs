//! The batch runner of a program search over ARC tasks.

pub mod dsl;
pub mod value;
