"""/history: the life of a zone, also of one that is gone."""

from __future__ import annotations

from bot.store import zone_events
from bot.telegram.asking import Answer, Asking
from bot.telegram.commands.zone_choice import no_zone_named, of_which_pair, pair_of, zones_by_distance
from bot.telegram.reading import read
from bot.telegram.room import Room
from bot.telegram.words import Request
from bot.wording import misreadings, problems
from bot.wording.buttons import history_keyboard, zone_choice_keyboard
from bot.wording.history_text import Life, history_text
from bot.wording.refusal import Refusal


async def answer_history(room: Room, asking: Asking) -> Answer:
    request = read(asking.line, "history")
    symbol, venue = await _pair(room, request)
    shown = await room.market.view(symbol)
    nearest = zones_by_distance(shown)
    if request.zone is None:
        raise no_zone_named("history", symbol, nearest)
    zone = next((one for one in nearest if one.id == request.zone), None)
    async with room.database.read() as tx:
        events = await zone_events.of_zone(tx, symbol, request.zone)
    names = [one.id for one in nearest]
    if zone is None and not any(one.zone_id == request.zone for one in events):
        sentence = problems.zone_unknown(request.zone, symbol, names)
        raise Refusal(sentence, zone_choice_keyboard(symbol, names, "history"))
    notes = [misreadings.why_takes_all_venues()] if venue else []
    notes += [misreadings.zones_have_no_window(request.window)] if request.window else []
    text = history_text(shown, Life(request.zone, zone, events))
    return Answer(
        "\n\n".join([*notes, text]), history_keyboard(symbol, request.zone, is_there=zone is not None)
    )


async def _pair(room: Room, request: Request) -> tuple[str, str | None]:
    """Also a pair of which only the store knows that it had the zone; raises Refusal."""
    zone = request.zone
    if zone is None or request.symbols or room.market.pairs_with(zone):
        return pair_of(request, room.market)
    async with room.database.read() as tx:
        having = await zone_events.symbols_with(tx, zone)
    if len(having) > 1:
        raise of_which_pair(request, zone, having)
    return (having[0], request.venue) if having else pair_of(request, room.market)
