from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from told_maps import (
    LONGS_ZONE,
    NOW_MS,
    SHORTS_ZONE,
    plain_of,
    telling,
    told_map,
    units_of,
    wild_maps,
    wild_texts,
)

from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.zone import Zone
from bot.wording.alert_text import PROMISE, alert_words, late_note
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
Binance 46% · OKX 21% · Bybit 33% (of modelled OI)
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


def test_a_late_alert_admits_it() -> None:
    fired = "Sent 3 min late: this was true when it fired, price may have moved since."
    assert late_note(200_000, True) == fired
    assert late_note(200_000, False) == "⏱ +3 min"
