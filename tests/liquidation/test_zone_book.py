"""Zones through time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_maps import at_prices

from bot.liquidation.checkpoint import CheckpointError, pack
from bot.liquidation.side import Side
from bot.liquidation.zone_book import VERSION, ZoneBook

MINUTE_MS = 60_000
HOUR_MS = 3_600_000
Hill = tuple[float, float, float]
ABOVE: Hill = (104.0, 0.003, 10.0)
BELOW: Hill = (95.0, 0.003, 10.0)


def told(
    *steps: tuple[tuple[Hill, ...], float], every_ms: int = MINUTE_MS
) -> list[dict[str, tuple[float, float]]]:
    """Ids and ranges after each (hills, price)."""
    book, shown = ZoneBook(), []
    for at, (hills, price) in enumerate(steps):
        book.track(at_prices(hills, price, HOUR_MS * 1000 + at * every_ms))
        shown.append({zone.id: (zone.low, zone.high) for zone in book.zones})
    return shown


def test_a_zone_keeps_its_id_while_price_and_mass_move() -> None:
    steps = [(((104.0, 0.003, 10.0 + at),), 100.0 + at * 0.05) for at in range(60)]
    assert {tuple(shown) for shown in told(*steps)} == {("Z1",)}


def test_a_zone_keeps_its_id_while_it_drifts() -> None:
    steps = [(((104.0 + at * 0.02, 0.003, 10.0),), 100.0) for at in range(60)]
    shown = told(*steps)
    assert {tuple(step) for step in shown} == {("Z1",)}
    assert shown[-1]["Z1"][0] > shown[0]["Z1"][0] + 1


def test_sides_are_told_apart() -> None:
    book = ZoneBook()
    book.track(at_prices((ABOVE, BELOW), 100.0))
    assert [(zone.id, zone.side) for zone in book.zones] == [("Z1", Side.LONG), ("Z2", Side.SHORT)]


def test_of_two_parts_the_larger_keeps_the_id() -> None:
    parts = ((103.4, 0.001, 3.0), (104.8, 0.001, 9.0))
    before, after = told((((104.2, 0.004, 12.0),), 100.0), (parts, 100.0))
    assert list(before) == ["Z1"]
    assert after["Z1"][0] > 104.0
    assert after["Z2"][1] < 104.2


def test_of_two_that_become_one_the_larger_gives_the_id() -> None:
    parts = ((103.4, 0.001, 3.0), (104.8, 0.001, 9.0))
    before, after = told((parts, 100.0), (((104.3, 0.004, 12.0),), 100.0))
    larger = next(name for name, (low, _) in before.items() if low > 104.0)
    assert list(after) == [larger]


def test_a_zone_that_price_went_through_never_comes_back_under_its_id() -> None:
    first, second, third = told(((ABOVE,), 100.0), (((102.0, 0.003, 10.0),), 106.0), ((ABOVE,), 100.0))
    assert list(first) == ["Z1"]
    assert "Z1" not in second
    assert list(third) == ["Z3"]


def test_a_zone_that_is_gone_for_a_moment_is_not_shown_and_returns_under_its_id() -> None:
    shown = told(((ABOVE,), 100.0), ((), 100.0), ((ABOVE,), 100.0))
    assert [list(step) for step in shown] == [["Z1"], [], ["Z1"]]


def test_a_zone_that_stays_away_longer_than_the_grace_loses_its_id() -> None:
    shown = told(((ABOVE,), 100.0), ((), 100.0), ((), 100.0), ((ABOVE,), 100.0), every_ms=HOUR_MS)
    assert [list(step) for step in shown] == [["Z1"], [], [], ["Z2"]]


def test_a_known_zone_does_not_flicker_at_a_threshold() -> None:
    clear, faint = ((ABOVE, (107.0, 0.002, 1.0)), 100.0), ((ABOVE, (107.0, 0.002, 0.55)), 100.0)
    assert [len(step) for step in told(faint)] == [1]
    assert [len(step) for step in told(clear, faint, faint)] == [2, 2, 2]


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000))
def test_ids_are_never_reused_and_zones_lie_on_their_side(seed: int) -> None:
    random = np.random.default_rng(seed)
    book, price, gone, last = ZoneBook(), 100.0, set[str](), set[str]()
    peaks = random.uniform(85, 115, 8)
    for at in range(30):
        price *= float(np.exp(random.normal(0, 0.006)))
        hills = tuple(
            (float(peak), 0.003, float(random.gamma(2.0))) for peak in peaks if abs(peak - price) > 0.1
        )
        book.track(at_prices(hills, price, at * HOUR_MS))
        shown = {zone.id for zone in book.zones}
        numbers = [int(zone.id.removeprefix("Z")) for zone in book.zones]
        assert len(shown) == len(numbers)
        fresh = shown - last - gone
        assert all(int(name[1:]) > max((int(old[1:]) for old in last | gone), default=0) for name in fresh)
        gone, last = gone | last, shown
        for zone in book.zones:
            assert (
                zone.high <= price * (1 + 1e-12)
                if zone.side is Side.LONG
                else zone.low >= price * (1 - 1e-12)
            )


def test_the_percentile_ranks_a_zone_among_the_hourly_masses_of_the_past() -> None:
    book = ZoneBook()
    for hour in range(10):
        book.track(at_prices(((104.0, 0.003, 5.0 + hour),), 100.0, (hour + 1) * HOUR_MS))
    (zone,) = book.zones
    assert zone.percentile == pytest.approx(95.0)
    assert zone.band.word == "Extreme"
    book.track(at_prices(((104.0, 0.003, 1.0),), 100.0, 10 * HOUR_MS + MINUTE_MS))
    (zone,) = book.zones
    assert zone.percentile == 0.0


def test_maps_within_an_hour_count_once_for_the_percentile() -> None:
    book = ZoneBook()
    for minute in range(60):
        book.track(at_prices((ABOVE,), 100.0, minute * MINUTE_MS + HOUR_MS))
    book.track(at_prices(((104.0, 0.003, 20.0),), 100.0, 2 * HOUR_MS))
    assert book.zones[0].percentile == pytest.approx(75.0)  # one smaller, itself half


def test_masses_older_than_thirty_days_are_forgotten() -> None:
    book = ZoneBook()
    book.track(at_prices(((104.0, 0.003, 50.0),), 100.0, HOUR_MS))
    book.track(at_prices((ABOVE,), 100.0, 31 * 24 * HOUR_MS))
    assert book.zones[0].percentile == pytest.approx(50.0)


def test_an_older_map_is_ignored() -> None:
    book = ZoneBook()
    book.track(at_prices((ABOVE,), 100.0, 2 * HOUR_MS))
    before = book.zones
    book.track(at_prices((BELOW,), 100.0, HOUR_MS))
    assert book.zones == before


def test_a_stored_book_goes_on_where_it_stood() -> None:
    book = ZoneBook()
    for at in range(5):
        book.track(at_prices((ABOVE, BELOW), 100.0 + at * 0.1, at * HOUR_MS))
    stored = ZoneBook.from_bytes(book.to_bytes())
    assert stored.zones == book.zones
    for one in (book, stored):
        one.track(at_prices((ABOVE, BELOW, (108.0, 0.003, 30.0)), 100.0, 5 * HOUR_MS))
    assert stored.zones == book.zones
    assert all(isinstance(zone.side, Side) for zone in stored.zones)


def test_a_damaged_book_is_refused() -> None:
    for damaged in (b"not a book", pack("zone book", VERSION, {"next": 3}, {})):
        with pytest.raises(CheckpointError):
            ZoneBook.from_bytes(damaged)
