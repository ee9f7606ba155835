#!/usr/bin/env bash
# The search, as many of it at once as one likes: `run_batt search` with the options
# and the defaults that operators know; until it is stopped.
set -uo pipefail

usage() {
  cat <<'USAGE'
Usage: run_card.sh [-c COUNT] [-d DRAWN] [-o] [-i] [-b] [-t TIMEOUT] [-m | -g] [-T] [-h]
                   [-- OPTION...]
  -c COUNT    tasks a round: the first COUNT, a random sample of -COUNT if
              negative, all if 0 (default 0)
  -d DRAWN    solvers that a round draws from the store, changes, and evaluates
              on every task of the round (default 32)
  -o          one round only
  -i          start fresh: clear the store and the logs, and nothing else, which is
              not asked about; then run every task with its own solvers, and store
              what scores
  -b          tidy the store before the first round: remove programs over 10 kB,
              programs and folders that nothing needs
  -t TIMEOUT  how long a sample, or a task's inlining, may take: seconds, or with a
              unit, such as 1m30s (default 20)
  -m          force the CPU profile
  -g          force the GPU profile
  -T          show where the time went
  -h, --help  this help
  -- OPTION   passed on to run_batt search: --tasks, --solvers, --out, --mutation, ...
              They, a run_batt.toml and RUN_BATT_... go before the defaults here;
              the options above go before a run_batt.toml and RUN_BATT_...
On SIGINT or SIGTERM the tasks in hand are finished or, after a second, dropped;
a second signal ends at once. A script that starts it with & makes it deaf to
SIGINT, as shells do: end it with SIGTERM, which is what kill sends.
USAGE
}

fail_usage() {
  echo "run_card.sh: $1" >&2
  usage >&2
  exit 2
}

count=()
drawn=()
one_round=false
start_fresh=false
tidy=false
timeout=()
options=()
while getopts ":c:d:oibt:mgTh-:" option; do
  case $option in
    c)
      [[ $OPTARG =~ ^-?[0-9]+$ ]] || fail_usage "-c $OPTARG: expected a number"
      count=(-c "$OPTARG")
      ;;
    d)
      [[ $OPTARG =~ ^[1-9][0-9]*$ ]] || fail_usage "-d $OPTARG: expected a number, at least 1"
      drawn=(--draw "$OPTARG")
      ;;
    o) one_round=true ;;
    i) start_fresh=true ;;
    b) tidy=true ;;
    t) timeout=(--timeout "$OPTARG") ;;
    m) options+=(--profile cpu) ;;
    g) options+=(--profile gpu) ;;
    T) options+=(--timing) ;;
    h) usage; exit 0 ;;
    -)
      [[ $OPTARG != help ]] || { usage; exit 0; }
      fail_usage "--$OPTARG: options of run_batt go behind --, as in run_card.sh -o -- --$OPTARG"
      ;;
    :) fail_usage "-$OPTARG needs a value" ;;
    *) fail_usage "unknown option -$OPTARG" ;;
  esac
done
if ((OPTIND <= $#)) && [[ ${*:OPTIND - 1:1} != -- ]]; then
  fail_usage "${!OPTIND}: expected an option; what is for run_batt goes behind --"
fi
shift $((OPTIND - 1))

if ! run_batt=$(command -v run_batt); then
  here=$(dirname -- "${BASH_SOURCE[0]}")
  # Installed beside it, or built where it is.
  run_batt=$here/run_batt
  [[ -f $run_batt ]] || run_batt=$here/target/release/run_batt
  if ! [[ -x $run_batt ]]; then
    echo "run_card.sh: run_batt is neither on the path nor at $run_batt; build it with 'cargo build --release'" >&2
    exit 1
  fi
fi

# What the options passed on, the environment and run_batt.toml say, a line each.
settings=$("$run_batt" config --format text -- search "$@") || exit

# Whether one of them says something of an option of run_batt.
is_set() {
  ! grep -qE "^(# $1 |$1 = .* # default\$)" <<<"$settings"
}

# Of the options passed on, those that say where the store and the logs are, and
# those that a run without drawing takes.
out=()
logs=()
without_drawing=()
previous=
skipped=
for argument in "$@"; do
  case $argument in
    --out=*) out=("$argument") ;;
    --logs=*) logs=("$argument") ;;
  esac
  case $previous in
    --out) out=(--out "$argument") ;;
    --logs) logs=(--logs "$argument") ;;
  esac
  # Options of a search take one value, but for the tasks to be solved.
  case $argument in
    --mutation | --rounds | --for | --on-solved | --summaries) skipped=1 ;;
    --until-solved) skipped=all ;;
    --mutation=* | --rounds=* | --for=* | --on-solved=* | --summaries=* | --until-solved=* | --freeze-* | --dates)
      skipped=0
      ;;
    -*)
      without_drawing+=("$argument")
      skipped=
      ;;
    *) [[ -n $skipped && $skipped != 0 ]] || without_drawing+=("$argument") ;;
  esac
  [[ $argument == -* || $skipped == all ]] || skipped=
  previous=$argument
done

# The defaults. All rounds run the same data, whatever the store holds by then: the
# reference's, where they are.
is_set data || options+=(--data both)
if ! is_set tasks && [[ -d ../arc-prize-2025 ]]; then
  options+=(--tasks ../arc-prize-2025)
fi
if ((${#timeout[@]})); then
  options+=("${timeout[@]}")
elif ! is_set timeout; then
  options+=(--timeout 20)
fi
if is_set draw; then
  without_drawing+=(--draw 0)
elif ! ((${#drawn[@]})); then
  drawn=(--draw 32)
fi

# A signal is passed on to the search. With job control that has a process group
# of its own, so that Ctrl-C reaches it through here alone, once:
# the second would end it at once.
set -m
stopped=
child=
# shellcheck disable=SC2317 # the traps call it
stop_on() {
  stopped=$2
  if [[ -n $child ]]; then
    kill -s "$1" "$child" 2>/dev/null
  fi
}
trap 'stop_on INT 130' INT
trap 'stop_on TERM 143' TERM
trap 'stop_on TERM 129' HUP

# Runs run_batt to its end; a trap only interrupts the waiting.
run_batt() {
  "$run_batt" "$@" &
  child=$!
  local status
  # The signal may have come before there was a child to pass it on to.
  [[ -z $stopped ]] || kill -s TERM "$child"
  while true; do
    wait "$child"
    status=$?
    kill -0 "$child" 2>/dev/null || break
  done
  child=
  return "$status"
}

# Ends unless the command went well or, 3, its summary says what failed in it.
go_on_after() {
  local status=$1
  if [[ -n $stopped ]]; then
    exit "$stopped"
  fi
  if ((status != 0 && status != 3)); then
    exit "$status"
  fi
}

if $start_fresh; then
  run_batt clear --yes ${out[@]+"${out[@]}"} ${logs[@]+"${logs[@]}"}
  go_on_after $?
  run_batt ${options[@]+"${options[@]}"} -c 0 ${without_drawing[@]+"${without_drawing[@]}"}
  go_on_after $?
fi
if $tidy; then
  run_batt tidy ${out[@]+"${out[@]}"}
  go_on_after $?
fi

$one_round && count+=(--rounds 1)
run_batt search --dates --summaries rounds ${options[@]+"${options[@]}"} ${count[@]+"${count[@]}"} ${drawn[@]+"${drawn[@]}"} "$@"
status=$?
go_on_after "$status"
exit "$status"
