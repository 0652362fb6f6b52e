"""The first alert, and answers on the command line."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from house import SETTINGS, VENUES, Chat, House, Json, buttons_of, words_of

ZONE_FIELDS = {
    *("id", "side", "low", "high", "peak", "mass_base", "mass_low_base", "mass_high_base"),
    *("percentile", "band", "distance"),
}

pytestmark = [pytest.mark.process, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def exchanges(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A sandbox for the command line, without a bot."""
    house = House(tmp_path_factory.mktemp("data"), ("--speed", "60", "--seed", "5", "--history", "2"))
    try:
        yield house.open()
    finally:
        house.close()


def test_the_first_alert_names_a_zone_that_stood_in_zones_before(tmp_path: Path) -> None:
    house = House(tmp_path, ("--speed", "60", "--seed", "5"))
    try:
        house.open().start_bot()
        _check_first_alert(house)
    finally:
        house.close()


def _check_first_alert(house: House) -> None:
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
    assert re.match(r"\W*BTC/USDT [\d.,]+:", text), text


def _first_alert(ada: Chat) -> tuple[Json, dict[str, str]]:
    """The first alert after subscribing, and the zones that /zones had shown until then."""
    confirmed = ada.ask("/subscribe BTC 1.5%")
    begun = time.monotonic()
    stood: dict[str, str] = {}
    while time.monotonic() - begun < 150:
        found = [
            m
            for m in ada.messages(confirmed["message_id"])
            if "#" in words_of(m) and " begins " in words_of(m)
        ]
        if found:
            return found[0], stood
        stood.update(_ranges(words_of(ada.ask("/zones BTC"))))
        time.sleep(2)
    raise AssertionError("no alert within 150 s")


def _is_about_a_zone_ahead(text: str) -> bool:
    return "#" in text and " begins " in text


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
def test_commands_refuse_with_a_sentence(exchanges: House, arguments: list[str], part: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        env=_environment(exchanges),
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 2
    assert part in done.stderr
    assert "Traceback" not in done.stderr


def test_map_and_zones_answer_on_the_command_line(exchanges: House, tmp_path: Path) -> None:
    environment = _environment(exchanges)
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
    told = json.loads(zones.read_text())
    assert told
    for zone in told:
        assert set(zone) == ZONE_FIELDS
        assert zone["distance"] <= 0 if zone["side"] == "long" else zone["distance"] >= 0


def _environment(house: House) -> dict[str, str]:
    """This process's own, with the exchanges pointed at the sandbox."""
    kept = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    return {**kept, "EXCHANGE_URLS": ",".join(f"{venue}={house.root}" for venue in VENUES)}
