"""/map and /zones."""

from __future__ import annotations

import asyncio

from bot.liquidation.snapshot import Snapshot
from bot.liquidation.windows import ALL
from bot.look import Drawing
from bot.telegram.asking import Answer, Asking
from bot.telegram.media import photo
from bot.telegram.place import terms_of
from bot.telegram.reading import found, read
from bot.telegram.room import Room
from bot.wording import misreadings
from bot.wording.buttons import map_keyboard, zones_keyboard
from bot.wording.crosscheck_text import crosscheck_lines
from bot.wording.imbalance_text import imbalance_line
from bot.wording.map_text import map_caption
from bot.wording.zones_text import ranked, zones_text


async def answer_map(room: Room, asking: Asking) -> Answer:
    request = read(asking.line, "map")
    symbol, venue = found(request, room.market)
    window = request.window or ALL
    shown = await room.market.view(symbol, window, venue)
    drawing = Drawing((await terms_of(room, asking)).look)
    picture, around = await asyncio.gather(
        room.market.picture(shown, drawing), room.market.crosschecks(shown)
    )
    caption = map_caption(
        shown.found,
        shown.zones,
        [*_imbalance(shown, window, venue), *crosscheck_lines(shown, around)],
        now_ms=shown.now_ms,
        tick_size=shown.tick_size,
    )
    return Answer(caption, map_keyboard(symbol, window, venue), photo(picture), in_place=asking.redraw)


def _imbalance(shown: Snapshot, window: str, venue: str | None) -> list[str]:
    """Of everything open on all venues: its ranks are of that map."""
    is_reference = window == ALL and venue is None
    return imbalance_line(shown.found, shown.reading) if is_reference and shown.reading is not None else []


async def answer_zones(room: Room, asking: Asking) -> Answer:
    request = read(asking.line, "zones")
    symbol, venue = found(request, room.market)
    shown = await room.market.view(symbol, ALL, venue)
    landmarks = await room.market.landmarks(shown)
    text = zones_text(shown.found, shown.zones, landmarks, now_ms=shown.now_ms, tick_size=shown.tick_size)
    if request.window is not None:
        text = f"{misreadings.zones_have_no_window(request.window)}\n\n{text}"
    first = [zone.id for zone in ranked(shown.zones, shown.found.price)]
    return Answer(text, zones_keyboard(symbol, venue, first))
