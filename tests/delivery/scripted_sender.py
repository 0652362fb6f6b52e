"""A sender that does what a test tells it to, and a courier around it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from store_samples import NOW

from bot.delivery.courier import Courier, Trouble
from bot.delivery.pacing import Pacing
from bot.delivery.sender import Sender, Sent
from bot.store import outbox, outbox_counts
from bot.store.database import Database
from bot.store.letter import Letter, Queued
from bot.store.pictures import Picture

Script = Callable[[Letter], Awaitable[Sent]]


async def eventually(condition: Callable[[], Awaitable[bool]]) -> None:
    for _ in range(2000):
        if await condition():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("It did not come to that.")


class ScriptedSender(Sender):
    """Fails as scripted, one failure a call, and then delivers."""

    def __init__(self) -> None:
        self.failures: list[Exception] = []
        self.probe_failures: list[Exception] = []
        self.calls: list[tuple[Letter, str, Picture | None]] = []
        self.edits: list[tuple[Letter, str, int, bool]] = []
        self.probes = 0
        self.gate: asyncio.Event | None = None

    async def send(self, letter: Letter, text: str, picture: Picture | None) -> Sent:
        self.calls.append((letter, text, picture))
        if self.gate is not None:
            await self.gate.wait()
        if self.failures:
            raise self.failures.pop(0)
        return Sent(len(self.calls), None if picture is None else f"file-{picture.key[:6]}")

    async def edit(self, letter: Letter, text: str, message_id: int, *, has_caption: bool) -> None:
        self.edits.append((letter, text, message_id, has_caption))
        if self.failures:
            raise self.failures.pop(0)

    async def probe(self) -> None:
        self.probes += 1
        if self.probe_failures:
            raise self.probe_failures.pop(0)

    @property
    def names(self) -> list[str]:
        return [letter.dedup_key for letter, _, _ in self.calls]


class Round:
    """A courier at work on a database; the clock moves only by hand."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.sender = ScriptedSender()
        self.now_ms = NOW
        self.troubles: list[Trouble] = []
        self.upload_patience_s = 5.0

    def courier(self, owner: str = "gateway") -> Courier:
        return Courier(
            self.database,
            self.sender,
            Pacing(),
            late_note=_late_note,
            owner=owner,
            clock_ms=lambda: self.now_ms,
            on_trouble=self._note,
            look_every_s=0.01,
            slow_after_s=0.01,
            upload_patience_s=self.upload_patience_s,
        )

    async def run(self) -> None:
        """Until nothing that is due is left."""
        async with self.at_work():
            await self.until_settled()

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[Courier]:
        courier = self.courier()
        working = asyncio.create_task(courier.run())
        try:
            yield courier
        finally:
            await courier.stop()
            await working

    async def until_settled(self) -> None:
        await eventually(self._is_settled)

    async def until_calls(self, number: int) -> None:
        async def are_made() -> bool:
            return len(self.sender.calls) >= number

        await eventually(are_made)

    async def until_flights(self, courier: Courier, number: int) -> None:
        async def are_under_way() -> bool:
            return len(courier._flights) >= number

        await eventually(are_under_way)

    async def until_flights_are(self, courier: Courier, number: int) -> None:
        async def are_left() -> bool:
            return len(courier._flights) == number

        await eventually(are_left)

    async def _is_settled(self) -> bool:
        async with self.database.read() as tx:
            counts = await outbox_counts.counts(tx)
            due_ms = await outbox_counts.next_due_ms(tx)
        return not counts.sending and (due_ms is None or due_ms > self.now_ms)

    async def _note(self, trouble: Trouble) -> None:
        self.troubles.append(trouble)


async def put(round_: Round, *letters: Letter) -> list[int]:
    async with round_.database.begin() as tx:
        ids = [await outbox.enqueue(tx, one, now_ms=round_.now_ms) for one in letters]
    return [given for given in ids if given is not None]


async def look(round_: Round, letter_id: int) -> Queued:
    async with round_.database.read() as tx:
        found = await outbox.find(tx, letter_id)
    assert found is not None
    return found


def _late_note(late_ms: int, is_alert: bool) -> str:
    return f"<i>{late_ms // 60_000} min late{'' if is_alert else ', no alert'}</i>"
