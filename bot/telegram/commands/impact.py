"""/impact: how far price went after it entered zones."""

from __future__ import annotations

from bot.telegram.asking import Answer, Asking
from bot.telegram.reading import found, read
from bot.telegram.room import Room
from bot.wording import misreadings
from bot.wording.buttons import key, rows
from bot.wording.impact_text import impact_text


async def answer_impact(room: Room, asking: Asking) -> Answer:
    request = read(asking.line, "impact")
    symbol, venue = found(request, room.market)
    shown = await room.market.view(symbol)
    impact = await room.market.impact(symbol)
    around = await room.market.crosschecks(shown)
    books = {one.venue: one.book for one in around.surroundings if one.book is not None}
    text = impact_text(shown, impact, books)
    if venue or request.window:
        text = f"{misreadings.impact_takes_everything()}\n\n{text}"
    others = (key("Zones", f"zones {symbol}"), key("If price gets there", f"cascade {symbol}"))
    return Answer(text, rows(others))
