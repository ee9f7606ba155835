"""A HyperQueue of one server and two workers in this process, and an array of 8 shards.

    local_hyperqueue.py FOLDER ARGUMENT…

`run_batt` is the one on the path. What has failed is submitted once more: HyperQueue
itself starts again only what a lost worker had in hand.
"""

import sys
from pathlib import Path

from hyperqueue import Job
from hyperqueue.cluster import LocalCluster, WorkerConfig

SHARDS = 8


def main():
    place = Path(sys.argv[1])
    # As the README has it, behind `hq submit --array 1-8`.
    line = f"run_batt --partition auto/{SHARDS} --resume --quiet --out shards/$HQ_TASK_ID "
    line += " ".join(sys.argv[2:])
    with LocalCluster(str(place / "server"), WorkerConfig(cores=1)) as cluster:
        cluster.start_worker(WorkerConfig(cores=1))
        client = cluster.client()
        for attempt in range(3):
            job = Job(default_workdir=place)
            for _ in range(SHARDS):
                job.program(["bash", "-c", line])
            submitted = client.submit(job)
            client.wait_for_jobs([submitted], raise_on_error=False)
            failed = client.get_failed_tasks(submitted)
            print(f"attempt {attempt}: {len(failed)} of {SHARDS} have failed")
            if not failed:
                return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
