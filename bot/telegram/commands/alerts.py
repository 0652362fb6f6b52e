"""/subscribe, /unsubscribe, /alerts, and the buttons that switch off."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import replace
from itertools import zip_longest

from bot.liquidation.liquidation_map import LEVERAGE_BANDS
from bot.liquidation.snapshot import Snapshot
from bot.rules.presets import DAY
from bot.store import chat_terms, chats, schedules, subscriptions
from bot.store.chat_terms import ChatTerms
from bot.store.database import Database
from bot.store.destination import Destination
from bot.store.schedules import Schedule
from bot.store.subscriptions import Subscription
from bot.telegram.asking import Answer, Asking
from bot.telegram.authority import target
from bot.telegram.leverage_words import leverage_band_of, lies_inside_a_band
from bot.telegram.reading import found, read
from bot.telegram.room import Room
from bot.telegram.rule_request import rules_from
from bot.telegram.word_shapes import channel_of
from bot.telegram.words import Request
from bot.wording import answers, misreadings, problems
from bot.wording.buttons import Key, Keyboard, in_rows, key, map_line, rows
from bot.wording.pair import pair_name
from bot.wording.preview_text import preview_line, threshold_line
from bot.wording.refusal import Refusal
from bot.wording.rules_text import leverage_note, terms
from bot.wording.terms_buttons import kinds_key, settings_key

DEFAULT_RULES = DAY
MOST_ALERTS = 50
MOST_AT_ONCE = 10
MOST_KINDS = 15  # alerts in a list that have a button for their kinds; a keyboard holds 100
EVERYTHING = frozenset({"all", "всё", "все", "todo", "全部"})


async def answer_subscribe(room: Room, asking: Asking) -> Answer:
    request = read(asking.line, "subscribe")
    if not request.symbols:
        found(request, room.market)
    if len(request.symbols) > MOST_AT_ONCE:
        raise Refusal(misreadings.too_many_pairs(MOST_AT_ONCE))
    if request.venue is not None:
        raise Refusal(misreadings.alerts_take_all_venues())
    # All are found before any is stored: a line with a slip in it changes nothing.
    symbols = [found(request, room.market, typed)[0] for typed in request.symbols]
    destination = await target(asking, request.channel, room.members)
    thresholds = await _thresholds(room, destination, symbols, request)
    outcomes = await _store(room.database, destination, symbols, request, asking.user_id, thresholds)
    async with room.database.read() as tx:
        chat = await chat_terms.get(tx, destination)
    told = await asyncio.gather(
        *(_told(room, asking, request, chat, outcome, thresholds) for outcome in outcomes)
    )
    keyboard = tuple(row for answer in told for row in answer.keyboard)
    more = rows((settings_key(request.channel or ""),))
    return Answer("\n\n".join(answer.text for answer in told), (*keyboard, *more))


async def _thresholds(
    room: Room, destination: Destination, symbols: list[str], request: Request
) -> dict[str, float | None]:
    """By symbol, from which percentile on zones make so many alerts a day; None where no past is known."""
    if request.per_day is None:
        return {}
    async with room.database.read() as tx:
        known = {one.symbol: one.rules for one in await subscriptions.of_destination(tx, destination)}
        zone = (await chat_terms.get(tx, destination)).time_zone
    wanted = [rules_from(request, known.get(symbol, DEFAULT_RULES)) for symbol in symbols]
    least = await asyncio.gather(
        *(
            room.market.threshold_for(symbol, rules, zone)
            for symbol, rules in zip(symbols, wanted, strict=True)
        )
    )
    return dict(zip(symbols, least, strict=True))


async def _store(
    database: Database,
    destination: Destination,
    symbols: list[str],
    request: Request,
    user_id: int,
    thresholds: Mapping[str, float | None],
) -> list[subscriptions.Outcome]:
    """All or none, and committed before it is confirmed."""
    now_ms = round(time.time() * 1000)
    async with database.begin() as tx:
        known = {one.symbol: one.rules for one in await subscriptions.of_destination(tx, destination)}
        if len({*known, *symbols}) > MOST_ALERTS:
            raise Refusal(problems.too_many("alerts", MOST_ALERTS))
        outcomes = []
        for symbol in symbols:
            rules = rules_from(request, known.get(symbol, DEFAULT_RULES))
            if symbol in thresholds:
                rules = replace(rules, least_percentile=thresholds[symbol] or 0.0)
            outcomes.append(
                await subscriptions.subscribe(
                    tx, destination, symbol, rules, created_by=user_id, now_ms=now_ms
                )
            )
        await chats.switch_on(tx, destination.chat_id)
    return outcomes


async def _told(
    room: Room,
    asking: Asking,
    request: Request,
    chat: ChatTerms,
    outcome: subscriptions.Outcome,
    thresholds: Mapping[str, float | None],
) -> Answer:
    subscription = outcome.subscription
    symbol, rules = subscription.symbol, subscription.rules
    keyboard = _keyboard(subscription, asking.destination)
    if not outcome.new and not outcome.changed:
        return Answer(problems.already_subscribed(symbol, terms(rules)), keyboard)
    shown = await _map_of(room, symbol)
    hourly_range = None if shown is None else shown.found.hourly_range
    where = request.channel or ""
    lines = [answers.subscribed(symbol, rules, where, outcome.old_rules, hourly_range, chat.budget)]
    lines += _chosen(request, symbol, thresholds)
    lines.append(answers.waiting_for_data(symbol) if shown is None else answers.nearest_zones(shown, rules))
    capped = rules if chat.budget is None else replace(rules, budget=chat.budget)
    past = await room.market.preview(symbol, capped, chat.time_zone)
    lines.append(preview_line(past, rules, room.market.now_ms(), chat.time_zone, chat.quiet))
    return Answer("\n".join(lines), keyboard)


def _chosen(request: Request, symbol: str, thresholds: Mapping[str, float | None]) -> list[str]:
    """What was made of a leverage and of a daily budget."""
    lines = []
    if request.leverage is not None and lies_inside_a_band(request.leverage):
        band = LEVERAGE_BANDS[leverage_band_of(request.leverage)]
        lines.append(leverage_note(request.leverage, band))
    if request.per_day is not None:
        lines.append(threshold_line(request.per_day, thresholds[symbol]))
    return lines


async def _map_of(room: Room, symbol: str) -> Snapshot | None:
    try:
        return await room.market.view(symbol)
    except Refusal:
        return None


def _keyboard(subscription: Subscription, here: Destination) -> Keyboard:
    symbol = subscription.symbol
    off = key(f"Switch off {pair_name(symbol)}", _line("off", subscription, here))
    return rows((key("Map", map_line(symbol)), _kinds_key(subscription, here), off))


def _kinds_key(subscription: Subscription, here: Destination) -> Key | None:
    there = subscription.destination
    return kinds_key(subscription.id, subscription.symbol, "" if there == here else str(there.chat_id))


def _line(word: str, wanted: Subscription | Schedule, here: Destination) -> str:
    """ "off 12"; with the chat's id where the button stands in another chat than what it switches off."""
    elsewhere = "" if wanted.destination == here else f" {wanted.destination.chat_id}"
    return f"{word} {wanted.id}{elsewhere}"


async def answer_unsubscribe(room: Room, asking: Asking) -> Answer:
    request = read(asking.line, "unsubscribe")
    destination = await target(asking, request.channel, room.members)
    if not request.symbols:
        return await _list(room, destination, asking.destination, request.channel or "")
    if request.symbols[0].casefold() in EVERYTHING:
        async with room.database.begin() as tx:
            return Answer(answers.unsubscribed_all(await subscriptions.unsubscribe_all(tx, destination)))
    symbols = [found(request, room.market, typed)[0] for typed in request.symbols]
    lines = [await _unsubscribe_one(room, request, symbol, destination) for symbol in symbols]
    return Answer("\n".join(lines))


async def _unsubscribe_one(room: Room, request: Request, symbol: str, destination: Destination) -> str:
    async with room.database.begin() as tx:
        gone = await subscriptions.unsubscribe(tx, destination, symbol)
    where = request.channel or ""
    return answers.unsubscribed(symbol, where) if gone else problems.not_subscribed(symbol)


async def answer_alerts(room: Room, asking: Asking) -> Answer:
    request = read(asking.line, "alerts")
    if request.channel is None:
        return await _list(room, asking.destination, asking.destination, "")
    destination = await target(asking, request.channel, room.members)
    return await _list(room, destination, asking.destination, request.channel)


async def _list(room: Room, destination: Destination, here: Destination, where: str) -> Answer:
    async with room.database.read() as tx:
        alerts = await subscriptions.of_destination(tx, destination)
        planned = await schedules.of_destination(tx, destination)
    now_ms = room.market.now_ms()
    text = answers.alerts_list(
        [answers.AlertLine(one.symbol, one.rules) for one in alerts],
        [
            answers.ScheduleLine(one.symbol, one.window, one.every_ms, one.next_due_ms - now_ms)
            for one in planned
        ],
        where,
    )
    return Answer(text, _off_keyboard(alerts, planned, here))


def _off_keyboard(
    alerts: tuple[Subscription, ...], planned: tuple[Schedule, ...], here: Destination
) -> Keyboard:
    bells = [key(f"🔕 {pair_name(one.symbol)}", _line("off", one, here)) for one in alerts]
    kinds = [_kinds_key(one, here) for one in alerts[:MOST_KINDS]]
    calendars = [key(f"🗓 off: {pair_name(one.symbol)}", _line("stop", one, here)) for one in planned]
    pairs = [one for pair in zip_longest(bells, kinds) for one in pair if one is not None]
    return rows(*in_rows([*pairs, *calendars], 2))


async def tap_off(room: Room, asking: Asking) -> str:
    """Switch one alert off; the id has to belong to the chat that the button names, or stands in."""
    number, destination = await _switched(room, asking)
    async with room.database.begin() as tx:
        gone = await subscriptions.unsubscribe_by_id(tx, destination, number)
    return answers.unsubscribed(gone.symbol) if gone else answers.switched_off_already()


async def tap_stop(room: Room, asking: Asking) -> str:
    """Switch one schedule off."""
    number, destination = await _switched(room, asking)
    async with room.database.begin() as tx:
        gone = await schedules.remove_by_id(tx, destination, number)
    return answers.unscheduled(gone.symbol) if gone else answers.switched_off_already()


async def _switched(room: Room, asking: Asking) -> tuple[int, Destination]:
    """What "off 12" or "off 12 -100…" names, once it is clear that the asking person may change it."""
    _, number, *elsewhere = [*asking.line.split(" "), ""]
    channel = channel_of(elsewhere[0]) if elsewhere else None
    destination = await target(asking, channel, room.members)
    return (int(number) if number.isdigit() and len(number) < 19 else 0), destination
