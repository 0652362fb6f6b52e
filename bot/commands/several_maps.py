"""`compare` and `evolution`: several maps in one picture, without a chat."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from bot.commands.errors import CommandError
from bot.commands.live_venues import load
from bot.commands.once import PROJECT, STANDARD_OUTPUT, MapOutputs, open_market
from bot.commands.once_market import OnceMarket
from bot.liquidation.comparison import Comparison
from bot.liquidation.evolution import Evolution
from bot.look import Drawing, Look
from bot.telegram.commands.compare import compared, understood
from bot.telegram.commands.evolution import asked_of, evolving
from bot.telegram.compare_words import compare_words
from bot.wording.compare_text import compare_caption
from bot.wording.evolution_text import evolution_caption
from bot.wording.plain import without_markup
from bot.wording.refusal import Refusal

if TYPE_CHECKING:
    from bot.charts.sheet import Sheet

Told = TypeVar("Told")


@dataclass(frozen=True)
class From:
    """Where it is read: a recording or, without one, the live exchanges; now or at a moment."""

    recording: Path | None
    at: str | None


def compare_once(words: str, source: From, outputs: MapOutputs) -> None:
    from bot.charts.sheet import Sheet
    from bot.charts.stacked_maps.compare_drawn import compare_drawn

    pair, drawing = asyncio.run(_asked(source, lambda market: _comparison(market, words)))
    _write(Sheet(drawing=drawing, drawn=compare_drawn(pair, PROJECT)), outputs, compare_caption(pair))


def evolution_once(words: str, source: From, outputs: MapOutputs) -> None:
    from bot.charts.sheet import Sheet
    from bot.charts.stacked_maps.evolution_drawn import evolution_drawn

    found, drawing = asyncio.run(_asked(source, lambda market: _evolution(market, words)))
    _write(Sheet(drawing=drawing, drawn=evolution_drawn(found, PROJECT)), outputs, evolution_caption(found))


async def _comparison(market: OnceMarket, words: str) -> tuple[Comparison, Drawing]:
    asked = await understood(market, compare_words(f"compare {words}"))
    return await compared(market, asked), asked.wishes.drawing(Look())


async def _evolution(market: OnceMarket, words: str) -> tuple[Evolution, Drawing]:
    asked = asked_of(market, f"evolution {words}")
    return await evolving(market, asked), asked.wishes.drawing(Look())


async def _asked(source: From, ask: Callable[[OnceMarket], Awaitable[Told]]) -> Told:
    """Raises CommandError for what a chat would be refused."""
    async with open_market(source.recording, source.at) as (venues, clock):
        await load(venues)
        try:
            return await ask(OnceMarket(venues, clock(), source.at is not None))
        except Refusal as refusal:
            raise CommandError(without_markup(refusal.sentence)) from None


def _write(sheet: Sheet[Any], outputs: MapOutputs, caption: str) -> None:
    """The numbers drawn, the picture drawn from them, and the caption where standard output is free."""
    from bot.charts.sheet import render_sheet, sheet_json

    to_screen = outputs.json is not None and str(outputs.json) == STANDARD_OUTPUT
    if to_screen:
        sys.stdout.write(sheet_json(sheet) + "\n")
    elif outputs.json is not None:
        outputs.json.write_text(sheet_json(sheet) + "\n", encoding="utf-8")
    if outputs.png is not None:
        outputs.png.write_bytes(render_sheet(sheet))
    if not to_screen:
        typer.echo(without_markup(caption))
