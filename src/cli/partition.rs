//! One shard of the tasks: `--partition`, of every command that selects tasks.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use run_batt::tasks::{Partition, Shard};
use run_batt::telemetry::read_times;

use super::run::Environment;
use super::values::parse_partition;

#[derive(Debug, Args)]
pub struct PartitionArguments {
    /// Take one shard of the tasks that are selected: slice:2/8, every 8th from the 2nd;
    /// hash:2/8, by the MD5 of their names; balanced:2/8, by the times in --times; auto/8,
    /// the slice that Slurm, HyperQueue, Kubernetes or GNU parallel says, or hash:auto/8;
    /// auto, in an array of Slurm
    #[arg(long, value_name = "SHARD", value_parser = parse_partition)]
    partition: Option<Partition>,
    /// The times that balanced:K/N deals by, the same file for all shards: timing
    /// records, or what `run_batt stats --times FILE` has made of them
    #[arg(long, value_name = "FILE")]
    times: Option<PathBuf>,
}

/// The shard of this instance.
#[derive(Debug, Default)]
pub struct OwnShard {
    /// `None` where all tasks are its own.
    pub shard: Option<Shard>,
    /// What it was taken from, where an engine said it.
    pub told: Option<String>,
}

impl PartitionArguments {
    /// Whether it can be had with the rest: a sample that is drawn by chance is the same
    /// in all shards only by a seed. `is_sample_dealt` says that there is such a one.
    pub(super) fn check(&self, is_sample_dealt: bool, seed: Option<u64>) -> Result<(), String> {
        match (&self.partition, &self.times) {
            (Some(partition), None) if partition.needs_times() => Err(
                "--partition balanced:K/N needs --times FILE: what it deals by, as `run_batt stats --times FILE` writes it"
                    .to_owned(),
            ),
            (None, Some(_)) => {
                Err("--times needs --partition balanced:K/N, which deals by it".to_owned())
            }
            (Some(_), _) if is_sample_dealt && seed.is_none() => Err(
                "--partition with -c -N needs --seed SEED, the same in all shards: else each deals another sample"
                    .to_owned(),
            ),
            _ => Ok(()),
        }
    }

    /// The shard, which an engine may say in the environment.
    pub fn shard(&self, environment: Environment<'_>) -> anyhow::Result<OwnShard> {
        let Some(partition) = &self.partition else {
            return Ok(OwnShard::default());
        };
        let times = match &self.times {
            Some(path) if partition.needs_times() => Some(read_times(path).context("--times")?),
            _ => None,
        };
        let shard = partition.shard(environment, times);
        let (shard, told) = shard.with_context(|| format!("--partition {partition}"))?;
        Ok(OwnShard {
            shard: Some(shard),
            told: told.map(|told| format!("--partition {told}")),
        })
    }
}
