"""Session digests: when a session opens, each chat that wished for it gets one letter about its pairs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog

from bot.jobs.desk import Desk
from bot.jobs.letters import session_letter_buttons
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.zone_event import ZoneEvent
from bot.rules.sessions import Session, last_opening_ms, opening_before
from bot.store import chat_terms, outbox, subscriptions, zone_events
from bot.store.chat_terms import ChatTerms
from bot.store.database import Database
from bot.store.letter import Kind, Letter
from bot.wording.refusal import Refusal
from bot.wording.session_text import Opening, PairNews, session_text

LATEST_MS = 30 * 60_000  # an opening that was missed for longer is told of no more
VIEW_SECONDS = 20.0

Part = tuple[Snapshot | None, Sequence[ZoneEvent]]  # what a digest says of a pair, in whichever chat

log = structlog.get_logger(__name__)


@dataclass
class SessionDigests:
    desk: Desk
    database: Database
    wake_courier: Callable[[], None]
    _waiting: dict[Opening, list[ChatTerms]] = field(default_factory=dict)  # places not written to yet

    async def tick(self) -> None:
        """Who wishes for a digest is read once for each opening."""
        now_ms = self.desk.now_ms()
        opened = [one for session in Session if (one := _opening(session, now_ms)) is not None]
        self._waiting = {one: places for one, places in self._waiting.items() if one in opened}
        fresh = [one for one in opened if one not in self._waiting]
        if fresh:
            async with self.database.read() as tx:
                places = await chat_terms.with_sessions(tx)
            for opening in fresh:
                self._waiting[opening] = [terms for terms in places if opening.session in terms.sessions]
        for opening, waiting in self._waiting.items():
            parts: dict[str, Part] = {}
            waiting[:] = [one for one in waiting if not await self._write_safely(opening, one, parts)]

    async def _write_safely(self, opening: Opening, terms: ChatTerms, parts: dict[str, Part]) -> bool:
        """What fails is tried again at the next round; the others go on."""
        try:
            if await self._write(opening, terms, parts):
                self.wake_courier()
        except Exception:
            log.exception("session digest waits", session=opening.session.value)
            return False
        return True

    async def _write(self, opening: Opening, terms: ChatTerms, parts: dict[str, Part]) -> bool:
        """Queued once for each opening, also over a restart; not where all is snoozed or nothing watched."""
        now_ms = self.desk.now_ms()
        async with self.database.read() as tx:
            watched = await subscriptions.of_destination(tx, terms.destination)
        if not watched or terms.snoozed_until_ms > now_ms:
            return False
        for symbol in [one.symbol for one in watched if one.symbol not in parts]:
            parts[symbol] = await self._part(symbol, opening.since_ms)
        pairs = [PairNews(one.symbol, one.rules, *parts[one.symbol]) for one in watched]
        letter = Letter(
            dedup_key=_key(opening, terms),
            destination=terms.destination,
            kind=Kind.SCHEDULED,
            text=session_text(opening, pairs, now_ms, terms.time_zone),
            buttons=session_letter_buttons([one.symbol for one in watched]),
            silent=terms.is_quiet(now_ms),
        )
        async with self.database.begin() as tx:
            return await outbox.enqueue(tx, letter, now_ms=round(time.time() * 1000)) is not None

    async def _part(self, symbol: str, since_ms: int) -> Part:
        async with self.database.read() as tx:
            events = await zone_events.of_symbol(tx, symbol, since_ms)
        return await self._shown(symbol), events

    async def _shown(self, symbol: str) -> Snapshot | None:
        try:
            async with asyncio.timeout(VIEW_SECONDS):
                return await self.desk.view(symbol)
        except (Refusal, TimeoutError):
            return None


def _opening(session: Session, now_ms: int) -> Opening | None:
    """The session's opening if it was just now."""
    at_ms = last_opening_ms(session, now_ms)
    return Opening(session, at_ms, *opening_before(at_ms)) if now_ms - at_ms <= LATEST_MS else None


def _key(opening: Opening, terms: ChatTerms) -> str:
    place = terms.destination
    return f"session:{opening.session.value}:{opening.at_ms}:{place.chat_id}:{place.thread_id}"
