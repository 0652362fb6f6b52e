from __future__ import annotations

import inspect
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from told_maps import plain_of, units_of, wild_texts

from bot.wording import problems

SENTENCES: list[Callable[..., str]] = [
    each
    for name, each in inspect.getmembers(problems, inspect.isfunction)
    if each.__module__ == problems.__name__ and not name.startswith("_")
]


@given(st.data())
@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda each: each.__name__)
def test_any_input_gives_a_short_valid_text_that_ends_like_a_sentence(
    sentence: Callable[..., str], data: st.DataObject
) -> None:
    wild = {
        "str": wild_texts,
        "int": st.integers(0, 10**6),
        "Sequence[str]": st.lists(wild_texts, max_size=20),
    }
    arguments = {
        name: data.draw(wild[str(parameter.annotation)])
        for name, parameter in inspect.signature(sentence).parameters.items()
    }
    text = sentence(**arguments)
    assert units_of(text) <= 1_024
    assert plain_of(text)[-1] in ".?"


def test_near_matches_are_offered() -> None:
    assert problems.unknown_symbol("btx", ["BTC/USDT:USDT", "BTG/USDT:USDT", "BAT/USDT:USDT"]) == (
        "No market “btx” is listed. Did you mean BTC/USDT, BTG/USDT or BAT/USDT?"
    )


def test_an_expired_contract_is_answered_with_what_is_listed() -> None:
    said = problems.expired_contract(
        "BTC-USDT-250307", "7 March 2025", ["BTC-USDT-260327", "BTC-USDT-260626"]
    )
    assert said == "BTC-USDT-250307 expired on 7 March 2025; listed now: BTC-USDT-260327, BTC-USDT-260626."


def test_a_window_that_is_not_offered_is_answered_with_those_that_are() -> None:
    assert problems.window_not_offered("5d", ["24h", "7d"]) == "There is no window “5d”. Offered: 24h, 7d."


def test_a_window_that_is_not_covered_is_answered_with_those_that_are() -> None:
    assert problems.window_not_covered("1y", ["30 d on Binance", "58 d on OKX"], ["7d", "30d"]) == (
        "1y cannot be drawn: open interest is known for 30 d on Binance, 58 d on OKX. These can: 7d, 30d."
    )
    assert problems.window_not_covered("7d", ["3 h on OKX"], []).endswith("Everything that is open can.")


def test_a_venue_that_does_not_list_a_pair_is_answered_with_one_that_does() -> None:
    assert problems.venue_does_not_list("okx", "ZRX/USDT:USDT", ["binance"]) == (
        "OKX does not list ZRX/USDT. It is listed on Binance."
    )


def test_a_distance_out_of_range_is_answered_with_the_range() -> None:
    assert problems.distance_out_of_range("500%") == "A distance has to be between 0.1% and 20%; 500% is not."


def test_html_that_was_typed_comes_back_as_text() -> None:
    assert problems.unknown_symbol("<b>x</b>").startswith("No market “&lt;b&gt;x&lt;/b&gt;” is listed")
