"""The caption under a replay."""

from __future__ import annotations

import pytest
from told_maps import HOUR_MS, NOW_MS, plain_of, told_snapshot, units_of

from bot.language import Language
from bot.liquidation.selection import Selection
from bot.liquidation.side import Side
from bot.liquidation.zone_event import ZoneEvent, ZoneEventKind
from bot.wording.languages.chosen import phrases_of
from bot.wording.map_text import DISCLAIMER
from bot.wording.replay_text import replay_caption

SWEPT = tuple(
    ZoneEvent(ZoneEventKind.SWEPT, f"Z{n}", Side.SHORT, 96_000.0, 96_100.0, 50.0, 80.0, 96_200.0, NOW_MS - n)
    for n in range(1, 8)
)


def said(swept: tuple[ZoneEvent, ...] = SWEPT[:1], language: Language = Language.ENGLISH) -> str:
    begin_ms = NOW_MS - 24 * HOUR_MS
    shown = told_snapshot()
    return replay_caption(shown, begin_ms=begin_ms, begin_price=95_000.0, swept=swept, language=language)


def test_the_whole_caption() -> None:
    assert plain_of(said()) == (
        f"""\
BTC/USDT, last 24 h: price +2.4% to 97,240; swept Z1 (shorts)
BTC/USDT · replay · 24 h
Binance 46% · OKX 21% · Bybit 33% (of modelled OI)
Price 97,240 (mark, 14:05:00 UTC)
Price 95,000 → 97,240, 2026-02-04 14:05 UTC – 2026-02-05 14:05 UTC

Each frame is rebuilt from the openings recorded until then; leverage as believed today.

▲ SHORTS liquidated if price RISES (forced buys)
 Z42 98,600–98,950 +1.4% · Extreme · intensity 100 = max · ≈$35M
▼ LONGS liquidated if price FALLS (forced sells)
 Z37 95,850–96,100 −1.2% · High · intensity 44 · ≈$15M

Price 42 s old, oldest open interest 42 s (Binance).

{DISCLAIMER} /why Z42"""
    )


def test_none_swept_many_swept_and_a_price_that_did_not_move() -> None:
    assert plain_of(said(())).splitlines()[0].endswith("; no zone swept")
    first = plain_of(said(SWEPT)).splitlines()[0]
    assert first.endswith("; swept Z1 (shorts), Z2 (shorts), Z3 (shorts), Z4 (shorts) and 3 more")
    still = replay_caption(told_snapshot(), begin_ms=NOW_MS - HOUR_MS, begin_price=97_240.0, swept=())
    assert plain_of(still).startswith("BTC/USDT, last 1 h: price still 97,240")


def test_a_part_of_the_map_is_named_first_and_may_have_no_swept_zones() -> None:
    shown = told_snapshot().selected(Selection(leverage=frozenset({3})))
    caption = replay_caption(shown, begin_ms=NOW_MS - HOUR_MS, begin_price=97_240.0, swept=None)
    first = plain_of(caption).splitlines()[0]
    assert first == "BTC/USDT · leverage >50x, last 1 h: price still 97,240"


@pytest.mark.parametrize("language", Language)
def test_it_fits_in_every_language(language: Language) -> None:
    say = phrases_of(language)
    caption = said(SWEPT, language)
    assert units_of(caption) <= say.room
    assert say.frame.disclaimer in plain_of(caption).splitlines()[-1]
    assert say.shorts.swept.format(zone="Z4") in plain_of(caption).splitlines()[0]
    assert say.numerals.signed_percent(97_240 / 95_000 - 1) in plain_of(caption).splitlines()[0]
