"""The band around each quantity of a map."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented_candles import contract, walk

from bot.commands.score import ScoreWishes, score_recording
from bot.liquidation.inventory import Inventory
from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.uncertainty import (
    STEP_BINS,
    band,
    line_with_band,
    lump_of,
    map_band,
    quantity_band,
)

SHARED = Path(__file__).parents[3] / "shared" / "recordings"


def a_map() -> LiquidationMap:
    inventory = Inventory.empty(contract())
    inventory.advance(walk(600, 3))
    share = inventory.read_out()
    return LiquidationMap("BTC/USDT:USDT", share.price, "all", (share,))


@given(st.floats(0, 1e9), st.floats(1e-3, 1e9))
def test_a_quantity_lies_inside_its_band(quantity: float, interest: float) -> None:
    low, high = band(np.array([quantity]), interest)
    assert 0 <= low[0] <= quantity <= high[0]


def test_more_positions_are_surer() -> None:
    quantity = np.array([0.01, 0.1, 1.0, 10.0])
    low, high = band(quantity, 0.8)
    assert (np.diff(low / quantity) >= 0).all()
    assert low[-1] / quantity[-1] > low[1] / quantity[1]
    assert (np.diff(high / quantity) <= 0).all()


@given(st.floats(1e-6, 1e3), st.floats(1.001, 2.0))
def test_more_quantity_never_has_a_lower_band(quantity: float, more: float) -> None:
    low, high = band(np.array([quantity, quantity * more]), 1.0)
    assert low[0] <= low[1]
    assert high[0] <= high[1]


def test_three_like_venues_are_no_lumpier_than_one() -> None:
    (share,) = a_map().venues
    one = LiquidationMap("BTC/USDT:USDT", share.price, "all", (share,))
    three = LiquidationMap("BTC/USDT:USDT", share.price, "all", (share,) * 3)
    assert lump_of(three) == pytest.approx(lump_of(one))


def test_few_large_positions_are_less_sure_than_many_small_ones() -> None:
    coarse, fine = replace(a_map().venues[0], lump_base=50.0), a_map().venues[0]
    bands = [
        quantity_band(5.0, LiquidationMap("BTC/USDT:USDT", one.price, "all", (one,)))
        for one in (coarse, fine)
    ]
    assert bands[0][0] < bands[1][0]
    assert bands[0][1] > bands[1][1]


def test_the_bins_of_a_step_add_up_to_its_band() -> None:
    found = a_map()
    steps = found.profile.reshape(2, -1, STEP_BINS).sum(axis=2)
    for bound, expected in zip(map_band(found), band(steps, lump_of(found)), strict=True):
        np.testing.assert_allclose(bound.reshape(2, -1, STEP_BINS).sum(axis=2), expected, rtol=1e-12)


def test_a_zone_has_the_band_of_its_whole_quantity() -> None:
    found = a_map()
    low, high = quantity_band(5.0, found)
    assert (low, high) == pytest.approx([bound[0] for bound in band(np.array([5.0]), lump_of(found))])


def test_a_line_carries_the_band_on_the_side_of_its_quantity() -> None:
    line = line_with_band(a_map())
    for side in ("long", "short"):
        low, made, high = (np.array(line[f"{side}_{name}base"]) for name in ("low_", "", "high_"))
        assert (low <= made).all()
        assert (made <= high).all()
        assert high.sum() > made.sum() > low.sum()


@pytest.mark.parametrize("market", [1, 2])  # the other two take as long and say the same
def test_the_band_covers_the_truth_of_invented_markets_about_four_times_in_five(
    market: int, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = SHARED / f"simulated-{market}"
    if not folder.exists():
        pytest.skip("the shared recordings are not beside this tree")
    score_recording(ScoreWishes(folder, None, None, None, 60, 10.0, as_json=False, beside_plain=False))
    covered = capsys.readouterr().out.split("80 % band covers ")[1].split(" %")[0]
    assert 70 <= float(covered) <= 90
