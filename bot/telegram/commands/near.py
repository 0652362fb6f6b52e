"""/near: all watched pairs by the distance to their nearest dense zone."""

from __future__ import annotations

from bot.liquidation.zone import Band
from bot.telegram.asking import Answer, Asking
from bot.telegram.reading import read
from bot.telegram.room import Room
from bot.wording import problems
from bot.wording.buttons import key, rows
from bot.wording.near_text import near_keyboard, near_text
from bot.wording.refusal import Refusal

USUAL_COUNT, MOST = 10, 30


async def answer_near(room: Room, asking: Asking) -> Answer:
    request = read(asking.line, "near")
    typed = request.symbol_text
    if typed is not None and not typed.isdigit():
        symbol, _ = room.market.find(typed, lambda choice: f"zones {choice}")
        raise Refusal(problems.near_is_of_all_pairs(symbol), rows((key("Zones", f"zones {symbol}"),)))
    count = min(MOST, max(1, int(typed or USUAL_COUNT)))
    band = Band.HIGH if request.band is None else request.band
    report = room.market.nearest(band)
    text = near_text(report, band, count, request.distance)
    return Answer(text, near_keyboard(report, count, request.distance))
