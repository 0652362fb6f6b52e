"""What happens to zones is told, each thing once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from invented_maps import at_prices
from stored_samples import STORED

from bot.liquidation.zone_book import ZoneBook
from bot.liquidation.zone_event import ZoneEvent, ZoneEventKind

MINUTE_MS = 60_000
HOUR_MS = 3_600_000
FIRST_MS = 1000 * HOUR_MS
Hill = tuple[float, float, float]
ABOVE: Hill = (104.0, 0.003, 10.0)
PARTS = ((103.8, 0.001, 3.0), (104.7, 0.001, 9.0))
WHOLE = (104.2, 0.004, 12.0)
BORN, GREW, SHRANK, MOVED, SPLIT, MERGED, ENTERED, SWEPT, RETURNED, FADED = ZoneEventKind


class Market:
    """Maps one after the other, one minute apart unless said otherwise."""

    def __init__(self, *hills: Hill, price: float = 100.0) -> None:
        self.book, self.stamp, self.interest = ZoneBook(), FIRST_MS, 1000.0
        self.events: list[ZoneEvent] = []
        self.tell(*hills, price=price)

    def tell(
        self,
        *hills: Hill,
        price: float = 100.0,
        low: float | None = None,
        high: float | None = None,
        later_ms: int = MINUTE_MS,
    ) -> list[tuple[ZoneEventKind, str]]:
        """(kind, zone) of what happened with this map."""
        self.stamp += later_ms
        found = at_prices(hills, price, self.stamp)
        (share,) = found.venues
        found = replace(found, venues=(replace(share, open_interest_base=self.interest),))
        self.book.track(found, low, high)
        news = self.book.take_events()
        self.events += news
        assert all(one.stamp_ms == self.stamp and one.price == price for one in news)
        return [(one.kind, one.zone_id) for one in news]

    def only(self, kind: ZoneEventKind) -> ZoneEvent:
        (found,) = [one for one in self.events if one.kind is kind]
        return found


def test_a_new_zone_is_born_once() -> None:
    market = Market(ABOVE)
    assert [(one.kind, one.zone_id) for one in market.events] == [(BORN, "Z1")]
    assert market.tell(ABOVE) == []


@pytest.mark.parametrize(
    ("mass", "told"), [(12.0, []), (14.5, [(GREW, "Z1")]), (8.0, []), (6.0, [(SHRANK, "Z1")])]
)
def test_a_third_more_or_less_is_told(mass: float, told: list[tuple[ZoneEventKind, str]]) -> None:
    market = Market(ABOVE)
    assert market.tell((104.0, 0.003, mass)) == told
    if told:
        assert market.events[-1].ratio == pytest.approx(mass / 10, rel=0.03)
    assert market.tell((104.0, 0.003, mass)) == []


def test_growth_is_measured_by_what_was_told_last_so_slow_growth_is_told_too() -> None:
    market = Market(ABOVE)
    kinds = [market.tell((104.0, 0.003, 10.0 + 0.5 * at)) for at in range(1, 21)]
    assert [kind for step in kinds for kind in step] == [(GREW, "Z1")] * 2


@pytest.mark.parametrize(("interest", "grew"), [(1001.0, True), (1000.0, False), (900.0, False)])
def test_growth_says_whether_open_interest_grew(interest: float, grew: bool) -> None:
    market = Market(ABOVE)
    market.interest = interest
    market.tell((104.0, 0.003, 20.0))
    assert market.only(GREW).interest_grew is grew


def test_edges_that_jump_are_no_growth() -> None:
    """Two zones become one because what lies between them grew: it is twice as large, and little happened."""
    apart = ((103.55, 0.0015, 10.0), (104.65, 0.0015, 11.0))
    market = Market(*apart)
    before = {zone.id: zone.mass_base for zone in market.book.zones}
    assert len(before) == 2
    assert market.tell(*apart, (104.1, 0.0015, 5.0)) == []
    (zone,) = market.book.zones
    assert zone.mass_base > 1.6 * before[zone.id]
    assert [one for one in market.tell(*apart) if one[0] is SHRANK] == []


def drifted(*, interest: float, with_price: bool) -> list[tuple[ZoneEventKind, str]]:
    market = Market(ABOVE)
    told = []
    for step in range(1, 13):
        market.interest += interest
        price = 100.0 + 0.1 * step if with_price else 100.0
        told += market.tell((104.0 + 0.1 * step, 0.003, 10.0), price=price)
    return told


def test_a_zone_that_moves_relative_to_price_while_people_open_has_moved() -> None:
    assert drifted(interest=1.0, with_price=False) == [(MOVED, "Z1")] * 2


def test_a_zone_that_follows_price_has_not_moved() -> None:
    assert drifted(interest=1.0, with_price=True) == []


def test_a_zone_that_moves_without_openings_has_not_moved() -> None:
    assert drifted(interest=0.0, with_price=False) == []


def test_price_alone_moves_no_zone() -> None:
    market = Market(ABOVE)
    for price in (99.0, 98.0, 97.0):
        market.interest += 5
        assert market.tell(ABOVE, price=price) == []


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ((WHOLE,), PARTS, [(SPLIT, "Z2")]),
        ((WHOLE, (95.0, 0.003, 5.0)), (*PARTS, (95.0, 0.003, 5.0)), [(SPLIT, "Z3")]),
        ((WHOLE,), (WHOLE, (108.0, 0.002, 4.0)), [(BORN, "Z2")]),
        ((WHOLE,), (WHOLE,), []),
        ((WHOLE,), ((104.7, 0.001, 9.0),), []),  # it became narrower; the rest is gone
        (((103.0, 0.002, 5.0),), ((107.0, 0.002, 5.0),), [(BORN, "Z2")]),
    ],
)
def test_what_comes_off_a_zone_is_a_split_and_all_else_is_born(
    before: tuple[Hill, ...], after: tuple[Hill, ...], told: list[tuple[ZoneEventKind, str]]
) -> None:
    market = Market(*before)
    news = [one for one in market.tell(*after) if one[0] not in (GREW, SHRANK)]
    assert news == told
    if told and told[0][0] is SPLIT:
        assert market.only(SPLIT).other == ("Z1" if len(before) == 1 else "Z2")


@pytest.mark.parametrize(
    ("after", "minutes", "told"),
    [
        ((WHOLE,), 10, []),  # it may come off again
        ((WHOLE,), 20, [(MERGED, "Z1")]),
        ((PARTS[1],), 20, []),
        ((PARTS[1],), 130, [(FADED, "Z1")]),
        (PARTS, 130, []),
    ],
)
def test_a_zone_that_is_part_of_another_for_a_quarter_of_an_hour_has_merged(
    after: tuple[Hill, ...], minutes: int, told: list[tuple[ZoneEventKind, str]]
) -> None:
    market = Market(*PARTS)
    market.tell(*after)
    news = [one for _ in range(minutes) for one in market.tell(*after) if one[0] in (MERGED, FADED)]
    assert news == told
    if told == [(MERGED, "Z1")]:
        assert market.only(MERGED).other == "Z2"


def test_what_comes_off_a_zone_is_as_old_as_the_zone() -> None:
    market = Market(WHOLE)
    (whole,) = market.book.zones
    market.tell(*PARTS)
    assert [zone.born_ms for zone in market.book.zones] == [whole.born_ms] * 2


def test_one_that_comes_off_again_in_time_keeps_its_name() -> None:
    market = Market(*PARTS)
    market.tell(WHOLE)
    market.tell(WHOLE)
    assert [one for one in market.tell(*PARTS) if one[0] in (SPLIT, BORN)] == []
    assert {zone.id for zone in market.book.zones} == {"Z1", "Z2"}


def test_price_enters_once_while_it_trembles_at_the_edge() -> None:
    market = Market(ABOVE)
    edge = market.book.zones[0].low
    told = []
    for at in range(20):
        told += market.tell(ABOVE, price=edge * (0.9995 if at % 2 else 1.0005))
    assert [one for one in told if one[0] is ENTERED] == [(ENTERED, "Z1")]


def test_what_price_uses_up_is_no_shrinking() -> None:
    market = Market(ABOVE)
    edge = market.book.zones[0].low
    assert market.tell((104.2, 0.002, 4.0), price=edge * 1.002) == [(ENTERED, "Z1")]
    assert market.tell((104.2, 0.002, 4.0), price=edge * 0.97) == []
    assert market.tell((104.2, 0.002, 4.0), price=edge * 0.97) == []


def test_a_wick_between_two_maps_enters_and_sweeps() -> None:
    market = Market(ABOVE)
    assert market.tell(price=101.0, high=106.0) == [(ENTERED, "Z1"), (SWEPT, "Z1"), (RETURNED, "Z1")]


def test_a_wick_on_the_other_side_does_nothing() -> None:
    market = Market(ABOVE)
    assert market.tell(ABOVE, price=100.0, low=94.0, high=100.5) == []


def test_price_that_comes_back_through_a_swept_zone_returns_once() -> None:
    market = Market(ABOVE)
    assert market.tell(price=106.0) == [(ENTERED, "Z1"), (SWEPT, "Z1")]
    assert market.tell(price=103.9) == []  # still in what was the zone
    assert market.tell(price=102.0) == [(RETURNED, "Z1")]
    assert market.tell(price=101.0) == []


def test_a_return_after_a_day_is_none() -> None:
    market = Market(ABOVE)
    market.tell(price=106.0)
    market.tell(price=106.0, later_ms=25 * HOUR_MS)
    assert market.tell(price=102.0) == []


def test_below_price_it_is_the_low_that_sweeps() -> None:
    market = Market((96.0, 0.003, 10.0))
    assert market.tell(price=98.0, low=94.0) == [(ENTERED, "Z1"), (SWEPT, "Z1"), (RETURNED, "Z1")]
    assert market.only(SWEPT).high < 97


def test_a_zone_that_stays_away_has_faded() -> None:
    market = Market(ABOVE)
    assert market.tell(later_ms=HOUR_MS) == []
    assert market.tell(later_ms=HOUR_MS + MINUTE_MS) == [(FADED, "Z1")]
    assert market.tell() == []


def test_a_venue_that_comes_or_goes_changes_sizes_and_tells_of_nothing() -> None:
    market = Market(ABOVE)
    market.stamp += MINUTE_MS
    found = at_prices((ABOVE,), 100.0, market.stamp)
    second = replace(found.venues[0], venue="okx")
    market.book.track(replace(found, venues=(*found.venues, second)))
    assert market.book.take_events() == ()
    assert market.tell(ABOVE) == []


def test_a_stored_book_tells_what_the_book_would_have_told() -> None:
    market = Market(ABOVE)
    market.tell(ABOVE, (108.0, 0.003, 30.0))
    market.tell(price=106.0)
    again = Market()
    again.book, again.stamp = ZoneBook.from_bytes(market.book.to_bytes()), market.stamp
    for one in (market, again):
        one.events = []
        one.tell((108.0, 0.003, 60.0), price=102.0)
    assert again.events == market.events
    assert {one.kind for one in market.events} == {GREW, RETURNED}


def test_a_book_of_version_1_goes_on_with_its_names_and_tells_nothing_at_first() -> None:
    book = ZoneBook.from_bytes((STORED / "zone-book-1.bin").read_bytes())
    assert [(zone.id, zone.percentile) for zone in book.zones] == [("Z1", 45.0), ("Z2", 95.0)]
    assert book.zones[0].venue_mix == ()
    hills = ((104.0, 0.003, 30.0), (95.0, 0.003, 10.0))
    book.track(at_prices(hills, 100.0, book.as_of_ms + MINUTE_MS))
    assert book.take_events() == ()
    assert [zone.id for zone in book.zones] == ["Z1", "Z2"]
    book.track(at_prices(((104.0, 0.003, 60.0), hills[1]), 100.0, book.as_of_ms + MINUTE_MS))
    assert [(one.kind, one.zone_id) for one in book.take_events()] == [(GREW, "Z2")]


def test_a_past_that_is_taken_over_makes_zones_older_and_gives_no_name_twice() -> None:
    past = Market(ABOVE, (95.0, 0.003, 10.0))
    past.tell(ABOVE, (95.0, 0.003, 10.0), (108.0, 0.002, 9.0), later_ms=HOUR_MS)
    past.tell((108.0, 0.002, 9.0), ABOVE, low=94.0, later_ms=HOUR_MS)  # below, one is swept
    young = Market(ABOVE)
    young.book.track(at_prices((ABOVE,), 100.0, past.stamp))
    young.book.take_events()
    names = young.book.take_over(past.book)
    (here,) = [zone for zone in past.book.zones if zone.low < 104 < zone.high]
    assert names[here.id] == "Z1"
    assert sorted(names.values()) == ["Z1", "Z2", "Z3"]
    young.book.track(at_prices((ABOVE, (108.0, 0.002, 9.0)), 100.0, past.stamp + MINUTE_MS))
    assert young.book.take_events() == ()
    assert {zone.id: zone.born_ms for zone in young.book.zones} == {
        names[zone.id]: zone.born_ms for zone in past.book.zones
    }
