"""`heatmap`: one heatmap from the live exchanges or a recording, without a chat."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import typer

from bot.charts.heatmap.drawn import heat_drawn
from bot.charts.sheet import Sheet, render_sheet, sheet_record
from bot.commands.once import (
    PROJECT,
    STANDARD_OUTPUT,
    MapOutputs,
    Read,
    asked_of,
    left_out_of,
    read_market,
    write,
)
from bot.liquidation.heat_history import HeatHistory
from bot.liquidation.pair_heat import heat_of
from bot.liquidation.reported_orders import ReportedOrders, reported_by
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.told_zones import edges_to_show
from bot.liquidation.windows import ALL
from bot.wording.heatmap_text import heatmap_caption
from bot.wording.plain import without_markup

USUAL_WINDOW = "24h"


def heatmap_once(words: str, recording: Path | None, at: str | None, outputs: MapOutputs) -> None:
    asked = asked_of(words, "heatmap")
    told = asyncio.run(read_market(replace(asked, window=ALL), recording, at))
    shown = told.shown.selected(asked.selection)
    history = _history(told, shown, USUAL_WINDOW if asked.window == ALL else asked.window)
    reported = _reported(told, history)
    drawn = heat_drawn(shown, history, reported, asked.drawing, PROJECT)
    sheet = Sheet(drawing=asked.drawing, drawn=drawn)
    if outputs.json is not None:
        write(outputs.json, json.dumps(sheet_record(sheet), allow_nan=False))
    if outputs.png is not None:
        outputs.png.write_bytes(render_sheet(sheet))
    if str(outputs.json) != STANDARD_OUTPUT:
        typer.echo(without_markup(heatmap_caption(shown, history, reported, asked.drawing.overlays)))


def _history(told: Read, shown: Snapshot, window: str) -> HeatHistory:
    """Of the map's venues that cover the window."""
    names = [share.venue for share in shown.found.venues]
    left_out = left_out_of(told.model, names, window, shown.now_ms)
    found = shown.found.only([name for name in names if name not in left_out])
    return heat_of(told.model, found, window, shown.selection, edges_to_show(shown))


def _reported(told: Read, history: HeatHistory) -> ReportedOrders:
    begin_ms, end_ms = int(history.stamp_ms[0]) - history.span_ms, int(history.stamp_ms[-1])
    heard = {name: (told.contracts[name].feed, told.told[name]) for name in history.venues}
    return reported_by(heard, begin_ms, end_ms)
