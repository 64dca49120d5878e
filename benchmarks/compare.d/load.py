"""wrk, and what the measured proxy spent while it ran."""

import dataclasses
import json
import pathlib
import re
import subprocess
import time

import cpu
from peers import Peer
from processes import CannotRun
from stage import LOAD_CPU

SCRIPT = pathlib.Path(__file__).parent.parent / "peers" / "load.lua"


@dataclasses.dataclass(frozen=True)
class Load:
    """`once`: each token is sent once, and the run is over early when all were. `mean_pause_ms`: between an answer
    and the connection's next request."""
    path: str
    token_file: pathlib.Path
    seconds: float
    connections: int = 64
    once: bool = False
    mean_pause_ms: int = 0
    expected_status: int = 200
    threads: int = 1
    cpus: frozenset[int] = frozenset({LOAD_CPU})


@dataclasses.dataclass(frozen=True)
class Run:
    requests: int
    seconds: float
    bytes: int
    p50_us: int
    p99_us: int
    cpu_ns: int          # of all of the proxy's processes
    others_share: float  # of the proxy's CPUs, taken by anybody else


class Meter:
    """CPU of a peer between two moments, and the share of its CPUs that anybody else had."""

    def __init__(self, peer: Peer):
        self._peer = peer
        self._tasks = cpu.cpu_ns_by_task(peer.pids())
        self._idle = cpu.idle_seconds(peer.cpus)
        self._started = time.monotonic()

    def read(self) -> tuple[int, float]:
        wall = (time.monotonic() - self._started) * len(self._peer.cpus)
        busy = wall - (cpu.idle_seconds(self._peer.cpus) - self._idle)
        now = cpu.cpu_ns_by_task(self._peer.pids())
        if gone := self._tasks.keys() - now.keys():
            raise CannotRun(f"{len(gone)} threads of {self._peer.name} ended while it was measured: their time is lost")
        spent = sum(now.values()) - sum(self._tasks.values())
        return spent, max(0.0, (busy - spent / 1e9) / wall)


def run(peer: Peer, load: Load) -> Run:
    seconds = max(1, round(load.seconds))
    command = ["taskset", "-c", ",".join(map(str, sorted(load.cpus))),
               "wrk", "-t", str(load.threads), "-c", str(load.connections), "-d", f"{seconds}s", "--timeout", "5s",
               "-s", str(SCRIPT), f"https://127.0.0.1:{peer.port}", "--",
               load.path, str(load.token_file), "once" if load.once else "around", str(load.mean_pause_ms)]
    meter = Meter(peer)
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 30, check=False)
    spent, others = meter.read()
    found = re.search(r"^RESULT (.*)$", done.stdout, re.MULTILINE)
    if done.returncode != 0 or not found:
        raise CannotRun(f"wrk failed against {peer.name}: {done.stdout[-400:]}{done.stderr[-400:]}")
    result = json.loads(found[1])
    check_answers(peer, load, result)
    return Run(result["requests"], result["microseconds"] / 1e6, result["bytes"], result["p50"], result["p99"],
               spent, others)


def check_answers(peer: Peer, load: Load, result: dict) -> None:
    """Each answer must have the status that the row is about: an error page is cheap."""
    refused = result["requests"] if load.expected_status >= 400 else 0
    if result["failed"] or result["refused"] != refused or not result["requests"]:
        raise CannotRun(f"{peer.name}: of {result['requests']} answers {result['refused']} were refusals, and "
                        f"{result['failed']} connections failed; expected status {load.expected_status} alone")
