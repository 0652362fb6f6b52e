"""/replay: the last day of a pair's map as an animation."""

from __future__ import annotations

from dataclasses import replace

from bot.liquidation.selection import EVERYTHING
from bot.liquidation.windows import ALL
from bot.liquidation.zone import Band
from bot.liquidation.zone_event import ZoneEvent, ZoneEventKind
from bot.store import zone_events
from bot.telegram.asking import Answer, Asking
from bot.telegram.media import animation
from bot.telegram.picture_asked import in_the_same_words, only_selected, picture_asked, whole_map
from bot.telegram.place import terms_of
from bot.telegram.reading import read
from bot.telegram.room import Room
from bot.wording.left_aside import told_left_aside
from bot.wording.picture_buttons import replay_buttons
from bot.wording.picture_line import PictureLine
from bot.wording.replay_text import replay_caption

DAY = "24h"


async def answer_replay(room: Room, asking: Asking) -> Answer:
    request = read(asking.line, "replay", now_ms=room.market.now_ms())
    asked = picture_asked(request, room.market)
    whole = await whole_map(room.market, replace(asked, window=ALL, at_ms=None), "replay")
    shown = only_selected(whole, asked, "replay")
    with in_the_same_words(asked, "replay"):
        day = await room.market.last_day(shown)
    terms = await terms_of(room, asking)
    gif = await room.market.replay(day, asked.wishes.drawing(terms.look).look)
    first = day.moments[0]
    caption = replay_caption(
        day.shown,
        begin_ms=first.stamp_ms,
        begin_price=first.price,
        swept=await _swept(room, asked, first.stamp_ms),
        language=terms.language,
        is_other=request.window not in (None, DAY) or asked.at_ms is not None,
    )
    caption = told_left_aside(caption, asked.wishes, terms.language, full_too=True)
    keyboard = replay_buttons(asked, [one.venue for one in whole.found.venues])
    pair = asked.symbol.partition(":")[0].replace("/", "-")
    return Answer(caption, keyboard, animation(gif, f"{pair}-replay.gif"), in_place=asking.redraw)


async def _swept(room: Room, asked: PictureLine, since_ms: int) -> list[ZoneEvent] | None:
    """What price went through since then, of the side and bands asked for, oldest first. Zones are of all
    venues and leverages: None where a part of those was asked for."""
    selection = asked.selection
    if asked.venue is not None or selection.leverage != EVERYTHING.leverage:
        return None
    async with room.database.read() as tx:
        events = await zone_events.of_symbol(tx, asked.symbol, since_ms)
    return [
        one
        for one in events
        if one.kind is ZoneEventKind.SWEPT
        and selection.side in (None, one.side)
        and selection.band <= Band.of(one.percentile) <= selection.top_band
    ]
