"""/evolution: one pair's map over several windows under each other."""

from __future__ import annotations

import asyncio

from bot.liquidation.evolution import EVOLUTION_WINDOWS, Evolution, evolution_of
from bot.liquidation.windows import ALL
from bot.telegram.asking import Answer, Asking
from bot.telegram.media import document, photo
from bot.telegram.place import terms_of
from bot.telegram.ports import Maps
from bot.telegram.reading import found, read
from bot.telegram.room import Room
from bot.wording import compare_problems as problems
from bot.wording.compare_buttons import evolution_keyboard
from bot.wording.evolution_text import evolution_caption
from bot.wording.left_aside import told_left_aside
from bot.wording.picture_line import PictureLine
from bot.wording.refusal import Refusal


async def answer_evolution(room: Room, asking: Asking) -> Answer:
    asked = asked_of(room.market, asking.line)
    told = await evolving(room.market, asked)
    terms, wishes = await terms_of(room, asking), asked.wishes
    png = await room.market.evolution_picture(told, wishes.drawing(terms.look))
    left_aside = None if asked.window == ALL else asked.window
    caption = told_left_aside(evolution_caption(told, terms.language, left_aside), wishes, terms.language)
    if wishes.full:
        return Answer(caption, media=document(png, "evolution.png"))
    keyboard = evolution_keyboard(
        asked, [one.window for one in told.maps], [one.venue for one in told.whole.found.venues]
    )
    return Answer(caption, keyboard, photo(png), in_place=asking.redraw)


def asked_of(market: Maps, line: str) -> PictureLine:
    """Raises Refusal for the first thing that cannot be followed."""
    request = read(line, "evolution")
    if request.picture.moment is not None:
        raise Refusal(problems.is_of_now("evolution"))
    symbol, venue = found(request, market)
    return PictureLine(symbol, request.window or ALL, venue, request.selection, request.picture.wishes)


async def evolving(market: Maps, asked: PictureLine) -> Evolution:
    """Raises Refusal where there is no map at all."""
    whole, windows = await asyncio.gather(
        market.view(asked.symbol, venue=asked.venue),
        market.window_maps(asked.symbol, EVOLUTION_WINDOWS, asked.venue),
    )
    maps = [asked.selection.of_map(found) for found in windows]
    covered = {found.window for found in windows}
    not_covered = [window for window in EVOLUTION_WINDOWS if window not in covered]
    return evolution_of(whole.selected(asked.selection), maps, not_covered)
