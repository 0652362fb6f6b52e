"""/subscribe, /unsubscribe, /alerts, and the buttons that switch off."""

from __future__ import annotations

import time

from bot.liquidation.zone import Band
from bot.rules.proximity import ProximityRule
from bot.store import schedules, subscriptions
from bot.store.database import Database
from bot.store.destination import Destination
from bot.store.schedules import Schedule
from bot.store.subscriptions import Subscription
from bot.telegram.asking import Answer, Asking
from bot.telegram.authority import require_settings_right, target
from bot.telegram.reading import found, read
from bot.telegram.room import Room
from bot.telegram.words import Request
from bot.wording import answers, misreadings, problems
from bot.wording.buttons import Keyboard, key, map_line, rows
from bot.wording.pair import pair_name
from bot.wording.refusal import Refusal

DEFAULT_DISTANCE, DEFAULT_BAND = 0.015, Band.HIGH
MOST_ALERTS = 50
MOST_AT_ONCE = 10
EVERYTHING = frozenset({"all", "всё", "все", "todo", "全部"})


async def answer_subscribe(room: Room, asking: Asking) -> Answer:
    request = read(asking.line, "subscribe")
    if not request.symbols:
        found(request, room.market)
    if len(request.symbols) > MOST_AT_ONCE:
        raise Refusal(misreadings.one_at_a_time("line of at most ten pairs", request.symbols[:4]))
    destination = await target(asking, request.channel, room.members)
    told = [await _subscribe_one(room, asking, request, typed, destination) for typed in request.symbols]
    keyboard = tuple(row for answer in told for row in answer.keyboard)
    return Answer("\n\n".join(answer.text for answer in told), keyboard)


async def _subscribe_one(
    room: Room, asking: Asking, request: Request, typed: str, destination: Destination
) -> Answer:
    """One pair of the line; what is wrong with it does not stop the others."""
    try:
        symbol, _ = found(request, room.market, typed)
        rule = ProximityRule(request.distance or DEFAULT_DISTANCE, request.band or DEFAULT_BAND)
        outcome = await _store(room.database, destination, symbol, rule, asking.user_id)
    except Refusal as refusal:
        return Answer(refusal.sentence, refusal.keyboard)
    keyboard = _keyboard(symbol, outcome.subscription.id, own=destination == asking.destination)
    if not outcome.new and not outcome.changed:
        return Answer(problems.already_subscribed(symbol, answers.terms(rule)), keyboard)
    text = answers.subscribed(symbol, rule, request.channel or "", outcome.old_rule)
    return Answer(f"{text}\n{await _outlook(room, symbol, rule)}", keyboard)


async def _store(
    database: Database, destination: Destination, symbol: str, rule: ProximityRule, user_id: int
) -> subscriptions.Outcome:
    """Committed before it is confirmed."""
    async with database.begin() as tx:
        here = await subscriptions.of_destination(tx, destination)
        if len(here) >= MOST_ALERTS and all(one.symbol != symbol for one in here):
            raise Refusal(problems.too_many("alerts", MOST_ALERTS))
        now_ms = round(time.time() * 1000)
        return await subscriptions.subscribe(tx, destination, symbol, rule, created_by=user_id, now_ms=now_ms)


async def _outlook(room: Room, symbol: str, rule: ProximityRule) -> str:
    try:
        return answers.nearest_zones(await room.market.view(symbol), rule)
    except Refusal:
        return answers.waiting_for_data(symbol)


def _keyboard(symbol: str, subscription_id: int, *, own: bool) -> Keyboard:
    off = key(f"Switch off {pair_name(symbol)}", f"off {subscription_id}") if own else None
    return rows((key("Map", map_line(symbol)), off))


async def answer_unsubscribe(room: Room, asking: Asking) -> Answer:
    request = read(asking.line, "unsubscribe")
    destination = await target(asking, request.channel, room.members)
    if not request.symbols:
        return await _list(room, destination)
    if request.symbols[0].casefold() in EVERYTHING:
        async with room.database.begin() as tx:
            return Answer(answers.unsubscribed_all(await subscriptions.unsubscribe_all(tx, destination)))
    lines = [await _unsubscribe_one(room, request, typed, destination) for typed in request.symbols]
    return Answer("\n".join(line.text for line in lines), tuple(r for line in lines for r in line.keyboard))


async def _unsubscribe_one(room: Room, request: Request, typed: str, destination: Destination) -> Answer:
    try:
        symbol, _ = found(request, room.market, typed)
    except Refusal as refusal:
        return Answer(refusal.sentence, refusal.keyboard)
    async with room.database.begin() as tx:
        gone = await subscriptions.unsubscribe(tx, destination, symbol)
    where = request.channel or ""
    return Answer(answers.unsubscribed(symbol, where) if gone else problems.not_subscribed(symbol))


async def answer_alerts(room: Room, asking: Asking) -> Answer:
    request = read(asking.line, "alerts")
    if request.channel is None:
        return await _list(room, asking.destination)
    return await _list(room, await target(asking, request.channel, room.members))


async def _list(room: Room, destination: Destination) -> Answer:
    async with room.database.read() as tx:
        alerts = await subscriptions.of_destination(tx, destination)
        planned = await schedules.of_destination(tx, destination)
    now_ms = room.market.now_ms()
    text = answers.alerts_list(
        [answers.AlertLine(one.symbol, one.rule) for one in alerts],
        [
            answers.ScheduleLine(one.symbol, one.window, one.every_ms, one.next_due_ms - now_ms)
            for one in planned
        ],
    )
    return Answer(text, _off_keyboard(alerts, planned), in_place=True)


def _off_keyboard(alerts: tuple[Subscription, ...], planned: tuple[Schedule, ...]) -> Keyboard:
    bells = [key(f"🔕 {pair_name(one.symbol)}", f"off {one.id}") for one in alerts]
    calendars = [key(f"🗓 off: {pair_name(one.symbol)}", f"stop {one.id}") for one in planned]
    keys = [*bells, *calendars]
    return rows(*(tuple(keys[at : at + 2]) for at in range(0, len(keys), 2)))


async def tap_off(room: Room, asking: Asking) -> str:
    """Switch one alert off; the id has to belong to the chat the button is in."""
    await require_settings_right(asking, room.members)
    async with room.database.begin() as tx:
        gone = await subscriptions.unsubscribe_by_id(tx, asking.destination, _number(asking.line))
    return answers.unsubscribed(gone.symbol) if gone else answers.switched_off_already()


async def tap_stop(room: Room, asking: Asking) -> str:
    """Switch one schedule off."""
    await require_settings_right(asking, room.members)
    async with room.database.begin() as tx:
        gone = await schedules.remove_by_id(tx, asking.destination, _number(asking.line))
    return answers.unscheduled(gone.symbol) if gone else answers.switched_off_already()


def _number(line: str) -> int:
    """The id at the end of "off 12"; 0, which no row has, for anything else."""
    _, _, number = line.rpartition(" ")
    return int(number) if number.isdigit() and len(number) < 19 else 0
