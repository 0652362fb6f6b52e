"""/liquidations: what venues reported as force-closed."""

from __future__ import annotations

from dataclasses import replace

from bot.liquidation.windows import WINDOWS
from bot.store.liquidations import KEPT_MS
from bot.telegram.asking import Answer, Asking
from bot.telegram.reading import found, line_for, read
from bot.telegram.room import Room
from bot.wording import problems
from bot.wording.buttons import in_rows, key, liquidations_keyboard, rows
from bot.wording.liquidations_text import liquidations_text
from bot.wording.numbers import age_text
from bot.wording.refusal import Refusal

USUAL_WINDOW = "24h"


async def answer_liquidations(room: Room, asking: Asking) -> Answer:
    request = read(asking.line, "liquidations")
    symbol, venue = found(request, room.market)
    window = request.window or USUAL_WINDOW
    if WINDOWS[window] > KEPT_MS:
        offered = [name for name, span_ms in WINDOWS.items() if span_ms <= KEPT_MS]
        keys = [key(name, line_for(replace(request, window=name), symbol)) for name in offered]
        sentence = problems.liquidations_not_kept(window, age_text(KEPT_MS), offered)
        raise Refusal(sentence, rows(*in_rows(keys, 3)))
    report = await room.market.liquidations(symbol, window, venue)
    return Answer(liquidations_text(report), liquidations_keyboard(symbol, window, venue))
