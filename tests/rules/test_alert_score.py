"""Scores: a difference counts where the days that were drawn agree on it."""

from __future__ import annotations

import numpy as np
import pytest

from bot.rules.day_blocks import LEAST_DAYS
from bot.rules.score import DAY_MS, LEAST_ALERTS, Outcome, Verdict, score


def outcomes(count: int, hit_rate: float, null_rate: float, days: int = 40, seed: int = 1) -> list[Outcome]:
    random = np.random.default_rng(seed)
    return [
        Outcome(
            at % days * DAY_MS, float(random.random() < hit_rate), float(random.binomial(8, null_rate) / 8)
        )
        for at in range(count)
    ]


def test_much_better_than_like_levels_is_better() -> None:
    found = score(outcomes(200, 0.85, 0.6))
    assert found is not None
    assert found.verdict is Verdict.BETTER
    assert found.hits.low > 0
    assert found.hits.own - found.hits.null == pytest.approx(0.25, abs=0.08)


def test_an_interval_that_holds_zero_is_no_better() -> None:
    found = score(outcomes(200, 0.62, 0.6))
    assert found is not None
    assert found.verdict is Verdict.NO_BETTER
    assert found.hits.low < 0 < found.hits.high


def test_worse_is_said_too() -> None:
    found = score(outcomes(200, 0.3, 0.6))
    assert found is not None
    assert found.verdict is Verdict.WORSE


@pytest.mark.parametrize(("count", "days"), [(LEAST_ALERTS - 1, LEAST_DAYS), (300, LEAST_DAYS - 1)])
def test_too_few_alerts_or_days_say_nothing(count: int, days: int) -> None:
    found = score(outcomes(count, 1.0, 0.0, days))
    assert found is not None
    assert found.verdict is Verdict.TOO_FEW


def test_alerts_of_one_day_count_as_one_piece_of_luck() -> None:
    """The same 200 alerts on ten days say much less than on two hundred."""
    lucky = [Outcome(0, float(day % 2), 0.4) for day in range(LEAST_DAYS) for _ in range(20)]
    blocks = [Outcome(at // 20 * DAY_MS, one.hit, one.null_hit) for at, one in enumerate(lucky)]
    spread = [Outcome(at * DAY_MS, one.hit, one.null_hit) for at, one in enumerate(lucky)]
    few, many = score(blocks), score(spread)
    assert few is not None
    assert many is not None
    assert few.hits.own == many.hits.own
    assert few.hits.high - few.hits.low > 3 * (many.hits.high - many.hits.low)
    assert (few.verdict, many.verdict) == (Verdict.NO_BETTER, Verdict.BETTER)


def test_lift_is_volume_over_that_of_like_levels_where_somebody_listened() -> None:
    heard = [Outcome(day * DAY_MS, 1.0, 0.5, amount=600.0, null_amount=100.0) for day in range(40)]
    deaf = [Outcome(day * DAY_MS, 1.0, 0.5) for day in range(40)]
    found = score([*heard, *deaf])
    assert found is not None
    assert found.volume is not None
    assert found.lift == pytest.approx(6.0)
    assert (found.volume.alerts, found.hits.alerts) == (40, 80)
    assert found.volume.low == pytest.approx(found.volume.high) == pytest.approx(6.0)


def test_a_lift_over_nothing_is_not_claimed() -> None:
    assert score([]) is None
    found = score([Outcome(day * DAY_MS, 1.0, 0.5, amount=5.0, null_amount=0.0) for day in range(40)])
    assert found is not None
    assert found.lift is None
    rare = [Outcome(day * DAY_MS, 1.0, 0.5, amount=5.0, null_amount=float(day == 0)) for day in range(40)]
    sometimes = score(rare)
    assert sometimes is not None
    assert sometimes.volume is not None
    assert sometimes.volume.high == float("inf")


def test_the_same_alerts_have_the_same_interval() -> None:
    assert score(outcomes(60, 0.7, 0.6)) == score(outcomes(60, 0.7, 0.6))
