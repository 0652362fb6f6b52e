"""The map as it was at a moment is the one that was drawn then."""

from __future__ import annotations

import numpy as np
import pytest
from invented_candles import HOUR_MS, MINUTE_MS, START_MS, contract, walk

from bot.liquidation.history import History
from bot.liquidation.inventory import Inventory
from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.pair_model import PairModel
from bot.liquidation.past_map import BeforeKnown, maps_as_of
from bot.liquidation.side import Side

SYMBOL = "BTC/USDT:USDT"
HISTORIES = {"binance": walk(14 * 60, 7), "okx": walk(14 * 60, 8, price=60_030.0)}
NOON = START_MS + 12 * HOUR_MS


def model(histories: dict[str, History] | None = None) -> PairModel:
    told = HISTORIES if histories is None else histories
    found = PairModel(SYMBOL)
    found.advance({venue: contract(venue) for venue in told}, {venue: [one] for venue, one in told.items()})
    return found


def then(stamp_ms: int) -> PairModel:
    return model({venue: history.until(stamp_ms) for venue, history in HISTORIES.items()})


def as_of(stamp_ms: int, **asked: object) -> LiquidationMap:
    return maps_as_of(model(), [stamp_ms], **asked)[0]  # type: ignore[arg-type]


def test_it_is_the_map_that_was_drawn_then() -> None:
    ours, true = as_of(NOON), then(NOON).map()
    assert ours.price == pytest.approx(true.price)
    for one, other in zip(ours.venues, true.venues, strict=True):
        assert (one.venue, one.market_id, one.as_of_ms) == (other.venue, other.market_id, NOON)
        assert one.price == pytest.approx(other.price)
        assert one.open_interest_base == pytest.approx(other.open_interest_base, rel=0.005)
        assert one.hourly_range == pytest.approx(
            other.hourly_range, rel=0.02
        )  # the first minutes told no open interest
        np.testing.assert_allclose(one.mass, other.mass, rtol=1e-8, atol=1e-8)


def test_at_the_newest_candle_it_is_the_present_map() -> None:
    whole = model()
    (ours,) = maps_as_of(whole, [whole.as_of_ms + HOUR_MS])
    np.testing.assert_allclose(ours.mass, whole.map().mass, rtol=1e-9, atol=1e-9)
    assert ours.open_interest_base == whole.map().open_interest_base


def test_several_moments_are_as_if_asked_one_by_one() -> None:
    stamps = [START_MS + hour * HOUR_MS for hour in (3, 7, 7, 13)]
    for stamp, found in zip(stamps, maps_as_of(model(), stamps), strict=True):
        np.testing.assert_allclose(found.mass, as_of(stamp).mass, rtol=1e-9, atol=1e-9)
        assert found.price == as_of(stamp).price


def test_a_window_before_the_moment_is_the_one_that_was_drawn_then() -> None:
    ours = as_of(NOON, window_ms=3 * HOUR_MS, window="3h")
    true = then(NOON).map(window_ms=3 * HOUR_MS, window="3h")
    assert ours.window == "3h"
    np.testing.assert_allclose(ours.mass, true.mass, rtol=1e-8, atol=1e-8)
    assert ours.mass.sum() < as_of(NOON).mass.sum()


def test_between_candles_the_last_one_counts_and_says_so() -> None:
    found = as_of(NOON + MINUTE_MS // 2)
    np.testing.assert_array_equal(found.mass, as_of(NOON).mass)
    assert found.as_of_ms == NOON


def test_one_venue_is_seen_from_its_own_price() -> None:
    found = as_of(NOON, venues=["okx"])
    assert [share.venue for share in found.venues] == ["okx"]
    assert found.price == found.venues[0].price == pytest.approx(HISTORIES["okx"].until(NOON).close[-1])


def test_a_venue_that_was_not_there_then_is_missing() -> None:
    late = model({"binance": HISTORIES["binance"], "okx": HISTORIES["okx"].after(NOON)})
    (found,) = maps_as_of(late, [NOON - HOUR_MS])
    assert [share.venue for share in found.venues] == ["binance"]
    assert found.missing == ("okx",)
    (found,) = maps_as_of(late, [NOON - HOUR_MS], ["binance", "gate"])
    assert found.missing == ("gate",)


def test_a_venue_that_had_been_silent_for_hours_has_no_share() -> None:
    silent = model({"binance": HISTORIES["binance"], "okx": HISTORIES["okx"].until(START_MS + HOUR_MS)})
    (found,) = maps_as_of(silent, [START_MS + 8 * HOUR_MS])
    assert found.missing == ("okx",)


@pytest.mark.parametrize("at_ms", [0, START_MS, START_MS + 4 * MINUTE_MS])
def test_before_the_first_candle_with_open_interest_nothing_is_known(at_ms: int) -> None:
    with pytest.raises(BeforeKnown) as told:
        as_of(at_ms)
    assert told.value.since_ms == START_MS + 5 * MINUTE_MS
    assert as_of(told.value.since_ms).mass.sum() > 0


def test_a_pair_without_any_venue_says_that_nothing_is_known() -> None:
    with pytest.raises(BeforeKnown) as told:
        maps_as_of(PairModel(SYMBOL), [NOON])
    assert told.value.since_ms == 0


def test_a_longs_map_lies_below_what_price_was() -> None:
    found = as_of(NOON)
    assert found.price_at(Side.LONG, 0.01) < found.price < found.price_at(Side.SHORT, 0.01)
    assert (found.profile.sum(axis=1) > 0).all()


def test_an_old_range_of_an_hour_is_taken_from_quarters_of_a_day() -> None:
    hours = walk(120 * 24, 3, volatility=0.004, interest_every=2, span_ms=HOUR_MS)
    at_ms, year = START_MS + 40 * 24 * HOUR_MS, PairModel(SYMBOL)
    old, year.inventories["binance"] = Inventory.empty(contract()), Inventory.empty(contract())
    old.advance(hours.until(at_ms))
    year.inventories["binance"].advance(hours)
    (found,) = maps_as_of(year, [at_ms])
    assert found.hourly_range == pytest.approx(old.hourly_range, rel=0.35)
