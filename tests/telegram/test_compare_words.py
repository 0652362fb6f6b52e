from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store.destination import Destination
from bot.telegram.asking import Asking
from bot.telegram.compare_words import CompareWords, compare_words
from bot.telegram.gateway import _command_of


@pytest.mark.parametrize(("line", "rest"), [
    ("compare btc", "btc"),
    ("/compare btc okx bybit", "btc okx bybit"),
    ("/compare btc okx vs bybit 24h", "btc okx bybit 24h"),
    ("compare btc against eth", "btc eth"),
    ("сравни биткоин окх и байбит", "биткоин окх байбит"),
    ("comparar btc contra eth en okx", "btc eth en okx"),
    ("对比 btc 和 eth", "btc eth"),
    ("compare btc futures okx bybit", "btc okx bybit"),
    ("compare may 24h", "may 24h"),
    ("compare y 和 btc", "y btc"),
    ("compare btc market", "btc market"),
    ("compare btc маржа", "btc маржа"),
])  # fmt: skip
def test_two_of_something(line: str, rest: str) -> None:
    assert compare_words(line) == CompareWords(rest)


@pytest.mark.parametrize(("line", "month"), [
    ("compare btc perp future", None),
    ("compare btc perpetual vs quarterly", None),
    ("compare btc future okx", None),
    ("compare btc perp dec", 12),
    ("compare btc perp December future", 12),
    ("сравни btc бессрочный с декабрьским фьючерсом", 12),
    ("сравни btc срочный март", 3),
    ("сравни btc мая", 5),
    ("comparar btc perpetuo contra diciembre", 12),
    ("comparar btc enero", 1),
    ("对比 btc 永续 12月", 12),
    ("对比 btc 永续 交割", None),
])  # fmt: skip
def test_a_perpetual_against_a_dated_future(line: str, month: int | None) -> None:
    found = compare_words(line)
    assert found.with_dated
    assert found.month == month
    assert [word for word in found.rest.split() if word not in ("btc", "okx")] == []


@pytest.mark.parametrize(("line", "twice"), [
    ("compare btc btc", "btc"),
    ("compare BTC btc", "BTC"),
    ("compare btc okx окх", "okx"),
    ("compare btc okx bybit", ""),
])  # fmt: skip
def test_the_same_twice(line: str, twice: str) -> None:
    assert compare_words(line).twice == twice


@pytest.mark.parametrize(("line", "command"), [
    ("btc vs eth", "compare"),
    ("btc okx против bybit", "compare"),
    ("btc 对 eth", "compare"),
    ("btc okx 24h", "map"),
    ("vs", "map"),
    ("/map btc vs eth", "map"),
])  # fmt: skip
def test_two_against_each_other_need_no_command_in_private(line: str, command: str) -> None:
    assert _command_of(Asking(line, Destination(1), "private", 7)) == command
    in_a_group = _command_of(Asking(line, Destination(-1), "group", 7))
    assert in_a_group == (command if line.startswith("/") else None)


@given(st.text(max_size=80))
def test_no_text_breaks_it(line: str) -> None:
    assert len(compare_words(line).rest.split()) <= 40
