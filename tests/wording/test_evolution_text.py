"""The caption under one pair's maps of several windows."""

from __future__ import annotations

import pytest
from told_maps import TWO, plain_of, told_map, told_snapshot, units_of

from bot.language import Language
from bot.liquidation.evolution import Evolution, evolution_of
from bot.liquidation.selection import Selection
from bot.liquidation.side import Side
from bot.wording.evolution_text import evolution_caption
from bot.wording.languages.chosen import phrases_of
from bot.wording.map_text import DISCLAIMER


def told(*not_covered: str) -> Evolution:
    """A third of the open longs and half of the shorts are of the last day."""
    maps = [
        told_map(window=window, per_bin=(longs, shorts))
        for window, longs, shorts in (("24h", 10.0, 25.0), ("3d", 12.0, 30.0), ("30d", 14.0, 40.0))
        if window not in not_covered
    ]
    return evolution_of(told_snapshot(), maps, not_covered)


def test_the_whole_caption() -> None:
    assert plain_of(evolution_caption(told())) == (
        f"""\
BTC/USDT: dense zones 1.2% below (Z37, longs, ≈$15M) and 1.4% above (Z42, shorts, ≈$35M)
BTC/USDT · liquidation maps by window · 24h · 3d · 30d
Binance 46% · OKX 21% · Bybit 33% (of modelled OI)
Price 97,240 (mark, 14:05:00 UTC)

24h: 44% of what is open; shorts ≈$240M vs longs ≈$100M within ±5%
3d: 52% of what is open; shorts ≈$280M vs longs ≈$120M within ±5%
30d: 68% of what is open; shorts ≈$380M vs longs ≈$140M within ±5%

▲ SHORTS liquidated if price RISES (forced buys)
 Z42 98,600–98,950 +1.4% · Extreme · mostly opened within 24h
▼ LONGS liquidated if price FALLS (forced sells)
 Z37 95,850–96,100 −1.2% · High · mostly older than 30d

Price 42 s old, oldest open interest 42 s (Binance).

{DISCLAIMER} /why Z42"""
    )


def test_a_window_that_is_not_covered_is_named_and_everything_stands_in() -> None:
    said = plain_of(evolution_caption(told("30d")))
    assert "No venue's history reaches back 30d.\n" in said
    assert "\nall open: 100% of what is open; " in said
    assert "Z37 95,850–96,100 −1.2% · High · mostly older than 3d\n" in said


def test_where_no_window_is_covered_zones_have_no_age() -> None:
    said = plain_of(evolution_caption(told("24h", "3d", "30d")))
    assert "Z37 95,850–96,100 −1.2% · High\n" in said


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("side", Side)
def test_of_a_selected_side_nothing_is_said_of_the_other(side: Side, language: Language) -> None:
    found, only = told(), Selection(side=side)
    part = evolution_of(found.whole.selected(only), [only.of_map(one) for one in found.maps], ())
    say, caption = phrases_of(language), plain_of(evolution_caption(part, language))
    other = Side.SHORT if side is Side.LONG else Side.LONG
    assert say.of(other).plural not in caption.casefold()
    amount = say.numerals.amount("BTC/USDT:USDT", (1.4e8, 3.8e8)[side])
    assert say.of(side).total.format(amount=amount) in caption


@pytest.mark.parametrize("language", Language)
def test_it_fits_in_every_language_and_names_both_zones(language: Language) -> None:
    caption = evolution_caption(told("30d"), language)
    say = phrases_of(language)
    assert units_of(caption) <= say.room
    assert all(f"\n {zone.id} " in plain_of(caption) for zone in TWO)
    assert say.frame.disclaimer in plain_of(caption).splitlines()[-1]
