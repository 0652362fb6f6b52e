"""Price paths and tellings for the tests of grades, null levels and scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from bot.liquidation.side import Side
from bot.rules.kinds import Kind
from bot.rules.price_path import PricePath
from bot.rules.telling import Reason, Telling

MINUTE = 60_000
HOUR = 60 * MINUTE
AT = 500_000 * HOUR + 30_000  # half a minute into an hour


def telling(kind: Kind = Kind.NEAR, side: Side | None = Side.LONG, **changed: object) -> Telling:
    """A zone of longs at 98 to 99, price at 100, 1 ATR is 1 %."""
    told = Telling(kind, "near:Z42", Reason.FIRST, 100.0, AT, 98.0, 99.0, 0.01, side=side)
    return replace(told, **changed)  # type: ignore[arg-type]


def path(
    *prices: float | tuple[float, float, float], begin_ms: int = AT - 30_000, step_ms: int = MINUTE
) -> PricePath:
    """Rows one after the other: (low, high, close), or one price for all three."""
    triples = [price if isinstance(price, tuple) else (price, price, price) for price in prices]
    rows = [
        (begin_ms + at * step_ms, begin_ms + (at + 1) * step_ms, *three) for at, three in enumerate(triples)
    ]
    return PricePath.of(np.array(rows, dtype=np.float64))


def hours(closes: Sequence[float], end_ms: int = AT - 30_000, reach: float = 0.005) -> PricePath:
    """Full hours up to the stamp, each `reach` wide on either side of its close."""
    triples = [(close * (1 - reach), close * (1 + reach), close) for close in closes]
    return path(*triples, begin_ms=end_ms - len(closes) * HOUR, step_ms=HOUR)
