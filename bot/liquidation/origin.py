"""Where a zone comes from, all venues together: when it was opened, with which leverage, and where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.beliefs import Beliefs
from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.pair_model import PairModel
from bot.liquidation.provenance import Provenance
from bot.liquidation.variants import Variant, shown_under
from bot.liquidation.zone import Zone

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

HOUR_MS = 3_600_000
ROUND_LEVERAGE = (125.0, 100.0, 75.0, 50.0, 25.0, 20.0, 10.0, 5.0, 3.0, 2.0)
SAME_SPELL = 0.5  # an hour beside a busier one is part of its spell from this much of it on


@dataclass(frozen=True)
class Spell:
    """Clock hours in a row in which much was opened."""

    begin_ms: int
    end_ms: int
    share: float  # of the zone's quantity


@dataclass(frozen=True)
class Origin:
    """A zone's range as every venue of the map holds it; both tuples are of the same venues in one order."""

    parts: tuple[Provenance, ...]
    beliefs: tuple[Beliefs, ...]
    variants: Mapping[Variant, bool] = field(default_factory=dict)  # whether each would show a zone there

    @property
    def quantity_base(self) -> float:
        return sum(part.quantity_base for part in self.parts)

    @property
    def earlier_share(self) -> float:
        """Opened before the record of openings begins, so nobody knows in which hour."""
        return self._share(sum(part.earlier_base for part in self.parts))

    @property
    def half_leverage_share(self) -> float:
        """What the range would hold with half the leverage believed, as a multiple of what it holds."""
        return self._share(sum(part.with_half_leverage_base for part in self.parts))

    @property
    def double_leverage_share(self) -> float:
        return self._share(sum(part.with_double_leverage_base for part in self.parts))

    def by_venue(self) -> dict[str, float]:
        """Shares of the quantity, in the map's order of venues."""
        return {part.venue: self._share(part.quantity_base) for part in self.parts}

    def by_leverage(self) -> list[tuple[float, float]]:
        """(round leverage, share), largest share first; a tier counts for the nearest round number up to its
        venue's highest."""
        found: dict[float, float] = {}
        for part in self.parts:
            for leverage, base in zip(_rounded(part.leverage), part.by_leverage.tolist(), strict=True):
                found[leverage] = found.get(leverage, 0.0) + self._share(base)
        return sorted(((one, share) for one, share in found.items() if share > 0), key=lambda one: -one[1])

    def spells(self) -> list[Spell]:
        """All hours as spells, largest share first."""
        hour_ms, base = self._by_hour()
        whole, until = self.quantity_base, np.concatenate([[0.0], np.cumsum(base)])
        stretches = [
            Spell(
                int(hour_ms[begin]), int(hour_ms[end - 1]) + HOUR_MS, float(until[end] - until[begin]) / whole
            )
            for begin, end in _stretches(hour_ms, base)
        ]
        return sorted(stretches, key=lambda one: -one.share)

    def half_since_ms(self) -> int | None:
        """The start of the hour since which at least half of it was opened; None if that is not on record."""
        hour_ms, base = self._by_hour()
        since = np.cumsum(base[::-1])
        enough = np.flatnonzero(since >= self.quantity_base / 2)
        return int(hour_ms[::-1][enough[0]]) if len(enough) and self.quantity_base > 0 else None

    def _share(self, base: float) -> float:
        whole = self.quantity_base
        return float(base) / whole if whole > 0 else 0.0

    def _by_hour(self) -> tuple[Ints, Floats]:
        hours = np.concatenate([part.hour_ms for part in self.parts] or [np.zeros(0, np.int64)])
        base = np.concatenate([part.by_hour for part in self.parts] or [np.zeros(0)])
        hour_ms, place = np.unique(hours, return_inverse=True)
        return hour_ms.astype(np.int64), np.bincount(place, base, len(hour_ms)).astype(np.float64)


def origin_of(model: PairModel, zone: Zone, found: LiquidationMap) -> Origin:
    """The zone's range read on each venue of the map.

    A zone is a stretch of log-distance from the reference price, so on a venue it is the same stretch from
    that venue's own price. Raises KeyError for a venue that the model does not know.
    """
    parts, beliefs = [], []
    for share in found.venues:
        inventory, ratio = model.inventories[share.venue], share.price / found.price
        parts.append(inventory.provenance(zone.side, zone.low * ratio, zone.high * ratio))
        beliefs.append(inventory.beliefs())
    return Origin(tuple(parts), tuple(beliefs), shown_under(model.inventories, zone, found))


def _rounded(leverage: Floats) -> list[float]:
    if not len(leverage):
        return []
    highest = float(leverage.max())
    offered = np.array([highest, *(one for one in ROUND_LEVERAGE if one < 0.999 * highest)])
    nearest = np.abs(np.log(leverage[:, None] / offered)).argmin(axis=1)
    return list(offered[nearest].tolist())


def _stretches(hour_ms: Ints, quantity: Floats) -> Iterator[tuple[int, int]]:
    """Index ranges that part all hours: the busiest hour left takes its neighbours that are half as busy."""
    base: list[float] = quantity.tolist()
    adjacent: list[bool] = (np.diff(hour_ms) == HOUR_MS).tolist()  # hour i and hour i + 1
    taken = [one <= 0 for one in base]
    for at in np.argsort(-quantity, kind="stable").tolist():
        if taken[at]:
            continue
        begin, end, least = at, at + 1, base[at] * SAME_SPELL
        while begin and adjacent[begin - 1] and not taken[begin - 1] and base[begin - 1] >= least:
            begin -= 1
        while end < len(base) and adjacent[end - 1] and not taken[end] and base[end] >= least:
            end += 1
        taken[begin:end] = [True] * (end - begin)
        yield begin, end
