"""Starting, stopping, being killed; and the first alert."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from house import SETTINGS, VENUES, House, Process, buttons_of, words_of

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


def test_sigterm_ends_the_bot_within_ten_seconds(house: House) -> None:
    house.start_bot()
    assert house.bot is not None
    assert house.bot.stop(signal.SIGTERM) < 10
    assert house.bot.child.returncode == 0
    assert "Traceback" not in "".join(house.bot.log)


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


def test_the_first_alert_names_a_zone_that_stood_in_zones_before(house: House) -> None:
    house.start_bot()
    ada = house.private()
    confirmed = ada.ask("/subscribe BTC")
    begun = time.monotonic()
    stood: dict[str, str] = {}
    while time.monotonic() - begun < 150:
        found = [m for m in ada.messages(confirmed["message_id"]) if "#" in words_of(m)]
        if found:
            break
        stood.update(_ranges(words_of(ada.ask("/zones BTC"))))
        time.sleep(2)
    alert = found[0]
    text = words_of(alert)
    assert alert.get("photo"), text
    named = re.search(r"(longs|shorts)' zone (Z\d+) begins ([\d.]+)% (below|above)", text)
    assert named is not None, text
    assert named[2] in stood
    assert float(named[3]) <= 1.5
    assert (named[1], named[4]) in (("longs", "below"), ("shorts", "above"))
    assert "Switch this alert off" in [key["text"] for key in buttons_of(alert)]


def _ranges(text: str) -> dict[str, str]:
    """Zone id -> price range as /zones prints them."""
    return dict(re.findall(r"\d+\. (Z\d+) · .*\n([\d.,]+–[\d.,]+)", text))


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
