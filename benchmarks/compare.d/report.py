"""Medians, ratios and verdicts, for people and as JSON."""

import dataclasses
import json
import pathlib
import statistics

from peers import BASE
from rounds import Round
from rows import Row

ROUNDS_FOR_A_CLAIM = 7


@dataclasses.dataclass(frozen=True)
class Spread:
    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: list[float]) -> "Spread":
        return cls(statistics.median(values), min(values), max(values))

    def __str__(self) -> str:
        return f"{number(self.median):>8} ({number(self.low)}..{number(self.high)})"


@dataclasses.dataclass
class RowResult:
    row: Row
    rounds: list[Round]
    skipped: str = ""  # why this machine cannot measure it
    failed: str = ""   # what went wrong

    def names(self) -> list[str]:
        return list(self.rounds[0].samples) if self.rounds else []

    def values(self, peer: str) -> Spread:
        return Spread.of([taken.samples[peer].value for taken in self.rounds])

    def ratios(self, peer: str) -> Spread | None:
        """Peer over HAProxy within each round: the machine's speed drifts between rounds."""
        if BASE not in self.names():
            return None
        return Spread.of([taken.samples[peer].value / taken.samples[BASE].value for taken in self.rounds])

    def bearward(self) -> str | None:
        return next((name for name in self.names() if name.startswith("bearward")), None)

    def figure(self) -> float | None:
        """What the target speaks of: Bearward's ratio or value."""
        name = self.bearward()
        if not name:
            return None
        spread = self.ratios(name) if self.row.target.of == "ratio" else self.values(name)
        return spread.median if spread else None

    def is_claim(self) -> bool:
        return len(self.rounds) >= ROUNDS_FOR_A_CLAIM and all(taken.clean for taken in self.rounds)

    def verdicts(self) -> dict[str, bool]:
        figure, target = self.figure(), self.row.target
        if figure is None:
            return {}
        return {"first": target.holds(target.first, figure), "goal": target.holds(target.goal, figure)}


def number(value: float) -> str:
    return f"{value:.0f}" if value >= 1000 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def heading(row: Row) -> str:
    return f"\n{row.name}: {row.title} [{row.unit}]"


def show(result: RowResult) -> str:
    if result.skipped:
        return f"  not measured: {result.skipped}"
    if result.failed:
        return f"  failed: {result.failed}"
    if not result.rounds:
        return "  no clean round: the machine is busy; try again when it is quiet, or with --keep-noisy"
    lines = [f"  {'peer':<16} {'median (min..max)':<28} {'ratio to ' + BASE:<24}"]
    for name in result.names():
        details = {}
        for key in result.rounds[0].samples[name].details:
            details[key] = statistics.median(taken.samples[name].details[key] for taken in result.rounds)
        shown = ", ".join(f"{number(value)} {key.replace('_', ' ')}" for key, value in details.items())
        lines.append(f"  {name:<16} {result.values(name)!s:<28} {result.ratios(name) or ''!s:<24} {shown}".rstrip())
    if not result.is_claim():
        clean = sum(taken.clean for taken in result.rounds)
        lines.append(f"  no claim: {clean} of {len(result.rounds)} rounds clean, it takes {ROUNDS_FOR_A_CLAIM}")
    if result.verdicts():
        lines.append("  " + verdict_line(result))
    return "\n".join(lines)


def verdict_line(result: RowResult) -> str:
    target = result.row.target
    sign = ">=" if target.at_least else "<="
    words = ("is missed", "holds") if result.is_claim() else ("may be missed", "may hold")
    parts = [f"{which} ({sign} {getattr(target, which):g}) {words[holds]}"
             for which, holds in result.verdicts().items()]
    return f"{result.bearward()}: {number(result.figure())}: {', '.join(parts)}"


def as_json(results: list[RowResult], environment: dict) -> str:
    rows = []
    for result in results:
        names = result.names()
        rows.append({
            "row": result.row.name, "title": result.row.title, "unit": result.row.unit, "skipped": result.skipped,
            "failed": result.failed, "claim": result.is_claim(),
            "target": dataclasses.asdict(result.row.target), "verdicts": result.verdicts(),
            "peers": {name: dataclasses.asdict(result.values(name)) for name in names},
            "ratios": {name: dataclasses.asdict(result.ratios(name)) for name in names if result.ratios(name)},
            "rounds": [{"clean": taken.clean,
                        "samples": {name: dataclasses.asdict(sample) for name, sample in taken.samples.items()}}
                       for taken in result.rounds]})
    return json.dumps({"environment": environment, "rows": rows}, indent=2)


def write_json(file: pathlib.Path, results: list[RowResult], environment: dict) -> None:
    file.write_text(as_json(results, environment) + "\n")
