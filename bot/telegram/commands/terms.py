"""/snooze, /hours, /timezone, /budget, /event and /digest: how a chat wants to be told."""

from __future__ import annotations

from collections.abc import Callable

from bot.store import subscriptions
from bot.telegram.asking import Answer, Asking
from bot.telegram.hour_words import hours_in
from bot.telegram.place import Place, place_of
from bot.telegram.reading import found, read
from bot.telegram.room import Room
from bot.telegram.terms_line import TermsLine, sessions_in, terms_line
from bot.telegram.time_zones import zone_named
from bot.telegram.vocabulary import DAY_MS, HOUR_MS, MINUTE_MS
from bot.telegram.words import MOST_A_DAY, Request
from bot.wording import terms_text
from bot.wording.buttons import in_rows, key, rows
from bot.wording.local_time import hours_text, zone_text
from bot.wording.refusal import Refusal
from bot.wording.terms_buttons import Menu

SNOOZE_MS = (MINUTE_MS, 30 * DAY_MS)
EVENT_MS = (15 * MINUTE_MS, DAY_MS)


async def answer_snooze(room: Room, asking: Asking) -> Answer:
    request = read(asking.line, "snooze")
    symbols = [found(request, room.market, typed)[0] for typed in request.symbols]
    place = await place_of(room, asking, request.channel)
    if request.off:
        return Answer(await end_snooze(place, symbols), place.keyboard)
    if request.span_ms is None:
        raise Refusal(terms_text.snooze_question(), place.choices(Menu.SNOOZE))
    return Answer(await snooze(place, symbols, request.span_ms), place.keyboard)


async def tap_hush(room: Room, asking: Asking) -> str:
    """The button under an alert: its pair, or the whole chat, for a while."""
    request = read(f"snooze {asking.line.partition(' ')[2]}")
    place = await place_of(room, asking, None)
    return await snooze(place, list(request.symbols), request.span_ms or HOUR_MS)


async def snooze(place: Place, symbols: list[str], span_ms: int) -> str:
    """Without symbols the whole chat."""
    _check_span(span_ms, *SNOOZE_MS)
    now_ms = place.now_ms
    until_ms = now_ms + span_ms
    if symbols:
        await _snooze_pairs(place, symbols, until_ms)
        zone = (await place.terms()).time_zone
    else:
        zone = (await place.change(snoozed_until_ms=until_ms)).time_zone
    await place.hold_waiting(symbols)
    return terms_text.snoozed(symbols, until_ms, now_ms, zone, place.where)


async def end_snooze(place: Place, symbols: list[str]) -> str:
    if symbols:
        await _snooze_pairs(place, symbols, 0)
    else:
        await place.change(snoozed_until_ms=0)
        async with place.room.database.begin() as tx:
            await subscriptions.snooze(tx, place.destination, 0)
    return terms_text.snooze_ended(symbols, place.where)


async def _snooze_pairs(place: Place, symbols: list[str], until_ms: int) -> None:
    """All or none."""
    async with place.room.database.begin() as tx:
        for symbol in symbols:
            if not await subscriptions.snooze(tx, place.destination, until_ms, symbol):
                raise Refusal(terms_text.no_alert_on(symbol))


async def answer_event(room: Room, asking: Asking) -> Answer:
    request = read(asking.line, "event")
    place = await place_of(room, asking, request.channel)
    if request.symbols or (request.span_ms is None and not request.off):
        raise Refusal(terms_text.event_question(), place.choices(Menu.EVENT))
    return Answer(await set_event(place, request), place.keyboard)


async def set_event(place: Place, request: Request) -> str:
    if request.off:
        await place.change(event_until_ms=0)
        return terms_text.event_ended(place.where)
    span_ms = request.span_ms or 0
    _check_span(span_ms, *EVENT_MS)
    now_ms = place.now_ms
    until_ms = now_ms + span_ms
    terms = await place.change(event_until_ms=until_ms)
    alerts, held_ms = await place.alerts(), terms.held_until_ms(now_ms)
    return terms_text.event_set(until_ms, now_ms, terms.time_zone, alerts, place.where, held_ms)


async def answer_hours(room: Room, asking: Asking) -> Answer:
    line = terms_line(asking.line)
    place = await place_of(room, asking, line.channel)
    return Answer(await set_hours(place, line), place.keyboard)


async def set_hours(place: Place, line: TermsLine) -> str:
    if line.off:
        terms = await place.change(quiet=None)
        return terms_text.quiet_set(None, place.now_ms, terms.time_zone, place.where)
    quiet, rest = hours_in(line.text)
    if quiet is None:
        raise Refusal(terms_text.hours_question(line.text), place.choices(Menu.HOURS))
    begin = f"hours {hours_text(quiet)}"
    zone = {"time_zone": _zone(place, rest, lambda near: f"{begin} {near}")} if rest else {}
    terms = await place.change(quiet=quiet, **zone)
    return terms_text.quiet_set(quiet, place.now_ms, terms.time_zone, place.where)


async def answer_timezone(room: Room, asking: Asking) -> Answer:
    line = terms_line(asking.line)
    place = await place_of(room, asking, line.channel)
    if not line.text:
        raise Refusal(terms_text.zone_question(), place.choices(Menu.ZONE))
    return Answer(await set_zone(place, line.text), place.keyboard)


async def set_zone(place: Place, typed: str) -> str:
    zone = _zone(place, typed, lambda near: f"timezone {near}")
    await place.change(time_zone=zone)
    return terms_text.zone_set(zone, place.now_ms, place.where)


def _zone(place: Place, typed: str, line: Callable[[str], str]) -> str:
    """The zone that is named; raises Refusal with those that may be meant, as buttons that ask `line`."""
    match = zone_named(typed)
    if match.zone is not None:
        return match.zone
    channel = f" {place.where}" if place.where else ""
    near = [key(zone_text(zone), f"{line(zone)}{channel}") for zone in match.near]
    keyboard = rows(*in_rows(near, 2)) or place.choices(Menu.ZONE)
    raise Refusal(terms_text.zone_unknown(typed, match.near), keyboard)


async def answer_budget(room: Room, asking: Asking) -> Answer:
    line = terms_line(asking.line)
    place = await place_of(room, asking, line.channel)
    return Answer(await set_budget(place, line), place.keyboard)


async def set_budget(place: Place, line: TermsLine) -> str:
    first = line.words[0].partition("/")[0] if line.words else ""  # "5", "5 a day" is "5/day"
    if not line.off and not (len(line.words) == 1 and first.isdigit() and 1 <= int(first) <= MOST_A_DAY):
        raise Refusal(terms_text.budget_question(line.text), place.choices(Menu.BUDGET))
    budget = None if line.off else int(first)
    terms = await place.change(budget=budget)
    return terms_text.budget_set(budget, terms.time_zone, await place.alerts(), place.where)


async def answer_digest(room: Room, asking: Asking) -> Answer:
    line = terms_line(asking.line)
    place = await place_of(room, asking, line.channel)
    sessions, unknown = ((), ()) if line.off else sessions_in(line.words)
    if unknown or not (sessions or line.off):
        raise Refusal(terms_text.digest_question(unknown), place.keyboard)
    terms = await place.change(sessions=sessions)
    said = terms_text.digests_set(sessions, place.now_ms, terms.time_zone, place.where)
    return Answer(said, place.keyboard)


def _check_span(span_ms: int, shortest_ms: int, longest_ms: int) -> None:
    if not shortest_ms <= span_ms <= longest_ms:
        raise Refusal(terms_text.span_out_of_range(shortest_ms, longest_ms))
