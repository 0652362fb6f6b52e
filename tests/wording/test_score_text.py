"""/score: replayed apart from live, and what is no better than its null says so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.liquidation.scoring.recorded_gain import LEAST_HOURS, LEAST_ORDERS, RecordedGain
from bot.rules.kinds import Kind
from bot.rules.presets import DAY
from bot.rules.record import Record
from bot.rules.score import Comparison, Score
from bot.wording.escape import MESSAGE_LIMIT, visible_length
from bot.wording.score_text import ScoreReport, score_text, verdict_note

BTC = "BTC/USDT:USDT"
BETTER = Score(Comparison(142, 30, 0.71, 0.64, 0.02, 0.13), Comparison(90, 28, 600.0, 100.0, 3.9, 9.8))
LIKE_NULL = Score(Comparison(142, 30, 0.66, 0.64, -0.05, 0.09))
FEW = Score(Comparison(12, 4, 0.66, 0.5, -0.1, 0.4))


def record(
    score: Score | None, kind: Kind = Kind.NEAR, graded: int = 150, unknown: int = 0, touched: int = 100
) -> Record:
    return Record(kind, graded, unknown, touched, 2 * touched // 5, 7 * touched // 20, score)


def lines(report: ScoreReport) -> list[str]:
    return score_text(report).splitlines()


def test_replayed_history_comes_first_and_says_that_it_is_not_live() -> None:
    report = ScoreReport(BTC, (record(FEW),), (record(LIKE_NULL),), DAY, (record(BETTER),), 29.6)
    text = score_text(report)
    assert text.index("Replayed history (30 days, not live; preset day") < text.index("Live, this chat")
    assert text.index("Live, this chat") < text.index("Live, all chats")
    assert "every kind on, no budget" in text


def test_a_kind_that_is_better_says_by_how_much() -> None:
    (line,) = [one for one in lines(ScoreReport(BTC, (record(BETTER),), ())) if "Near a zone" in one]
    assert line == (
        "<b>Near a zone</b>: 71% hit, like levels 64% (142 alerts, +2 to +13 points): better than its null. "
        "Force-closed there: 6.0× the volume of like levels (3.9 to 9.8). Then 40% reversed, 35% went on."
    )


def test_a_kind_that_is_no_better_says_so() -> None:
    text = score_text(ScoreReport(BTC, (record(LIKE_NULL),), ()))
    assert "66% hit, like levels 64% (142 alerts, −5 to +9 points): no better than its null." in text


def test_too_few_say_how_many_there_are() -> None:
    text = score_text(ScoreReport(None, (record(FEW, unknown=3), record(None, Kind.NEW, touched=0)), ()))
    assert "66% hit, like levels 50% (12 alerts): too few to say, 12 of 30 alerts on 4 of 10 days." in text
    assert "3 could not be graded." in text
    assert "<b>New zone</b>: 150 graded, none could be compared." in text
    assert "Force-closed" not in text


def test_what_is_about_no_zone_is_told_in_atr() -> None:
    burst = Score(Comparison(60, 20, 2.31, 1.52, 0.3, 1.2))
    text = score_text(ScoreReport(None, (record(burst, Kind.BURST, touched=0),), ()))
    assert "price went 2.3 ATR away, 1.5 at any time (60 alerts, +0.3 to +1.2 ATR): better" in text


def test_an_interval_without_an_upper_end_is_a_lower_bound() -> None:
    rare = replace(BETTER, volume=Comparison(90, 28, 600.0, 100.0, 2.1, float("inf")))
    assert "6.0× the volume of like levels, at least 2.1×." in score_text(
        ScoreReport(None, (record(rare),), ())
    )


def test_the_map_s_own_gain_stands_beside_its_peers() -> None:
    gain = RecordedGain(160, 2_000, 0.41, {"distance": 0.12})
    text = score_text(ScoreReport(BTC, (), (), gain=gain))
    assert "+0.41 nats a liquidation over the bare width of the move" in text
    assert "On the same hours the mean of the maps so far +0.12 nats." in text
    assert "Measured before, on BTC" in text
    peers = {"distance": 0.12, "volume": -0.05, "interest": 0.03}
    beside = score_text(ScoreReport(BTC, (), (), gain=RecordedGain(160, 2_000, 0.41, peers)))
    assert (
        "the usual recipe from volume −0.05 nats, the one from rises of open interest +0.03 nats." in beside
    )
    assert "Measured before" not in beside
    few = score_text(ScoreReport(BTC, (), (), gain=RecordedGain(20, 5_000, None, {})))
    assert (
        f"Not enough recorded yet: 20 of {LEAST_HOURS} hours, {LEAST_ORDERS} of {LEAST_ORDERS} orders" in few
    )


def test_nothing_known_is_said_plainly() -> None:
    text = score_text(ScoreReport(BTC, (), (), DAY))
    assert "Not enough is stored of this pair's past yet." in text
    assert text.count("No alert has been graded yet.") == 2


def test_everything_at_once_fits_into_one_message() -> None:
    every = tuple(record(BETTER, kind, unknown=12, graded=150 + at) for at, kind in enumerate(Kind))
    text = score_text(ScoreReport(BTC, every, every, DAY, every, 30.0, RecordedGain(160, 2_000, 0.4, {})))
    assert visible_length(text) <= MESSAGE_LIMIT
    assert "kinds with fewer alerts" in text
    assert "<b>Burst</b>" in text  # it has the most


@pytest.mark.parametrize(
    ("kind", "score", "note"),
    [
        (
            Kind.NEAR,
            LIKE_NULL,
            "So far alerts of this kind do no better than chance: 66% of such alerts came true, 64% of like "
            "levels without a zone (142 alerts, /score).",
        ),
        (
            Kind.BURST,
            Score(Comparison(60, 20, 1.0, 1.5, -0.9, -0.1)),
            "So far alerts of this kind do worse than chance: price went 1.0 ATR away after such alerts, "
            "1.5 ATR at any other time (60 alerts, /score).",
        ),
        (Kind.NEAR, BETTER, ""),
        (Kind.NEAR, FEW, ""),
        (Kind.NEAR, None, ""),
    ],
)
def test_an_alert_says_of_itself_when_its_kind_is_no_better(
    kind: Kind, score: Score | None, note: str
) -> None:
    assert verdict_note(kind, score) == note
