"""What a rule set tells of a recorded market, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.liquidation.reading import Reading
from bot.rules.kinds import Kind, Loudness
from bot.rules.replay import UNBOUNDED, PriceRow, replay
from bot.rules.rule_set import RuleSet
from bot.rules.telling import Reason, Terms
from bot.rules.worth import JudgedMarket, Pair, paired

# Books and what venues tell are not replayed, and a gap points at nothing that could come.
JUDGED: tuple[Kind, ...] = tuple(kind for kind in Kind if kind not in {Kind.THIN, Kind.BURST, Kind.GAP})


@dataclass(frozen=True)
class Tally:
    """What one preset told of one market, or of several together."""

    days: float
    messages: int  # as delivered: its own kinds, within its budget
    pairs: Mapping[Kind, Sequence[Pair]]  # JUDGED, without a budget
    told: Mapping[Kind, int]

    def with_other(self, other: Tally) -> Tally:
        pairs = {kind: (*self.pairs[kind], *other.pairs[kind]) for kind in JUDGED}
        told = {kind: self.told[kind] + other.told[kind] for kind in JUDGED}
        return Tally(self.days + other.days, self.messages + other.messages, pairs, told)


def tally(
    rules: RuleSet, readings: Sequence[Reading], rows: Sequence[PriceRow], judged: JudgedMarket
) -> Tally:
    """What a preset tells: as it is delivered, and of each of JUDGED without a budget."""
    every = rules.with_loudness({kind: Loudness.ON if kind in JUDGED else Loudness.OFF for kind in Kind})
    all_kinds = replay(every, readings, rows, terms=Terms(budget=UNBOUNDED))
    begun = [one for one in all_kinds.told if one.reason is not Reason.ENDED]
    by_kind = {kind: [one for one in begun if one.kind is kind] for kind in JUDGED}
    delivered = replay(rules, readings, rows)
    return Tally(
        days=delivered.days,
        messages=delivered.messages,
        pairs={kind: tuple(paired(told, judged)) for kind, told in by_kind.items()},
        told={kind: len(told) for kind, told in by_kind.items()},
    )
