"""Being stopped and being killed, in every phase."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from house import VENUES, House, Process, words_of
from watching import catches_sigterm, until

from bot.store import outbox
from bot.store.database import Database
from bot.store.destination import Destination
from bot.store.letter import Kind, Letter
from bot.store.outbox_counts import OutboxCounts, counts

pytestmark = [pytest.mark.process, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One market beside which every bot lives and ends."""
    house = House(tmp_path_factory.mktemp("none"), ("--speed", "60", "--seed", "5", "--history", "0.5"))
    try:
        yield house.open()
    finally:
        house.close()


@pytest.fixture
def house(sandbox: House, tmp_path: Path) -> Iterator[House]:
    """A bot of its own, and no fault that an earlier one suffered from."""
    house = House(tmp_path, root=sandbox.root)
    try:
        yield house
    finally:
        house.close()
        sandbox.clear_faults()


def test_a_confirmed_subscription_survives_being_killed_and_sigterm_ends_the_bot(
    house: House, database_url: str
) -> None:
    house.settings["DATABASE_URL"] = database_url
    house.start_bot()
    ada = house.private()
    assert "one alert each time" in words_of(ada.ask("/subscribe BTC 0.7% extreme"))
    assert house.bot is not None
    house.bot.stop(signal.SIGKILL)
    house.start_bot()
    assert "BTC/USDT: 0.7%, Extreme" in words_of(ada.ask("/alerts"))
    assert_clean_end(house.bot)


def assert_clean_end(bot: Process, number: int = signal.SIGTERM) -> None:
    """Within ten seconds, and without a complaint."""
    assert bot.stop(number) < 10
    log = "".join(bot.log)
    assert bot.child.returncode == 0, log
    for sign in ("Traceback", "garbage collector", "never retrieved", "ResourceWarning"):
        assert sign not in log, log


def test_nobody_answers_and_yet_sigterm_ends_the_bot(house: House) -> None:
    house.start_bot()
    for target in (*VENUES, "telegram"):
        house.fault(target, "silence", 60)
    assert house.bot is not None
    time.sleep(1)
    assert_clean_end(house.bot)


def test_a_bot_that_is_still_starting_ends_as_cleanly(house: House, tmp_path: Path) -> None:
    """At its imports, its market lists, its clock; and one that Telegram does not answer."""
    for venue in VENUES:
        house.fault(venue, "silence", 120)
    bots = [house.launch_bot(DATA_DIR=str(tmp_path / str(number))) for number in range(3)]
    until(lambda: [bot.child.pid for bot in bots if not catches_sigterm(bot.child.pid)], count=0)
    begun = time.monotonic()
    moments = ((0, signal.SIGTERM), (4, signal.SIGINT), (12, signal.SIGTERM))
    for bot, (moment, number) in zip(bots, moments, strict=True):
        time.sleep(max(0.0, begun + moment - time.monotonic()))
        assert_clean_end(bot, number)
    house.fault("telegram", "silence", 60)
    bot = house.launch_bot()
    time.sleep(3)
    assert_clean_end(bot)


def test_a_letter_on_the_wire_is_marked_before_the_end(house: House, tmp_path: Path) -> None:
    house.start_bot()
    assert house.bot is not None
    ada = house.private()
    started = ada.ask("/start")
    house.fault("telegram", "slow", 60, delay=3.5)
    asyncio.run(_queue_letter(tmp_path, ada.id))
    ada.wait(lambda message: words_of(message) == "A letter.", after=started["message_id"])
    assert_clean_end(house.bot)
    stands = asyncio.run(_outbox(tmp_path))
    assert (stands.sent, stands.sending, stands.ready) == (1, 0, 0)


def test_a_second_sigterm_ends_at_once(house: House, tmp_path: Path) -> None:
    house.start_bot()
    assert house.bot is not None
    ada = house.private()
    started = ada.ask("/start")
    house.fault("telegram", "slow", 60, delay=20)
    asyncio.run(_queue_letter(tmp_path, ada.id))
    ada.wait(lambda message: words_of(message) == "A letter.", after=started["message_id"])
    house.bot.child.send_signal(signal.SIGTERM)
    time.sleep(1)
    assert house.bot.stop(signal.SIGTERM) < 1.5
    assert house.bot.child.returncode == 128 + signal.SIGTERM


async def _queue_letter(data_dir: Path, chat_id: int) -> None:
    database = Database.open(f"sqlite:///{data_dir / 'bot.db'}")
    async with database.begin() as tx:
        letter = Letter("a letter", Destination(chat_id), Kind.NOTICE, "A letter.")
        await outbox.enqueue(tx, letter, now_ms=round(time.time() * 1000))
    await database.close()


async def _outbox(data_dir: Path) -> OutboxCounts:
    database = Database.open(f"sqlite:///{data_dir / 'bot.db'}")
    async with database.read() as tx:
        found = await counts(tx)
    await database.close()
    return found
