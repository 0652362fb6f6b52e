"""/score: how alerts did, live and replayed."""

from __future__ import annotations

from bot.telegram.asking import Answer, Asking
from bot.telegram.reading import found, read
from bot.telegram.room import Room
from bot.wording.buttons import in_rows, key, rows
from bot.wording.pair import pair_name
from bot.wording.score_text import score_text


async def answer_score(room: Room, asking: Asking) -> Answer:
    request = read(asking.line, "score")
    symbol = None if request.symbol_text is None else found(request, room.market)[0]
    report = await room.market.score(symbol, asking.destination)
    if symbol is not None:
        keys = (key("All pairs", "score"), key("How a map is made", "model"))
        return Answer(score_text(report), rows(keys))
    pairs = [key(pair_name(one), f"score {one}") for one in room.market.suggestions]
    return Answer(score_text(report), rows(*in_rows(pairs, 2)))
