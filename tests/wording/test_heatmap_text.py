"""The caption under a heatmap."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from told_maps import AS_OF_MS, HOUR_MS, TWO, plain_of, told_map, told_snapshot, units_of, zone

from bot.language import Language
from bot.liquidation.feed import Feed
from bot.liquidation.heat_history import HeatHistory
from bot.liquidation.reported_orders import ReportedOrders, ReportingVenue
from bot.liquidation.selection import Selection
from bot.liquidation.side import Side
from bot.look import Overlay
from bot.wording.heatmap_text import densest_zones, heatmap_caption
from bot.wording.languages.chosen import phrases_of
from bot.wording.map_text import DISCLAIMER

DAY_MS = 24 * HOUR_MS
BEGIN_MS = AS_OF_MS - 7 * DAY_MS
HISTORY = HeatHistory(
    venues=("binance", "okx", "bybit"),
    window="7d",
    span_ms=HOUR_MS,
    stamp_ms=np.arange(BEGIN_MS + HOUR_MS, AS_OF_MS + 1, HOUR_MS),
    known_from_ms=BEGIN_MS,
    edges=np.array([97_000.0, 98_000.0]),
    quantity=np.zeros((2, 1, 168)),
    candles=np.full((168, 4), 97_240.0),
    volume=np.zeros(1),
)
REPORTED = ReportedOrders(
    BEGIN_MS,
    AS_OF_MS,
    (
        ReportingVenue("binance", Feed.THROTTLED, AS_OF_MS - DAY_MS, DAY_MS, (1.2e6, 4e5)),
        ReportingVenue("bybit", Feed.COMPLETE, BEGIN_MS, 7 * DAY_MS, (2.2e6, 0.0)),
    ),
    (),
)


def test_the_whole_caption() -> None:
    assert plain_of(heatmap_caption(told_snapshot(), HISTORY, REPORTED, frozenset({Overlay.VOLUME}))) == (
        f"""\
BTC/USDT: dense zones 1.2% below (Z37, longs, ≈$15M) and 1.4% above (Z42, shorts, ≈$35M)
BTC/USDT · liquidation heatmap · 7d
Binance 46% · OKX 21% · Bybit 33% (of modelled OI)
Price 97,240 (mark, 14:05:00 UTC)

▲ SHORTS liquidated if price RISES (forced buys)
 Z42 98,600–98,950 +1.4% · Extreme · intensity 100 = max · ≈$35M
▼ LONGS liquidated if price FALLS (forced sells)
 Z37 95,850–96,100 −1.2% · High · intensity 44 · ≈$15M

Colour: everything open at each moment, new and old; brighter is more.
Streaks run from where positions opened to where price passed.
Dots: reported liquidations: Binance since 02-04 14:05 UTC: longs ≥$1.2M, shorts ≥$400k; \
Bybit: longs ≈$2.2M, shorts ≈$0.
Also drawn: volume by price.
Price 42 s old, oldest open interest 42 s (Binance).

{DISCLAIMER} /why Z42"""
    )


def test_what_lies_before_what_is_known_is_said() -> None:
    late = replace(HISTORY, known_from_ms=AS_OF_MS - 5 * DAY_MS)
    said = plain_of(heatmap_caption(told_snapshot(), late, REPORTED))
    assert "\nNothing is known before 2026-01-31 14:05 UTC.\n" in said
    assert "Nothing is known" not in heatmap_caption(told_snapshot(), HISTORY, REPORTED)


def test_a_venue_that_does_not_reach_back_is_missing() -> None:
    shorter = replace(HISTORY, venues=("binance", "bybit"))
    said = plain_of(heatmap_caption(told_snapshot(), shorter, REPORTED))
    assert "\nBinance 58% · Bybit 42% (of modelled OI)\n" in said
    assert "missing: OKX (its open interest is known for less than 7d)\n" in said
    loading = told_snapshot(replace(told_map(), loading={"okx": 0.4}))
    said = plain_of(heatmap_caption(loading, shorter, REPORTED))
    assert "missing: OKX (its history is still being loaded (40%))\n" in said


def test_overlays_are_named() -> None:
    said = heatmap_caption(told_snapshot(zones=()), HISTORY, REPORTED, frozenset(Overlay))
    assert "\nAlso drawn: volume by price and moving average.\n" in said


def test_without_reported_liquidations_it_says_why_there_are_no_dots() -> None:
    said = heatmap_caption(told_snapshot(), HISTORY, ReportedOrders(BEGIN_MS, AS_OF_MS, (), ()))
    assert "\nNo dots: no venue was listened to in this time.\n" in said


def test_the_three_densest_rows_of_both_sides_are_told() -> None:
    """Each bin holds the same, so the wider a zone the more it holds."""
    begins = {f"Z{n}": 98_000.0 + 1_000 * n for n in range(4)}
    wide = [
        zone(Side.SHORT, low, low + 100.0 * (n + 1), zone_id=name)
        for n, (name, low) in enumerate(begins.items())
    ]
    shown = told_snapshot(zones=[*wide, TWO[1]])
    assert [one.id for one in densest_zones(shown)] == ["Z1", "Z2", "Z3"]
    said = plain_of(heatmap_caption(shown, HISTORY, REPORTED))
    assert said.count("intensity") == 3
    assert densest_zones(told_snapshot(told_map(venues=()))) == []


@pytest.mark.parametrize("language", Language)
def test_in_every_language_it_explains_colour_streaks_and_dots_within_the_room(language: Language) -> None:
    say = phrases_of(language)
    caption = heatmap_caption(told_snapshot(), HISTORY, REPORTED, frozenset({Overlay.VOLUME}), language)
    assert units_of(caption) <= say.room
    for part in (say.heat.colour, say.heat.streaks, say.heat.volume, say.frame.disclaimer, "Bybit"):
        assert part in plain_of(caption)
    sums = heatmap_caption(told_snapshot(zones=()), HISTORY, REPORTED, language=language)
    assert say.longs.total.format(amount="≥").strip() in plain_of(sums)


@pytest.mark.parametrize("language", Language)
def test_of_a_selected_side_only_its_reported_liquidations_are_told(language: Language) -> None:
    shorts = told_snapshot().selected(Selection(side=Side.SHORT))
    said = plain_of(heatmap_caption(shorts, HISTORY, REPORTED, language=language)).casefold()
    assert phrases_of(language).shorts.total.format(amount="≥").strip() in said
    assert phrases_of(language).longs.plural not in said
