#!/usr/bin/env bash
# A shard of the tasks an element of an array:
#
#   sbatch --array=1-8 contrib/slurm.sh -c 400 --tasks arc-prize-2025 --solvers solvers.py
#   run_batt merge store shards/*
#
# What is behind the script's name goes to run_batt. Each element has a store of its own,
# $SHARDS/<element>. One whose node dies is queued again by Slurm; one that comes near its
# time limit stops and queues itself again. Both go on with what is left.
#SBATCH --job-name=run_batt
#SBATCH --time=01:00:00
#SBATCH --cpus-per-task=1
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=run_batt-%A_%a.log
#SBATCH --signal=B:TERM@120
set -u

out=${SHARDS:-shards}/$SLURM_ARRAY_TASK_ID
mkdir -p -- "$out"
run_batt --partition auto --resume --quiet --out "$out" "$@" &
run=$!

late=
# Only this script is told, 120 s before the limit; bash minds it while it waits.
trap 'late=1; kill -s TERM "$run"' TERM
wait "$run"
code=$?
if [[ $late ]]; then
  # The signal has ended the waiting; the run takes two seconds at most.
  wait "$run"
  exec scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
fi
exit "$code"
