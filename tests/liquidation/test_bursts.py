"""A burst is more than what the last minutes hold in 99 of 100 cases, where somebody listened."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from bot.liquidation.bursts import (
    BURST_MINUTES,
    DAY_MINUTES,
    KEPT_MINUTES,
    LEAST_STRETCHES,
    MINUTE_MS,
    MinuteRecord,
    heard_lately,
    rare_base,
    spate,
)
from bot.liquidation.side import Side

NOW = 29_852_640  # minute


def heard(minutes: int = DAY_MINUTES, until: int = NOW) -> MinuteRecord:
    record = MinuteRecord()
    record.hear((until - minutes) * MINUTE_MS, until * MINUTE_MS)
    return record


def tell(record: MinuteRecord, minute: int, side: Side, base: float) -> None:
    record.add(minute * MINUTE_MS + 59_999, side, base)


def busy(each: float = 1.0, every: int = 10) -> MinuteRecord:
    """A day in which a long of `each` is liquidated every so many minutes."""
    record = heard()
    for minute in range(NOW - DAY_MINUTES, NOW - 2 * BURST_MINUTES, every):
        tell(record, minute, Side.LONG, each)
    return record


def test_only_whole_minutes_count_as_heard() -> None:
    record = MinuteRecord()
    record.hear(NOW * MINUTE_MS + 1, (NOW + 3) * MINUTE_MS - 1)
    _, flags = record.last(NOW + 4, 5)
    assert flags.tolist() == [False, False, True, False, False]


def test_a_week_goes_by_without_losing_the_last_seven_days() -> None:
    record = MinuteRecord()
    for minute in range(NOW, NOW + 3 * KEPT_MINUTES, 7):
        tell(record, minute, Side.SHORT, 1.0)
        record.hear((minute - 7) * MINUTE_MS, minute * MINUTE_MS)
    base, flags = record.last(minute, 7 * DAY_MINUTES)
    assert flags.all()
    assert base[:, Side.SHORT].sum() == pytest.approx(DAY_MINUTES, abs=1)
    assert not base[:, Side.LONG].any()


def test_what_is_older_than_all_that_is_kept_is_not_taken() -> None:
    record = heard()
    tell(record, NOW - 2 * KEPT_MINUTES, Side.LONG, 5.0)
    base, _ = record.last(NOW, KEPT_MINUTES)
    assert not base.any()


def test_rare_is_what_99_of_100_stretches_stay_below() -> None:
    """One order of 1 in every 10 minutes: half of all stretches hold one, none two."""
    assert rare_base([busy()], NOW) == pytest.approx(1.0)
    record = busy()
    for at in range(20):  # 20 stretches of 1,436 hold it: more than one in a hundred
        tell(record, NOW - 700 - 50 * at // 10 * 10, Side.SHORT, 9.0)
    found = rare_base([record], NOW)
    assert found is not None
    assert found > 8


def test_too_little_heard_says_nothing() -> None:
    assert rare_base([heard(LEAST_STRETCHES + BURST_MINUTES - 2)], NOW) is None
    assert rare_base([heard(LEAST_STRETCHES + BURST_MINUTES - 1)], NOW) == 0.0
    assert rare_base([], NOW) is None


def test_stretches_count_that_all_venues_were_heard_in() -> None:
    """Twice 500 minutes that overlap by 100 are not enough, though each alone is as much as is asked."""
    assert rare_base([heard(900), heard(900)], NOW) is not None
    assert rare_base([heard(900), heard(900, until=NOW - 300)], NOW) is None


def test_a_burst_is_told_by_its_side_and_size() -> None:
    record = busy()
    rare = rare_base([record], NOW)
    assert rare is not None
    tell(record, NOW, Side.SHORT, 2.0)
    tell(record, NOW - 4, Side.SHORT, 4.0)
    tell(record, NOW - 5, Side.SHORT, 50.0)  # too long ago
    tell(record, NOW - 1, Side.LONG, 5.0)
    found = spate([record], NOW, rare, 0.0)
    assert found is not None
    assert (found.side, found.quantity_base) == (Side.SHORT, 11.0)
    assert found.ratio == pytest.approx(11.0)


def test_venues_are_summed() -> None:
    records = [busy(), busy(2.0)]
    rare = rare_base(records, NOW)
    assert rare == pytest.approx(3.0)
    for record in records:
        tell(record, NOW, Side.LONG, 3.0)
    found = spate(records, NOW, 3.0, 0.0)
    assert found is not None
    assert found.ratio == pytest.approx(2.0)


def test_one_order_in_a_silent_coin_is_no_burst() -> None:
    record = heard()
    rare = rare_base([record], NOW)
    assert rare == 0.0
    tell(record, NOW, Side.LONG, 0.5)
    found = spate([record], NOW, rare, usual_volume_base=10.0)
    assert found is not None
    assert found.ratio == pytest.approx(0.5)  # 0.5 of 2 % of fifty
    assert spate([record], NOW, rare, usual_volume_base=0.0) is None


def test_a_quiet_moment_is_told_as_one() -> None:
    found = spate([busy()], NOW, 1.0, 0.0)
    assert found is not None
    assert (found.quantity_base, found.ratio) == (0.0, 0.0)


def test_a_venue_that_was_deaf_a_moment_ago_is_not_heard() -> None:
    assert heard_lately(heard(until=NOW), NOW)
    assert not heard_lately(heard(until=NOW - 1), NOW)
    assert not heard_lately(heard(minutes=3), NOW)


def test_every_stretch_is_looked_at_wherever_it_begins() -> None:
    """Against a plain loop over random minutes."""
    random = np.random.default_rng(4)
    record = heard()
    minutes = random.integers(NOW - DAY_MINUTES, NOW, 300)
    amounts = random.exponential(size=300).astype(np.float32)
    sides = [Side(int(side)) for side in random.integers(0, 2, 300)]
    for minute, side, amount in zip(minutes.tolist(), sides, amounts.tolist(), strict=True):
        tell(record, minute, side, amount)
    base, _ = record.last(NOW, DAY_MINUTES)
    sums = [base[at : at + BURST_MINUTES].sum() for at in range(DAY_MINUTES - BURST_MINUTES + 1)]
    assert rare_base([record], NOW) == pytest.approx(float(np.quantile(sums, 0.99)))


def test_a_contract_with_few_liquidations_takes_little_memory() -> None:
    """Hundreds of contracts on several venues are held at once."""
    tracemalloc.start()
    records = [heard(KEPT_MINUTES) for _ in range(20)]
    for record in records:
        for minute in range(NOW - KEPT_MINUTES + 1, NOW, DAY_MINUTES // 2):
            tell(record, minute, Side.LONG, 1.0)
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size / len(records) < 16_000


def test_stretches_that_meet_are_one_in_whatever_order_they_come() -> None:
    record = MinuteRecord()
    for begin, end in ((50, 60), (10, 20), (30, 40), (20, 30), (55, 70)):
        record.hear((NOW + begin) * MINUTE_MS, (NOW + end) * MINUTE_MS)
    _, flags = record.last(NOW + 80, 80)
    assert np.flatnonzero(flags).tolist() == [*range(10, 40), *range(50, 70)]


def test_hours_and_minutes_fit_together() -> None:
    """Any stretch of the record is what was told in it, minute for minute."""
    random = np.random.default_rng(7)
    told, record = np.zeros((500, 2)), MinuteRecord()
    for minute, side in zip(random.integers(0, 500, 300).tolist(), random.integers(0, 2, 300), strict=True):
        tell(record, NOW + minute, Side(int(side)), 1.0)
        told[minute, side] += 1.0
    for end, count in ((500, 500), (430, 61), (60, 5), (299, 1), (520, 60)):
        base, _ = record.last(NOW + end, count)
        expected = np.concatenate([told, np.zeros((20, 2))])[end - count : end]
        assert base.tolist() == expected.tolist()
