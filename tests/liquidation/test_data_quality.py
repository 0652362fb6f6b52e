"""Ages and states of what arrives."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bot.liquidation.data_quality import Limits, Series, State, VenueQuality, judged, rests_on
from bot.liquidation.liquidation_map import DISTANCE_BINS, LiquidationMap, VenueMap
from bot.liquidation.side import Side
from bot.liquidation.zone import Zone

NOW = 1_791_158_400_000
MINUTE = 60_000


@pytest.mark.parametrize(
    ("age_ms", "off", "state", "is_old"),
    [
        (None, None, State.MISSING, False),
        (0, None, State.FRESH, False),
        (3 * MINUTE, None, State.FRESH, False),
        (3 * MINUTE + 1, None, State.LATE, True),
        (-30_000, None, State.FRESH, False),  # a stamp ahead of now
        (0, 0.04, State.DISAGREEING, False),
        (9 * MINUTE, 0.0, State.DISAGREEING, True),
    ],
)
def test_states(age_ms: int | None, off: float | None, state: State, is_old: bool) -> None:
    found = judged(None if age_ms is None else NOW - age_ms, NOW, 3 * MINUTE, off)
    assert (found.state, found.is_old) == (state, is_old)
    assert found.age_ms == (None if age_ms is None else max(0, age_ms))


def test_limits_are_stretched_beside_a_fast_sandbox() -> None:
    assert Limits.at_speed(1.0) == Limits()
    fast = Limits.at_speed(120.0)
    assert (fast.candles_ms, fast.open_interest_ms, fast.mark_ms) == (24 * MINUTE,) * 3
    assert fast.kept_ms == Limits().kept_ms


def quality(**ages_ms: int | None) -> VenueQuality:
    """Of candles, interest and mark, by age."""
    stamps = {name: None if age is None else NOW - age for name, age in ages_ms.items()}
    return VenueQuality(
        "okx",
        {
            Series.CANDLES: judged(stamps["candles"], NOW, Limits().candles_ms),
            Series.OPEN_INTEREST: judged(stamps["interest"], NOW, Limits().open_interest_ms),
            Series.MARK: judged(stamps["mark"], NOW, Limits().mark_ms),
        },
    )


def test_a_share_is_late_with_its_candles_or_with_its_open_interest() -> None:
    assert not quality(candles=MINUTE, interest=6 * MINUTE, mark=0).is_late
    assert quality(candles=4 * MINUTE, interest=0, mark=0).is_late
    assert quality(candles=MINUTE, interest=16 * MINUTE, mark=0).is_late
    assert not quality(candles=MINUTE, interest=MINUTE, mark=10 * MINUTE).is_late


def test_how_much_of_a_zone_rests_on_a_venue() -> None:
    mass = np.ones((2, 4, DISTANCE_BINS))
    shares = [
        VenueMap(name, "X", 100.0, NOW, 1.0, 0.01, mass * weight)
        for name, weight in (("a", 1.0), ("b", 2.0), ("c", 1.0))
    ]
    found = LiquidationMap("X/USDT:USDT", 100.0, "all", tuple(shares))
    zone = Zone("Z1", Side.SHORT, 102.0, 103.0, 102.5, 1.0, 80.0, 2.0, (0.25,) * 4, NOW)
    assert rests_on(found, zone, {"b"}) == pytest.approx(0.5)
    assert rests_on(found, zone, {"a", "c"}) == pytest.approx(0.5)
    assert rests_on(found, zone, {"gone"}) == 0
    assert rests_on(replace(found, price=110.0), zone, {"a"}) == 0
