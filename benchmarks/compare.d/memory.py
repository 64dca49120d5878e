"""Resident memory of processes, from the kernel."""

import pathlib


def resident_kib(pids: list[int], fields: tuple[str, ...]) -> int:
    """Sum over the processes of the named fields of /proc/PID/status."""
    total = 0
    for pid in pids:
        for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
            name, _, value = line.partition(":")
            if name in fields:
                total += int(value.split()[0])
    return total


def all_kib(pids: list[int]) -> int:
    return resident_kib(pids, ("VmRSS",))


def private_kib(pids: list[int]) -> int:
    """Without file pages: what grows with connections. Shared memory is where nginx keeps its zones."""
    return resident_kib(pids, ("RssAnon", "RssShmem"))
