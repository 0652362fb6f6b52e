"""Starting, stopping, being killed; and the first alert."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from house import SETTINGS, VENUES, Chat, House, Json, Process, buttons_of, words_of

from bot.store import outbox
from bot.store.database import Database
from bot.store.destination import Destination
from bot.store.letter import Kind, Letter
from bot.store.outbox_counts import OutboxCounts, counts

ZONE_FIELDS = {"id", "side", "low", "high", "peak", "mass_base", "percentile", "band", "distance"}

pytestmark = [pytest.mark.process, pytest.mark.timeout(300)]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path, ("--speed", "60", "--seed", "5"))
    try:
        yield house.open()
    finally:
        house.close()


def test_a_confirmed_subscription_survives_being_killed(house: House, database_url: str) -> None:
    house.settings["DATABASE_URL"] = database_url
    house.start_bot()
    ada = house.private()
    assert "one alert each time" in words_of(ada.ask("/subscribe BTC 0.7% extreme"))
    assert house.bot is not None
    house.bot.stop(signal.SIGKILL)
    house.start_bot()
    assert "BTC/USDT: 0.7%, Extreme" in words_of(ada.ask("/alerts"))


def assert_clean_end(bot: Process, number: int = signal.SIGTERM) -> None:
    assert bot.stop(number) < 10
    log = "".join(bot.log)
    assert bot.child.returncode == 0, log
    for sign in ("Traceback", "garbage collector", "never retrieved", "ResourceWarning"):
        assert sign not in log, log


def test_sigterm_ends_the_bot_within_ten_seconds(house: House) -> None:
    house.start_bot()
    assert house.bot is not None
    assert_clean_end(house.bot)


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
    _until(lambda: [bot.child.pid for bot in bots if not _catches_sigterm(bot.child.pid)], count=0)
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
    ada.ask("/start")
    house.fault("telegram", "slow", 60, delay=3.5)
    asyncio.run(_queue_letter(tmp_path, ada.id))
    ada.wait(lambda message: words_of(message) == "A letter.")
    assert_clean_end(house.bot)
    stands = asyncio.run(_outbox(tmp_path))
    assert (stands.sent, stands.sending, stands.ready) == (1, 0, 0)


def test_a_second_sigterm_ends_at_once(house: House, tmp_path: Path) -> None:
    house.start_bot()
    assert house.bot is not None
    ada = house.private()
    ada.ask("/start")
    house.fault("telegram", "slow", 60, delay=20)
    asyncio.run(_queue_letter(tmp_path, ada.id))
    ada.wait(lambda message: words_of(message) == "A letter.")
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


def test_the_demo_is_one_command(tmp_path: Path) -> None:
    demo = Process("start", "--seed", "2")
    try:
        assert "BOT_TOKEN is not set" in demo.line("BOT_TOKEN is not set")
        root = demo.line("Chat page: ").removeprefix("Chat page: ").rstrip("/")
        house = House(tmp_path, root=root)
        assert house.private().ask("/map BTC", seconds=10).get("photo")
    finally:
        assert demo.stop(signal.SIGTERM) < 12
    assert demo.child.returncode == 0


def test_a_demo_that_is_killed_leaves_no_process_behind() -> None:
    demo = Process("demo", "--seed", "2")
    try:
        halves = _until(lambda: _children(demo.child.pid), count=2)
    finally:
        demo.stop(signal.SIGKILL)
    _until(lambda: [pid for pid in halves if _lives(pid)], count=0)


def test_a_demo_says_which_half_was_killed() -> None:
    demo = Process("demo", "--seed", "2")
    try:
        (sandbox,) = _until(lambda: _children(demo.child.pid), count=1)
        os.kill(sandbox, signal.SIGKILL)
        demo.child.wait(15)
    finally:
        demo.stop()
    assert demo.child.returncode == 1
    assert "The demo's sandbox was killed by SIGKILL" in "".join(demo.log)


def _children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _catches_sigterm(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status").read_text()
    caught = next(line.split()[1] for line in status.splitlines() if line.startswith("SigCgt"))
    return bool(int(caught, 16) >> (signal.SIGTERM - 1) & 1)


def _lives(pid: int) -> bool:
    """Whether it still runs; one that nobody has waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _until(look: Callable[[], list[int]], count: int, seconds: float = 45.0) -> list[int]:
    """What is seen as soon as there are so many."""
    deadline = time.monotonic() + seconds
    while len(found := look()) != count:
        assert time.monotonic() < deadline, found
        time.sleep(0.05)
    return found


def test_first_alerts_name_zones_that_stood_in_zones_before(house: House, tmp_path: Path) -> None:
    """Beside two markets at once: another seed alerts at another price."""
    other = House(tmp_path / "other", ("--speed", "60", "--seed", "8"))
    try:
        other.open()
        with ThreadPoolExecutor() as both:
            prices = list(both.map(_price_of_first_alert, (house, other)))
    finally:
        other.close()
    assert prices[0] != prices[1]


def _price_of_first_alert(house: House) -> float:
    house.start_bot()
    alert, stood = _first_alert(house.private())
    text = words_of(alert)
    assert alert.get("photo"), text
    named = re.search(
        r"(longs|shorts)' zone (Z\d+) begins ([\d.]+)% (below|above) \(([\d.,]+–[\d.,]+)\)", text
    )
    assert named is not None, text
    assert named[2] in stood
    (low, high), (stood_low, stood_high) = _bounds(named[5]), _bounds(stood[named[2]])
    assert low <= stood_high, (text, stood)
    assert stood_low <= high, (text, stood)
    assert float(named[3]) <= 1.5
    assert (named[1], named[4]) in (("longs", "below"), ("shorts", "above"))
    assert "Switch this alert off" in [key["text"] for key in buttons_of(alert)]
    price = re.match(r"\W*BTC/USDT ([\d.,]+):", text)
    assert price is not None, text
    return float(price[1].replace(",", ""))


def _first_alert(ada: Chat) -> tuple[Json, dict[str, str]]:
    """The first alert after subscribing, and the zones that /zones had shown until then."""
    confirmed = ada.ask("/subscribe BTC")
    begun = time.monotonic()
    stood: dict[str, str] = {}
    while time.monotonic() - begun < 150:
        found = [m for m in ada.messages(confirmed["message_id"]) if "#" in words_of(m)]
        if found:
            return found[0], stood
        stood.update(_ranges(words_of(ada.ask("/zones BTC"))))
        time.sleep(2)
    raise AssertionError("no alert within 150 s")


def _ranges(text: str) -> dict[str, str]:
    """Zone id -> price range as /zones prints them."""
    return dict(re.findall(r"\d+\. (Z\d+) · .*\n([\d.,]+–[\d.,]+)", text))


def _bounds(text: str) -> tuple[float, float]:
    low, high = text.rstrip(",").replace(",", "").split("–")
    return float(low), float(high)


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["map", "NOSUCH"], "No listed market"),
        (["map", "BTC", "5h"], "no window"),
        (["zones", "BTC", "--at", "yesterday"], "is no moment"),
        (["demo", "--recording", "nowhere"], "is not a recording"),
        (["sandbox", "--as", "kraken"], "choose from binance, okx, bybit"),
    ],
)
def test_commands_refuse_with_a_sentence(house: House, arguments: list[str], part: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        env=_environment(house),
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 2
    assert part in done.stderr
    assert "Traceback" not in done.stderr


def test_map_and_zones_answer_on_the_command_line(house: House, tmp_path: Path) -> None:
    environment = _environment(house)
    picture, line, zones = tmp_path / "map.png", tmp_path / "map.json", tmp_path / "zones.json"
    base = [sys.executable, "-m", "bot"]
    subprocess.run(
        [*base, "map", "btc", "--png", str(picture), "--json", str(line)],
        env=environment,
        check=True,
        timeout=90,
    )
    subprocess.run([*base, "zones", "btc", "--json", str(zones)], env=environment, check=True, timeout=90)
    found = json.loads(line.read_text())
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert len(found["edges"]) == len(found["long_base"]) + 1 == len(found["short_base"]) + 1
    assert found["venues"] == ["binance", "okx", "bybit"]
    for zone in json.loads(zones.read_text()):
        assert set(zone) == ZONE_FIELDS
        assert zone["distance"] <= 0 if zone["side"] == "long" else zone["distance"] >= 0


def _environment(house: House) -> dict[str, str]:
    """This process's own, with the exchanges pointed at the sandbox."""
    kept = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    return {**kept, "EXCHANGE_URLS": ",".join(f"{venue}={house.root}" for venue in VENUES)}
