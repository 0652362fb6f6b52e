"""What was liquidated in a zone since price came to it."""

from __future__ import annotations

from bot.liquidation.side import Side
from bot.liquidation.visits import FORGOTTEN_MS, LOOK_BACK_MS, Told, Visits
from bot.liquidation.zone import Zone

NOW = 1_791_158_400_000
UNIT = 0.01


def zone(name: str = "Z1", low: float = 95.0, high: float = 96.0, side: Side = Side.LONG) -> Zone:
    return Zone(name, side, low, high, (low + high) / 2, 10.0, 80.0, 2.0, (0.25,) * 4, NOW)


def order(price: float = 95.5, base: float = 2.0, at_ms: int = NOW, side: Side = Side.LONG) -> Told:
    return Told(at_ms, side, price, base)


def realised(visits: Visits, price: float, *zones: Zone, at_ms: int = NOW) -> dict[str, float]:
    return dict(visits.at_price(zones or (zone(),), price, UNIT, at_ms))


def test_a_zone_that_price_is_not_in_has_no_sum() -> None:
    visits = Visits()
    visits.tell([order()])
    assert realised(visits, 97.0) == {}
    assert realised(visits, 96.01) == {}


def test_orders_count_that_lie_in_the_zone_and_are_of_its_side() -> None:
    visits = Visits()
    assert realised(visits, 96.0) == {"Z1": 0.0}
    visits.tell([order(), order(96.5), order(94.9), order(side=Side.SHORT), order(95.0, 0.5)])
    assert realised(visits, 95.8) == {"Z1": 2.5}


def test_an_order_that_was_told_before_the_price_counts() -> None:
    visits = Visits()
    visits.tell([order(at_ms=NOW - LOOK_BACK_MS - 1, base=50.0), order(at_ms=NOW - 1000)])
    assert realised(visits, 95.9) == {"Z1": 2.0}


def test_a_price_that_trembles_at_the_edge_begins_nothing_anew() -> None:
    visits = Visits()
    realised(visits, 95.9)
    visits.tell([order()])
    assert realised(visits, 96.3) == {"Z1": 2.0}
    visits.tell([order()])
    assert realised(visits, 95.9) == {"Z1": 4.0}


def test_price_that_has_been_far_away_comes_back_to_a_new_visit() -> None:
    visits = Visits()
    realised(visits, 95.9)
    visits.tell([order()])
    assert realised(visits, 97.5) == {}
    later = NOW + 2 * LOOK_BACK_MS
    visits.tell([order(base=3.0, at_ms=later)])
    assert realised(visits, 95.9, at_ms=later) == {"Z1": 3.0}


def test_a_zone_that_was_gone_through_is_still_counted() -> None:
    visits = Visits()
    realised(visits, 95.9)
    visits.tell([order()])
    assert realised(visits, 90.0) == {"Z1": 2.0}


def test_a_swept_zone_that_is_not_shown_any_more_is_known_for_a_while() -> None:
    visits = Visits()
    realised(visits, 94.0)
    other = zone("Z2", 80.0, 81.0)
    visits.tell([order()])
    assert realised(visits, 94.0, other, at_ms=NOW + FORGOTTEN_MS - 1) == {"Z1": 2.0}
    assert realised(visits, 94.0, other, at_ms=NOW + FORGOTTEN_MS) == {}


def test_a_zone_of_shorts_lies_above() -> None:
    visits = Visits()
    above = zone("Z3", 102.0, 103.0, Side.SHORT)
    assert realised(visits, 101.0, above) == {}
    realised(visits, 102.0, above)
    visits.tell([order(102.5, side=Side.SHORT), order(102.5)])
    assert realised(visits, 104.0, above) == {"Z3": 2.0}
