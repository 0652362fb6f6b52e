"""/evolution: one pair's map over several windows under each other."""

from __future__ import annotations

from bot.liquidation.evolution import EVOLUTION_WINDOWS, Evolution, evolution_of
from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.selection import Selection
from bot.telegram.asking import Answer, Asking
from bot.telegram.media import document, photo
from bot.telegram.place import terms_of
from bot.telegram.ports import Market
from bot.telegram.reading import found, read
from bot.telegram.room import Room
from bot.wording import compare_problems as problems
from bot.wording.compare_buttons import evolution_keyboard
from bot.wording.evolution_text import evolution_caption
from bot.wording.picture_line import selection_words, wishes_words
from bot.wording.refusal import Refusal


async def answer_evolution(room: Room, asking: Asking) -> Answer:
    request = read(asking.line, "evolution")
    if request.picture.moment is not None:
        raise Refusal(problems.is_of_now("evolution"))
    symbol, venue = found(request, room.market)
    told = await _evolution(room.market, symbol, venue, request.selection)
    wishes = request.picture.wishes
    terms = await terms_of(room, asking)
    png = await room.market.evolution_picture(told, wishes.drawing(terms.look))
    caption = evolution_caption(told, terms.language, request.window)
    if wishes.full:
        return Answer(caption, media=document(png, "evolution.png"))
    keyboard = evolution_keyboard(
        symbol,
        venue,
        [one.window for one in told.maps],
        [one.venue for one in told.whole.found.venues],
        [*selection_words(request.selection), *wishes_words(wishes)],
    )
    return Answer(caption, keyboard, photo(png), in_place=asking.redraw)


async def _evolution(market: Market, symbol: str, venue: str | None, picked: Selection) -> Evolution:
    """Raises Refusal where there is no map at all."""
    whole = await market.view(symbol, venue=venue)
    maps: list[LiquidationMap] = []
    not_covered: list[str] = []
    for window in EVOLUTION_WINDOWS:
        try:
            shown = await market.view(symbol, window, venue)
        except Refusal:
            not_covered.append(window)
        else:
            maps.append(picked.of_map(shown.found))
    return evolution_of(whole.selected(picked), maps, not_covered)
