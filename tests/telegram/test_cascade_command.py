"""/cascade as it is asked in a chat."""

from __future__ import annotations

from typing import Any, cast

import pytest
from position_market import BTC, ToldMarket, lines_of, refused, say, told

from bot.liquidation.beliefs import Beliefs
from bot.liquidation.crosschecks import Crosschecks
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.surroundings import OrderBook, Surroundings
from bot.telegram.push_words import push_words
from bot.telegram.words import parse_request


class CascadeMarket(ToldMarket):
    ratio: float | None = None
    book: OrderBook | None = None

    async def crosschecks(self, shown: Snapshot) -> Crosschecks:
        return Crosschecks((Surroundings("binance", book=self.book),))

    async def beliefs(self, shown: Snapshot) -> tuple[Beliefs, ...]:
        facts = dict.fromkeys(Beliefs.__dataclass_fields__, 0)
        told = {**facts, "venue": "binance", "realised_ratio": self.ratio}
        return (Beliefs(**cast(Any, told)),)


@pytest.fixture
def market() -> CascadeMarket:
    return CascadeMarket()


async def test_without_more_the_nearest_zone_of_each_side(market: CascadeMarket) -> None:
    text = await told(market, "/cascade btc")
    assert "▲ If price rises to 98,775 (+1.8%, the peak of Z3)" in text
    assert "▼ If price falls to 95,350 (−1.7%, the peak of Z1)" in text
    assert "Longs force-closed on the way: ≈" in text
    assert "A scenario, not a forecast" in text
    assert "rank correlation about 0.1" in text
    assert "nothing is learned yet" in text
    assert "No venue showed its order book in time" in text


async def test_one_zone_from_its_button(market: CascadeMarket) -> None:
    answer = await say(market, f"cascade {BTC} Z2")
    assert "If price falls to 92,300" in answer.text
    assert "Z3" not in answer.text.split("force-closed")[0]
    assert lines_of(answer.keyboard)[:2] == [f"cascade {BTC} Z1", f"cascade {BTC} Z3"]


@pytest.mark.parametrize(
    ("line", "falls", "rises"),
    [
        ("/cascade btc down 2%", True, False),
        ("/cascade btc -2%", True, False),
        ("/cascade btc up 2%", False, True),
        ("/cascade btc 2%", True, True),
        ("/cascade btc 95 000", True, False),
        ("/cascade btc 99k", False, True),
        ("каскад btc вверх", False, True),
        ("/cascade btc z4", False, True),
    ],
)
async def test_which_way(market: CascadeMarket, line: str, falls: bool, rises: bool) -> None:
    text = await told(market, line)
    assert ("If price falls" in text) is falls
    assert ("If price rises" in text) is rises


async def test_what_was_learned_is_said(market: CascadeMarket) -> None:
    market.ratio = 0.63
    assert "63% is taken as liquidated: so it was seen on Binance" in await told(market, "/cascade btc")
    market.ratio = 2.41
    assert "2.4 times as much is taken as liquidated" in await told(market, "/cascade btc")


async def test_the_book_is_told_with_its_venue(market: CascadeMarket) -> None:
    market.book = OrderBook(tuple((97_000.0 - 10 * at, 50.0) for at in range(1, 1000)), (), 0)
    assert "Against the order book of Binance as it is now" in await told(market, "/cascade btc down 2%")
    market.book = OrderBook(((96_990.0, 1.0),), (), 0)
    assert "is shown only to 96,990" in await told(market, "/cascade btc down 2%")


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("/cascade btc 40%", "about 18% from it"),
        ("/cascade btc 97000", "about 18% from it"),
        ("/cascade btc 9", "about 18% from it"),
        ("/cascade btc 100%", "about 18% from it"),
        ("/cascade btc 2% 95000", "One push at a time"),
        ("/cascade btc up down", "One push at a time"),
        ("/cascade btc Z99", "no zone Z99 now"),
        ("/cascade", "Which pair?"),
    ],
)
async def test_nonsense_is_told_what_works(market: CascadeMarket, line: str, part: str) -> None:
    assert part in (await refused(market, line)).sentence


def test_words_of_a_push() -> None:
    found = push_words("/cascade btc down to 95 000 okx")
    assert (found.sides, found.prices, found.zones) == ((Side.LONG,), (95_000.0,), ())
    request = parse_request(found.rest)
    assert (request.symbols, request.venue, request.problems) == (("btc",), "okx", ())
    assert push_words("/cascade btc zone Z42").zones == ("Z42",)
    assert push_words("каскад btc вниз 3%").distances == (0.03,)
