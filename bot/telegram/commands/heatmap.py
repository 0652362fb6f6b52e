"""/heatmap: what was open at each price while time passed."""

from __future__ import annotations

from dataclasses import replace

from bot.liquidation.heat_history import HeatHistory
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.windows import ALL
from bot.telegram.asking import Answer, Asking
from bot.telegram.picture_asked import (
    in_the_same_words,
    loudest_zone,
    only_selected,
    picture_answer,
    picture_asked,
    whole_map,
)
from bot.telegram.place import terms_of
from bot.telegram.reading import read
from bot.telegram.room import Room
from bot.wording import misreadings
from bot.wording.heatmap_text import heatmap_caption
from bot.wording.picture_buttons import USUAL_HEAT_WINDOW, heat_buttons, past_choice
from bot.wording.picture_line import PictureLine
from bot.wording.refusal import Refusal


async def answer_heatmap(room: Room, asking: Asking) -> Answer:
    market = room.market
    asked = picture_asked(read(asking.line, "heatmap", now_ms=market.now_ms()), market)
    if asked.at_ms is not None:
        raise Refusal(misreadings.heatmaps_end_now(), past_choice(asked))
    window = USUAL_HEAT_WINDOW if asked.window == ALL else asked.window
    whole = await whole_map(market, replace(asked, window=ALL), "heatmap")
    shown = only_selected(whole, asked, "heatmap")
    with in_the_same_words(asked, "heatmap"):
        history = await market.heat(shown, window)
    picture, caption = await _pictured(room, asking, asked, shown, history)
    keyboard = heat_buttons(asked, [one.venue for one in whole.found.venues], loudest_zone(shown))
    return picture_answer(picture, caption, keyboard, replace(asked, window=window), in_place=asking.redraw)


async def _pictured(
    room: Room, asking: Asking, asked: PictureLine, shown: Snapshot, history: HeatHistory
) -> tuple[bytes, str]:
    """PNG and caption."""
    terms = await terms_of(room, asking)
    reported = await room.market.reported_orders(shown, history)
    drawing = asked.wishes.drawing(terms.look)
    picture = await room.market.heat_picture(shown, history, reported, drawing)
    return picture, heatmap_caption(shown, history, reported, asked.wishes.overlays, terms.language)
