"""Words in maps are large and whole, say what was left out, and have letters in the font."""

from __future__ import annotations

from dataclasses import replace

import pytest
from awkward_maps import AWKWARD, usual

from bot.charts.bar_map.drawn import map_drawn
from bot.charts.bar_map.picture import map_scene
from bot.charts.bar_map.sides import ROW, ROW_BASE
from bot.charts.lettering import has_letters
from bot.charts.scene import Scene
from bot.liquidation.selection import Selection
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.zone import Band
from bot.look import Look, Stack


def scene_of(shown: Snapshot) -> Scene:
    return map_scene(map_drawn(shown, Stack.TIER), Look())


@pytest.mark.parametrize("name", list(AWKWARD))
def test_rows_of_zones_are_large_and_whole(name: str) -> None:
    scene = scene_of(AWKWARD[name]())
    rows = [label for label in scene.labels if ROW_BASE <= label.baseline <= ROW_BASE + 2 * ROW]
    assert min(label.size for label in rows) >= 32
    assert not any("…" in label.text for label in rows)


@pytest.mark.parametrize(
    ("bands", "told"),
    [
        ((Band.HIGH, Band.EXTREME), "zones High and up"),
        ((Band.LOW, Band.MEDIUM), "zones Low–Medium"),
        ((Band.MEDIUM, Band.MEDIUM), "only Medium zones"),
    ],
)
def test_which_zones_were_asked_for_is_said_and_that_there_is_none(
    bands: tuple[Band, Band], told: str
) -> None:
    shown = usual().selected(Selection(band=bands[0], top_band=bands[1]))
    texts = [label.text for label in scene_of(replace(shown, zones=())).labels]
    assert texts[0] == f"BTC/USDT · liquidation map · 24h · {told}"
    assert texts.count("no such zone") == 2
    assert not any("stands out" in text for text in texts)


def test_all_that_was_left_out_is_said_whole() -> None:
    some = Selection(frozenset({2, 3}), Side.SHORT, Band.HIGH)
    title = scene_of(usual().selected(some)).labels[0]
    assert title.text == "BTC/USDT · map · 24h · only 25–50x, >50x · shorts · zones High and up"
    assert title.size >= 30


def renamed(symbol: str, market_id: str) -> Snapshot:
    shown = usual()
    venues = tuple(replace(one, market_id=market_id) for one in shown.found.venues)
    return replace(shown, found=replace(shown.found, symbol=symbol, venues=venues))


@pytest.mark.parametrize(
    ("market_id", "name"),
    [("BIANRENSHENGUSDT", "BIANRENSHENGUSDT"), ("币安人生USDT", "U+5E01U+5B89U+4EBAU+751F/USDT")],
)
def test_a_coin_without_letters_in_the_font_goes_by_its_contract_or_by_numbers(
    market_id: str, name: str
) -> None:
    texts = [label.text for label in scene_of(renamed("币安人生/USDT:USDT", market_id)).labels]
    assert texts[0].startswith(name)
    assert all(has_letters(text) for text in texts)


def test_the_font_has_letters_for_what_pictures_say_and_none_for_chinese() -> None:
    assert has_letters("▲▼●≈≥–−±·…µ Ж é")
    assert not has_letters("币")
