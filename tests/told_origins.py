"""Made-up beliefs and provenances of three venues, for the tests that tell of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from bot.liquidation.beliefs import Beliefs
from bot.liquidation.origin import Origin
from bot.liquidation.provenance import Provenance
from bot.liquidation.side import Side

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
MIDNIGHT_MS = 1_770_249_600_000  # 2026-02-05 00:00 UTC
AS_OF_MS = MIDNIGHT_MS + 14 * HOUR_MS + 5 * 60_000

PRIOR = ((125.0, 0.05), (100.0, 0.05), (50.0, 0.1), (25.0, 0.1), (20.0, 0.1), (10.0, 0.4), (5.0, 0.2))
LEARNED = ((125.0, 0.05), (100.0, 0.1), (50.0, 0.15), (25.0, 0.3), (20.0, 0.1), (10.0, 0.2), (5.0, 0.1))


def beliefs(venue: str = "okx") -> Beliefs:
    """Of a venue whose liquidations nobody reports."""
    return Beliefs(
        venue=venue,
        market_id="BTCUSDT",
        as_of_ms=AS_OF_MS,
        covers_from_ms=MIDNIGHT_MS - 30 * DAY_MS,
        missing_ms=0,
        distrusted_rows=0,
        leverage=PRIOR,
        prior=PRIOR,
        never_share=0.3,
        slow_share=0.15,
        slow_prior=0.15,
        learned_base=0.0,
        realised_ratio=None,
        first_maintenance_rate=0.004,
    )


def learned(venue: str = "binance") -> Beliefs:
    return replace(
        beliefs(venue),
        leverage=LEARNED,
        never_share=0.41,
        slow_share=0.22,
        learned_base=812.0,
        realised_ratio=0.71,
        missing_ms=3 * 60_000,
        distrusted_rows=2,
    )


def provenance(
    venue: str,
    by_hour: dict[int, float],
    *,
    earlier: float = 0.0,
    by_leverage: dict[float, float] | None = None,
    half: float = 0.6,
    double: float = 1.4,
) -> Provenance:
    """Hours count from midnight of the map's day; `half` and `double` are multiples of the whole."""
    whole = sum(by_hour.values()) + earlier
    tiers = by_leverage or {25.0: whole}
    return Provenance(
        venue=venue,
        side=Side.SHORT,
        low=98_600.0,
        high=98_950.0,
        quantity_base=whole,
        hour_ms=np.array([MIDNIGHT_MS + hour * HOUR_MS for hour in sorted(by_hour)], np.int64),
        by_hour=np.array([by_hour[hour] for hour in sorted(by_hour)], float),
        earlier_base=earlier,
        leverage=np.array(sorted(tiers, reverse=True), float),
        by_leverage=np.array([tiers[one] for one in sorted(tiers, reverse=True)], float),
        with_half_leverage_base=half * whole,
        with_double_leverage_base=double * whole,
    )


def told_origin() -> Origin:
    """200 BTC on Binance, 100 on OKX, 100 on Bybit."""
    binance = provenance(
        "binance",
        {2: 70.0, 3: 60.0, 9: 50.0, -20: 8.0},
        earlier=12.0,
        by_leverage={52.0: 20.0, 26.0: 100.0, 19.0: 80.0},
    )
    okx = provenance("okx", {2: 20.0, 9: 30.0, -1: 20.0, 0: 30.0}, by_leverage={25.0: 70.0, 10.0: 30.0})
    bybit = provenance("bybit", {2: 30.0, 5: 10.0, -1: 20.0, 0: 40.0}, by_leverage={20.0: 100.0})
    return Origin((binance, okx, bybit), (learned("binance"), beliefs("okx"), beliefs("bybit")))
