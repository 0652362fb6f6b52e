"""A sheet: what a picture is drawn from, as JSON. Drawing from the JSON gives the same bytes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.charts.bar_map.drawn import MapDrawn
from bot.charts.bar_map.picture import map_scene
from bot.charts.heatmap.drawn import HeatDrawn
from bot.charts.heatmap.picture import heat_scene
from bot.charts.scene import Scene, painted
from bot.charts.stacked_maps.compare_drawn import CompareDrawn
from bot.charts.stacked_maps.compare_picture import comparison_scene
from bot.charts.stacked_maps.evolution_drawn import EvolutionDrawn
from bot.charts.stacked_maps.evolution_picture import evolution_scene
from bot.look import Drawing, Look

VERSION = 1

Drawn = TypeVar("Drawn")


@dataclass(frozen=True)
class Kind(Generic[Drawn]):
    """A kind of picture: the record of what it is drawn from, and how."""

    drawn: type[Drawn]
    scene: Callable[[Drawn, Look], Scene]


KINDS: dict[str, Kind[Any]] = {
    "map": Kind(MapDrawn, map_scene),
    "heatmap": Kind(HeatDrawn, heat_scene),
    "compare": Kind(CompareDrawn, comparison_scene),
    "evolution": Kind(EvolutionDrawn, evolution_scene),
}


class SheetRefused(ValueError):
    """It cannot be drawn; the text is a sentence for a person."""


class Sheet(BaseModel, Generic[Drawn]):
    """How a picture is drawn, and the numbers drawn. Raises ValidationError for other numbers than finite."""

    model_config = ConfigDict(strict=True, frozen=True, allow_inf_nan=False, ser_json_inf_nan="constants")

    drawing: Drawing
    drawn: Drawn

    @property
    def kind(self) -> str:
        return next(name for name, kind in KINDS.items() if isinstance(self.drawn, kind.drawn))

    def in_full(self) -> Sheet[Drawn]:
        """With twice as many pixels each way."""
        return self.model_copy(update={"drawing": replace(self.drawing, full=True)})


def render_sheet(sheet: Sheet[Any]) -> bytes:
    """PNG."""
    scene = KINDS[sheet.kind].scene(sheet.drawn, sheet.drawing.look)
    return painted(scene, scale=2 if sheet.drawing.full else 1)


def sheet_record(sheet: Sheet[Any]) -> dict[str, Any]:
    """What `sheet_json` writes, to be written beside other things."""
    told = sheet.model_dump(mode="json")
    told["drawing"]["overlays"].sort()  # a set has no order of its own
    return {"version": VERSION, "kind": sheet.kind, **told}


def sheet_json(sheet: Sheet[Any]) -> str:
    """Floats are written so that the same come back; raises ValueError for one that is not finite."""
    return json.dumps(sheet_record(sheet), ensure_ascii=False, allow_nan=False)


def sheet_of(text: str) -> Sheet[Any]:
    """Out of JSON; what it holds beside a sheet is passed over. Raises SheetRefused."""
    kind = _kind_of(text)
    try:
        return Sheet[kind.drawn].model_validate_json(text)  # type: ignore[name-defined]
    except ValidationError as error:
        raise SheetRefused(_sentence(error)) from error


def _kind_of(text: str) -> Kind[Any]:
    try:
        row = json.loads(text)
    except ValueError as error:
        raise SheetRefused("It is not readable JSON.") from error
    if not isinstance(row, dict) or "drawn" not in row:
        raise SheetRefused("It holds no picture: map --json and heatmap --json write one that can be drawn.")
    if row.get("version") != VERSION:
        raise SheetRefused(f"It is of version {row.get('version')}; this bot draws version {VERSION}.")
    kind = KINDS.get(str(row.get("kind")))
    if kind is None:
        raise SheetRefused(f"It is no picture of a known kind ({', '.join(KINDS)}).")
    return kind


def _sentence(error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(map(str, first["loc"]))
    reason = str(first["msg"]).removeprefix("Value error, ")
    return f"It is damaged at {where}: {reason}."
