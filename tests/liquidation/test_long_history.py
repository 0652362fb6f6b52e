"""A long past is taken in at once, and gives the same positions as walking through it."""

from __future__ import annotations

import numpy as np
import pytest
from invented_candles import HOUR_MS, contract, walk

from bot.liquidation.ages import known_ages, with_ages
from bot.liquidation.history import History
from bot.liquidation.long_history import take_in
from bot.liquidation.pair_model import PairModel
from bot.liquidation.windows import DAY_MS

BTC = "BTC/USDT:USDT"
CONTRACTS = {"okx": contract("okx"), "bybit": contract("bybit")}
FINE_MS = 3 * DAY_MS  # instead of thirty days, which take seconds to walk through
HOURS = 8 * 24


def past() -> dict[str, list[History]]:
    """Eight days of hours on okx, the last three of them on bybit."""
    deep, fresh = (walk(HOURS, seed, volatility=0.004, span_ms=HOUR_MS) for seed in (5, 6))
    cut = int(deep.end_ms[-1]) - FINE_MS
    return {"okx": [deep.until(cut), deep.after(cut)], "bybit": [fresh.after(cut)]}


@pytest.fixture(scope="module")
def model() -> PairModel:
    taken = PairModel(BTC)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.liquidation.long_history.FINE_HISTORY_MS", FINE_MS)
        take_in(taken, CONTRACTS, past())
    return taken


def test_positions_are_those_of_a_model_that_walked_through_all_of_it(model: PairModel) -> None:
    walked = PairModel(BTC)
    walked.advance(CONTRACTS, past())
    for venue, inventory in walked.inventories.items():
        taken = model.inventories[venue]
        assert taken.covers_from_ms == inventory.covers_from_ms
        np.testing.assert_allclose(taken.read_out().mass, inventory.read_out().mass, rtol=1e-9)
        np.testing.assert_allclose(
            taken.window(6 * DAY_MS).mass, inventory.window(6 * DAY_MS).mass, rtol=1e-9, atol=1e-12
        )


def test_zones_are_named_from_the_fine_part_alone(model: PairModel) -> None:
    assert model.zones
    assert model.zone_book.as_of_ms == model.as_of_ms
    assert min(zone.born_ms for zone in model.zones) > model.as_of_ms - FINE_MS


def test_what_comes_after_a_long_past_is_advanced_as_ever(model: PairModel) -> None:
    stored = PairModel.from_bytes(CONTRACTS, model.to_bytes())
    news = {
        "okx": [
            walk(60 * 24 + 3, 5, volatility=0.004, span_ms=HOUR_MS).after(model.as_of_ms).rows(slice(0, 3))
        ]
    }
    take_in(stored, CONTRACTS, news)
    assert stored.inventories["okx"].as_of_ms == model.as_of_ms + 3 * HOUR_MS
    assert stored.inventories["okx"].covers_from_ms == model.inventories["okx"].covers_from_ms


def test_a_map_is_parted_by_age_only_where_every_venue_knows() -> None:
    now = 400 * DAY_MS
    long, short = now - 365 * DAY_MS, now - 8 * DAY_MS
    assert known_ages({"okx": long}, "all", now) == (DAY_MS, 7 * DAY_MS, 30 * DAY_MS)
    assert known_ages({"okx": long, "bybit": short}, "all", now) == (DAY_MS, 7 * DAY_MS)
    assert known_ages({"okx": long}, "7d", now) == (DAY_MS,)
    assert known_ages({"okx": long}, "24h", now) == ()


def test_shares_by_age_rise_to_at_most_the_whole(model: PairModel) -> None:
    found = with_ages(model, model.map(), (DAY_MS, 7 * DAY_MS))
    (_, day), (_, week) = found.ages
    assert 0 < day < week < 1
    lately = model.map(window_ms=7 * DAY_MS).mass.sum() / model.map().mass.sum()
    assert week == pytest.approx(lately, rel=1e-9)
