"""Open interest that its siblings contradict."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, nan

import numpy as np
import pytest
from invented_candles import START_MS

from bot.liquidation.contract import Contract, Tier
from bot.liquidation.history import History
from bot.liquidation.interest_quality import InterestJudge
from bot.liquidation.interest_siblings import RECENT_MS, Level, without_contradicted
from bot.liquidation.inventory import Inventory

MINUTE = 60_000


def minutes(interest: Sequence[float], since_ms: int = START_MS) -> History:
    count = len(interest)
    flat = np.full(count, 100.0)
    start = since_ms + MINUTE * np.arange(count, dtype=np.int64)
    return History(MINUTE, start, flat, flat, flat, flat, np.ones(count), np.array(interest, dtype=float))


def believed(
    news: dict[str, Sequence[float]], levels: dict[str, float] | None = None, level_ms: int = START_MS
) -> dict[str, list[float]]:
    known = {name: Level(value, level_ms) for name, value in (levels or dict.fromkeys(news, 100.0)).items()}
    found = without_contradicted(known, {name: [minutes(values)] for name, values in news.items()})
    return {
        name: [float(v) for part in parts for v in part.open_interest_base] for name, parts in found.items()
    }


@pytest.mark.parametrize(
    ("news", "doubted"),
    [
        ({"a": [200], "b": [101], "c": [99]}, {"a"}),
        ({"a": [50], "b": [100]}, {"a"}),
        ({"a": [170], "b": [100]}, set()),  # large, and possible
        ({"a": [200], "b": [160], "c": [150]}, set()),  # the market grew
        ({"a": [40], "b": [60], "c": [55]}, set()),  # a cascade that all follow
        ({"a": [200], "b": [80]}, {"a"}),
        ({"a": [200], "b": [200]}, set()),
        ({"a": [200]}, set()),  # alone: nothing to judge by
        ({"a": [200], "b": [nan]}, set()),  # the sibling says nothing new
        ({"a": [nan], "b": [100]}, set()),
    ],
)
def test_who_is_contradicted(news: dict[str, Sequence[float]], doubted: set[str]) -> None:
    assert {name for name, values in believed(news).items() if values == [0.0]} == doubted


def test_only_what_jumped_is_taken_out_and_the_rest_stays() -> None:
    assert believed({"a": [101, nan, 205, inf, 210], "b": [100] * 5})["a"] == pytest.approx(
        [101, nan, 0, 0, 0], nan_ok=True
    )


def test_a_level_of_long_ago_contradicts_nothing() -> None:
    old = START_MS + MINUTE - RECENT_MS - 1
    assert believed({"a": [200], "b": [100]}, level_ms=old)["a"] == [200]


def test_a_venue_that_is_new_is_left_alone() -> None:
    assert believed({"a": [200], "b": [100]}, {"b": 100.0})["a"] == [200]


def test_the_judge_counts_it_as_not_believed_and_takes_the_true_value_again() -> None:
    judge = InterestJudge(trusted=100.0)
    doubted = believed({"a": [200, 201, 202, 203], "b": [100] * 4})["a"]
    assert np.isnan(judge.judge(np.array(doubted), np.arange(1, 5))).all()
    assert judge.is_distrusting
    assert judge.judge_one(101.0, 9) == 101.0
    assert not judge.is_distrusting


def test_an_inventory_keeps_its_open_interest_and_says_since_when() -> None:
    inventory = Inventory.empty(Contract("a", "X", "X/USDT:USDT", 0.1, (Tier(1e9, 100.0, 0.004),)))
    inventory.advance(minutes([100.0, 101.0]))
    assert inventory.open_interest_ms == START_MS + 2 * MINUTE
    inventory.advance(minutes([nan, 0.0], START_MS + 2 * MINUTE))
    assert inventory.open_interest_base == 101.0
    assert (inventory.as_of_ms, inventory.open_interest_ms) == (START_MS + 4 * MINUTE, START_MS + 2 * MINUTE)
    share = inventory.read_out()
    assert (share.interest_as_of_ms, share.rests_on_ms) == (START_MS + 2 * MINUTE, START_MS + 2 * MINUTE)
