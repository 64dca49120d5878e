"""CPU time of the measured processes, and of everybody else on their CPU."""

import contextlib
import os
import pathlib

TICK_SECONDS = 1 / os.sysconf("SC_CLK_TCK")


def cpu_ns_by_task(pids: list[int]) -> dict[tuple[int, int], int]:
    """Nanoseconds on a CPU (user and system) of each thread, from the scheduler: utime and stime of
    /proc/PID/stat are the same clock rounded to 10 ms."""
    spent = {}
    for pid in pids:
        for task in pathlib.Path(f"/proc/{pid}/task").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                spent[pid, int(task.name)] = int((task / "schedstat").read_text().split()[0])
    return spent


def idle_seconds(cpus: set[int]) -> float:
    """How long these CPUs have had nothing to do, summed."""
    names = {f"cpu{number}" for number in cpus}
    lines = [line.split() for line in pathlib.Path("/proc/stat").read_text().splitlines()]
    return sum(int(line[4]) + int(line[5]) for line in lines if line[0] in names) * TICK_SECONDS  # idle, iowait
