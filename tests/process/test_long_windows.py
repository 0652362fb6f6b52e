"""Windows of months and of a year, asked in a chat, on a market that a venue knows for so long."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from house import Chat, House, buttons_of, words_of
from year_recording import END, HOUR, write_year

pytestmark = [pytest.mark.process, pytest.mark.timeout(400)]

BUILD_SECONDS = 90.0


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    recording = write_year(tmp_path_factory.mktemp("year"), ("binance", "bybit"))
    start = datetime.fromtimestamp((END - 3 * HOUR) / 1000, UTC).isoformat()
    arguments = ("--recording", str(recording), "--history", "372", "--start", start, "--speed", "1")
    house = House(tmp_path_factory.mktemp("data"), arguments, {"EXCHANGES": "binance,bybit"})
    try:
        house.open().start_bot()
        _wait_for_history(house.private())
        yield house
    finally:
        house.close()


def _wait_for_history(chat: Chat) -> None:
    """The first map rests on the last days; the rest comes in the background."""
    deadline = time.monotonic() + BUILD_SECONDS
    while "still being loaded" in words_of(chat.ask("/map btc", seconds=BUILD_SECONDS)):
        assert time.monotonic() < deadline, "the history never came"
        time.sleep(2)


@pytest.fixture
def ada(house: House) -> Chat:
    return house.private()


def test_a_long_window_is_drawn_from_the_venue_that_knows_it_and_the_other_is_named(ada: Chat) -> None:
    for window in ("90d", "180d", "1y"):
        answer = ada.ask(f"/map btc {window}", seconds=BUILD_SECONDS)
        text = words_of(answer)
        assert f"\nBTC/USDT · liquidation map · {window}\nBybit 100%" in text
        assert "missing: Binance (its open interest reaches back 29 d" in text
        assert "in the last 24 h" in text
        assert answer["photo"]
    assert {"✓ 1y", "180d", "12h", "All open"} <= {key["text"] for key in buttons_of(answer)}


def test_a_month_is_drawn_from_both(ada: Chat) -> None:
    text = words_of(ada.ask("/map btc 30d", seconds=BUILD_SECONDS))
    assert "Binance" in text
    assert "Bybit" in text
    assert "missing" not in text


def test_where_no_venue_reaches_that_far_the_windows_that_can_be_drawn_are_offered(ada: Chat) -> None:
    answer = ada.ask("/map btc год binance", seconds=BUILD_SECONDS)
    text = words_of(answer)
    assert text.startswith("1y cannot be drawn: open interest is known for 29 d")
    assert text.endswith("on Binance. These can: 12h, 24h, 3d, 7d, 30d.")
    month = next(key for key in buttons_of(answer) if key["text"] == "30d")
    ada.tap(answer, month["callback_data"])
    shown = ada.wait(lambda message: bool(message.get("photo")), after=answer["message_id"])
    assert "30d\nBinance 100%" in words_of(shown)
