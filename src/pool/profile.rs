//! How many workers, and how many items at a time.

use std::ffi::OsString;
use std::fmt;

use super::GpuAnswer;

/// The most workers that may be asked for. A thread is worth having while there is a core for it;
/// far beyond that, a typing error is likelier than a machine.
pub const MOST_WORKERS: usize = 1024;

/// The kind of machine that a profile is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProfileKind {
    /// Two workers, chunks of 8.
    Cpu,
    /// Four workers, chunks of 16: where there is a GPU, there are cores
    /// beside it.
    Gpu,
}

impl ProfileKind {
    fn default_workers(self) -> usize {
        match self {
            Self::Cpu => 2,
            Self::Gpu => 4,
        }
    }
}

impl fmt::Display for ProfileKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Cpu => "cpu",
            Self::Gpu => "gpu",
        })
    }
}

/// Which profile is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ProfileChoice {
    /// The GPU's where there is a GPU that may be used.
    #[default]
    Auto,
    /// The CPU's.
    Cpu,
    /// The GPU's.
    Gpu,
}

/// Number of workers that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Workers {
    /// As many as the machine has cores.
    Auto,
    /// So many, at least one.
    Exactly(usize),
}

/// Hardware of a machine, as far as a profile needs to know it, passed in.
pub struct Hardware<'a> {
    /// The value of an environment variable.
    pub variable: &'a dyn Fn(&str) -> Option<OsString>,
    /// Asks for a GPU; called only where the answer matters.
    pub ask_gpu: &'a dyn Fn() -> GpuAnswer,
    /// Number of cores.
    pub cores: usize,
}

/// Profile of a run: how many workers, how many items at a time, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The kind of machine it is made for.
    pub kind: ProfileKind,
    /// Reason for this kind, in words.
    pub reason: String,
    /// Number of threads that work.
    pub workers: usize,
    /// At most how many items are in flight.
    pub chunk_size: usize,
}

impl Profile {
    /// Chooses the profile for a machine; `workers` and `chunk_size` override
    /// what it would say.
    ///
    /// `EXPECT_GPU=0` and an empty `CUDA_VISIBLE_DEVICES` mean that there is no
    /// GPU, whatever the driver would say.
    pub fn choose(
        choice: ProfileChoice,
        workers: Option<Workers>,
        chunk_size: Option<usize>,
        hardware: &Hardware<'_>,
    ) -> Self {
        let (kind, reason) = match choice {
            ProfileChoice::Cpu => (ProfileKind::Cpu, "it was asked for".to_owned()),
            ProfileChoice::Gpu => (ProfileKind::Gpu, "it was asked for".to_owned()),
            ProfileChoice::Auto => detect(hardware),
        };
        let workers = match workers {
            None => kind.default_workers(),
            Some(Workers::Auto) => hardware.cores.max(1),
            Some(Workers::Exactly(workers)) => workers.max(1),
        };
        Self {
            kind,
            reason,
            workers,
            chunk_size: chunk_size.unwrap_or((4 * workers).max(8)).max(1),
        }
    }
}

fn detect(hardware: &Hardware<'_>) -> (ProfileKind, String) {
    let variable = hardware.variable;
    if variable("EXPECT_GPU").is_some_and(|value| value == "0") {
        return (ProfileKind::Cpu, "EXPECT_GPU=0".to_owned());
    }
    if variable("CUDA_VISIBLE_DEVICES").is_some_and(|value| value.is_empty()) {
        return (ProfileKind::Cpu, "CUDA_VISIBLE_DEVICES is empty".to_owned());
    }
    match (hardware.ask_gpu)() {
        GpuAnswer::Devices { count, first } => (
            ProfileKind::Gpu,
            format!("the NVIDIA driver knows {count} device(s), the first {first}"),
        ),
        GpuAnswer::None(reason) => (ProfileKind::Cpu, reason),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(
        choice: ProfileChoice,
        workers: Option<Workers>,
        variables: &[(&str, &str)],
        answer: GpuAnswer,
    ) -> Profile {
        let variable = |name: &str| {
            let found = variables.iter().find(|(own, _)| *own == name);
            found.map(|(_, value)| OsString::from(value))
        };
        let hardware = Hardware {
            variable: &variable,
            ask_gpu: &|| answer.clone(),
            cores: 12,
        };
        Profile::choose(choice, workers, None, &hardware)
    }

    fn devices() -> GpuAnswer {
        GpuAnswer::Devices {
            count: 2,
            first: "Tesla T4".to_owned(),
        }
    }

    #[test]
    fn a_gpu_makes_four_workers_and_chunks_of_sixteen() {
        let profile = choose(ProfileChoice::Auto, None, &[], devices());
        assert_eq!(
            (profile.kind, profile.workers, profile.chunk_size),
            (ProfileKind::Gpu, 4, 16)
        );
        assert!(profile.reason.contains("Tesla T4"));
    }

    #[test]
    fn without_a_driver_it_is_the_cpu() {
        let profile = choose(
            ProfileChoice::Auto,
            None,
            &[],
            GpuAnswer::None("no library".into()),
        );
        assert_eq!(
            (profile.kind, profile.workers, profile.chunk_size),
            (ProfileKind::Cpu, 2, 8)
        );
        assert_eq!(profile.reason, "no library");
    }

    #[test]
    fn the_environment_can_say_that_there_is_no_gpu() {
        for variable in [("EXPECT_GPU", "0"), ("CUDA_VISIBLE_DEVICES", "")] {
            let profile = choose(ProfileChoice::Auto, None, &[variable], devices());
            assert_eq!(profile.kind, ProfileKind::Cpu);
            assert!(profile.reason.contains(variable.0), "{}", profile.reason);
        }
        for variable in [("EXPECT_GPU", "1"), ("CUDA_VISIBLE_DEVICES", "0,1")] {
            let profile = choose(ProfileChoice::Auto, None, &[variable], devices());
            assert_eq!(profile.kind, ProfileKind::Gpu);
        }
    }

    #[test]
    fn workers_and_chunk_size_override_it() {
        let auto = choose(ProfileChoice::Cpu, Some(Workers::Auto), &[], devices());
        assert_eq!((auto.workers, auto.chunk_size), (12, 48));
        let one = choose(
            ProfileChoice::Gpu,
            Some(Workers::Exactly(1)),
            &[],
            devices(),
        );
        assert_eq!(
            (one.kind, one.workers, one.chunk_size),
            (ProfileKind::Gpu, 1, 8)
        );
    }
}
