"""The rows of the table: what is measured, of whom, and what Bearward must reach."""

import dataclasses
import os
import pathlib
import time

import clients
import load
import memory
import tokens
from peers import Bearward, BearwardLogged, Haproxy, HaproxyOpen, NginxLua, NginxOpen, Peer
from rounds import Sample
from stage import USERNAMES, Stage


@dataclasses.dataclass(frozen=True)
class Target:
    """Two marks for Bearward's ratio to HAProxy, or for its figure alone."""
    first: float
    goal: float
    of: str = "ratio"  # or "value"
    at_least: bool = False

    def holds(self, mark: float, figure: float) -> bool:
        return figure >= mark if self.at_least else figure <= mark


@dataclasses.dataclass(frozen=True)
class Size:
    """How long to measure: whole seconds of load a run, connections opened, idle connections held."""
    seconds: int
    new_connections: int
    idle_connections: int


class Row:
    name = ""
    title = ""
    unit = ""
    target: Target | None = None
    algorithm = "HS256"
    peers: tuple[type[Peer], ...] = (Bearward, Haproxy)

    def prepare(self, stage: Stage, size: Size) -> None:
        """Makes what the row needs before its peers start; raises NotHere where it cannot be measured."""
        self.stage, self.size = stage, size

    def warm_up(self, peer: Peer) -> None:
        """Fills caches and pools, as traffic has on any running proxy."""

    def measure(self, peer: Peer) -> Sample:
        raise NotImplementedError

    def token_file(self, name: str, made: list[str]) -> pathlib.Path:
        file = self.stage.folder / f"{name}.tokens"
        file.write_text("\n".join(made) + "\n")
        return file

    def users_tokens(self) -> list[str]:
        return self.stage.key(self.algorithm).mint_many(len(USERNAMES), USERNAMES)


class NotHere(Exception):
    """This machine cannot measure the row; the message says why."""


class RequestRow(Row):
    """CPU per request, with a token for each of the users, sent again and again."""

    unit = "us/request"
    path = "/api/small"
    connections = 64
    expected_status = 200

    def __init__(self, name: str, title: str, algorithm: str, target: Target, peers: tuple[type[Peer], ...]):
        self.name, self.title, self.algorithm, self.target, self.peers = name, title, algorithm, target, peers

    def prepare(self, stage: Stage, size: Size) -> None:
        super().prepare(stage, size)
        self._load = load.Load(self.path, self.token_file(self.name, self.tokens()), size.seconds, self.connections,
                               expected_status=self.expected_status)

    def tokens(self) -> list[str]:
        return self.users_tokens()

    def warm_up(self, peer: Peer) -> None:
        load.run(peer, dataclasses.replace(self._load, seconds=1))

    def measure(self, peer: Peer) -> Sample:
        run = load.run(peer, self._load)
        return Sample(self.per_unit(run), run.others_share, {"requests_per_second": run.requests / run.seconds})

    def per_unit(self, run: load.Run) -> float:
        return run.cpu_ns / 1e3 / run.requests


class RefusalRow(RequestRow):
    """CPU per 401: one bit of each token's signature is flipped."""

    unit = "us/401"
    expected_status = 401

    def tokens(self) -> list[str]:
        return [tokens.forged(token) for token in self.users_tokens()]


class BulkRow(RequestRow):
    """CPU per GiB sent in bodies of 1 MiB."""

    unit = "ms/GiB"
    path = "/api/large"
    connections = 8

    def per_unit(self, run: load.Run) -> float:
        return run.cpu_ns / 1e6 / (run.bytes / 2**30)


class FirstSeenRow(RequestRow):
    """Every token is sent once. The proxy starts anew each time, so that no cache knows a token; users and upstream
    connections are warm, through other tokens."""

    TOKENS_PER_SECOND = 16_000  # more than a core verifies; should they run out, the run is shorter

    def prepare(self, stage: Stage, size: Size) -> None:
        super().prepare(stage, size)
        self._load = dataclasses.replace(self._load, once=True)
        warming = stage.key(self.algorithm).mint_many(self.TOKENS_PER_SECOND * size.seconds, USERNAMES[::-1])
        unseen = self.token_file(f"{self.name}-unseen", warming)
        self._warming, self._load = self._load, dataclasses.replace(self._load, token_file=unseen)

    def warm_up(self, peer: Peer) -> None:
        pass  # measure() does, each time

    def measure(self, peer: Peer) -> Sample:
        peer.restart()
        load.run(peer, dataclasses.replace(self._warming, seconds=1))
        return super().measure(peer)


class LatencyRow(RequestRow):
    """p99 at 1,000 requests a second: 64 connections, each pausing about 62 ms after an answer. wrk counts what a
    stall kept from being sent (its correction for coordinated omission)."""

    unit = "us, p99"
    PAUSE_MS = 62
    RATE = 1_000

    def prepare(self, stage: Stage, size: Size) -> None:
        super().prepare(stage, size)
        self._load = dataclasses.replace(self._load, mean_pause_ms=self.PAUSE_MS, seconds=size.seconds * 2)

    def measure(self, peer: Peer) -> Sample:
        run = load.run(peer, self._load)
        rate = run.requests / run.seconds
        slow = f"{rate:.0f} requests/s were sent, not {self.RATE}" if abs(rate / self.RATE - 1) > 0.05 else ""
        return Sample(run.p99_us, run.others_share, {"requests_per_second": rate, "p50_us": run.p50_us}, slow)


class ConnectionRow(Row):
    """CPU per new connection: handshake, one authenticated request, close."""

    unit = "us/connection"
    peers = (Bearward, Haproxy, NginxLua, NginxOpen)

    def __init__(self, name: str, title: str, target: Target, resumed: bool):
        self.name, self.title, self.target, self._resumed = name, title, target, resumed

    def warm_up(self, peer: Peer) -> None:
        self._open(peer, 100)

    def measure(self, peer: Peer) -> Sample:
        meter = load.Meter(peer)
        started = time.monotonic()
        self._open(peer, self.size.new_connections)
        elapsed = time.monotonic() - started
        time.sleep(0.05)  # the last close may still be under way
        spent, others = meter.read()
        return Sample(spent / 1e3 / self.size.new_connections, others,
                      {"connections_per_second": self.size.new_connections / elapsed})

    def _open(self, peer: Peer, count: int) -> None:
        clients.open_and_close(peer, peer.key.mint(USERNAMES[0]), count, self._resumed)


class IdleMemoryRow(Row):
    """How much each idle connection keeps: the growth from 100 to many, each after one authenticated request."""

    name = "memory"
    title = "resident memory per idle TLS connection (kernel buffers not counted)"
    unit = "KiB/connection"
    target = Target(20, 15.5, of="value")
    peers = (Bearward, Haproxy, NginxLua, NginxOpen)
    FEW = 100

    def measure(self, peer: Peer) -> Sample:
        peer.restart()
        token = peer.key.mint(USERNAMES[0])
        with clients.IdleConnections(peer, token) as idle:
            idle.open(self.FEW)
            before = memory.private_kib(peer.pids())
            idle.open(self.size.idle_connections - self.FEW)
            after = memory.private_kib(peer.pids())
            idle.check()
        return Sample((after - before) / (self.size.idle_connections - self.FEW))


class StartMemoryRow(Row):
    name = "start"
    title = "resident memory at start, summed over the processes"
    unit = "MB"
    target = Target(20, 15, of="value")
    peers = (Bearward, Haproxy, NginxLua, NginxOpen)
    SETTLE_SECONDS = 0.5

    def measure(self, peer: Peer) -> Sample:
        peer.restart()
        time.sleep(self.SETTLE_SECONDS)
        return Sample(memory.all_kib(peer.pids()) * 1024 / 1e6)


class TwoWorkersRow(Row):
    """Requests a second with two workers over those with one. The load has CPUs of its own, else it is measured."""

    name = "two_workers"
    title = "requests/s of two workers against one"
    unit = "times"
    target = Target(1.8, 1.9, of="value", at_least=True)
    ONE, TWO = {0}, {0, 1}

    def prepare(self, stage: Stage, size: Size) -> None:
        super().prepare(stage, size)
        self.load_cpus = frozenset(range(2, os.cpu_count() or 0))
        if len(self.load_cpus) < 2:
            raise NotHere(f"needs 4 CPUs, two of them for the load generator; this machine has {os.cpu_count()}")
        stage.move_servers(self.load_cpus)
        self._load = load.Load("/api/small", self.token_file(self.name, self.users_tokens()), size.seconds,
                               connections=256, threads=len(self.load_cpus), cpus=self.load_cpus)

    def measure(self, peer: Peer) -> Sample:
        rates, others = [], 0.0
        for workers, cpus in ((1, self.ONE), (2, self.TWO)):
            peer.workers, peer.cpus = workers, cpus
            peer.restart()
            load.run(peer, dataclasses.replace(self._load, seconds=1))
            run = load.run(peer, self._load)
            rates.append(run.requests / run.seconds)
            others = max(others, run.others_share)
        return Sample(rates[1] / rates[0], others, {"one": rates[0], "two": rates[1]})


EVERYONE = (Bearward, Haproxy, NginxLua, HaproxyOpen, NginxOpen)
PAIR = (Bearward, Haproxy)

ROWS: list[Row] = [
    RequestRow("hs256", "HS256, 1 KiB, 64 keep-alive connections", "HS256", Target(0.90, 0.65), EVERYONE),
    RequestRow("access_log", "the same, with Bearward's access log", "HS256", Target(0.90, 0.75),
               (BearwardLogged, Haproxy)),
    RequestRow("rs256", "RS256, 1 KiB, 64 keep-alive connections", "RS256", Target(0.60, 0.45), PAIR),
    RequestRow("es256", "ES256, 1 KiB, 64 keep-alive connections", "ES256", Target(0.35, 0.20), PAIR),
    FirstSeenRow("first_seen", "RS256, every token seen for the first time", "RS256", Target(1.25, 1.05), PAIR),
    RefusalRow("401", "401 to a token with one signature bit flipped", "HS256", Target(1.00, 0.80),
               (Bearward, Haproxy, NginxLua)),
    BulkRow("bulk", "bodies of 1 MiB, 8 connections", "HS256", Target(1.05, 0.80), EVERYONE),
    ConnectionRow("connections", "a new connection, full handshake", Target(1.10, 0.95), resumed=False),
    ConnectionRow("connections", "a new connection, resumed", Target(1.10, 0.95), resumed=True),
    IdleMemoryRow(),
    LatencyRow("latency", "p99 at 1,000 requests/s", "HS256", Target(1.00, 0.80), (Bearward, Haproxy, NginxLua)),
    StartMemoryRow(),
    TwoWorkersRow(),
]
NAMES = list(dict.fromkeys(row.name for row in ROWS))
