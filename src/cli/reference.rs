//! Options of the reference that mean nothing here: taken, so that scripts which
//! have them run, and told to be without effect.

use clap::Args;

#[derive(Debug, Args)]
pub struct ReferenceArguments {
    /// Profile the Python interpreter
    #[arg(long, hide = true)]
    cprofile: bool,
    /// Of that, how many functions to show
    #[arg(
        long = "cprofile-top",
        hide = true,
        value_name = "N",
        allow_negative_numbers = true
    )]
    cprofile_top: Option<i64>,
    /// Evaluate many samples at once on a GPU
    #[arg(long = "mega-batch", hide = true)]
    mega_batch: bool,
    /// Of that, how many samples
    #[arg(
        long = "batch-size",
        hide = true,
        value_name = "N",
        allow_negative_numbers = true
    )]
    batch_size: Option<i64>,
}

impl ReferenceArguments {
    /// Which of them are given, and that they do nothing.
    pub(super) fn notice(&self) -> Option<String> {
        let options = [
            ("--cprofile", self.cprofile),
            ("--cprofile-top", self.cprofile_top.is_some()),
            ("--mega-batch", self.mega_batch),
            ("--batch-size", self.batch_size.is_some()),
        ];
        let given: Vec<&str> = options
            .iter()
            .filter_map(|&(name, is_given)| is_given.then_some(name))
            .collect();
        let verb = match given.len() {
            0 => return None,
            1 => "has",
            _ => "have",
        };
        Some(format!(
            "{} {verb} no effect here; --timing shows where the time went, --chunk and --workers how much is done at once",
            given.join(", ")
        ))
    }
}
