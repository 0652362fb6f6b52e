"""/map and /zones."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.liquidation.crosschecks import Crosschecks
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.windows import ALL
from bot.telegram.asking import Answer, Asking
from bot.telegram.picture_asked import (
    loudest_zone,
    nothing_left,
    only_selected,
    picture_answer,
    picture_asked,
    whole_map,
)
from bot.telegram.place import terms_of
from bot.telegram.reading import read
from bot.telegram.room import Room
from bot.wording import misreadings
from bot.wording.buttons import zones_keyboard
from bot.wording.map_text import map_caption
from bot.wording.past_text import as_it_was
from bot.wording.picture_buttons import map_buttons, picture_key
from bot.wording.zones_text import ranked, zones_text


async def answer_map(room: Room, asking: Asking) -> Answer:
    asked = picture_asked(read(asking.line, "map", now_ms=room.market.now_ms()), room.market)
    whole = await whole_map(room.market, asked, "map")
    shown = only_selected(whole, asked, "map")
    terms = await terms_of(room, asking)
    drawing = asked.wishes.drawing(terms.look)
    picture, around = await asyncio.gather(room.market.picture(shown, drawing), _around(room, shown))
    of_heatmaps = bool(asked.wishes.overlays or asked.wishes.contrast) and not asking.tapped
    caption = map_caption(shown, around, terms.language, for_heatmaps=of_heatmaps)
    venues = [one.venue for one in whole.found.venues]
    keyboard = map_buttons(asked, venues, loudest_zone(shown), room.market.now_ms())
    return picture_answer(picture, caption, keyboard, asked, in_place=asking.redraw)


async def _around(room: Room, shown: Snapshot) -> Crosschecks:
    """Funding, accounts and books are those of now."""
    return Crosschecks() if shown.was else await room.market.crosschecks(shown)


async def answer_zones(room: Room, asking: Asking) -> Answer:
    request = read(asking.line, "zones", now_ms=room.market.now_ms())
    asked = picture_asked(request, room.market)
    whole = await whole_map(room.market, replace(asked, window=ALL), "zones")
    landmarks = () if whole.was else await room.market.landmarks(whole)
    zones = [zone for zone in whole.zones if asked.selection.shows(zone)]
    if whole.zones and not zones:
        raise nothing_left(asked, "zones")
    text = zones_text(
        whole.found,
        zones,
        landmarks,
        now_ms=whole.now_ms,
        tick_size=whole.tick_size,
        selection=asked.selection,
    )
    if whole.was:
        text = f"{as_it_was(whole.now_ms)}\n{text}"
    if request.window is not None:
        text = f"{misreadings.zones_have_no_window(request.window)}\n\n{text}"
    first = [zone.id for zone in ranked(zones, whole.found.price)]
    return Answer(text, zones_keyboard(asked.symbol, picture_key("Map", "map", asked), first))
