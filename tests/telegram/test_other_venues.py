"""A venue that this bot does not read: the same line is offered with those that it reads."""

from __future__ import annotations

import pytest

from bot.telegram.other_venues import other_venues
from bot.telegram.picture_asked import in_the_same_words
from bot.wording.buttons import line_of
from bot.wording.picture_line import PictureLine
from bot.wording.refusal import VenueNotRead

NOT_READ = VenueNotRead("Gate is not read", "gate", ("binance", "okx", "bybit"))


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("/map btc gate 7d", ["map btc binance 7d", "map btc okx 7d", "map btc bybit 7d"]),
        ("/map@somebot btc Gate.io", ["map btc binance", "map btc okx", "map btc bybit"]),
        ("compare btc okx gate", ["compare btc okx binance", "compare btc okx bybit"]),
        ("карта btc гейт", ["map btc binance", "map btc okx", "map btc bybit"]),
        ("btc gate", ["map btc binance", "map btc okx", "map btc bybit"]),
        ("btc okx vs gate", ["compare btc okx vs binance", "compare btc okx vs bybit"]),
        ("sl btc gate 60000", ["sl btc binance 60000", "sl btc okx 60000", "sl btc bybit 60000"]),
        ("map gate:btc", []),
    ],
)
def test_the_line_is_offered_with_another_venue(line: str, offered: list[str]) -> None:
    keyboard = other_venues(line, NOT_READ)
    assert [line_of(key.data) for row in keyboard for key in row] == offered


def test_a_picture_that_is_refused_so_says_still_which_venue_it_was() -> None:
    with pytest.raises(VenueNotRead), in_the_same_words(PictureLine("BTC/USDT:USDT"), "heatmap"):
        raise NOT_READ
