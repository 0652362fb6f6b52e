"""/schedule: a map by the clock, here or in a channel."""

from __future__ import annotations

import time
from dataclasses import replace

from bot.liquidation.windows import ALL
from bot.store import chats, schedules
from bot.telegram.asking import Answer, Asking
from bot.telegram.authority import target
from bot.telegram.picture_words import PictureWords
from bot.telegram.reading import found, line_for, read
from bot.telegram.room import Room
from bot.telegram.vocabulary import OFF_WORDS
from bot.telegram.words import Request, parse_request, words_after_command
from bot.wording import answers, misreadings, problems
from bot.wording.buttons import Keyboard, key, rows
from bot.wording.refusal import Refusal

MOST_SCHEDULES = 20
OFFERED = ("every 1h", "every 4h", "every 24h")


async def answer_schedule(room: Room, asking: Asking) -> Answer:
    if (ending := _ending(asking.line)) is not None:
        return await answer_unschedule(room, replace(asking, line=ending))
    request = read(asking.line, "schedule")
    symbol, _ = found(request, room.market)
    if request.picture != PictureWords() or request.band is not None:
        raise Refusal(misreadings.schedules_are_whole())
    if request.every_ms is None:
        raise Refusal(problems.missing_interval(symbol), _intervals(request, symbol))
    if request.venue is not None:
        raise Refusal(misreadings.schedules_take_all_venues())
    destination = await target(asking, request.channel, room.members)
    # What cannot be drawn is refused now, not when it is due.
    await room.market.view(symbol, request.window or ALL)
    first_due = _first_due(room.market.now_ms(), request.every_ms)
    async with room.database.begin() as tx:
        here = await schedules.of_destination(tx, destination)
        if len(here) >= MOST_SCHEDULES and all(one.symbol != symbol for one in here):
            raise Refusal(problems.too_many("scheduled maps", MOST_SCHEDULES))
        replaced = any(one.symbol == symbol for one in here)
        await schedules.put(
            tx,
            destination,
            symbol,
            request.window or ALL,
            every_ms=request.every_ms,
            next_due_ms=first_due,
            created_by=asking.user_id,
            now_ms=round(time.time() * 1000),
        )
        await chats.switch_on(tx, destination.chat_id)
    return Answer(_confirmed(request, symbol, first_due - room.market.now_ms(), replaced))


def _ending(line: str) -> str | None:
    """The line that ends what "/schedule btc off" names, None for another; with an interval OFF is a coin."""
    words = words_after_command(line)
    others = [word for word in words if word.casefold() not in OFF_WORDS]
    if len(others) == len(words) or parse_request(line, "schedule").every_ms is not None:
        return None
    return " ".join(["unschedule", *others])


def _first_due(now_ms: int, every_ms: int) -> int:
    """On the UTC grid of the interval: every 4 h is at 0, 4, 8 … o'clock."""
    return (now_ms // every_ms + 1) * every_ms


def _confirmed(request: Request, symbol: str, first_in_ms: int, replaced: bool) -> str:
    window, where = request.window or ALL, request.channel or ""
    every_ms = request.every_ms or 0
    return answers.scheduled(symbol, window, every_ms, first_in_ms, where, replaced=replaced)


def _intervals(request: Request, symbol: str) -> Keyboard:
    return rows(tuple(key(every, f"{line_for(request, symbol)} {every}") for every in OFFERED))


async def answer_unschedule(room: Room, asking: Asking) -> Answer:
    request = read(asking.line, "unschedule")
    symbol, _ = found(request, room.market)
    destination = await target(asking, request.channel, room.members)
    async with room.database.begin() as tx:
        gone = await schedules.remove(tx, destination, symbol)
    where = request.channel or ""
    return Answer(answers.unscheduled(symbol, where) if gone else answers.switched_off_already())
