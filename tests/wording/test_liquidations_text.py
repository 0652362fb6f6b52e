"""What venues reported, in words: sides, lower bounds, holes, and what fits into a message."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from told_maps import NOW_MS, plain_of, prices, units_of, wild_texts

from bot.liquidation.feed import Feed
from bot.liquidation.side import Side
from bot.wording.escape import MESSAGE_LIMIT
from bot.wording.liquidations_text import (
    MOST_LISTED,
    NONE_YET,
    Report,
    Reported,
    ReportedOrder,
    SideSum,
    VenueReport,
    liquidations_text,
)

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
SINCE_MS = NOW_MS - 3 * DAY_MS


def venue(
    name: str,
    feed: Feed,
    *,
    longs: SideSum = SideSum(34, 1_200_000.0),
    shorts: SideSum = SideSum(1, 4_000.0),
    heard_ms: int = DAY_MS,
) -> VenueReport:
    hour = Reported("1h", HOUR_MS, min(heard_ms, HOUR_MS))
    return VenueReport(name, feed, SINCE_MS, (hour, Reported("24h", DAY_MS, heard_ms, longs, shorts)))


def order(age_ms: int = 60_000, side: Side = Side.LONG, venue: str = "bybit") -> ReportedOrder:
    return ReportedOrder(venue, NOW_MS - age_ms, side, 97_240.0, 1.25)


def report(*venues: VenueReport, newest: tuple[ReportedOrder, ...] = ()) -> Report:
    return Report("BTC/USDT:USDT", "24h", venues, newest, 0.1, NOW_MS)


BYBIT, BINANCE = venue("bybit", Feed.COMPLETE), venue("binance", Feed.THROTTLED)
OKX = venue("okx", Feed.PARTIAL, longs=SideSum(), heard_ms=3 * HOUR_MS)


def said(told: Report) -> str:
    return plain_of(liquidations_text(told))


def test_what_three_venues_reported() -> None:
    newest = (order(), order(20 * HOUR_MS, Side.SHORT, "okx"))
    known = replace(BYBIT, realised_ratio=0.71)
    assert (
        said(report(BINANCE, OKX, known, newest=newest))
        == """\
BTC/USDT · liquidations
A long is closed by a forced sell, a short by a forced buy. Sums are each venue's own: feeds that leave \
orders out cannot be added up.

Binance reports at most one order a second, so sums are lower bounds
The last hour: longs none, shorts none
The last 24h: longs at least ≈$1.2M in 34 orders, shorts at least ≈$4k in 1 order
Recorded since 2026-02-02 14:05 UTC.

OKX reports some of its orders, so sums are lower bounds
The last hour: longs none, shorts none
The last 24h: longs none, shorts at least ≈$4k in 1 order (listened to for 3 h of it)
Recorded since 2026-02-02 14:05 UTC.

Bybit reports every order
The last hour: longs none, shorts none
The last 24h: longs ≈$1.2M in 34 orders, shorts ≈$4k in 1 order
Recorded since 2026-02-02 14:05 UTC.
Of what the map said price crossed, 71% was reported as liquidated.

Newest of the last 24h
14:04:42 UTC Bybit: long, forced sell at 97,240, 1.25 BTC (≈$120k)
2026-02-04 18:05 UTC OKX: short, forced buy at 97,240, 1.25 BTC (≈$120k)"""
    )


def test_nothing_recorded_yet_is_said_plainly() -> None:
    never = replace(BYBIT, since_ms=None, spans=())
    assert said(report(never)) == f"BTC/USDT · liquidations\n{NONE_YET}"
    assert said(report()) == f"BTC/USDT · liquidations\n{NONE_YET}"


def test_a_venue_that_was_never_listened_to_is_named() -> None:
    text = said(report(BYBIT, replace(OKX, since_ms=None, spans=())))
    assert "Not recorded so far: OKX." in text
    assert text.endswith("No liquidation was reported in this time.")


def test_silence_is_told_from_deafness() -> None:
    deaf = venue("bybit", Feed.COMPLETE, longs=SideSum(), shorts=SideSum(), heard_ms=0)
    assert "The last 24h: not listened to" in said(report(deaf))
    silent = venue("bybit", Feed.COMPLETE, longs=SideSum(), shorts=SideSum())
    assert "The last 24h: longs none, shorts none\n" in said(report(silent))


def test_a_minute_that_is_still_on_its_way_is_no_hole() -> None:
    assert "listened to" not in said(report(venue("bybit", Feed.COMPLETE, heard_ms=DAY_MS - 60_000)))


@pytest.mark.parametrize("feed", [Feed.THROTTLED, Feed.PARTIAL])
def test_every_sum_of_a_feed_that_leaves_orders_out_is_a_lower_bound(feed: Feed) -> None:
    text = said(report(venue("binance", feed)))
    assert text.count("≈$") == text.count("at least ≈$") == 2


def test_sums_of_venues_are_never_added_up() -> None:
    text = said(report(BINANCE, OKX, BYBIT))
    assert "≈$2.4M" not in text
    assert "total" not in text.casefold()


def test_a_list_that_is_far_too_long_is_cut_to_the_newest() -> None:
    newest = tuple(order(at * 1000) for at in range(500))
    lines = said(report(BYBIT, newest=newest)).splitlines()
    listed = [line for line in lines if "forced sell at" in line]
    assert len(listed) == MOST_LISTED
    assert listed[0].startswith("14:05:42 UTC")


def test_forty_venues_fit_into_a_message() -> None:
    told = [venue(f"venue number {number}", Feed.PARTIAL, heard_ms=HOUR_MS) for number in range(40)]
    newest = tuple(order(13 * HOUR_MS, venue="a venue with a long name") for _ in range(40))
    text = liquidations_text(report(*told, *(replace(one, since_ms=None) for one in told), newest=newest))
    assert MESSAGE_LIMIT - 1500 < units_of(text) <= MESSAGE_LIMIT


@given(name=wild_texts, symbol=wild_texts, price=prices, amount=st.floats(0, 1e15))
def test_whatever_comes_from_outside_fits_and_is_harmless(
    name: str, symbol: str, price: float, amount: float
) -> None:
    told = venue(name, Feed.PARTIAL, longs=SideSum(7, amount))
    newest = (ReportedOrder(name, NOW_MS, Side.SHORT, price, amount),) * 20
    text = liquidations_text(Report(symbol, "24h", (told,) * 9, newest, 0.0, NOW_MS))
    assert units_of(text) <= MESSAGE_LIMIT
