"""The picture has its own, English, way to write numbers; it must not differ from what the caption says."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from drawn_maps import SYMBOLS, made_map, made_zone, prices
from drawn_pairs import evolving, snapshots
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.charts import labels
from bot.charts.bar_map.drawn import map_drawn
from bot.charts.stacked_maps.evolution_drawn import evolution_drawn
from bot.liquidation.selection import Selection
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.zone import Band
from bot.look import Stack
from bot.wording import numbers, pair
from bot.wording.conclusion import conclusion
from bot.wording.escape import escaped
from bot.wording.languages.english import ENGLISH
from bot.wording.map_text import map_caption
from bot.wording.zone_lines import listed_zones


@given(prices, st.floats(-12, 0).map(lambda power: 10.0**power), st.floats(0, 0.05))
def test_prices_and_ranges(price: float, tick: float, width: float) -> None:
    tick_size = tick * price
    assert labels.price(price, tick_size) == numbers.price_text(price, tick_size)
    ends = (price, price * (1 + width))
    assert labels.stretch(*ends, tick_size) == numbers.range_text(*ends, tick_size)


@given(st.floats(-0.5, 0.5))
def test_percents(fraction: float) -> None:
    assert labels.signed_percent(fraction) == numbers.signed_percent_text(fraction)


@given(st.floats(-0.5, 0.5))
def test_how_far_apart_two_prices_are(fraction: float) -> None:
    assert labels.fine_percent(fraction) == numbers.fine_percent_text(fraction)


@given(st.integers(-5_000, 10**10))
def test_ages(age_ms: int) -> None:
    assert labels.age(age_ms) == numbers.age_text(age_ms)


@given(st.floats(1, 1e14))
def test_money(amount: float) -> None:
    assert "≈" + labels.money("BTC/USDT:USDT", amount) == pair.money_text("BTC/USDT:USDT", amount)


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_names_of_pairs(symbol: str) -> None:
    assert escaped(labels.pair(symbol)) == pair.pair_name(symbol)


@pytest.mark.parametrize(("low", "high", "text"), [
    (0.000012144, 0.000012187, "0.000012144–187"),
    (0.000011980, 0.000012020, "0.000011980–2020"),
    (97_630.0, 97_972.0, "97,630–97,972"),
    (0.9987, 1.0012, "0.9987–1.0012"),
])  # fmt: skip
def test_the_second_end_of_a_long_range_may_drop_the_digits_that_it_shares(
    low: float, high: float, text: str
) -> None:
    assert labels.short_stretch(low, high, 1e-9 if high < 0.1 else 1e-4) == text


SELECTIONS = st.builds(
    Selection,
    leverage=st.frozensets(st.integers(0, 3), min_size=1),
    side=st.sampled_from([None, *Side]),
    band=st.sampled_from([Band.LOW, Band.HIGH]),
)


@st.composite
def parts_of_maps(draw: st.DrawFn) -> Snapshot:
    """A map of a short window: some stretches hold nothing that is so new."""
    shown = draw(snapshots())
    named = tuple(replace(zone, id=f"Z{at}", percentile=draw(st.floats(0, 100)))
                  for at, zone in enumerate(shown.zones))  # fmt: skip
    keep = np.random.default_rng(draw(st.integers(0, 99))).choice([0.0, 1e-4, 1.0], 20).repeat(10)
    venues = tuple(
        replace(one, mass=one.mass * np.resize(keep, one.mass.shape[-1])) for one in shown.found.venues
    )
    whole = replace(shown, zones=named, found=replace(shown.found, venues=venues, window="24h"))
    return whole.selected(draw(SELECTIONS))


def drawn_ids(shown: Snapshot) -> dict[Side, list[str]]:
    drawn = map_drawn(shown, Stack.TIER)
    return {side: [zone.id for zone in drawn.half(side).zones] for side in Side}


@settings(max_examples=60)
@given(parts_of_maps())
def test_the_caption_lists_the_zones_that_the_picture_brackets(shown: Snapshot) -> None:
    listed = listed_zones(shown)
    drawn = drawn_ids(shown)
    for side in Side:
        assert sorted(zone.id for zone in listed[side]) == sorted(drawn[side])
    bracketed = {name for names in drawn.values() for name in names}
    without_pair = conclusion(shown, ENGLISH).partition(": ")[2]
    assert set(re.findall(r"\bZ\d+\b", without_pair)) <= bracketed


def test_a_window_that_holds_nothing_of_a_zone_neither_lists_nor_brackets_it() -> None:
    found = made_map()
    zones = [made_zone(found, Side.SHORT, at / 100, zone_id=f"Z{at}") for at in range(1, 6)]
    mass = found.venues[0].mass.copy()
    mass[:, :, :70] = 0.0  # up to 3.5 % from price
    shown = Snapshot(
        replace(found, venues=(replace(found.venues[0], mass=mass),)), tuple(zones), 0.1, found.price_stamp_ms
    )
    assert drawn_ids(shown) == {Side.LONG: [], Side.SHORT: ["Z4", "Z5"]}
    caption = map_caption(shown)
    assert set(re.findall(r"^ (Z\d)", caption, re.MULTILINE)) == {"Z4", "Z5"}
    assert "intensity 0" not in caption


@settings(max_examples=20)
@given(snapshots())
def test_an_evolution_tells_the_zones_that_its_rows_and_its_note_name(shown: Snapshot) -> None:
    found = evolving(shown)
    drawn = evolution_drawn(found)
    named = sorted([*drawn.older, *(tag.id for row in drawn.rows for tag in row.tags)])
    assert named == sorted(zone.id for zones in listed_zones(found.whole).values() for zone in zones)
