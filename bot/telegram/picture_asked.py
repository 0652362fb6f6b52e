"""A picture that was asked for: what of the market it shows, and how it is sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.told_zones import heaviest, told_zones
from bot.liquidation.windows import ALL
from bot.telegram.asking import Answer
from bot.telegram.media import document, photo
from bot.telegram.ports import Market
from bot.telegram.reading import found
from bot.telegram.words import Request, parse_request
from bot.wording import misreadings
from bot.wording.buttons import Key, Keyboard, line_of, rows
from bot.wording.picture_buttons import everything_key, picture_key
from bot.wording.picture_line import PictureLine
from bot.wording.refusal import Refusal, VenueNotRead


def picture_asked(request: Request, market: Market) -> PictureLine:
    """Everything that was asked for, with the symbol found; raises Refusal."""
    symbol, venue = found(request, market)
    said = request.picture
    at_ms = None if said.moment is None else said.moment.ms(market.now_ms())
    return PictureLine(symbol, request.window or ALL, venue, request.selection, said.wishes, at_ms)


@contextmanager
def in_the_same_words(asked: PictureLine, command: str) -> Iterator[None]:
    """Maps that a Refusal offers instead are offered as the picture that was asked for, with its words."""
    try:
        yield
    except VenueNotRead:
        raise
    except Refusal as refusal:
        offered = (tuple(_again(one, asked, command) for one in row) for row in refusal.keyboard)
        raise Refusal(refusal.sentence, rows(*offered)) from refusal


def _again(one: Key, asked: PictureLine, command: str) -> Key | None:
    """None for everything open over time, which no heatmap shows. A replay has no window: it may be asked for
    again when more of the past is read."""
    offered = parse_request(line_of(one.data) or "")
    if offered.command != "map" or not offered.symbols:
        return one
    if command == "heatmap" and offered.window is None:
        return None
    if command == "replay" and offered.symbols[0] == asked.symbol:
        return picture_key("Try again", command, asked) if offered.window is None else None
    line = replace(asked, symbol=offered.symbols[0], window=offered.window or ALL, venue=offered.venue)
    return picture_key(one.text, command, line)


async def whole_map(market: Market, asked: PictureLine, command: str) -> Snapshot:
    """The map without filters, as it is or as it was; raises Refusal."""
    with in_the_same_words(asked, command):
        if asked.at_ms is None:
            return await market.view(asked.symbol, asked.window, asked.venue)
        return await market.view_at(asked.symbol, asked.at_ms, asked.window, asked.venue)


def only_selected(whole: Snapshot, asked: PictureLine, command: str) -> Snapshot:
    """The part of the map that was asked for; raises Refusal where nothing of it is left."""
    shown = whole.selected(asked.selection)
    if whole.found.profile.any() and not shown.found.profile.any():
        raise nothing_left(asked, command)
    return shown


def nothing_left(asked: PictureLine, command: str) -> Refusal:
    sentence = misreadings.nothing_selected(asked.symbol)
    return Refusal(sentence, rows((everything_key(command, asked),)))


def loudest_zone(shown: Snapshot) -> str:
    """The name of the heaviest zone told, which captions ask about too; empty where there is none."""
    asked = heaviest(shown, [zone for side in Side for zone in told_zones(shown, side)])
    return "" if asked is None else asked.id


def picture_answer(
    png: bytes, caption: str, keyboard: Keyboard, asked: PictureLine, *, in_place: bool
) -> Answer:
    """A photo with its buttons; in full quality a file without any."""
    if not asked.wishes.full:
        return Answer(caption, keyboard, photo(png), in_place=in_place)
    pair = asked.symbol.partition(":")[0].replace("/", "-")
    return Answer(caption, media=document(png, f"{pair}-{asked.window}.png"))
