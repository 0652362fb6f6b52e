"""/why and /model: where a zone comes from, and what the map believes."""

from __future__ import annotations

from bot.liquidation.snapshot import Snapshot
from bot.liquidation.windows import ALL
from bot.liquidation.zone import Zone
from bot.telegram.asking import Answer, Asking
from bot.telegram.commands.zone_choice import no_zone_named, pair_keys, pair_of, zones_by_distance
from bot.telegram.reading import found, read
from bot.telegram.room import Room
from bot.telegram.words import Request
from bot.wording import misreadings, problems
from bot.wording.buttons import history_key, model_keyboard, rows, why_keyboard, zone_choice_keyboard
from bot.wording.model_text import beliefs_text, model_text
from bot.wording.refusal import Refusal
from bot.wording.why_text import why_text


async def answer_why(room: Room, asking: Asking) -> Answer:
    request = read(asking.line, "why")
    symbol, venue = pair_of(request, room.market)
    shown = await room.market.view(symbol)
    zone = _zone_of(request, shown)
    origin = await room.market.origin(shown, zone)
    text = why_text(shown.found, zone, origin, now_ms=shown.now_ms, tick_size=shown.tick_size)
    notes = [misreadings.why_takes_all_venues()] if venue else []
    notes += [misreadings.zones_have_no_window(request.window)] if request.window else []
    return Answer("\n\n".join([*notes, text]), why_keyboard(symbol, zone.id))


async def answer_model(room: Room, asking: Asking) -> Answer:
    request = read(asking.line, "model")
    if request.symbol_text is None and request.venue is None:
        return Answer(model_text(), pair_keys(room.market.suggestions, "model"))
    symbol, venue = found(request, room.market)
    shown = await room.market.view(symbol, ALL, venue)
    beliefs = await room.market.beliefs(shown)
    text = beliefs_text(shown.found, beliefs, room.market.contracts(symbol), now_ms=shown.now_ms)
    if request.window:
        text = f"{misreadings.model_has_no_window(request.window)}\n\n{text}"
    return Answer(text, model_keyboard(symbol))


def _zone_of(request: Request, shown: Snapshot) -> Zone:
    """The zone that was named; raises Refusal with those that there are, nearest first."""
    symbol, nearest = shown.found.symbol, zones_by_distance(shown)
    names = [zone.id for zone in nearest]
    if request.zone is None:
        raise no_zone_named("why", symbol, nearest)
    if request.zone in names:
        return nearest[names.index(request.zone)]
    choices = zone_choice_keyboard(symbol, names, "why")
    if _number(request.zone) >= max(map(_number, names), default=0):
        raise Refusal(problems.zone_unknown(request.zone, symbol, names), choices)
    life = rows((history_key(symbol, request.zone),))
    raise Refusal(problems.zone_gone(request.zone, symbol, names), (*choices, *life))


def _number(zone_id: str) -> int:
    """Names are given in order, so a lower number than one on the map was given once."""
    return int(zone_id.removeprefix("Z"))
