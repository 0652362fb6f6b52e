from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from told_maps import (
    LONGS_ZONE,
    NOW_MS,
    SHORTS_ZONE,
    TWO,
    plain_of,
    telling,
    told_map,
    units_of,
    wild_maps,
    wild_texts,
)

from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.zone import Zone
from bot.wording.alert_text import PROMISE, alert_words, late_note, news_wire, schedule_caption
from bot.wording.map_text import DISCLAIMER


def alert(of: Zone, price: float = 97_240.0) -> str:
    fired = telling(of, price)
    words = alert_words(
        "BTC/USDT:USDT", fired, told_map(missing=("okx",)), code="K7Q2", now_ms=NOW_MS, tick_size=0.1
    )
    return plain_of(words.full)


def test_the_whole_alert() -> None:
    assert (
        alert(SHORTS_ZONE)
        == f"""\
BTC/USDT 97,240: shorts' zone Z42 begins 1.4% above (98,600–98,950)
▲ If price rises to it, shorts are force-closed by buying.

Extreme: 92nd percentile of its zones in up to 30 days · ≈4.2k BTC (≈$210M to $830M)
Price 97,240 (mark, 14:05:42 UTC)
Binance 46% · OKX 21% · Bybit 33% (of modelled open interest)
missing: OKX
Price 42 s old, oldest open interest 42 s (Binance).

{PROMISE} On invented markets that was about 3 times what it was at like levels.

{DISCLAIMER}
#K7Q2"""
    )


def test_a_longs_zone_lies_below_and_is_sold_when_price_falls() -> None:
    first, second, *_ = alert(LONGS_ZONE).splitlines()
    assert first == "BTC/USDT 97,240: longs' zone Z37 begins 1.2% below (95,850–96,100)"
    assert second == "▼ If price falls to it, longs are force-closed by selling."


def test_price_in_the_zone_is_already_inside() -> None:
    first, second, *_ = alert(SHORTS_ZONE, 98_700.0).splitlines()
    assert first == "BTC/USDT 98,700: already inside shorts' zone Z42 (98,600–98,950)"
    assert second.startswith("▲ If price rises further through it, shorts are force-closed by buying")


@given(wild_maps(), wild_texts, wild_texts, st.floats(0.9, 1.1))
def test_any_alert_is_valid_html_within_the_limit(
    told: tuple[LiquidationMap, list[Zone]], symbol: str, code: str, moved: float
) -> None:
    found, zones = told
    for of in zones:
        fired = telling(of, found.price * moved)
        text = alert_words(symbol, fired, found, code=code, now_ms=NOW_MS, tick_size=found.price * 1e-5).full
        assert units_of(text) <= 1_024
        assert DISCLAIMER in plain_of(text)


def test_the_news_wire_sentence() -> None:
    assert news_wire(told_map(), TWO, tick_size=0.1) == (
        "BTC: a fall to 95,850 meets ≈$84M of estimated long liquidations; "
        "a break to 98,950 meets ≈$170M of short liquidations (Binance+OKX+Bybit, all open). "
        "Bars show relative strength, not the number or value of contracts."
    )


def test_the_news_wire_with_one_side_only() -> None:
    assert news_wire(told_map(window="24h", venues=("okx",)), [SHORTS_ZONE], tick_size=0.1) == (
        "BTC: a break to 98,950 meets ≈$170M of estimated short liquidations (OKX, 24h). "
        "Bars show relative strength, not the number or value of contracts."
    )


def test_the_news_wire_without_zones() -> None:
    assert news_wire(told_map(), [], tick_size=0.1) == (
        "BTC: no dense zone near 97,240. Bars show relative strength, not the number or value of contracts."
    )


def test_the_news_wire_counts_up_to_the_far_edge() -> None:
    """What lies between price and the far edge counts, not the zone's own mass."""
    once = news_wire(told_map(per_bin=(0, 50)), [SHORTS_ZONE], tick_size=0.1)
    twice = news_wire(told_map(per_bin=(0, 100)), [SHORTS_ZONE], tick_size=0.1)
    assert "≈$170M" in once
    assert "≈$340M" in twice


def test_a_scheduled_map_says_how_often_and_opens_with_the_sentence() -> None:
    caption = schedule_caption(told_map(), TWO, every_ms=14_400_000, now_ms=NOW_MS, tick_size=0.1)
    first, second, *_ = plain_of(caption).splitlines()
    assert first == "BTC/USDT · liquidation map · all open · every 4 h"
    assert second == news_wire(told_map(), TWO, tick_size=0.1)


@given(wild_maps())
def test_any_scheduled_caption_is_valid_html_within_the_limit(
    told: tuple[LiquidationMap, list[Zone]],
) -> None:
    found, zones = told
    text = schedule_caption(found, zones, every_ms=60_000, now_ms=NOW_MS, tick_size=found.price * 1e-5)
    assert units_of(text) <= 1_024
    assert plain_of(text).endswith(DISCLAIMER)


def test_a_late_alert_admits_it() -> None:
    assert late_note(200_000) == "Sent 3 min late: this was true when it fired, price may have moved since."
