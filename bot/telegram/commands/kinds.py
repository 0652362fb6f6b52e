"""/kinds: how loud each kind of alert on a pair is, changed in place."""

from __future__ import annotations

import time
from dataclasses import replace

from bot.rules.kinds import Kind, Loudness
from bot.store import chats, subscriptions
from bot.store.database import Transaction
from bot.store.subscriptions import Subscription
from bot.telegram.asking import Answer, Asking
from bot.telegram.place import Place, place_of, place_of_button
from bot.telegram.reading import found, read
from bot.telegram.room import Room
from bot.wording import problems
from bot.wording.refusal import Refusal
from bot.wording.rules_text import kind_set, kinds_text
from bot.wording.terms_buttons import kinds_keyboard

NEXT = {Loudness.ON: Loudness.SILENT, Loudness.SILENT: Loudness.OFF, Loudness.OFF: Loudness.ON}


async def answer_kinds(room: Room, asking: Asking) -> Answer:
    """ "kinds 12 [chat]" of a button, or "/kinds BTC [@channel]"."""
    first, *_ = [*asking.line.split(" ")[1:], ""]
    if asking.tapped and _is_id(first):
        place, _ = await place_of_button(room, asking)
        return _panel(place, await _by_id(place, first))
    request = read(asking.line, "kinds")
    symbol, _ = found(request, room.market)
    place = await place_of(room, asking, request.channel)
    async with room.database.read() as tx:
        known = await subscriptions.find(tx, place.destination, symbol)
    if known is None:
        raise Refusal(problems.not_subscribed(symbol))
    return _panel(place, known)


async def turn_kind(room: Room, asking: Asking) -> Answer:
    """ "kind 12 near [chat]": on, silent, off and on again."""
    place, words = await place_of_button(room, asking)
    number, name = [*words, "", ""][:2]
    if not _is_id(number) or name not in set(Kind):
        raise Refusal(problems.button_too_old())
    known = await _turned(place, number, Kind(name), asking.user_id)
    toast = kind_set(Kind(name), known.rules.loudness_of(Kind(name)))
    return replace(_panel(place, known), in_place=True, toast=toast)


async def _turned(place: Place, number: str, kind: Kind, user_id: int) -> Subscription:
    """Two taps at once are two turns."""
    wall_ms = round(time.time() * 1000)
    async with place.room.database.begin() as tx:
        await chats.lock(tx, place.destination.chat_id, wall_ms)
        known = await _found(tx, place, number)
        rules = known.rules.with_loudness({kind: NEXT[known.rules.loudness_of(kind)]})
        outcome = await subscriptions.subscribe(
            tx, place.destination, known.symbol, rules, created_by=user_id, now_ms=wall_ms
        )
    return outcome.subscription


async def _by_id(place: Place, number: str) -> Subscription:
    async with place.room.database.read() as tx:
        return await _found(tx, place, number)


async def _found(tx: Transaction, place: Place, number: str) -> Subscription:
    """Raises Refusal for an id of another chat, or of an alert that is off."""
    known = await subscriptions.by_id(tx, int(number))
    if known is None or known.destination != place.destination:
        raise Refusal(problems.alert_is_off())
    return known


def _is_id(number: str) -> bool:
    return number.isdigit() and len(number) < 19


def _panel(place: Place, known: Subscription) -> Answer:
    return Answer(
        kinds_text(known.symbol, known.rules, place.where),
        kinds_keyboard(known.id, known.rules, place.elsewhere),
    )
