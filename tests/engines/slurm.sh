#!/usr/bin/env bash
# A Slurm of three nodes on this machine, and an array of 8 shards in it: one element is
# killed and queued again, one is told that its time is over, and one node's slurmd is
# killed with its step. Then the searches of the README, with what it says to share what
# they found. What is asked of the caller: an empty folder that goes afterwards, the folder
# of the binary, and that of the repository.
#
#   slurm.sh FOLDER FOLDER_OF_BINARY REPOSITORY ARGUMENT…
#
# Ends with 0, the shards under FOLDER/shards, and those of each kind of search under
# FOLDER/search-*/shards, merged into search-*/store; 77 where no Slurm can be had here.
set -euo pipefail

place=$1 binary=$2 repository=$3
shift 3
cd -- "$place"
# Debian has the daemons there, which a user's path need not have.
PATH=$PATH:/usr/sbin:/sbin

not_here() {
  echo "$1"
  exit 77
}

((EUID == 0)) || not_here "Slurm's daemons need root"
for program in slurmctld slurmd munged sbatch scontrol squeue sinfo; do
  command -v "$program" >/dev/null || not_here "there is no $program"
done

# Kills an element's run with all around it that belongs to its step: the batch script,
# and the daemon of the step, which is no child of this script.
kill_step() {
  local run=$1 script daemon
  script=$(ps -o ppid= -p "$run" 2>/dev/null | tr -d ' ') || return 0
  daemon=$(ps -o ppid= -p "$script" 2>/dev/null | tr -d ' ') || daemon=
  if [[ $daemon && $(ps -o args= -p "$daemon") == slurmstepd* ]]; then
    kill -KILL "$daemon" "$script" 2>/dev/null || true
  fi
  pkill -KILL -P "$run" 2>/dev/null || true
  kill -KILL "$run" 2>/dev/null || true
}

daemons=()
clean() {
  trap - EXIT
  local element
  for element in began/*.pid; do
    [[ -e $element ]] && kill_step "$(cat "$element")"
  done
  ((${#daemons[@]} == 0)) || kill -KILL "${daemons[@]}" 2>/dev/null || true
  wait
}
trap clean EXIT
trap 'exit 1' INT TERM HUP

mkdir -p munge state spool log bin began
export SLURM_CONF=$place/slurm.conf
dd if=/dev/urandom of=munge/key bs=1024 count=1 status=none
chmod 400 munge/key
chmod 711 . munge
chown -R munge: munge
# Munge asks for folders above that nobody else can write; --force is for those of /tmp.
setpriv --reuid munge --regid munge --clear-groups \
  munged --force --foreground --key-file "$place/munge/key" --socket "$place/munge/socket" \
  --pid-file "$place/munge/pid" --log-file "$place/munge/log" --seed-file "$place/munge/seed" \
  >log/munged 2>&1 &
daemons+=($!)

# Ports that nobody has, as far as that can be known beforehand.
port=$((20000 + RANDOM % 20000))
host=$(hostname -s)
cat >slurm.conf <<CONF
ClusterName=shards
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
AuthType=auth/munge
AuthInfo=socket=$place/munge/socket
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
SlurmUser=root
SlurmdUser=root
StateSaveLocation=$place/state
SlurmdSpoolDir=$place/spool/%n
SlurmctldPidFile=$place/slurmctld.pid
SlurmdPidFile=$place/slurmd-%n.pid
SlurmctldLogFile=$place/log/slurmctld
SlurmdLogFile=$place/log/slurmd-%n
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SwitchType=switch/none
SelectType=select/cons_tres
ReturnToService=2
SlurmdTimeout=5
KillWait=1
MessageTimeout=5
SchedulerParameters=sched_interval=1,batch_sched_delay=1,requeue_delay=1
NodeName=n[1-3] NodeHostname=$host NodeAddr=127.0.0.1 Port=[$((port + 1))-$((port + 3))] CPUs=1
PartitionName=all Nodes=n[1-3] Default=YES MaxTime=INFINITE State=UP
CONF
for ((tries = 0; tries < 100; tries++)); do
  [[ -S munge/socket ]] && break
  sleep 0.1
done
slurmctld -D -i >log/slurmctld.out 2>&1 &
daemons+=($!)
declare -A slurmd
for node in n1 n2 n3; do
  slurmd -D -N "$node" >"log/$node.out" 2>&1 &
  slurmd[$node]=$!
  daemons+=($!)
done

wait_until() {
  local what=$1 tries
  shift
  for ((tries = 0; tries < 600; tries++)); do
    if "$@"; then return; fi
    sleep 0.2
  done
  echo "waited too long until $what"
  squeue 2>&1 || true
  sinfo -N 2>&1 || true
  tail -n 20 log/* || true
  exit 1
}

# Slurm's words for idle nodes have marks behind them now and then.
three_idle() { (($(sinfo -h -N -t idle -o %N 2>/dev/null | sort -u | wc -l) == 3)); }
wait_until "three nodes are idle" three_idle

# The binary, so slow that an element can be killed in the middle.
cat >bin/run_batt <<SHIM
#!/bin/sh
echo \$\$ >"$place/began/\$SLURM_ARRAY_TASK_ID.pid"
echo "\$SLURMD_NODENAME" >"$place/began/\$SLURM_ARRAY_TASK_ID.node"
echo "\$SLURM_ARRAY_TASK_ID \$SLURMD_NODENAME \${SLURM_RESTART_COUNT:-0}" >>"$place/began/all"
sleep 1
"$binary/run_batt" "\$@" &
run=\$!
trap 'kill -s TERM "\$run"' TERM
wait "\$run"
code=\$?
sleep 1
exit "\$code"
SHIM
chmod +x bin/run_batt
export PATH=$place/bin:$PATH SHARDS=$place/shards

job=$(sbatch --parsable --array=1-8 "$repository/contrib/slurm.sh" "$@")

# One element is killed, and queued again.
has_begun() { [[ -s began/$1.node ]]; }
wait_until "element 1 begins" has_begun 1
scontrol requeue "${job}_1"
again() { scontrol update "JobId=${job}_1" StartTime=now 2>/dev/null; }
wait_until "element 1 is queued again" again

# Another comes near its time limit: its script is told, and queues it again.
wait_until "element 2 begins" has_begun 2
# scancel tries again for a minute where the element is queued again already.
timeout 3 scancel --batch --signal=TERM "${job}_2" 2>/dev/null || true

# One node dies, with what it has in hand.
on_last_node() {
  local node
  for node in began/*.node; do
    if [[ $(cat "$node") == n3 ]] && kill -0 "$(cat "${node%.node}.pid")" 2>/dev/null; then return; fi
  done
  return 1
}
wait_until "an element is at work on n3" on_last_node
kill -KILL "${slurmd[n3]}"
for node in began/*.node; do
  if [[ $(cat "$node") == n3 ]]; then kill_step "$(cat "${node%.node}.pid")"; fi
done

# What is queued again would wait for two minutes.
none_left() {
  local element
  for element in $(squeue -h -r -j "$job" -t PD -o %i 2>/dev/null); do
    scontrol update "JobId=$element" StartTime=now 2>/dev/null || true
  done
  [[ -z $(squeue -h -j "$job" -o %i 2>/dev/null) ]]
}
wait_until "all elements have ended" none_left
echo "begun: $(wc -l <began/all), of 8 elements"
cat began/all

# As the README has them, but for how long they go on. Nobody slows the binary now.
PATH=$binary:$PATH
# Those of a round are told from those of another by their seeds.
searches=$(grep '^sbatch --array=1-8 --wrap ' "$repository/README.md")
share=$(sed -n 's/^while sleep 30m; do \(.*\); done$/\1/p' "$repository/README.md")
[[ $share ]] || { echo "the README does not say how to share what was found"; exit 1; }
number=0
while read -r line; do
  number=$((number + 1))
  mkdir -p "search-$number"
  cd "search-$number"
  job=$(eval "${line/--for 8h/--rounds 1 -c 8 --draw 2} --parsable")
  wait_until "searches $number have ended" none_left
  # Where one fails, what it has said is in the file that Slurm makes of it.
  grep -h error slurm-*.out >&2 || true
  for _ in 1 2; do eval "$share"; done
  cd ..
done <<<"$searches"
echo "$number kinds of search"
