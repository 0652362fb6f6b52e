"""What people type about a position, in several languages and any order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.liquidation.position import Risk
from bot.liquidation.side import Side
from bot.telegram.position_words import PositionWords, position_words
from bot.telegram.words import parse_request


def read(line: str) -> tuple[Side | None, float | None, float | None, float | None]:
    found = position_words(line)
    assert not found.unread
    assert not found.twice
    return found.side, found.leverage, found.entry, found.stop


@pytest.mark.parametrize(
    ("line", "side", "leverage", "entry", "stop"),
    [
        ("/liq btc 25x long 97200", Side.LONG, 25.0, 97_200.0, None),
        ("/liq long btc x25 97,200", Side.LONG, 25.0, 97_200.0, None),
        ("/liq btc лонг 25х 97 200", Side.LONG, 25.0, 97_200.0, None),
        ("/liq 25× btc short 97.2k", Side.SHORT, 25.0, 97_200.0, None),
        ("/liq btc шорт 12,5x $97200", Side.SHORT, 12.5, 97_200.0, None),
        ("/liq btc corto 10x", Side.SHORT, 10.0, None, None),
        ("/liq btc 多 20倍 97200", Side.LONG, 20.0, 97_200.0, None),
        ("/liq btc 做空 20x @97200", Side.SHORT, 20.0, 97_200.0, None),
        ("/stop btc long 97200", Side.LONG, None, 97_200.0, None),
        ("/stop btc long 97200 95000", Side.LONG, None, 97_200.0, 95_000.0),
        ("/stop btc long stop 95 000 entry 97 200", Side.LONG, None, 97_200.0, 95_000.0),
        ("/stop btc long stop at 95000", Side.LONG, None, None, 95_000.0),
        ("стоп btc лонга вход 97200 стоп 95к", Side.LONG, None, 97_200.0, 95_000.0),
        ("/stop eth largo entrada 3000 stop 2900.5", Side.LONG, None, 3_000.0, 2_900.5),
        ("/target btc long from 97200 sl 95000", Side.LONG, None, 97_200.0, 95_000.0),
        ("/stop", None, None, None, None),
    ],
)
def test_side_leverage_entry_and_stop(
    line: str, side: Side | None, leverage: float | None, entry: float | None, stop: float | None
) -> None:
    assert read(line) == (side, leverage, entry, stop)


@pytest.mark.parametrize(
    ("words", "risk"),
    [
        ("risk 1% of 10000", Risk(100.0, 0.01)),
        ("risk 1% 10000", Risk(100.0, 0.01)),
        ("риск 1% от 10 000", Risk(100.0, 0.01)),
        ("riesgo 0,5% de 2000", Risk(10.0, 0.005)),
        ("风险 2% 500", Risk(10.0, 0.02)),
        ("risk 100", Risk(100.0)),
        ("risk $100", Risk(100.0)),
        ("risk 1%", Risk(None, 0.01)),
        ("risk", Risk(None)),
    ],
)
def test_what_is_risked(words: str, risk: Risk) -> None:
    found = position_words(f"/stop btc long 97200 stop 95000 {words}")
    assert found.risk == risk
    assert (found.entry, found.stop) == (97_200.0, 95_000.0)
    before = position_words(f"/stop btc {words} long entry 97200 stop 95000")
    assert (before.risk, before.entry, before.stop) == (risk, 97_200.0, 95_000.0)


def test_a_stop_may_be_so_far_away() -> None:
    found = position_words("/stop btc long 97200 stop 2%")
    assert (found.entry, found.stop, found.stop_away) == (97_200.0, None, 0.02)


@pytest.mark.parametrize(
    ("line", "symbols", "venue"),
    [
        ("/liq btc 25x long 97200 okx", ("btc",), "okx"),
        ("/stop btc inverse short 97200 risk 1% of 10000", ("btc inverse",), None),
        ("/target 25x long 97200 btc usdt", ("btc usdt",), None),
        ("/liq 25x long 97200", (), None),
        ("/liq 1000pepe 25x long 0.01", ("1000pepe",), None),
        ("стоп биткоин лонг 97200", ("биткоин",), None),
    ],
)
def test_the_rest_is_a_line_like_any_other(line: str, symbols: tuple[str, ...], venue: str | None) -> None:
    request = parse_request(position_words(line).rest)
    assert (request.symbols, request.venue, request.problems) == (symbols, venue, ())


def test_what_nothing_says_what_it_is() -> None:
    assert position_words("/stop btc long 97200 95000 93000").unread == ("93000",)
    assert position_words("/liq btc 25x long 97200 3%").unread == ("3%",)


@pytest.mark.parametrize(
    ("line", "twice"),
    [
        ("/liq btc 25x 10x long", ("leverage",)),
        ("/liq btc 25x long short", ("side",)),
        ("/stop btc long entry 1 entry 2", ("entry",)),
        ("/stop btc long 5 stop 3 stop 2%", ("stop",)),
        ("/stop btc long long", ()),
    ],
)
def test_what_is_said_in_two_ways(line: str, twice: tuple[str, ...]) -> None:
    assert position_words(line).twice == twice


@given(st.text(max_size=400))
def test_anything_can_be_read(line: str) -> None:
    assert isinstance(position_words(line), PositionWords)
