"""/settings: everything of this chat in one message, whose buttons change it in place."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.rules.sessions import Session
from bot.store import alerts, chat_terms, chats, outbox, subscriptions
from bot.store.letter import Button, Kind, Letter
from bot.telegram.asking import Answer, Asking
from bot.telegram.commands.looks import set_language, set_palette, set_theme
from bot.telegram.commands.terms import (
    end_snooze,
    set_budget,
    set_event,
    set_hours,
    set_zone,
    snooze,
)
from bot.telegram.place import Place, place_of, place_of_button
from bot.telegram.room import Room
from bot.telegram.terms_line import TermsLine, terms_line
from bot.telegram.words import parse_request
from bot.wording import problems, terms_text
from bot.wording.buttons import rows
from bot.wording.pair import pair_name
from bot.wording.refusal import Refusal
from bot.wording.settings_text import Standing, settings_text
from bot.wording.terms_buttons import OF_PICTURES, Menu, panel_keyboard, settings_key
from bot.wording.trial_text import trial_sent, trial_text

TESTS_APART_MS = 10_000


async def answer_settings(room: Room, asking: Asking) -> Answer:
    """Whoever is in a chat may read its settings; a channel's are shown to its admins."""
    channel = terms_line(asking.line).channel
    if channel is None:
        place = Place(room, asking.destination, "")
    else:
        place = await place_of(room, asking, channel)
    return await _panel(place, Menu.MAIN)


async def turn_setting(room: Room, asking: Asking) -> Answer:
    """ "set budget 5 [chat]": change it and show the settings anew, in place."""
    place, words = await place_of_button(room, asking)
    field, *values = words or [""]
    if field == "menu" and values and values[0] in set(Menu):
        return replace(await _panel(place, Menu(values[0])), in_place=True)
    if field not in SETTERS:
        raise Refusal(problems.button_too_old())
    toast = await SETTERS[field](place, TermsLine(tuple(values)))
    menu = Menu.PICTURES if field in OF_PICTURES else Menu.MAIN
    return replace(await _panel(place, menu), in_place=True, toast=toast)


async def _panel(place: Place, menu: Menu) -> Answer:
    async with place.room.database.read() as tx:
        terms = await chat_terms.get(tx, place.destination)
        watched = await subscriptions.of_destination(tx, place.destination)
        told = await alerts.in_letters(tx, [place.destination], terms.day_begin_ms(place.now_ms))
    standing = Standing(
        zone=terms.time_zone,
        quiet=terms.quiet,
        budget=terms.budget,
        snoozed_until_ms=terms.snoozed_until_ms,
        event_until_ms=terms.event_until_ms,
        sessions=terms.sessions,
        alerts=tuple((one.symbol, one.rules, one.snoozed_until_ms) for one in watched),
        now_ms=place.now_ms,
        spent=len({one.letter_id for one in told if one.destination == place.destination}),
        where=place.where,
        look=terms.look,
        language=terms.language,
    )
    return Answer(settings_text(standing), panel_keyboard(menu, standing, place.elsewhere))


async def _set_zone(place: Place, line: TermsLine) -> str:
    return await set_zone(place, line.text)


async def _set_span(place: Place, line: TermsLine) -> str:
    request = parse_request(f"snooze {line.text}")
    if request.off:
        return await end_snooze(place, [])
    return await snooze(place, [], request.span_ms or 0)


async def _set_event(place: Place, line: TermsLine) -> str:
    return await set_event(place, parse_request(f"event {line.text}"))


async def _turn_session(place: Place, line: TermsLine) -> str:
    """On if it was off."""
    if line.text not in set(Session):
        raise Refusal(problems.button_too_old())
    turned = Session(line.text)
    wanted = {*(await place.terms()).sessions} ^ {turned}
    await place.change(sessions=tuple(session for session in Session if session in wanted))
    return terms_text.session_turned(turned, is_on=turned in wanted)


async def _send_test(place: Place, line: TermsLine) -> str:
    """Through the outbox, as an alert goes: what arrives proves the way, also into a channel."""
    wall_ms = round(time.time() * 1000)
    at = place.destination
    watched = await place.alerts()
    keyboard = rows((settings_key(""),)) if not place.where else ()
    letter = Letter(
        dedup_key=f"test:{at.chat_id}:{at.thread_id}:{wall_ms // TESTS_APART_MS}",
        destination=at,
        kind=Kind.ALERT,
        text=trial_text([pair_name(symbol) for symbol, _ in watched]),
        buttons=tuple(tuple(Button(key.text, key.data) for key in row) for row in keyboard),
    )
    async with place.room.database.begin() as tx:
        await chats.switch_on(tx, at.chat_id)
        queued = await outbox.enqueue(tx, letter, now_ms=wall_ms)
    return trial_sent(place.where, is_first=queued is not None)


SETTERS: dict[str, Callable[[Place, TermsLine], Awaitable[str]]] = {
    "zone": _set_zone,
    "hours": set_hours,
    "budget": set_budget,
    "snooze": _set_span,
    "event": _set_event,
    "digest": _turn_session,
    "test": _send_test,
    "palette": set_palette,
    "theme": set_theme,
    "language": set_language,
}
