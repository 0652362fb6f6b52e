from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from told_maps import NOW_MS, TWO, plain_of, told_map, units_of, wild_maps, zone

from bot.liquidation.landmarks import Landmark, LandmarkKind
from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.side import Side
from bot.liquidation.zone import Zone
from bot.wording.map_text import DISCLAIMER
from bot.wording.zones_text import NONE, zones_text


def listed(zones: tuple[Zone, ...], found: LiquidationMap | None = None) -> str:
    return plain_of(zones_text(found or told_map(), zones, now_ms=NOW_MS, tick_size=0.1))


def test_the_whole_list() -> None:
    assert (
        listed(TWO)
        == f"""\
BTC/USDT · zones · all open
Binance 46% · OKX 21% · Bybit 33% (of modelled OI)
Price 97,240 (mark, 14:05:00 UTC)

1. Z42 · shorts above · Extreme (92nd percentile of up to 30 days)
98,600–98,950, +1.4%: shorts are liquidated if price rises (forced buys)
≈350 BTC, likely 190 to 620 (≈$18M to $70M) · 2.4× as dense as its side
Leverage ≤10x 10%, 10–25x 20%, 25–50x 30%, >50x 40% · 3 h old

2. Z37 · longs below · High (60th percentile of up to 30 days)
95,850–96,100, −1.2%: longs are liquidated if price falls (forced sells)
≈160 BTC, likely 64 to 290 (≈$7.5M to $30M) · 1.8× as dense as its side
Leverage ≤10x 10%, 10–25x 20%, 25–50x 30%, >50x 40% · 3 h old
Z37 holds the round 96,000.

Price 42 s old, oldest open interest 42 s (Binance).
{DISCLAIMER}"""
    )


def test_more_contrast_comes_first() -> None:
    weak = zone(Side.LONG, 96_000, 96_500, zone_id="Z1", contrast=1.2)
    strong = zone(Side.LONG, 90_000, 90_500, zone_id="Z2", contrast=4.0)
    said = listed((weak, strong))
    assert said.index("Z2") < said.index("Z1")


def test_price_in_a_zone_is_inside_it_now() -> None:
    assert "97,000–97,500, inside now:" in listed((zone(Side.LONG, 97_000, 97_500),))


def test_an_empty_list_has_a_sentence() -> None:
    assert NONE in listed(())


def test_what_does_not_fit_is_counted() -> None:
    many = tuple(zone(Side.SHORT, 98_000.0 + k, 98_500.0 + k, zone_id=f"Z{k}") for k in range(60))
    said = listed(many)
    shown = said.count("percentile of up to 30 days")
    assert 10 <= shown < 60
    assert f"{60 - shown} weaker not listed." in said


@given(wild_maps())
def test_any_list_is_valid_html_within_the_limit(told: tuple[LiquidationMap, list[Zone]]) -> None:
    text = zones_text(*told, now_ms=NOW_MS, tick_size=told[0].price * 1e-5)
    assert units_of(text) <= 4_096
    assert plain_of(text).endswith(DISCLAIMER)


@given(wild_maps())
def test_sides_words_never_mix(told: tuple[LiquidationMap, list[Zone]]) -> None:
    text = zones_text(*told, now_ms=NOW_MS, tick_size=told[0].price * 1e-5)
    for line in plain_of(text).splitlines():
        if line.endswith("are liquidated if price falls (forced sells)"):
            assert ": longs are" in line
            assert "+" not in line
        if line.endswith("are liquidated if price rises (forced buys)"):
            assert ": shorts are" in line
            assert "−" not in line


def test_share_agreement_and_landmarks_are_told_where_they_are_known() -> None:
    mix = (("binance", 0.5), ("okx", 0.3), ("bybit", 0.2))
    known = replace(zone(Side.SHORT, 98_600, 98_950), share=0.12, venue_mix=mix, shown_by=("binance", "okx"))
    high = Landmark(LandmarkKind.WEEK_HIGH, 98_700.0)
    text = plain_of(zones_text(told_map(), (known,), (high,), now_ms=NOW_MS, tick_size=0.1))
    assert "2.4× as dense as its side · 12% of the shorts within 4.9%" in text
    assert "\n2 of 3 venues show it on their own (Binance and OKX)\n" in text
    assert "\nZ42 holds last week's high 98,700.\n" in text
    alone = plain_of(zones_text(told_map(), (replace(known, shown_by=()),), now_ms=NOW_MS, tick_size=0.1))
    assert "\nNone of 3 venues shows it on its own, only all of them together\n" in alone
    assert "on their own" not in listed((replace(known, venue_mix=mix[:1], shown_by=("binance",)),))
