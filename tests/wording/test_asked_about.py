"""The zone that a picture's caption and its button ask about is one that the caption lists."""

from __future__ import annotations

from dataclasses import replace

import pytest
from told_maps import plain_of, told_map, told_snapshot, zone

from bot.language import Language
from bot.liquidation.evolution import evolution_of
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.telegram.picture_asked import loudest_zone
from bot.wording.evolution_text import evolution_caption
from bot.wording.map_text import map_caption
from bot.wording.schedule_text import schedule_caption


def of_one_side() -> Snapshot:
    """Of what the map shows Z8 holds the most, of everything open Z1 and Z9; Z9 begins too far away."""
    near = [(at, 98_000.0 + 500 * at, 98_100.0 + 500 * at + 40 * at) for at in range(1, 9)]
    zones = [zone(Side.SHORT, low, high, zone_id=f"Z{at}") for at, low, high in near]
    zones[0] = replace(zones[0], mass_base=1e6)
    far = replace(zone(Side.SHORT, 115_000.0, 117_000.0, zone_id="Z9"), mass_base=1e7)
    return told_snapshot(told_map(missing=("gate", "bitget", "deribit")), [*zones, far])


def test_the_button_names_the_heaviest_of_those_told() -> None:
    assert loudest_zone(of_one_side()) == "Z8"
    assert loudest_zone(told_snapshot(zones=())) == ""


@pytest.mark.parametrize("language", Language)
def test_captions_end_with_one_that_they_list(language: Language) -> None:
    shown = of_one_side()
    evolution = evolution_of(shown, [replace(shown.found, window="24h")], ("3d", "30d"))
    for caption in (
        map_caption(shown, language=language),
        schedule_caption(shown, every_ms=1, language=language),
        evolution_caption(evolution, language, "1y"),
    ):
        said = plain_of(caption)
        assert said.endswith(" /why Z8")
        assert "\n Z8 " in said
