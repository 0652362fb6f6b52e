"""What a push of price would set off: forced orders that move price on, into more of them. A scenario.

    x <- x0 + I(k m(x)),   I(Q) = Y sigma sqrt(Q / V)

with m(x) what the map holds between price and a log-distance x, k the part of it that is really liquidated,
sigma the standard deviation of a day, V a day's volume: square-root impact (Donier, Bonart 2015), iterated to
its fixed point.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.liquidation_map import DISTANCE_BIN, DISTANCE_BINS, LiquidationMap
from bot.liquidation.side import Side
from bot.liquidation.surroundings import OrderBook, shown_to
from bot.liquidation.uncertainty import quantity_band
from bot.liquidation.zone import Zone

Floats = NDArray[np.float64]
Impact = Callable[[float], float]  # base coin -> log-distance

IMPACTS = (0.3, 0.5, 1.0)  # Y: low, usual, high
HOURS_A_DAY = 24
RANGE_TO_SIGMA = math.sqrt(8 / math.pi)  # mean range of a Brownian motion over its deviation (Feller 1951)
FARTHEST = DISTANCE_BINS * DISTANCE_BIN
MOST_ROUNDS = 200


@dataclass(frozen=True)
class Chain:
    """A push carried on to where nothing more happens."""

    end: float  # log-distance from price
    rounds: int  # until it moved less than a bin
    forced_base: float  # force-closed in all
    is_cut: bool = False  # it ran to the end of the map


@dataclass(frozen=True)
class BookChain:
    """The same against the order books, as if nobody added or took away an order."""

    venues: tuple[str, ...]
    shown: float  # log-distance up to which all of them are shown
    end: float | None  # None where the push or what follows goes beyond


@dataclass(frozen=True)
class Cascade:
    side: Side
    push: float  # log-distance
    low: Chain
    usual: Chain
    high: Chain
    pushed_base: float  # force-closed by the push alone
    entered: tuple[Zone, ...]  # zones that price would reach beyond the push
    book: BookChain | None  # None where no book is known
    hourly_range: float

    def amplification(self, chain: Chain) -> float:
        """How far it goes on by itself, in hourly ranges."""
        return (chain.end - self.push) / self.hourly_range if self.hourly_range > 0 else 0.0


def cascade(
    found: LiquidationMap,
    zones: Sequence[Zone],
    side: Side,
    push: float,
    *,
    realised: float,
    daily_volume_base: float,
    books: Mapping[str, OrderBook],
) -> Cascade:
    """What happens if price is pushed by a log-distance `push` to a side.

    `realised` is the part of what the map says is crossed that is really liquidated. The low and the high
    chain take the least and the most impact, and the bounds that the quantity keeps four times in five.
    Raises ValueError unless the push is positive and on the map, and volume and hourly range are known.
    """
    if not 0 < push < FARTHEST:
        raise ValueError(f"a push of {push} is not on the map")
    if not (daily_volume_base > 0 and found.hourly_range > 0):
        raise ValueError("without volume and range there is no impact")
    held = _until(found.profile[side])
    sigma = found.hourly_range / RANGE_TO_SIGMA * math.sqrt(HOURS_A_DAY)
    low, usual, high = (
        _chain(push, _banded(held, found, realised, bound), _square_root(factor * sigma, daily_volume_base))
        for bound, factor in zip((0, None, 1), IMPACTS, strict=True)
    )
    reached = found.price_at(side, usual.end)
    start = found.price_at(side, push)
    entered = [
        zone
        for zone in zones
        if zone.side is side and 0 < (zone.near_edge - start) * side.sign <= (reached - start) * side.sign
    ]
    return Cascade(
        side,
        push,
        low,
        usual,
        high,
        realised * float(np.interp(push, *held)),
        tuple(sorted(entered, key=lambda zone: side.sign * zone.near_edge)),
        _through_books(found, side, push, realised, books),
        found.hourly_range,
    )


def _chain(push: float, forced: Callable[[float], float], impact: Impact) -> Chain:
    """The fixed point from below: both functions never fall, so x never falls either."""
    at = push
    for done in range(MOST_ROUNDS):
        following = min(FARTHEST, push + impact(forced(at)))
        if following - at < DISTANCE_BIN:
            return Chain(following, done, forced(following), following >= FARTHEST)
        at = following
    return Chain(at, MOST_ROUNDS, forced(at), at >= FARTHEST)


def _square_root(deviation: float, volume_base: float) -> Impact:
    return lambda forced_base: deviation * math.sqrt(max(0.0, forced_base) / volume_base)


def _until(profile: Floats) -> tuple[Floats, Floats]:
    """(log-distance, base coin up to it), as np.interp takes it."""
    edges = np.arange(DISTANCE_BINS + 1, dtype=np.float64) * DISTANCE_BIN
    return edges, np.concatenate([[0.0], np.cumsum(profile)])


def _banded(
    held: tuple[Floats, Floats], found: LiquidationMap, realised: float, bound: int | None
) -> Callable[[float], float]:
    """Base coin that is liquidated up to a log-distance; `bound` 0 and 1 are the ends of its band."""

    def forced(at: float) -> float:
        whole = float(np.interp(at, *held))
        return realised * (whole if bound is None else quantity_band(whole, found)[bound])

    return forced


def _through_books(
    found: LiquidationMap, side: Side, push: float, realised: float, books: Mapping[str, OrderBook]
) -> BookChain | None:
    """Forced orders of the venues whose books are known go through what rests beyond the push."""
    venues = [share.venue for share in found.venues if share.venue in books]
    end = shown_to([books[venue] for venue in venues], side) if venues else None
    shown = 0.0 if end is None else side.sign * math.log(end / found.price)
    if shown <= 0:
        return None
    if shown <= push:
        return BookChain(tuple(venues), shown, None)
    levels = sorted(
        (side.sign * math.log(price / found.price), size)
        for venue in venues
        for price, size in books[venue].ahead(side)
    )
    at, depth = np.array([one for one, _ in levels]), np.cumsum([size for _, size in levels])
    gone = float(depth[np.searchsorted(at, push, "right") - 1]) if at[0] <= push else 0.0
    held = _until(found.only(venues).profile[side])

    def impact(forced_base: float) -> float:
        place = int(np.searchsorted(depth, gone + forced_base, "left"))
        return math.inf if place >= len(at) else max(0.0, float(at[place]) - push)

    chain = _chain(push, _banded(held, found, realised, None), impact)
    return BookChain(tuple(venues), shown, chain.end if chain.end <= shown else None)
