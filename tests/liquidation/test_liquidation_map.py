"""The map seen from another price."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.liquidation.liquidation_map import DISTANCE_BIN, DISTANCE_BINS, LiquidationMap, VenueMap
from bot.liquidation.side import Side

random = np.random.default_rng(4)
MASS = random.gamma(1.0, 5.0, (2, 4, DISTANCE_BINS))
MAP = LiquidationMap("BTC/USDT:USDT", 100.0, "all", (VenueMap("okx", "X", 100.0, 0, 1.0, 0.01, MASS),))


def mass_between(found: LiquidationMap, side: Side, low: float, high: float) -> float:
    """Base coin of a side between two prices on its own side of the map's price."""
    edges = np.arange(DISTANCE_BINS + 1) * DISTANCE_BIN
    crossed = np.concatenate([[0.0], np.cumsum(found.profile[side])])
    near, far = sorted(side.sign * np.log(np.array([low, high]) / found.price))
    return float(np.interp(far, edges, crossed) - np.interp(near, edges, crossed))


@given(st.floats(-0.05, 0.05))
def test_levels_stay_at_their_prices_when_price_moves(step: float) -> None:
    moved = MAP.at_price(100.0 * np.exp(step), 7)
    assert moved.priced_ms == 7
    for side, low, high in ((Side.LONG, 88.0, 91.0), (Side.SHORT, 109.0, 113.0)):
        before, after = (mass_between(found, side, low, high) for found in (MAP, moved))
        assert after == pytest.approx(before, rel=0.02)


def test_what_price_crossed_is_gone_and_the_other_side_keeps_all() -> None:
    moved = MAP.at_price(100.0 * np.exp(10 * DISTANCE_BIN), 0)
    beyond = np.zeros(10)
    assert moved.profile[Side.SHORT] == pytest.approx(np.r_[MAP.profile[Side.SHORT][10:], beyond], abs=1e-9)
    assert moved.profile[Side.LONG] == pytest.approx(np.r_[beyond, MAP.profile[Side.LONG][:-10]], abs=1e-9)


def test_the_same_price_is_the_same_map() -> None:
    assert MAP.at_price(100.0, 0).mass == pytest.approx(MAP.mass)
