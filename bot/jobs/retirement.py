"""Retirement: what chats have on a contract that has expired is taken off, with one offer to roll."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import structlog

from bot.jobs.desk import Desk
from bot.jobs.letters import roll_letter_buttons
from bot.market.succession import successors
from bot.store import outbox, schedules, subscriptions
from bot.store.database import Database, Transaction
from bot.store.destination import Destination
from bot.store.letter import Kind, Letter
from bot.store.schedules import Schedule
from bot.store.subscriptions import Subscription
from bot.wording.retirement_text import Ended, retired

log = structlog.get_logger(__name__)

Had = Subscription | Schedule


@dataclass
class Retirement:
    desk: Desk
    database: Database
    wake_courier: Callable[[], None]

    async def tick(self) -> None:
        """Chats that are off keep what they have and are told when they are on again."""
        async with self.database.read() as tx:
            wanted = await subscriptions.symbols(tx)
            expired = {one: at_ms for one in wanted if (at_ms := self.desk.expired_at(one)) is not None}
            had = [one for symbol in expired for one in await _had(tx, symbol)]
        if not had or not self.desk.listings:  # without a market list there is nothing to offer
            return
        for destination, theirs in _by_destination(had).items():
            await self._retire(destination, theirs, expired)
        self.wake_courier()

    async def _retire(
        self, destination: Destination, theirs: Iterable[Had], expired: Mapping[str, int]
    ) -> None:
        """Taking off and telling are one transaction: told once, and never of what is still on."""
        async with self.database.begin() as tx:
            gone = [one for known in theirs if (one := await _taken_off(tx, known)) is not None]
            if not gone:
                return
            ended = [self._ended(symbol, at_ms, gone) for symbol, at_ms in expired.items()]
            letter = _letter(destination, gone, [one for one in ended if one.alert or one.schedule])
            await outbox.enqueue(tx, letter, now_ms=round(time.time() * 1000))
        log.info("retired", chat=destination.chat_id, symbols=sorted({one.symbol for one in gone}))

    def _ended(self, symbol: str, at_ms: int, gone: Iterable[Had]) -> Ended:
        here = [one for one in gone if one.symbol == symbol]
        alerts = [one.rules for one in here if isinstance(one, Subscription)]
        maps = [(one.window, one.every_ms) for one in here if isinstance(one, Schedule)]
        following = successors(symbol, self.desk.listings, self.desk.now_ms())
        return Ended(symbol, at_ms, alerts[0] if alerts else None, maps[0] if maps else None, following)


async def _had(tx: Transaction, symbol: str) -> list[Had]:
    return [*await subscriptions.of_symbol(tx, symbol), *await schedules.of_symbol(tx, symbol)]


def _by_destination(had: Iterable[Had]) -> dict[Destination, list[Had]]:
    found: dict[Destination, list[Had]] = defaultdict(list)
    for one in had:
        found[one.destination].append(one)
    return found


async def _taken_off(tx: Transaction, known: Had) -> Had | None:
    """As it stood last, or None where somebody has taken it off meanwhile."""
    if isinstance(known, Subscription):
        return await subscriptions.unsubscribe_by_id(tx, known.destination, known.id)
    return await schedules.remove_by_id(tx, known.destination, known.id)


def _letter(destination: Destination, gone: Iterable[Had], ended: list[Ended]) -> Letter:
    names = sorted(f"{'alert' if isinstance(one, Subscription) else 'map'} {one.id}" for one in gone)
    return Letter(
        dedup_key=f"expired:{','.join(names)}",
        destination=destination,
        kind=Kind.NOTICE,
        text=retired(ended, private=destination.chat_id > 0),
        buttons=roll_letter_buttons(ended),
    )
