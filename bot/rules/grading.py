"""How an alert turned out, told from what came after it and by its horizon alone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from bot.rules.kinds import Kind
from bot.rules.price_path import HOUR_MS, PricePath
from bot.rules.telling import Reason, Telling

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

HORIZONS_MS = (HOUR_MS, 4 * HOUR_MS, 24 * HOUR_MS)
TOLD_MS = 4 * HOUR_MS  # what an alert's message says in the end, and what scores count
TURN_U = 0.5  # of the hourly range; less beyond an edge is neither turned back nor gone on
KNOWN_SHARE = 0.8  # of a horizon that prices have to be known of

# About no zone: graded by how far price went, whichever way.
WITHOUT_ZONE = frozenset({Kind.BURST, Kind.GAP, Kind.NARROW})


class Aftermath(StrEnum):
    """Where price stood at the horizon, of alerts whose zone it had reached."""

    REVERSED = "reversed"  # back out of the near edge by TURN_U and more
    CONTINUED = "continued"  # beyond the far edge by TURN_U and more
    NEITHER = "neither"


class Unknown(StrEnum):
    """Why an alert cannot be graded."""

    NOT_WATCHED = "the pair was not watched any more"
    NO_PRICES = "prices of that time are not known"
    NO_RANGE = "the range of an ordinary hour was not noted then"


@dataclass(frozen=True)
class ForcedOrders:
    """Recorded forced orders of a symbol, of all venues that were listened to; arrays have shape (n,)."""

    stamp_ms: Whole
    side: Whole  # of the position: Side
    price: Floats  # that set it off
    quantity_base: Floats
    at_least: bool  # a feed leaves orders out, or somebody did not listen all the time


@dataclass(frozen=True)
class Grade:
    """What became of one alert; prices are quote currency, times count from the alert."""

    horizon_ms: int
    low: float  # lowest and highest of the horizon
    high: float
    close: float  # at its end
    touched_ms: int | None = None  # by when price had reached the near edge; None: it did not
    passed_ms: int | None = None  # the same of the far edge
    aftermath: Aftermath | None = None  # None where nothing was touched
    liquidated_base: float | None = None  # in the zone, on its side; None where nobody listened
    at_least: bool = False  # of that quantity


def is_claim(telling: Telling) -> bool:
    """Whether there is anything that may come true; that something is over claims nothing."""
    return telling.reason is not Reason.ENDED


def is_about_zone(telling: Telling) -> bool:
    return telling.side is not None and telling.kind not in WITHOUT_ZONE


def grade(telling: Telling, path: PricePath, orders: ForcedOrders | None, horizon_ms: int) -> Grade | Unknown:
    """The alert's grade for one of HORIZONS_MS, or why there is none; `orders` None: nobody listened.

    Rows that straddle the alert's moment or the horizon's end count for nothing, so that neither what came
    before nor what comes after can change a grade. An edge counts as reached at the end of the first row
    that reaches it, at once where price was beyond it already.
    """
    if not telling.hourly_range > 0:
        return Unknown.NO_RANGE
    after = path.within(telling.at_ms, telling.at_ms + horizon_ms)
    if after.known_ms < KNOWN_SHARE * horizon_ms:
        return Unknown.NO_PRICES
    low, high, close = float(after.low.min()), float(after.high.max()), float(after.close[-1])
    if not is_about_zone(telling):
        return Grade(horizon_ms, low, high, close)
    touched_ms = _reached_ms(telling, after, near_edge(telling))
    amount = None if orders is None else liquidated_base(telling, orders, horizon_ms)
    return Grade(
        horizon_ms,
        low,
        high,
        close,
        touched_ms=touched_ms,
        passed_ms=_reached_ms(telling, after, far_edge(telling)),
        aftermath=None if touched_ms is None else _aftermath(telling, close),
        liquidated_base=amount,
        at_least=orders is not None and orders.at_least,
    )


def near_edge(telling: Telling) -> float:
    """The edge that price reaches first: the high of a long's zone, the low of a short's."""
    return telling.low if sign_of(telling) > 0 else telling.high


def far_edge(telling: Telling) -> float:
    return telling.high if sign_of(telling) > 0 else telling.low


def sign_of(telling: Telling) -> int:
    """Direction from price to the zone."""
    assert telling.side is not None
    return telling.side.sign


def past(telling: Telling, price: float, edge: float) -> float:
    """How far a price lies beyond an edge, seen from where price came, as a fraction; negative before it."""
    return (price / edge - 1) * sign_of(telling)


def liquidated_base(telling: Telling, orders: ForcedOrders, horizon_ms: int) -> float:
    """Force-closed between the zone's edges on its side, from the alert to its horizon; base coin."""
    when = (orders.stamp_ms >= telling.at_ms) & (orders.stamp_ms < telling.at_ms + horizon_ms)
    where = (orders.price >= telling.low) & (orders.price <= telling.high)
    return float(orders.quantity_base[when & where & (orders.side == telling.side)].sum())


def farthest(telling: Telling, found: Grade) -> float:
    """How far price got from where it stood at the alert, as a fraction of it: towards the zone, or whichever
    way was farther where there is none."""
    up, down = max(found.high / telling.price - 1, 0.0), max(1 - found.low / telling.price, 0.0)
    if not is_about_zone(telling):
        return max(up, down)
    return up if sign_of(telling) > 0 else down


def depth(telling: Telling, found: Grade) -> float:
    """How far price got beyond the near edge, as a fraction of it; 0 where it did not touch."""
    extreme = found.high if sign_of(telling) > 0 else found.low
    return max(past(telling, extreme, near_edge(telling)), 0.0)


def turned(telling: Telling, found: Grade) -> float:
    """How far price stood out of the near edge at the horizon (REVERSED) or beyond the far one (CONTINUED),
    as a fraction; 0 otherwise."""
    if found.aftermath is Aftermath.REVERSED:
        return -past(telling, found.close, near_edge(telling))
    if found.aftermath is Aftermath.CONTINUED:
        return past(telling, found.close, far_edge(telling))
    return 0.0


def is_hit(telling: Telling, found: Grade) -> bool:
    """Whether what the alert points at came: price before a zone touches it; price in it goes through it;
    price beyond it goes on."""
    if past(telling, telling.price, near_edge(telling)) < 0:
        return found.touched_ms is not None
    if past(telling, telling.price, far_edge(telling)) < 0:
        return found.passed_ms is not None
    return found.aftermath is Aftermath.CONTINUED


def _reached_ms(telling: Telling, after: PricePath, edge: float) -> int | None:
    if past(telling, telling.price, edge) >= 0:
        return 0
    reached = after.high >= edge if sign_of(telling) > 0 else after.low <= edge
    return int(after.end_ms[reached.argmax()]) - telling.at_ms if reached.any() else None


def _aftermath(telling: Telling, close: float) -> Aftermath:
    turn = TURN_U * telling.hourly_range
    if past(telling, close, near_edge(telling)) <= -turn:
        return Aftermath.REVERSED
    if past(telling, close, far_edge(telling)) >= turn:
        return Aftermath.CONTINUED
    return Aftermath.NEITHER
