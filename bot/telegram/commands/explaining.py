"""/why and /model: where a zone comes from, and what the map believes."""

from __future__ import annotations

from bot.liquidation.snapshot import Snapshot
from bot.liquidation.windows import ALL
from bot.liquidation.zone import Zone
from bot.telegram.asking import Answer, Asking
from bot.telegram.ports import Market
from bot.telegram.reading import found, line_for, read
from bot.telegram.room import Room
from bot.telegram.words import Request
from bot.wording import misreadings, problems
from bot.wording.buttons import (
    Keyboard,
    in_rows,
    key,
    model_keyboard,
    rows,
    why_keyboard,
    zone_choice_keyboard,
)
from bot.wording.model_text import beliefs_text, model_text
from bot.wording.pair import pair_name
from bot.wording.refusal import Refusal
from bot.wording.why_text import why_text


async def answer_why(room: Room, asking: Asking) -> Answer:
    request = read(asking.line, "why")
    symbol, venue = _pair_of(request, room.market)
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
        return Answer(model_text(), _pairs(room.market.suggestions, "model"))
    symbol, venue = found(request, room.market)
    shown = await room.market.view(symbol, ALL, venue)
    beliefs = await room.market.beliefs(shown)
    text = beliefs_text(shown.found, beliefs, room.market.contracts(symbol), now_ms=shown.now_ms)
    if request.window:
        text = f"{misreadings.model_has_no_window(request.window)}\n\n{text}"
    return Answer(text, model_keyboard(symbol))


def _pair_of(request: Request, market: Market) -> tuple[str, str | None]:
    """The pair that was named, or the only one that has this zone; raises Refusal."""
    if request.symbols or request.zone is None:
        return found(request, market)
    having = market.pairs_with(request.zone)
    if len(having) == 1:
        return having[0], request.venue
    if having:
        choices = [key(pair_name(symbol), line_for(request, symbol)) for symbol in having]
        raise Refusal(problems.zone_of_which_pair(request.zone, having), rows(*in_rows(choices, 2)))
    raise Refusal(problems.zone_nowhere(request.zone), _pairs(market.suggestions, "zones"))


def _zone_of(request: Request, shown: Snapshot) -> Zone:
    """The zone that was named; raises Refusal with those that there are, nearest first."""
    symbol, price = shown.found.symbol, shown.found.price
    nearest = sorted(shown.zones, key=lambda zone: abs(zone.peak / price - 1))
    names = [zone.id for zone in nearest]
    if request.zone in names:
        return nearest[names.index(request.zone)]
    choices = zone_choice_keyboard(symbol, names)
    if request.zone is None:
        raise Refusal(problems.missing_zone(symbol, names), choices)
    was_named = _number(request.zone) < max(map(_number, names), default=0)
    sentence = problems.zone_gone if was_named else problems.zone_unknown
    raise Refusal(sentence(request.zone, symbol, names), choices)


def _number(zone_id: str) -> int:
    """Names are given in order, so a lower number than one on the map was given once."""
    return int(zone_id.removeprefix("Z"))


def _pairs(symbols: tuple[str, ...], command: str) -> Keyboard:
    return rows(*in_rows([key(pair_name(symbol), f"{command} {symbol}") for symbol in symbols], 2))
