"""A picture drawn from its JSON is the same picture."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from awkward_maps import AWKWARD, usual
from drawn_maps import bins_of

from bot.charts.bar_map.drawn import MapDrawn, map_drawn
from bot.charts.bar_map.picture import render_map
from bot.charts.sheet import Sheet, SheetRefused, render_sheet, sheet_json, sheet_of
from bot.commands.draw import draw
from bot.commands.errors import CommandError
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.look import Drawing, Look, Overlay, PaletteName, Stack, Theme

COLOUR_BLIND = Look(PaletteName.COLOUR_BLIND, Theme.LIGHT)
cases = pytest.mark.parametrize("name", list(AWKWARD))


def sheet(shown: Snapshot, drawing: Drawing, handle: str = "@maps_bot") -> Sheet[MapDrawn]:
    return Sheet(drawing=drawing, drawn=map_drawn(shown, drawing.stack, handle=handle))


@cases
def test_the_same_bytes_come_out_of_the_json(name: str) -> None:
    shown, drawing = AWKWARD[name](), Drawing(stack=Stack.VENUE, look=COLOUR_BLIND)
    written = sheet_json(sheet(shown, drawing))
    assert render_sheet(sheet_of(written)) == render_map(shown, drawing, "@maps_bot")


@cases
@pytest.mark.parametrize("stack", list(Stack))
def test_every_number_survives(name: str, stack: Stack) -> None:
    made = sheet(AWKWARD[name](), Drawing(stack=stack, overlays=frozenset(Overlay), full=True))
    written = sheet_json(made)
    again = sheet_of(written)
    assert again == made
    assert sheet_json(again) == written


@cases
def test_the_bars_in_the_json_are_the_map(name: str) -> None:
    shown = AWKWARD[name]()
    told = json.loads(sheet_json(sheet(shown, Drawing())))["drawn"]
    for side, half in zip(Side, (told["longs"], told["shorts"]), strict=True):
        held = bins_of(shown.found, side, told["edges"][0], told["edges"][-1]) if shown.found.venues else 0.0
        assert math.fsum(map(math.fsum, half["bars"])) == pytest.approx(held, rel=1e-9)
        assert half["curve"][0] == [shown.found.price, 0.0]
        assert half["curve"][-1][1] == pytest.approx(held, rel=1e-9)
        assert (np.diff([mass for _, mass in half["curve"]]) >= 0).all()


def test_a_zone_in_the_json_has_its_distance_and_its_band() -> None:
    shown = usual()
    told = json.loads(sheet_json(sheet(shown, Drawing())))["drawn"]
    by_id = {zone.id: zone for zone in shown.zones}
    drawn = [*told["longs"]["zones"], *told["shorts"]["zones"]]
    assert len(drawn) == 6
    for row in drawn:
        zone = by_id[row["id"]]
        assert (row["low"], row["high"], row["band"]) == (zone.low, zone.high, zone.band.word)
        assert row["distance"] == zone.near_edge / shown.found.price - 1


def damaged(**changes: object) -> str:
    row = json.loads(sheet_json(sheet(usual(), Drawing())))
    return json.dumps({**row, **changes})


def damaged_drawn(**changes: object) -> str:
    row: dict[str, Any] = json.loads(sheet_json(sheet(usual(), Drawing())))
    return damaged(drawn={**row["drawn"], **changes})


@pytest.mark.parametrize(("text", "reason"), [
    ("{", "It is not readable JSON."),
    ("[]", "It holds no picture"),
    (json.dumps({"timestamp_ms": 1, "price": 2.0}), "It holds no picture"),
    (damaged(version=2), "It is of version 2; this bot draws version 1."),
    (damaged(kind="pie"), "It is no picture of a known kind (map"),
    (damaged(drawn={}), "It is damaged at drawn.facts"),
    (damaged(drawing={"stack": "side"}), "It is damaged at drawing.stack"),
    (damaged_drawn(ceiling=math.nan), "It is damaged at drawn.ceiling"),
    (damaged_drawn(ceiling="12"), "It is damaged at drawn.ceiling"),
    (damaged_drawn(edges=[1.0, 2.0]), "It is damaged at drawn: its price is outside its bins."),
    (damaged_drawn(edges=[2.0, 1.0]), "It is damaged at drawn: its price bins do not ascend."),
    (damaged_drawn(layers=[]), "It is damaged at drawn: its layers are not those of its venues."),
    (damaged_drawn(stack="venue"), "It is damaged at drawn: its layers are not those of its venues."),
    (damaged_drawn(edges=[1.0, 1e6]), "It is damaged at drawn: it has not a bar for every layer and bin."),
])  # fmt: skip
def test_a_damaged_sheet_is_refused_in_a_sentence(text: str, reason: str) -> None:
    with pytest.raises(SheetRefused) as refused:
        sheet_of(text)
    assert str(refused.value).startswith(reason)


def test_what_is_not_a_number_is_never_written() -> None:
    made = sheet(usual(), Drawing())
    with pytest.raises(ValueError, match="JSON"):
        sheet_json(made.model_copy(update={"drawn": replace(made.drawn, ceiling=math.nan)}))


def test_draw_writes_the_picture_beside_its_json(tmp_path: Path) -> None:
    source = tmp_path / "map.json"
    source.write_text(sheet_json(sheet(usual(), Drawing())))
    written = draw(source, None, full=False)
    assert written == tmp_path / "map.png"
    assert written.read_bytes() == render_map(usual(), handle="@maps_bot")


def test_draw_in_full_has_twice_the_pixels(tmp_path: Path) -> None:
    source = tmp_path / "map.json"
    source.write_text(sheet_json(sheet(usual(), Drawing())))
    written = draw(source, tmp_path / "large.png", full=True)
    assert written.read_bytes() == render_map(usual(), Drawing(full=True), "@maps_bot")


def test_draw_says_what_it_cannot_draw(tmp_path: Path) -> None:
    source = tmp_path / "map.json"
    source.write_text("no map")
    with pytest.raises(CommandError, match=r"cannot be drawn. It is not readable JSON\.$"):
        draw(source, None, full=False)
