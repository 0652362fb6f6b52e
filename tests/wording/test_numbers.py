from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wording import numbers


@pytest.mark.parametrize(("price", "tick", "text"), [
    (97_240.3, 0.1, "97,240"),
    (0.2513, 0.0001, "0.2513"),
    (3_412.57, 0.01, "3,412.6"),
    (142.374, 0.01, "142.37"),
    (0.00001234, 1e-8, "0.00001234"),
    (120.0, 0.5, "120.0"),
    (0.0, 0.01, "0.00"),
    (1_234_567.0, 5.0, "1,234,567"),
])  # fmt: skip
def test_a_price_has_its_markets_precision_up_to_five_digits(price: float, tick: float, text: str) -> None:
    assert numbers.price_text(price, tick) == text


@pytest.mark.parametrize(
    ("tick", "decimals"), [(0.1, 1), (0.25, 2), (5.0, 0), (1e-8, 8), (10.0, 0), (0.0, 12)]
)
def test_decimals_that_a_tick_needs(tick: float, decimals: int) -> None:
    assert numbers.tick_decimals(tick) == decimals


def test_both_ends_of_a_range_are_written_alike() -> None:
    assert numbers.range_text(98_600, 98_950, 0.1) == "98,600–98,950"
    assert numbers.range_text(9.98765, 10.01234, 1e-5) == "9.988–10.012"
    assert numbers.range_text(2.0, 2.001, 0.1) == "2.0"


@pytest.mark.parametrize(("fraction", "text"), [
    (0.014, "+1.4%"), (-0.013, "−1.3%"), (0.0005, "+0.05%"), (0.0, "0.00%"), (0.12, "+12.0%"),
])  # fmt: skip
def test_signed_percents(fraction: float, text: str) -> None:
    assert numbers.signed_percent_text(fraction) == text


@pytest.mark.parametrize(("value", "text"), [
    (0, "0"), (0.25, "0.25"), (950, "950"), (12_345, "12.3k"), (410e6, "410M"), (1.024e9, "1.02B"),
    (999_999, "1M"), (3.2e12, "3.2T"), (7e-7, "0.0000007"),
])  # fmt: skip
def test_quantities(value: float, text: str) -> None:
    assert numbers.quantity_text(value) == text


@given(st.floats(1, 1e15))
def test_a_rough_quantity_is_within_5_percent(value: float) -> None:
    text = numbers.rough_text(value)
    scale = {"k": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}.get(text[-1], 1.0)
    assert float(text.rstrip("kMBT")) * scale == pytest.approx(value, rel=0.0501)


@pytest.mark.parametrize(("age_ms", "text"), [
    (-500, "0 s"), (42_999, "42 s"), (60_000, "1 min"), (3 * 60_000 + 5, "3 min"), (7_200_000, "2 h"),
    (2 * 3_600_000 + 5 * 60_000, "2 h 5 min"), (97 * 3_600_000, "4 d 1 h"),
])  # fmt: skip
def test_ages(age_ms: int, text: str) -> None:
    assert numbers.age_text(age_ms) == text


def test_times_are_utc_and_name_the_day_when_it_was_another() -> None:
    assert numbers.moment_text(1_770_300_312_000, 1_770_300_312_000) == "14:05:12 UTC"
    assert numbers.moment_text(1_770_300_312_000, 1_770_390_000_000) == "2026-02-05 14:05 UTC"


def test_small_shares_are_not_rounded_away() -> None:
    assert [numbers.whole_percent_text(share) for share in (0.0, 0.001, 0.456, 1.0)] == [
        "0%",
        "under 1%",
        "46%",
        "100%",
    ]
