"""Rounds: every peer once, in turn, so that a drift of the machine's speed meets all alike."""

import dataclasses

from peers import Peer

OTHERS_ALLOWED = 0.06
ATTEMPTS_PER_ROUND = 3


@dataclasses.dataclass(frozen=True)
class Sample:
    value: float
    others_share: float = 0.0
    details: dict = dataclasses.field(default_factory=dict)
    disturbance: str = ""  # why this sample cannot count, where it is not that share

    def trouble(self) -> str:
        if self.others_share > OTHERS_ALLOWED:
            return f"{self.others_share:.0%} of the proxy's CPU was used by others"
        return self.disturbance


@dataclasses.dataclass(frozen=True)
class Round:
    samples: dict[str, Sample]

    @property
    def clean(self) -> bool:
        return not self.troubles()

    def troubles(self) -> list[str]:
        return [f"{name}: {sample.trouble()}" for name, sample in self.samples.items() if sample.trouble()]


def take_rounds(row, peers: list[Peer], wanted: int, keep_noisy: bool) -> list[Round]:
    """A round in which others had more than their share of the proxy's CPU is taken again, as a whole and
    at most so often that the run ends; what is left then are the clean rounds, or with `keep_noisy` all."""
    taken: list[Round] = []
    clean: list[Round] = []
    for _ in range(wanted if keep_noisy else wanted * ATTEMPTS_PER_ROUND):
        taken.append(Round({peer.name: row.measure(peer) for peer in peers}))
        if taken[-1].clean:
            clean.append(taken[-1])
        else:
            print(f"  a round that is not clean: {taken[-1].troubles()[0]}", flush=True)
        if len(clean) == wanted:
            break
    return taken if keep_noisy else clean
