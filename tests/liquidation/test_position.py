"""Position questions: a long is liquidated below its entry, always; a quiet price lies behind its zone."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented_maps import at_prices, hilly

from bot.liquidation.contract import Contract, Tier
from bot.liquidation.position import (
    Position,
    Risk,
    forced_between,
    liquidations,
    quiet_behind,
    small_size,
    targets,
    zones_between,
)
from bot.liquidation.side import Side
from bot.liquidation.zone import Zone
from bot.liquidation.zones import find_zones

TIERS = (Tier(50_000.0, 125.0, 0.004), Tier(600_000.0, 50.0, 0.01))
COIN_TIERS = (Tier(10.0, 100.0, 0.005), Tier(100.0, 50.0, 0.01))
CONTRACTS = {
    "binance": Contract("binance", "BTCUSDT", "BTC/USDT:USDT", 0.1, TIERS),
    "okx": Contract(
        "okx", "BTC-USDT-SWAP", "BTC/USDT:USDT", 0.1, COIN_TIERS, closing_fee=0.0005, caps_in_base=True
    ),
    "bybit inverse": Contract(
        "bybit", "BTCUSD", "BTC/USD:BTC", 0.5, COIN_TIERS, inverse=True, caps_in_base=True
    ),
    "okx inverse": Contract(
        "okx", "BTC-USD-SWAP", "BTC/USD:BTC", 0.1, TIERS, inverse=True, closing_fee=0.0005
    ),
}
entries = st.floats(1e-6, 1e6)
leverages = st.floats(1.0, 100.0)


def zone(name: str, side: Side, low: float, high: float) -> Zone:
    return Zone(name, side, low, high, (low + high) / 2, 10.0, 80.0, 2.0, (0.25,) * 4, 0)


def named(found_zones: tuple[tuple[float, float, Side], ...]) -> tuple[Zone, ...]:
    return tuple(zone(f"Z{at}", side, low, high) for at, (low, high, side) in enumerate(found_zones, 1))


@given(entries, leverages)
def test_a_long_is_liquidated_below_its_entry_and_a_short_above(entry: float, leverage: float) -> None:
    below = liquidations(CONTRACTS, Position(Side.LONG, entry, leverage))
    above = liquidations(CONTRACTS, Position(Side.SHORT, entry, leverage))
    for venue in CONTRACTS:
        low, high = below[venue], above[venue]
        assert low is not None
        assert high is not None
        assert 0 <= low < entry < high


@given(entries, leverages, st.floats(1.01, 2.0))
def test_more_leverage_is_liquidated_nearer(entry: float, leverage: float, more: float) -> None:
    higher = min(100.0, leverage * more)
    for side in Side:
        far = liquidations(CONTRACTS, Position(side, entry, leverage))
        near = liquidations(CONTRACTS, Position(side, entry, higher))
        for venue in CONTRACTS:
            one, other = far[venue], near[venue]
            assert one is not None
            assert other is not None
            assert (other - one) * side.sign <= 1e-9 * entry


def test_by_hand() -> None:
    """25x from 97,200: the margin is 3,888, and 0.4 % of what it is worth has to be kept."""
    found = liquidations(CONTRACTS, Position(Side.LONG, 97_200.0, 25.0))
    assert found["binance"] == pytest.approx(97_200 * (1 - 1 / 25) / (1 - 0.004))
    assert found["okx"] == pytest.approx(97_200 * (1 - 1 / 25) / (1 - 0.0055))
    assert found["bybit inverse"] == pytest.approx(97_200 * (1 + 0.005) / (1 + 1 / 25))
    short = liquidations(CONTRACTS, Position(Side.SHORT, 97_200.0, 25.0))
    assert short["bybit inverse"] == pytest.approx(97_200 * (1 - 0.005) / (1 - 1 / 25))


def test_what_no_price_reaches() -> None:
    assert liquidations(CONTRACTS, Position(Side.LONG, 100.0, 1.0))["binance"] == 0.0
    assert liquidations(CONTRACTS, Position(Side.SHORT, 100.0, 1.0))["bybit inverse"] == math.inf


def test_leverage_that_a_venue_does_not_offer() -> None:
    found = liquidations(CONTRACTS, Position(Side.LONG, 100.0, 120.0))
    assert found["binance"] is not None
    assert found["okx"] is None
    with pytest.raises(ValueError, match="leverage"):
        liquidations(CONTRACTS, Position(Side.LONG, 100.0))
    with pytest.raises(ValueError, match="leverage"):
        liquidations(CONTRACTS, Position(Side.LONG, 100.0, 0.5))


@given(entries)
def test_a_small_size_is_in_the_first_tier_as_each_venue_counts(entry: float) -> None:
    assert small_size(CONTRACTS["binance"], entry) * entry == pytest.approx(500.0)
    assert small_size(CONTRACTS["okx"], entry) == pytest.approx(0.1)
    assert small_size(CONTRACTS["bybit inverse"], entry) / entry == pytest.approx(0.1)
    assert small_size(CONTRACTS["okx inverse"], entry) == pytest.approx(500.0)


def test_the_quiet_price_lies_behind_the_nearest_zone() -> None:
    """Hills of longs at 97 and 93, of shorts at 103; an ordinary hour moves 1 %."""
    hills = tuple((price, 0.003, 100.0) for price in (97.0, 93.0, 103.0))
    found = at_prices(hills, 100.0)
    zones = named(tuple((one.low, one.high, one.side) for one in find_zones(found)))
    longs = [one for one in zones if one.side is Side.LONG]
    assert len(longs) == 2
    quiet = quiet_behind(found, zones, Position(Side.LONG, 100.0))
    assert quiet is not None
    assert quiet.zone.contains(97.0)
    assert 93.5 < quiet.price < quiet.zone.low
    above = quiet_behind(found, zones, Position(Side.SHORT, 100.0))
    assert above is not None
    assert above.zone.contains(103.0)
    assert above.price > above.zone.high


def test_a_zone_that_the_entry_has_behind_it_does_not_count() -> None:
    found = hilly(((Side.LONG, 0.03, 0.003, 100.0), (Side.LONG, 0.07, 0.003, 100.0)))
    zones = (zone("Z1", Side.LONG, 96.5, 97.5), zone("Z2", Side.LONG, 92.5, 93.5))
    quiet = quiet_behind(found, zones, Position(Side.LONG, 95.0))
    assert quiet is not None
    assert quiet.zone.id == "Z2"
    inside = quiet_behind(found, zones, Position(Side.LONG, 97.0))
    assert inside is not None
    assert inside.zone.id == "Z1"
    assert quiet_behind(found, zones, Position(Side.LONG, 90.0)) is None
    assert quiet_behind(found, zones, Position(Side.SHORT, 100.0)) is None


def test_the_next_zone_is_not_quiet() -> None:
    """One hourly range behind the first the second is in full swing."""
    found = hilly(((Side.LONG, 0.03, 0.002, 100.0), (Side.LONG, 0.045, 0.002, 100.0)))
    zones = (zone("Z1", Side.LONG, 96.6, 97.4), zone("Z2", Side.LONG, 95.2, 96.0))
    quiet = quiet_behind(found, zones, Position(Side.LONG, 100.0))
    assert quiet is not None
    assert 95.9 < quiet.price < 96.6


def test_a_zone_at_the_end_of_the_map_has_nothing_behind_it() -> None:
    found = hilly(((Side.LONG, 0.18, 0.003, 100.0),))
    assert quiet_behind(found, (zone("Z1", Side.LONG, 80.0, 84.0),), Position(Side.LONG, 100.0)) is None


def test_forced_volume_between_two_prices() -> None:
    found = hilly(((Side.LONG, 0.03, 0.002, 100.0), (Side.SHORT, 0.03, 0.002, 70.0)), ground=0.0)
    assert forced_between(found, Side.LONG, 100.0, 95.0) == pytest.approx(100.0, rel=1e-3)
    assert forced_between(found, Side.LONG, 95.0, 100.0) == pytest.approx(100.0, rel=1e-3)
    assert forced_between(found, Side.LONG, 96.0, 95.0) == pytest.approx(0.0, abs=1e-2)
    assert forced_between(found, Side.SHORT, 100.0, 105.0) == pytest.approx(70.0, rel=1e-3)
    assert forced_between(found, Side.SHORT, 100.0, 95.0) == 0.0


def test_zones_on_the_way_come_outward() -> None:
    zones = (
        zone("Z1", Side.LONG, 92.0, 93.0),
        zone("Z2", Side.LONG, 96.0, 97.0),
        zone("Z3", Side.SHORT, 94.0, 95.0),
    )
    assert [one.id for one in zones_between(zones, Side.LONG, 100.0, 90.0)] == ["Z2", "Z1"]
    assert [one.id for one in zones_between(zones, Side.LONG, 92.5, 95.0)] == ["Z1"]
    assert [one.id for one in zones_between(zones, Side.LONG, 92.0, 91.0)] == []


def test_targets_are_zones_of_the_other_side_ahead_of_the_entry() -> None:
    zones = (
        zone("Z1", Side.SHORT, 105.0, 106.0),
        zone("Z2", Side.SHORT, 102.0, 103.0),
        zone("Z3", Side.LONG, 97.0, 98.0),
    )
    assert [one.id for one in targets(zones, Position(Side.LONG, 100.0))] == ["Z2", "Z1"]
    assert [one.id for one in targets(zones, Position(Side.LONG, 102.5))] == ["Z1"]
    assert [one.id for one in targets(zones, Position(Side.SHORT, 100.0))] == ["Z3"]


@given(entries, st.floats(0.001, 0.5), st.floats(1.0, 1e6))
def test_a_size_loses_what_was_risked(entry: float, away: float, amount: float) -> None:
    stop = entry * (1 - away)
    size = Risk(amount).size(entry, stop)
    assert size is not None
    assert size * (entry - stop) == pytest.approx(amount)
    assert Risk(amount).multiple(entry, stop) is None
    assert Risk(None, 0.01).size(entry, stop) is None
    assert Risk(None, 0.01).multiple(entry, stop) == pytest.approx(0.01 / away)
