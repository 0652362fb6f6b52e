"""Records by kind, of live alerts and of replayed ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from invented_paths import AT, HOUR, MINUTE, hours, path, telling

from bot.liquidation.reading import Reading
from bot.liquidation.side import Side
from bot.liquidation.zone import Band, Zone
from bot.rules.grading import TOLD_MS, Aftermath, ForcedOrders, Grade, Unknown
from bot.rules.kinds import Kind
from bot.rules.outcomes import NullMean, null_mean, outcome_of
from bot.rules.price_path import PricePath, finer
from bot.rules.record import Judged, records
from bot.rules.replay_record import HeardOrders, Past, replayed
from bot.rules.rule_set import Reach, RuleSet
from bot.rules.telling import Reason

REACHED = Grade(TOLD_MS, 98.0, 100.0, 99.9, MINUTE, None, Aftermath.REVERSED, 2.0, True)
MISSED = Grade(TOLD_MS, 99.5, 100.0, 99.9)
NULL = NullMean(8, 0.5, 50.0)


def judged(
    grade: Grade | Unknown, at_ms: int = AT, kind: Kind = Kind.NEAR, null: NullMean | None = NULL
) -> Judged:
    return Judged(telling(kind, at_ms=at_ms), grade, null)


def test_alerts_are_counted_by_kind_and_what_cannot_be_graded_apart() -> None:
    near, swept = records(
        [
            judged(REACHED, kind=Kind.SWEPT),
            judged(REACHED),
            judged(MISSED, AT + 1),
            judged(Unknown.NO_PRICES, AT + 2, null=None),
            judged(REACHED, AT + 3, null=None),
        ]
    )
    assert (near.kind, swept.kind) == (Kind.NEAR, Kind.SWEPT)
    assert (near.graded, near.unknown, near.touched, near.reversed, near.continued) == (3, 1, 2, 2, 0)
    assert near.score is not None
    assert (near.score.hits.alerts, near.score.hits.own, near.score.hits.null) == (2, 0.5, 0.5)


def test_what_several_chats_were_told_counts_once() -> None:
    (record,) = records([judged(REACHED)] * 1000)
    assert record.graded == 1
    assert records([]) == ()


def test_that_something_is_over_claims_nothing() -> None:
    over = Judged(telling(Kind.BURST, reason=Reason.ENDED), MISSED, NULL)
    assert records([over]) == ()
    begun, ended = judged(MISSED, kind=Kind.BURST), replace(over, telling=replace(over.telling, price=99.0))
    assert [record.graded for record in records([begun, ended])] == [1]


def test_levels_in_the_mean_and_volume_only_where_somebody_listened() -> None:
    deaf = replace(REACHED, liquidated_base=None)
    mean = null_mean([(telling(), REACHED), (telling(), MISSED), (telling(), deaf), (telling(), MISSED)])
    assert mean == NullMean(4, 0.5, 200.0)
    assert null_mean([(telling(), deaf)] * 3) == NullMean(3, 1.0, None)
    assert null_mean([(telling(), deaf)] * 2) is None
    assert null_mean([]) is None
    outcome = outcome_of(telling(), REACHED, NULL)
    assert (outcome.hit, outcome.null_hit, outcome.amount, outcome.null_amount) == (1.0, 0.5, 200.0, 50.0)


def test_what_is_about_no_zone_counts_how_far_price_went() -> None:
    outcome = outcome_of(telling(Kind.BURST), Grade(TOLD_MS, 97.0, 101.0, 99.0), NULL)
    assert outcome.hit == pytest.approx(3.0)


def test_a_coarse_row_is_walked_to_its_nearer_extreme_first() -> None:
    fine = finer(path(100.0, (98.0, 101.0, 99.0), begin_ms=0, step_ms=HOUR), HOUR // 6)
    assert len(fine) == 12
    assert fine.known_ms == 2 * HOUR
    second = fine.within(HOUR, 2 * HOUR)
    assert float(second.high.max()) == pytest.approx(101.0)
    assert float(second.low.min()) == pytest.approx(98.0)
    assert int(second.high.argmax()) < int(second.low.argmin())
    assert float(second.close[-1]) == pytest.approx(99.0)
    assert np.all(second.low <= second.close)
    assert np.all(second.close <= second.high)


def test_rows_that_are_fine_already_stay_as_they_are() -> None:
    known = path((99.0, 101.0, 100.5), (100.0, 102.0, 101.0), begin_ms=0)
    assert _table(finer(known, MINUTE)).tolist() == _table(known).tolist()
    assert len(finer(PricePath.of(np.zeros((0, 5))), MINUTE)) == 0


def _table(found: PricePath) -> np.ndarray:
    return np.column_stack([found.start_ms, found.end_ms, found.low, found.high, found.close])


RULES = RuleSet("day", Reach(percent=0.01), Band.LOW)


def past(heard: HeardOrders | None = None) -> Past:
    """Ten days of a price between 100 and 103, and a zone of longs at 97 to 98 that it dips into daily."""
    closes = [100.0 + 3 * abs(np.sin(at / 7)) for at in range(240)]
    for day in range(1, 10):
        closes[day * 24] = 97.5
    found = hours(closes)
    zone = Zone("Z1", Side.LONG, 97.0, 98.0, 97.5, 5.0, 80.0, 2.0, (0.1, 0.2, 0.3, 0.4), 0)
    readings = [
        Reading("X/USDT:USDT", int(stamp), float(close), 0.01, (zone,))
        for stamp, close in zip(found.end_ms, found.close, strict=True)
    ]
    return Past(readings, found, heard)


def test_a_replay_is_graded_as_live_alerts_are() -> None:
    by_kind = {record.kind: record for record in records(replayed(RULES, past()))}
    near = by_kind[Kind.NEAR]
    assert near.graded >= 7
    assert near.touched == near.graded  # the dips go through
    assert near.score is not None
    assert near.score.hits.own > near.score.hits.null
    assert near.score.volume is None


def test_recorded_orders_give_a_replay_its_volume_where_somebody_listened() -> None:
    whole = past()
    stamps = whole.path.start_ms[::24] + HOUR // 2
    count = len(stamps)
    orders = ForcedOrders(stamps, np.zeros(count, np.int64), np.full(count, 97.5), np.ones(count), True)
    first, last = int(whole.path.start_ms[0]), int(whole.path.end_ms[-1])
    found = replayed(RULES, past(HeardOrders(orders, [(first, last)])))
    near = next(one for one in found if one.telling.kind is Kind.NEAR)
    assert isinstance(near.grade, Grade)
    assert near.grade.liquidated_base == 1.0
    deaf = replayed(RULES, past(HeardOrders(orders, [(first, first + HOUR)])))
    assert all(one.grade.liquidated_base is None for one in deaf if isinstance(one.grade, Grade))


def test_without_readings_or_prices_nothing_is_replayed() -> None:
    whole = past()
    assert replayed(RULES, replace(whole, readings=())) == ()
    assert replayed(RULES, replace(whole, path=PricePath.of(np.zeros((0, 5))))) == ()
