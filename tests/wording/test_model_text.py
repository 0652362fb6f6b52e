from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from told_maps import NOW_MS, plain_of, told_map, units_of, wild_texts
from told_origins import beliefs, learned

from bot.liquidation.beliefs import Beliefs
from bot.wording.accuracy import MEASURED, accuracy_lines
from bot.wording.map_text import DISCLAIMER
from bot.wording.model_text import IN_WORDS, beliefs_text, model_text

THREE = (learned("binance"), beliefs("okx"), beliefs("bybit"))


def said(*told: Beliefs) -> str:
    return plain_of(beliefs_text(told_map(), told, {}, now_ms=NOW_MS))


def line_of(part: str, *told: Beliefs) -> str:
    (line,) = [line for line in said(*told).splitlines() if part in line]
    return line


def test_the_model_in_plain_words() -> None:
    text = plain_of(model_text())
    assert 5 <= len(IN_WORDS) <= 7
    for part in ("level", "open interest", "closing", "learned", "floor", "no promise"):
        assert part in text
    assert all(sentence.endswith(".") for sentence in IN_WORDS)


def test_the_model_is_told_with_its_measured_accuracy() -> None:
    text = plain_of(model_text())
    assert f"against dollars really liquidated: {MEASURED.real_rank:.2f}." in text
    assert f"the usual recipe from volume {MEASURED.real_rank_volume:.2f}." in text
    assert "1 is perfect" in text
    assert MEASURED.measured_on in text


def test_what_is_believed_of_a_pair() -> None:
    measured = plain_of("\n".join(accuracy_lines()[:2]))
    assert (
        said(*THREE[:2])
        == f"""\
BTC/USDT · what the model believes now

Binance
Leverage, learned: ≤10x 30%, 10–25x 40%, 25–50x 15%, >50x 15% (assumed at first 60%, 20%, 10%, 10%).
No move reaches 41% of what is open; 22% of what is opened is held for days (assumed at first 15%).
Of what the map said price crossed, 71% was reported as liquidated.
Candles and open interest since 6 Jan 2026, 42 s old; 3 min of candles missing, 2 values of open interest \
not believed.

OKX
Leverage, assumed: ≤10x 60%, 10–25x 20%, 25–50x 10%, >50x 10%. Nothing learned yet: no feed has reported \
liquidations.
No move reaches 30% of what is open; 15% of what is opened is held for days.
Candles and open interest since 6 Jan 2026, 42 s old; no candle missing, all values believed.

{measured}

{DISCLAIMER}"""
    )


def test_it_is_short() -> None:
    assert units_of(model_text()) <= 1_320
    assert units_of(beliefs_text(told_map(), THREE[:1], {}, now_ms=NOW_MS)) <= 1_200
    assert units_of(beliefs_text(told_map(), THREE, {}, now_ms=NOW_MS)) <= 1_700


def test_the_shares_of_the_leverage_bands_are_of_what_a_move_can_reach() -> None:
    halved = replace(beliefs(), prior=tuple((leverage, share / 2) for leverage, share in beliefs().prior))
    assert line_of("Leverage", halved) == line_of("Leverage", beliefs())


@pytest.mark.parametrize(
    ("leverage", "band"),
    [(10.0, "≤10x"), (10.5, "10–25x"), (25.0, "10–25x"), (50.0, "25–50x"), (125.0, ">50x")],
)
def test_a_leverage_counts_for_the_band_it_is_in(leverage: float, band: str) -> None:
    assert f"{band} 100%" in line_of("Leverage", replace(beliefs(), prior=((leverage, 0.7),)))


def test_nothing_is_said_of_what_was_realised_before_anything_was_crossed() -> None:
    assert "reported as liquidated" not in said(replace(learned(), realised_ratio=None))


def test_one_value_that_was_not_believed_is_one_value() -> None:
    assert "1 value of open interest not believed" in said(replace(beliefs(), distrusted_rows=1))


def test_a_missing_venue_is_named() -> None:
    found = replace(told_map(missing=("okx",)), reasons={"okx": "did not answer"})
    assert "missing: OKX (did not answer)" in plain_of(beliefs_text(found, THREE[:1], {}, now_ms=NOW_MS))


@given(st.lists(wild_texts, max_size=6), st.floats(0, 1), st.floats(0, 1e6), st.integers(0, 10**9))
def test_any_belief_is_valid_html_within_the_limit(
    venues: list[str], share: float, ratio: float, rows: int
) -> None:
    told = [
        replace(
            learned(venue), never_share=share, slow_share=share, realised_ratio=ratio, distrusted_rows=rows
        )
        for venue in venues
    ]
    text = beliefs_text(told_map(venues=tuple(venues)), told, {}, now_ms=NOW_MS)
    assert units_of(text) <= 4_096
    assert plain_of(text).endswith(DISCLAIMER)
