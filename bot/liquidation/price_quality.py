"""Which venue's mark price can be believed, by its siblings of the same symbol on other venues.

Venues differ by a basis that moves slowly: it is learned, so that it is not called a fault. A price that is
far off all the same has no vote until it is back. A fall that all venues follow is none of this.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from math import exp, expm1, log
from statistics import median

LEAST_OFF = 0.02  # log price; venues of one symbol are ordinarily within some thousandths
BACK = 0.75  # of the limit; nearer than that a doubted price is believed again
TIMES_USUAL = 4.0  # the usual deviation from the usual basis
LARGEST_BASIS = 0.05  # more is another scale or another coin, however long it stays
BASIS_MS = 6 * 3_600_000  # time constant of what is usual
LESSON_MS = 60_000  # what one price says of the time since the one before: the first after a gap is one price


@dataclass
class Basis:
    """What is usual of one venue: its log distance to the siblings, and the deviation from that."""

    mean: float = 0.0
    deviation: float = 0.0
    seen_ms: int | None = None

    @property
    def limit(self) -> float:
        return min(LARGEST_BASIS, max(LEAST_OFF, TIMES_USUAL * self.deviation))

    def learn(self, distance: float, now_ms: int, *, is_believed: bool) -> None:
        """Distances that no basis explains teach nothing; doubted ones that stay are a basis after hours."""
        if self.seen_ms is not None and abs(distance) <= LARGEST_BASIS:
            weight = -expm1(-min(now_ms - self.seen_ms, LESSON_MS) / BASIS_MS)
            if is_believed:
                self.deviation += weight * (abs(distance - self.mean) - self.deviation)
            self.mean += weight * (distance - self.mean)
        self.seen_ms = now_ms


@dataclass
class PriceJudge:
    """Ask it with every set of prices, in the order of time."""

    _bases: dict[str, Basis] = field(default_factory=lambda: defaultdict(Basis))
    _believed: dict[str, float] = field(default_factory=dict)  # venue -> its last price that nobody doubted
    _doubted: set[str] = field(default_factory=set)

    def judge(
        self, prices: Mapping[str, float], now_ms: int, behind: Collection[str] = ()
    ) -> dict[str, float]:
        """By venue that is not believed: the signed fraction its price is off the others'.

        Of three and more, those far from the median; if that leaves a single one, nobody confirms it either.
        Of two that disagree, the one that moved away from its own last believed price; both where one of them
        is `behind`, its price of an earlier moment, or where neither was believed yet and the gap is larger
        than any basis. A venue that is alone is believed.
        """
        level = {venue: log(price) - self._bases[venue].mean for venue, price in prices.items()}
        self._doubted = self._far(level, behind)
        self._learn(prices, now_ms)
        return {venue: expm1(level[venue] - self._others(level, venue)) for venue in sorted(self._doubted)}

    def stand_in(self, venue: str, reference: float) -> float:
        """What a doubted venue's price should be: the reference price with its usual basis."""
        return reference * exp(self._bases[venue].mean)

    def _limit(self, venue: str) -> float:
        """A price that wavers about the limit stays doubted."""
        return self._bases[venue].limit * (BACK if venue in self._doubted else 1.0)

    def _far(self, level: Mapping[str, float], behind: Collection[str]) -> set[str]:
        if len(level) < 2:
            return set()
        return self._far_of_two(level, behind) if len(level) == 2 else self._far_of_many(level)

    def _far_of_many(self, level: Mapping[str, float]) -> set[str]:
        middle = median(level.values())
        far = {venue for venue, one in level.items() if abs(one - middle) > self._limit(venue)}
        return far if len(level) - len(far) >= 2 else set(level)

    def _far_of_two(self, level: Mapping[str, float], behind: Collection[str]) -> set[str]:
        one, other = level
        gap = abs(level[one] - level[other])
        if gap <= min(self._limit(one), self._limit(other)):
            return set()
        if any(venue in behind for venue in level):
            return set(level)
        if not level.keys() <= self._believed.keys():
            return set(level) if gap > LARGEST_BASIS else set()
        before = {venue: log(self._believed[venue]) - self._bases[venue].mean for venue in level}
        return {max(level, key=lambda venue: abs(level[venue] - before[venue]))}

    def _learn(self, prices: Mapping[str, float], now_ms: int) -> None:
        for venue, price in prices.items():
            distance = log(price) - self._others({name: log(one) for name, one in prices.items()}, venue)
            is_believed = venue not in self._doubted
            self._bases[venue].learn(distance, now_ms, is_believed=is_believed)
            if is_believed:
                self._believed[venue] = price

    def _others(self, level: Mapping[str, float], venue: str) -> float:
        """The middle of those believed, of all where none is."""
        believed = [one for name, one in level.items() if name not in self._doubted]
        return median(believed or level.values())
