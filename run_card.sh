#!/usr/bin/env bash
# The loop that operators run, as many of it at once as they like: rounds of
# run_batt until it is stopped.
set -uo pipefail

usage() {
  cat <<'USAGE'
Usage: run_card.sh [-c COUNT] [-o] [-i] [-t TIMEOUT] [-m | -g] [-T] [-h] [-- OPTION...]
  -c COUNT    tasks a round: the first COUNT, a random sample of -COUNT if
              negative, all if 0 (default 0)
  -o          one round only
  -i          start fresh: clear the store and the logs, and nothing else
  -t TIMEOUT  seconds a task may take
  -m          force the CPU profile
  -g          force the GPU profile
  -T          show where the time went
  -h          this help
  -- OPTION   passed on to run_batt: --tasks, --solvers, --out, ...
Ends after the round in hand on SIGINT or SIGTERM.
USAGE
}

fail_usage() {
  echo "run_card.sh: $1" >&2
  usage >&2
  exit 2
}

count=0
one_round=false
start_fresh=false
options=(--data both)
while getopts ":c:oit:mgTh" option; do
  case $option in
    c) count=$OPTARG ;;
    o) one_round=true ;;
    i) start_fresh=true ;;
    t) options+=(--timeout "$OPTARG") ;;
    m) options+=(--profile cpu) ;;
    g) options+=(--profile gpu) ;;
    T) options+=(--timing) ;;
    h) usage; exit 0 ;;
    :) fail_usage "-$OPTARG needs a value" ;;
    *) fail_usage "unknown option -$OPTARG" ;;
  esac
done
shift $((OPTIND - 1))

if ! [[ $count =~ ^-?[0-9]+$ ]]; then
  fail_usage "-c $count: expected a number"
fi

if ! run_batt=$(command -v run_batt); then
  run_batt=$(dirname -- "${BASH_SOURCE[0]}")/target/release/run_batt
  if ! [[ -x $run_batt ]]; then
    echo "run_card.sh: run_batt is neither on the path nor at $run_batt; build it with 'cargo build --release'" >&2
    exit 1
  fi
fi

if $start_fresh; then
  # The places are among the options that are passed on, if anywhere.
  places=()
  previous=
  for argument in "$@"; do
    case $argument in
      --out=* | --logs=*) places+=("$argument") ;;
      *) case $previous in --out | --logs) places+=("$previous" "$argument") ;; esac ;;
    esac
    previous=$argument
  done
  "$run_batt" clear ${places[@]+"${places[@]}"} || exit
fi

# Bash runs a trap when the command in the foreground, the round, has ended.
stopped=
trap 'stopped=130' INT
trap 'stopped=143' TERM

while true; do
  date
  "$run_batt" "${options[@]}" -c "$count" "$@"
  status=$?
  if [[ -n $stopped ]]; then
    exit "$stopped"
  fi
  # 3: the round ran, and its summary says what failed in it.
  if ((status != 0 && status != 3)) || $one_round; then
    exit "$status"
  fi
done
