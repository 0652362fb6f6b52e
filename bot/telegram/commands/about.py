"""/start, /help, /status and /channel."""

from __future__ import annotations

import time

from bot.store import alerts, outbox_counts, subscriptions
from bot.telegram.asking import Answer, Asking
from bot.telegram.room import Room
from bot.wording import answers, misreadings
from bot.wording.buttons import Keyboard, key, map_line, rows
from bot.wording.help import help_text, start_text
from bot.wording.pair import pair_name
from bot.wording.refusal import Refusal
from bot.wording.status import QueueStatus, Status, status_text

DAY_MS = 86_400_000


async def answer_start(room: Room, asking: Asking) -> Answer:
    if not asking.private:
        return Answer(answers.greeting_in_group(room.username))
    return Answer(start_text(), _first_steps(room.market.suggestions))


def _first_steps(symbols: tuple[str, ...]) -> Keyboard:
    maps = tuple(key(f"Map {pair_name(symbol)}", map_line(symbol)) for symbol in symbols[:2])
    alerts = tuple(key(f"Alert me: {pair_name(symbol)}", f"subscribe {symbol}") for symbol in symbols[:2])
    return rows(maps, alerts, (key("Help", "help"), key("How it works", "model"), key("Status", "status")))


async def answer_help(room: Room, asking: Asking) -> Answer:
    return Answer(help_text(asking.private))


async def answer_channel(room: Room, asking: Asking) -> Answer:
    if not asking.private:
        raise Refusal(misreadings.only_in_private("channel"))
    return Answer(answers.choose_channel(), request_channel="Choose a channel")


async def answer_status(room: Room, asking: Asking) -> Answer:
    now_ms, wall_ms = room.market.now_ms(), round(time.time() * 1000)
    async with room.database.read() as tx:
        queue = await outbox_counts.counts(tx)
        subscribed = await subscriptions.count(tx)
        recent = await alerts.count(tx, now_ms - DAY_MS)
    waiting_ms = None if queue.oldest_waiting_ms is None else wall_ms - queue.oldest_waiting_ms
    status = Status(
        now_ms=now_ms,
        speed=room.market.speed,
        uptime_ms=wall_ms - room.started_ms,
        watched=room.market.watched,
        venues=room.market.venue_states(),
        subscriptions=subscribed,
        alerts_today=recent,
        queue=QueueStatus(queue.ready + queue.sending, queue.sent, queue.dead, queue.unsure, waiting_ms),
    )
    return Answer(status_text(status))
