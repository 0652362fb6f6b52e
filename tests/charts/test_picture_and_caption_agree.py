"""The picture has its own, English, way to write numbers; it must not differ from what the caption says."""

from __future__ import annotations

import pytest
from drawn_maps import SYMBOLS, prices
from hypothesis import given
from hypothesis import strategies as st

from bot.charts import labels
from bot.wording import numbers, pair
from bot.wording.escape import escaped


@given(prices, st.floats(-12, 0).map(lambda power: 10.0**power), st.floats(0, 0.05))
def test_prices_and_ranges(price: float, tick: float, width: float) -> None:
    tick_size = tick * price
    assert labels.price(price, tick_size) == numbers.price_text(price, tick_size)
    ends = (price, price * (1 + width))
    assert labels.stretch(*ends, tick_size) == numbers.range_text(*ends, tick_size)


@given(st.floats(-0.5, 0.5))
def test_percents(fraction: float) -> None:
    assert labels.signed_percent(fraction) == numbers.signed_percent_text(fraction)


@given(st.floats(-0.5, 0.5))
def test_how_far_apart_two_prices_are(fraction: float) -> None:
    assert labels.fine_percent(fraction) == numbers.fine_percent_text(fraction)


@given(st.integers(-5_000, 10**10))
def test_ages(age_ms: int) -> None:
    assert labels.age(age_ms) == numbers.age_text(age_ms)


@given(st.floats(1, 1e14))
def test_money(amount: float) -> None:
    assert "≈" + labels.money("BTC/USDT:USDT", amount) == pair.money_text("BTC/USDT:USDT", amount)


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_names_of_pairs(symbol: str) -> None:
    assert escaped(labels.pair(symbol)) == pair.pair_name(symbol)


@pytest.mark.parametrize(("low", "high", "text"), [
    (0.000012144, 0.000012187, "0.000012144–187"),
    (0.000011980, 0.000012020, "0.000011980–2020"),
    (97_630.0, 97_972.0, "97,630–97,972"),
    (0.9987, 1.0012, "0.9987–1.0012"),
])  # fmt: skip
def test_the_second_end_of_a_long_range_may_drop_the_digits_that_it_shares(
    low: float, high: float, text: str
) -> None:
    assert labels.short_stretch(low, high, 1e-9 if high < 0.1 else 1e-4) == text
