"""Notices about alerts that wait."""

from __future__ import annotations

from told_maps import NOW_MS, plain_of, units_of

from bot.liquidation.data_quality import Limits, Quality, Series, VenueQuality, judged
from bot.wording.waiting_text import alerts_go_on, alerts_wait

MINUTE = 60_000
BTC = "BTC/USDT:USDT"


def venue(
    name: str, candles: int = 0, interest: int = 0, off: float | None = None, doubted: float | None = None
) -> VenueQuality:
    """By age in minutes."""
    series: dict[Series, Quality] = {
        Series.CANDLES: judged(NOW_MS - candles * MINUTE, NOW_MS, Limits().candles_ms),
        Series.OPEN_INTEREST: judged(NOW_MS - interest * MINUTE, NOW_MS, Limits().open_interest_ms, doubted),
        Series.MARK: judged(NOW_MS, NOW_MS, Limits().mark_ms, off),
    }
    return VenueQuality(name, series)


def said(*venues: VenueQuality, has_price: bool = True) -> str:
    return plain_of(alerts_wait([BTC], venues, has_price=has_price)).splitlines()[1].partition(". What")[0]


def test_the_reason_is_told() -> None:
    assert said(venue("okx", candles=6, interest=7)) == "OKX's data is 6 min old"
    assert said(venue("okx", interest=40)) == "OKX's open interest is 40 min old"
    assert said(venue("okx", interest=40, doubted=0.0)) == (
        "OKX's open interest is 40 min old, the newer is not plausible"
    )
    assert said(venue("okx", off=-0.04)) == "OKX: its price is 4.0% off the others"
    assert said(has_price=False) == "No venue tells a price that can be trusted"
    assert said(venue("okx", candles=6), venue("bybit", off=0.05), has_price=False) == (
        "No venue tells a price that can be trusted; Bybit: its price is 5.0% off the others; "
        "OKX's data is 6 min old"
    )


def test_a_venue_is_named_once_with_the_worst() -> None:
    assert said(venue("okx", candles=6), venue("okx", candles=9)) == "OKX's data is 9 min old"


def test_many_pairs_and_venues_fit_into_a_message() -> None:
    symbols = [f"{'A' * 30}{number}/USDT:USDT" for number in range(200)]
    text = alerts_wait(symbols, [venue(f"<venue {n}>", candles=6) for n in range(50)], has_price=False)
    assert units_of(text) < 2_000
    assert "and 188 more" in plain_of(text)
    assert "and 188 more" in plain_of(alerts_go_on(symbols, {"okx", "bybit"}))


def test_the_all_clear_names_who_is_still_left_out() -> None:
    assert plain_of(alerts_go_on([BTC], {"okx", "bybit"})) == (
        "▶ Alerts go on: BTC/USDT\nTheir data can be trusted again. Still left out: Bybit and OKX."
    )
