"""The worker that empties the outbox: claim, send, mark."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import structlog

from bot.delivery.editing import NoTarget, Target, target_of
from bot.delivery.outcome import Outcome, Verdict, outcome_of
from bot.delivery.pacing import Pacing
from bot.delivery.plain_words import has_room
from bot.delivery.sender import Sender, Sent
from bot.delivery.settlement import settle
from bot.store import outbox, pictures
from bot.store.database import Database, Transaction
from bot.store.letter import Kind, Letter, Queued
from bot.store.pictures import Picture

LEASE_MS = 60_000
SEND_WITHIN_S = 50.0  # less than the lease, so that nobody else takes a letter that is on the wire
AT_ONCE = 10
LOOK_EVERY_S = 1.0
SLOW_AFTER_S = 0.5
FINISH_WITHIN_S = 5.0
UPLOAD_PATIENCE_S = 5.0  # with SEND_WITHIN_S less than the lease
UPLOAD_PAUSE_MS = 1_000
STILL_UPLOADING = "Its picture is still on its way up."
LATE_AFTER_MS = 600_000
WAIT_FOR_SENT_MS = 60_000  # an edit of a message that is still on its way
WRITE_TRIES = 20
WRITE_PAUSE_S = 0.5
ON_THE_LINE = frozenset({Verdict.NOT_SENT, Verdict.UNSURE})
FIRED = frozenset({Kind.ALERT, Kind.EDIT})  # what they say was true when they fired
PASSING = frozenset({Verdict.NOT_SENT, Verdict.FLOODED})  # they cure themselves

log = structlog.get_logger(__name__)


class DeliveryImpossibleError(Exception):
    """No message can be sent any more, e.g. because the token is wrong."""


class _StillUploadingError(Exception):
    """Another letter is taking the same picture up."""


@dataclass(frozen=True)
class Flight:
    """A letter between its claim and its mark."""

    chat_id: int
    started: float


@dataclass(frozen=True)
class Trouble:
    """A send that failed in a way that somebody may have to hear of."""

    queued: Queued
    outcome: Outcome


def wall_ms() -> int:
    return time.time_ns() // 1_000_000


class Courier:
    """`await run()` works until `stop()`. Call `wake()` after a commit that queued something.

    `owner` names the sender over restarts: what it had under way when it was killed goes out at once. Two
    couriers on one database need two names. `late_note` gets how late a letter is (ms) and
    whether it is an alert.
    """

    def __init__(
        self,
        database: Database,
        sender: Sender,
        pacing: Pacing,
        *,
        late_note: Callable[[int, bool], str],
        owner: str = "gateway",
        clock_ms: Callable[[], int] = wall_ms,
        on_trouble: Callable[[Trouble], Awaitable[None]] | None = None,
        look_every_s: float = LOOK_EVERY_S,
        slow_after_s: float = SLOW_AFTER_S,
        upload_patience_s: float = UPLOAD_PATIENCE_S,
    ) -> None:
        self._database = database
        self._sender = sender
        self._pacing = pacing
        self._late_note = late_note
        self._owner = owner
        self._clock_ms = clock_ms
        self._on_trouble = on_trouble
        self._look_every_s = look_every_s
        self._slow_after_s = slow_after_s
        self._upload_patience_s = upload_patience_s
        self._flights: dict[asyncio.Task[None], Flight] = {}
        self._uploading: dict[str, asyncio.Task[Any]] = {}  # by picture, the flight that takes it up first
        self._waiting: set[asyncio.Task[Any]] = set()  # flights that wait for the file id of a picture
        self._news = asyncio.Event()
        self._stopping = False
        self._idle = asyncio.Event()
        self._idle.set()
        self._fatal = ""
        self._line_is_down = False

    def wake(self) -> None:
        self._news.set()

    async def run(self) -> None:
        self._idle.clear()
        try:
            await self._take_back()
            while not self._stopping:
                self._news.clear()
                if await self._line_is_up():
                    await self._claim_more()
                await self._wait()
        finally:
            await self._land()
            self._idle.set()
        if self._fatal:
            raise DeliveryImpossibleError(self._fatal)

    async def stop(self) -> None:
        """Claims nothing more and waits a little for what is on the wire."""
        self._stopping = True
        self._news.set()
        await self._idle.wait()

    async def _take_back(self) -> None:
        async def back(tx: Transaction) -> None:
            await outbox.release_owned(tx, self._owner)

        await self._write(back)

    async def _line_is_up(self) -> bool:
        """After a failure on the line Telegram has to answer first: an outage shall not use letters up."""
        if self._line_is_down:
            try:
                await self._sender.probe()
            except Exception as error:
                self._heed(outcome_of(error))
                return False
            self._line_is_down = False
        return True

    def _heed(self, outcome: Outcome) -> None:
        if outcome.verdict is Verdict.STOP:
            self._fatal = outcome.reason
            self._stopping = True
        elif outcome.verdict in ON_THE_LINE:
            self._line_is_down = True

    async def _claim_more(self) -> None:
        free = self._free_lanes()
        if free <= 0:
            return
        try:
            async with self._database.begin() as tx:
                claimed = await self._claim(tx, free)
        except Exception as error:
            log.error("The outbox cannot be read", error=str(error))
            return
        for queued in claimed:
            flight = asyncio.create_task(self._deliver(queued))
            self._flights[flight] = Flight(queued.destination.chat_id, time.monotonic())
            flight.add_done_callback(self._landed)

    def _free_lanes(self) -> int:
        """A send that takes long does not hold the others up: it stops counting as one of the lanes."""
        young_since = time.monotonic() - self._slow_after_s
        young = sum(flight.started > young_since for flight in self._flights.values())
        return min(self._pacing.lanes() - young, AT_ONCE - len(self._flights) + len(self._waiting))

    async def _claim(self, tx: Transaction, free: int) -> tuple[Queued, ...]:
        under_way = {flight.chat_id for flight in self._flights.values()}
        busy = under_way.union(self._pacing.resting())
        return await outbox.claim(tx, self._clock_ms(), LEASE_MS, self._owner, free, resting=busy)

    async def _wait(self) -> None:
        """Until there is news, a chat has rested, or it is time to look again."""
        patience = min([self._look_every_s, *self._pacing.resting().values()])
        if self._flights:
            patience = min(patience, self._slow_after_s)
        try:
            async with asyncio.timeout(max(patience, 0.01)):
                await self._news.wait()
        except TimeoutError:
            return

    def _landed(self, flight: asyncio.Task[None]) -> None:
        del self._flights[flight]
        self._uploading = {key: task for key, task in self._uploading.items() if task is not flight}
        self._news.set()
        if not flight.cancelled() and (error := flight.exception()):
            log.error("A letter could not be settled; its lease will run out", error=str(error))

    async def _land(self) -> None:
        if self._flights:
            _, late = await asyncio.wait(tuple(self._flights), timeout=FINISH_WITHIN_S)
            for flight in late:
                flight.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _deliver(self, queued: Queued) -> None:
        if self._has_expired(queued):
            await self._bury(queued, "It expired before it could be sent.")
            return
        if queued.letter.kind is Kind.EDIT:
            await self._edit(queued)
            return
        try:
            picture = await self._picture(queued)
        except _StillUploadingError:
            until_ms = self._clock_ms() + UPLOAD_PAUSE_MS
            await self._write(lambda tx: _discard(outbox.postpone(tx, queued, until_ms, STILL_UPLOADING)))
            return
        try:
            async with asyncio.timeout(SEND_WITHIN_S):
                late_ms = self._clock_ms() - queued.created_ms
                text = self._text(queued.letter, late_ms, is_caption=picture is not None)
                sent = await self._sender.send(queued.letter, text, picture)
        except Exception as error:
            await self._failed(queued, outcome_of(error))
        else:
            await self._write(lambda tx: self._mark(tx, queued, picture, sent))

    def _has_expired(self, queued: Queued) -> bool:
        """An alert is late but never silent; anything else that comes too late would only confuse."""
        expires_ms = queued.letter.expires_ms
        mortal = expires_ms is not None and queued.letter.kind is not Kind.ALERT
        return mortal and self._clock_ms() > (expires_ms or 0)

    async def _edit(self, queued: Queued) -> None:
        """One call; whether it arrived or not, there is no second one that says something else."""
        async with self._database.read() as tx:
            target = await target_of(tx, queued)
        if isinstance(target, Target):
            await self._change(queued, target)
        elif target is NoTarget.NOT_YET:
            until_ms = self._clock_ms() + WAIT_FOR_SENT_MS
            await self._write(lambda tx: _discard(outbox.postpone(tx, queued, until_ms, target.value)))
        else:
            await self._bury(queued, target.value)

    async def _change(self, queued: Queued, target: Target) -> None:
        caption = target.has_caption
        text = self._text(queued.letter, target.late_ms, is_caption=caption)
        try:
            async with asyncio.timeout(SEND_WITHIN_S):
                await self._sender.edit(queued.letter, text, target.message_id, has_caption=caption)
        except Exception as error:
            await self._failed(queued, outcome_of(error))
        else:
            await self._write(lambda tx: self._mark(tx, queued, None, Sent(target.message_id)))

    async def _bury(self, queued: Queued, reason: str) -> None:
        now_ms = self._clock_ms()
        await self._write(lambda tx: _discard(outbox.bury(tx, queued, reason, now_ms=now_ms)))

    async def _picture(self, queued: Queued) -> Picture | None:
        """Who needs a picture that is on its way up already waits a little for its file id, then one of them
        takes it up in its stead; raises _StillUploadingError for the others."""
        key = queued.letter.picture_key
        picture = None if key is None else await self._stored(key)
        if picture is None or picture.file_id is not None:
            return picture
        first, this = self._uploading.get(picture.key), asyncio.current_task()
        assert this is not None
        if first is not None:
            await self._wait_for(first, this)
            picture = await self._stored(picture.key)
            if picture is None or picture.file_id is not None:
                return picture
            if self._uploading.get(picture.key) not in (None, first):
                raise _StillUploadingError
        self._uploading[picture.key] = this
        return picture

    async def _wait_for(self, first: asyncio.Task[Any], this: asyncio.Task[Any]) -> None:
        """Not as one of the letters at once: other chats are served meanwhile."""
        self._waiting.add(this)
        try:
            await asyncio.wait({first}, timeout=self._upload_patience_s)
        finally:
            self._waiting.discard(this)

    async def _stored(self, key: str) -> Picture | None:
        async with self._database.read() as tx:
            return await pictures.get(tx, key)

    def _text(self, letter: Letter, late_ms: int, *, is_caption: bool) -> str:
        """Late ones begin with a note, unless Telegram would refuse the whole for its length."""
        if late_ms <= LATE_AFTER_MS:
            return letter.text
        noted = f"{self._late_note(late_ms, letter.kind in FIRED)}\n{letter.text}"
        return noted if has_room(noted, is_caption=is_caption) else letter.text

    async def _mark(self, tx: Transaction, queued: Queued, picture: Picture | None, sent: Sent) -> None:
        await outbox.mark_sent(tx, queued, sent.message_id, now_ms=self._clock_ms())
        if picture is not None and sent.file_id is not None and picture.file_id is None:
            await pictures.remember_file_id(tx, picture.key, sent.file_id)

    async def _failed(self, queued: Queued, outcome: Outcome) -> None:
        log.warning(
            "A message was not delivered",
            verdict=outcome.verdict.value,
            reason=outcome.reason,
            chat_id=queued.destination.chat_id,
            attempts=queued.attempts,
        )
        self._heed(outcome)
        await self._write(lambda tx: settle(tx, queued, outcome, now_ms=self._clock_ms()))
        if self._on_trouble is not None and outcome.verdict not in PASSING:
            await self._on_trouble(Trouble(queued, outcome))

    async def _write(self, change: Callable[[Transaction], Awaitable[None]]) -> None:
        """A message that went out has to be marked, so a busy database is asked again."""
        for _ in range(WRITE_TRIES - 1):
            try:
                async with self._database.begin() as tx:
                    return await change(tx)
            except Exception as error:
                log.error("The outbox cannot be written", error=str(error))
                await asyncio.sleep(WRITE_PAUSE_S)
        async with self._database.begin() as tx:
            return await change(tx)


async def _discard(change: Awaitable[object]) -> None:
    """Where it does not matter who settled the letter."""
    await change
