"""Where a zone comes from: hours as spells, round leverages, and each venue from its own price."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented_candles import START_MS, contract, walk
from told_origins import HOUR_MS, MIDNIGHT_MS, learned, provenance, told_origin

from bot.liquidation.liquidation_map import DISTANCE_BIN, DISTANCE_BINS, LiquidationMap
from bot.liquidation.origin import Origin, Spell, origin_of
from bot.liquidation.pair_model import PairModel
from bot.liquidation.side import Side
from bot.liquidation.zone import Zone


def of_hours(hours: dict[int, float], earlier: float = 0.0) -> Origin:
    return Origin((provenance("binance", hours, earlier=earlier),), (learned(),))


def told(one: Spell) -> tuple[int, int, float]:
    """In hours from midnight."""
    begin, end = ((stamp_ms - MIDNIGHT_MS) // HOUR_MS for stamp_ms in (one.begin_ms, one.end_ms))
    return begin, end, round(one.share, 9)


@pytest.mark.parametrize(
    ("hours", "spells"),
    [
        ({5: 10.0}, [(5, 6, 1.0)]),
        ({5: 10.0, 6: 6.0, 7: 4.0}, [(5, 7, 0.8), (7, 8, 0.2)]),
        ({5: 10.0, 7: 10.0}, [(5, 6, 0.5), (7, 8, 0.5)]),
        ({0: 3.0, 1: 3.0, 2: 3.0, 3: 3.0, 9: 8.0}, [(0, 4, 0.6), (9, 10, 0.4)]),
        ({5: 10.0, 6: 4.0, 7: 10.0}, [(5, 6, 10 / 24), (7, 8, 10 / 24), (6, 7, 4 / 24)]),
    ],
    ids=["one hour", "half as busy joins", "a gap parts", "a plain is one spell", "a dip parts"],
)
def test_hours_in_a_row_are_one_spell(hours: dict[int, float], spells: list[tuple[int, int, float]]) -> None:
    found = [told(one) for one in of_hours(hours).spells()]
    assert found == [(begin, end, round(share, 9)) for begin, end, share in spells]


@given(st.dictionaries(st.integers(-500, 14), st.floats(0, 1e6), max_size=80), st.floats(0, 1e6))
def test_spells_and_what_is_older_are_the_whole(hours: dict[int, float], earlier: float) -> None:
    origin = of_hours(hours, earlier)
    spells = origin.spells()
    if origin.quantity_base > 0:
        assert sum(one.share for one in spells) + origin.earlier_share == pytest.approx(1)
    stretches = sorted((one.begin_ms, one.end_ms) for one in spells)
    assert all(end <= begin for (_, end), (begin, _) in itertools.pairwise(stretches))


def test_the_half_of_it_is_counted_from_the_newest_hour() -> None:
    assert of_hours({1: 5.0, 2: 4.0, 3: 1.0}).half_since_ms() == MIDNIGHT_MS + 2 * HOUR_MS
    assert of_hours({1: 4.0, 2: 1.0}, earlier=4.0).half_since_ms() == MIDNIGHT_MS + HOUR_MS
    assert of_hours({1: 4.0}, earlier=5.0).half_since_ms() is None
    assert Origin((), ()).half_since_ms() is None


def test_venues_are_summed_hour_by_hour() -> None:
    origin = told_origin()
    assert origin.by_venue() == {"binance": 0.5, "okx": 0.25, "bybit": 0.25}
    assert told(origin.spells()[0]) == (2, 4, 0.45)


def test_a_tier_counts_for_the_nearest_round_leverage_up_to_the_highest_of_its_venue() -> None:
    tiers = {40.0: 30.0, 39.0: 10.0, 22.0: 5.0, 23.0: 15.0, 2.0: 20.0, 2.9: 20.0}
    (part,) = of_hours({1: 100.0}).parts
    part = replace(
        part,
        leverage=np.array(sorted(tiers, reverse=True)),
        by_leverage=np.array([tiers[one] for one in sorted(tiers, reverse=True)]),
    )
    found = dict(Origin((part,), (learned(),)).by_leverage())
    assert found == pytest.approx({40.0: 0.4, 25.0: 0.15, 3.0: 0.2, 2.0: 0.2, 20.0: 0.05})


def test_what_other_leverage_would_hold_is_a_multiple_of_what_is_there() -> None:
    parts = (
        provenance("binance", {1: 300.0}, half=0.5, double=2.0),
        provenance("okx", {1: 100.0}, half=0.9, double=1.0),
    )
    origin = Origin(parts, (learned(), learned("okx")))
    assert origin.half_leverage_share == pytest.approx(0.6)
    assert origin.double_leverage_share == pytest.approx(1.75)


@pytest.fixture(scope="module")
def model() -> PairModel:
    """Two venues that trade 2 % apart."""
    found = PairModel("BTC/USDT:USDT")
    contracts = {name: contract(name) for name in ("binance", "okx")}
    histories = {
        "binance": [walk(30 * 60, seed=1, price=60_000.0)],
        "okx": [walk(30 * 60, seed=1, price=61_200.0)],
    }
    found.advance(contracts, histories)
    return found


def stretch(found: LiquidationMap, side: Side, begin: int, end: int) -> Zone:
    """From one bin of the map to another."""
    ends = [found.price_at(side, at * DISTANCE_BIN) for at in (begin, end)]
    mix = (0.25, 0.25, 0.25, 0.25)
    return Zone("Z1", side, min(ends), max(ends), sum(ends) / 2, 1.0, 50.0, 1.0, mix, START_MS)


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("stretched", [(2, 30), (40, 90), (0, DISTANCE_BINS)])
def test_each_venue_is_read_from_its_own_price(
    model: PairModel, side: Side, stretched: tuple[int, int]
) -> None:
    found = model.map()
    origin = origin_of(model, stretch(found, side, *stretched), found)
    assert [part.venue for part in origin.parts] == ["binance", "okx"]
    assert origin.parts[1].low / origin.parts[0].low == pytest.approx(1.02, rel=1e-6)
    for part, share in zip(origin.parts, found.venues, strict=True):
        held = share.mass[side, :, slice(*stretched)].sum()
        assert part.quantity_base == pytest.approx(held, rel=2e-3)
    assert [one.venue for one in origin.beliefs] == ["binance", "okx"]


def test_parts_of_a_real_zone_add_up_to_it(model: PairModel) -> None:
    found = model.map()
    origin = origin_of(model, stretch(found, Side.LONG, 5, 60), found)
    assert origin.quantity_base > 0
    assert sum(one.share for one in origin.spells()) + origin.earlier_share == pytest.approx(1, abs=1e-9)
    assert sum(share for _, share in origin.by_leverage()) == pytest.approx(1, abs=1e-9)
    assert sum(origin.by_venue().values()) == pytest.approx(1, abs=1e-9)
    assert all(START_MS <= one.begin_ms < one.end_ms <= model.as_of_ms + HOUR_MS for one in origin.spells())


def test_only_the_venues_of_the_map_have_a_part(model: PairModel) -> None:
    found = model.map().only(["okx"])
    origin = origin_of(model, stretch(found, Side.SHORT, 5, 60), found)
    assert [part.venue for part in origin.parts] == ["okx"]
