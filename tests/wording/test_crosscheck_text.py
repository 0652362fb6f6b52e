from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from told_maps import NOW_MS, TWO, plain_of, told_map, told_snapshot, units_of, wild_maps, wild_texts, zone

from bot.liquidation.crosschecks import Crosschecks
from bot.liquidation.landmarks import Landmark, LandmarkKind
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.surroundings import Accounts, Funding, OrderBook, Surroundings
from bot.liquidation.zone import Zone
from bot.wording.crosscheck_text import crosscheck_lines
from bot.wording.languages.english import ENGLISH
from bot.wording.map_text import map_caption

HOUR_MS = 3_600_000


def book(reach: float = 0.02, each: float = 20.0, age_ms: int = 3_000) -> OrderBook:
    """Ten levels a side, the last one `reach` from the price of the map."""
    sides = [tuple((97_240.0 * (1 + sign * reach * n / 10), each) for n in range(1, 11)) for sign in (-1, 1)]
    return OrderBook(sides[0], sides[1], NOW_MS - age_ms)


def funding(rate: float, hours: int | None = 8) -> Funding:
    return Funding(rate, hours and hours * HOUR_MS, NOW_MS + HOUR_MS, NOW_MS - 12_000)


def accounts(share: float, age_ms: int = 240_000) -> Accounts:
    return Accounts(share, NOW_MS - age_ms)


THREE = (
    Surroundings("binance", funding(0.0001), accounts(0.62), book()),
    Surroundings("okx", funding(0.00008), accounts(0.55, 60_000), book(0.005)),
    Surroundings("bybit", funding(-0.00002, 4), None, book(age_ms=9_000)),
)


def lines(around: Crosschecks, zones: tuple[Zone, ...] = TWO) -> list[str]:
    shown = Snapshot(told_map(), zones, 0.1, NOW_MS)
    return [plain_of(line) for line in crosscheck_lines(shown, around)]


def test_all_of_it() -> None:
    landmarks = (Landmark(LandmarkKind.DAY_HIGH, 98_700.0), Landmark(LandmarkKind.SWING_LOW, 95_900.0))
    assert lines(Crosschecks(THREE, landmarks)) == [
        "Funding: longs pay shorts 0.010% per 8 h (Binance), 0.008% per 8 h (OKX); "
        "shorts pay longs 0.002% per 4 h (Bybit); 12 s old.",
        "Accounts long: Binance 62%, OKX 55%; 4 min old.",
        "Z42 holds yesterday's high 98,700.",
        "Z37 holds the swing low 95,900 and the round 96,000.",
        "Book to Z42: 240 BTC (Binance+Bybit, 9 s old), zone 350 BTC (estimate).",
        "Book to Z37: 200 BTC (Binance+Bybit, 9 s old), zone 160 BTC (estimate).",
    ]


def test_what_is_not_known_has_no_line() -> None:
    assert lines(Crosschecks(), (zone(Side.SHORT, 98_600, 98_950),)) == []
    assert lines(Crosschecks((Surroundings("okx"),)), ()) == []


@pytest.mark.parametrize(
    ("rate", "hours", "words"),
    [
        (0.0, 8, "nobody pays 0.000% per 8 h (OKX)"),
        (0.000001, 8, "longs pay shorts under 0.001% per 8 h (OKX)"),
        (-0.0035, 1, "shorts pay longs 0.350% per 1 h (OKX)"),
        (0.0001, None, "longs pay shorts 0.010% (OKX)"),
    ],
)
def test_who_pays_whom(rate: float, hours: int | None, words: str) -> None:
    (line,) = lines(Crosschecks((Surroundings("okx", funding(rate, hours)),)), ())
    assert line == f"Funding: {words}; 12 s old."


def test_where_no_book_reaches_the_zone_it_says_how_far_it_is_shown() -> None:
    short = (Surroundings("okx", book=book(0.002)), Surroundings("binance", book=book(0.004)))
    said = lines(Crosschecks(short), TWO[:1])
    assert said == [
        "Book to +0.2%, no farther shown: 300 BTC (OKX+Binance, 3 s old), Z42 350 BTC (estimate)."
    ]


def test_a_zone_that_price_is_in_has_no_book_before_it() -> None:
    inside = zone(Side.SHORT, 97_000, 97_500)
    assert not any("Book" in line for line in lines(Crosschecks(THREE), (inside,)))


def test_only_the_nearest_zone_of_a_side_is_measured() -> None:
    far = replace(TWO[0], id="Z50", low=99_600.0, high=99_700.0, mass_base=9_000.0)
    said = [line for line in lines(Crosschecks(THREE), (*TWO, far)) if line.startswith("Book")]
    assert [line[8:11] for line in said] == ["Z42", "Z37"]


def test_they_stand_in_the_caption_before_the_disclaimer() -> None:
    shown = Snapshot(told_map(), TWO, 0.1, NOW_MS)
    told = crosscheck_lines(shown, Crosschecks(THREE[:1]))
    without = plain_of(map_caption(shown)).splitlines()
    caption = plain_of(map_caption(shown, Crosschecks(THREE[:1])))
    kept = [line for line in caption.splitlines() if line not in without]
    assert [line for line in caption.splitlines() if line in without] == without
    assert kept[:2] == [plain_of(line) for line in told[:2]]
    assert set(kept) <= {plain_of(line) for line in told}
    assert units_of(caption) <= ENGLISH.room


def test_no_zone_goes_for_a_crosscheck() -> None:
    many = tuple(
        replace(TWO[0], id=f"Z{n}", low=98_600.0 + 400 * n, high=98_800.0 + 400 * n) for n in range(3)
    )
    shown = told_snapshot(zones=many)
    told = [plain_of(line) for line in crosscheck_lines(shown, Crosschecks(THREE))]
    caption = plain_of(map_caption(shown, Crosschecks(THREE)))
    assert caption.count("intensity") == 3
    assert 0 < sum(line in caption for line in told) < len(told)


@given(wild_maps(), wild_texts, st.floats(-1, 1), st.floats(0, 1), st.integers(-(10**13), 10**13))
def test_any_crosscheck_is_valid_html_within_the_limit(
    told: tuple[object, object], venue: str, rate: float, share: float, stamp_ms: int
) -> None:
    found, zones = told
    around = Surroundings(
        venue,
        Funding(rate, None, None, stamp_ms),
        Accounts(share, stamp_ms),
        OrderBook(((1e-9, share),), ((1e9, share),), stamp_ms),
    )
    shown = Snapshot(found, tuple(zones), 0.1, NOW_MS)  # type: ignore[arg-type]
    assert units_of(map_caption(shown, Crosschecks((around,) * 4))) <= ENGLISH.room
