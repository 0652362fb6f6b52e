"""How a grade reads, and that a message with grades keeps to Telegram's limits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.liquidation.side import Side
from bot.rules.grading import TOLD_MS, Aftermath, Grade, Unknown
from bot.rules.kinds import Kind
from bot.rules.telling import Reason, Telling
from bot.wording.escape import CAPTION_LIMIT, visible_length
from bot.wording.grade_text import Told, brief_turn, turn, with_grades

BTC = "BTC/USDT:USDT"
MINUTE = 60_000


def told(kind: Kind = Kind.NEAR, side: Side = Side.LONG, price: float = 100.0) -> Telling:
    """Longs at 98 to 99, or shorts at 101 to 102; 1 ATR is 1 %."""
    low, high = (98.0, 99.0) if side is Side.LONG else (101.0, 102.0)
    return Telling(kind, "near:Z1", Reason.FIRST, price, 0, low, high, 0.01, side=side)


def grade(low: float, high: float, close: float, *more: object) -> Grade:
    return Grade(TOLD_MS, low, high, close, *more)  # type: ignore[arg-type]


REVERSED = grade(98.4, 100.2, 99.9, 38 * MINUTE, None, Aftermath.REVERSED, 12.34, True)


@pytest.mark.parametrize(
    ("telling", "found", "text"),
    [
        (
            told(),
            REVERSED,
            "touched after 38 min; ≥ 12 BTC of longs force-closed there (recorded); "
            "then reversed 0.9% (0.9 ATR)",
        ),
        (
            told(side=Side.SHORT),
            grade(99.0, 103.1, 103.02, MINUTE, 2 * MINUTE, Aftermath.CONTINUED, 3.0, False),
            "touched after 1 min; 3 BTC of shorts force-closed there (recorded); "
            "then went on 1.0% (1.0 ATR) beyond it",
        ),
        (
            told(),
            grade(98.9, 100.0, 98.95, MINUTE, None, Aftermath.NEITHER, 0.0, True),
            "touched after 1 min; no longs recorded as force-closed there; "
            "then neither turned nor went on by half an ATR",
        ),
        (
            told(),
            grade(98.9, 100.0, 98.95, MINUTE, None, Aftermath.NEITHER),
            "touched after 1 min; then neither turned nor went on by half an ATR",
        ),
        (told(), grade(99.4, 101.0, 100.5), "not touched, 0.4% (0.4 ATR) short of it at its nearest"),
        (
            told(side=Side.SHORT),
            grade(99.4, 100.5, 100.5),
            "not touched, 0.5% (0.5 ATR) short of it at its nearest",
        ),
        (
            told(Kind.ENTERED, price=98.8),
            grade(98.2, 99.0, 98.5, 0, None, Aftermath.NEITHER),
            "price got 0.8% (0.8 ATR) into it; then neither turned nor went on by half an ATR",
        ),
        (
            told(Kind.ENTERED, price=98.8),
            grade(97.0, 99.0, 97.0, 0, 5 * MINUTE, Aftermath.CONTINUED),
            "went through it after 5 min; then went on 1.0% (1.0 ATR) beyond it",
        ),
        (
            told(Kind.SWEPT, price=97.9),
            grade(97.0, 99.9, 99.9, 0, 0, Aftermath.REVERSED),
            "price was through it already; then reversed 0.9% (0.9 ATR)",
        ),
        (told(Kind.BURST), grade(97.5, 101.0, 100.0), "price went 2.5% (2.5 ATR) away at most"),
        (told(), Unknown.NOT_WATCHED, "not known: the pair was not watched any more"),
    ],
)
def test_a_grade_in_words(telling: Telling, found: Grade | Unknown, text: str) -> None:
    assert turn(BTC, telling, found) == text


def test_a_grade_in_few_words() -> None:
    assert brief_turn(told(), REVERSED) == "touched, then reversed"
    assert brief_turn(told(), grade(99.4, 101.0, 100.5)) == "not touched"
    assert brief_turn(told(), Unknown.NO_PRICES) == "not known"
    assert brief_turn(told(Kind.GAP), grade(97.5, 101.0, 100.0)) == "moved 2.5% (2.5 ATR)"


def one(code: str = "K7Q2") -> Told:
    return BTC, code, told(), REVERSED


def test_an_alert_alone_has_its_line_without_a_name() -> None:
    text = with_grades("<b>near</b>", [one()], has_picture=True)
    assert text == f"<b>near</b>\n\n<b>After 4 h</b>: {turn(BTC, told(), REVERSED)}"


def test_several_alerts_have_a_line_each() -> None:
    text = with_grades(
        "three", [one("A"), one("B"), (BTC, "C", told(), Unknown.NO_PRICES)], has_picture=False
    )
    assert text is not None
    lines = text.splitlines()
    assert lines[2] == "<b>After 4 h</b>"
    assert lines[3] == f"BTC/USDT #A: {turn(BTC, told(), REVERSED)}"
    assert lines[5] == "BTC/USDT #C: not known: prices of that time are not known"


@pytest.mark.parametrize(("length", "count"), [(600, 12), (900, 12), (960, 1)])
def test_little_room_makes_the_lines_shorter(length: int, count: int) -> None:
    text = with_grades("x" * length, [one()] * count, has_picture=True)
    assert text is not None
    assert visible_length(text) <= CAPTION_LIMIT
    assert "touched" in text
    assert with_grades("x" * length, [one()] * count, has_picture=False) != text


def test_what_claims_nothing_has_no_line() -> None:
    over = replace(told(Kind.BURST), reason=Reason.ENDED)
    moved = grade(97.5, 101.0, 100.0)
    assert with_grades("over", [(BTC, "A", over, moved)], has_picture=True) is None
    text = with_grades("both", [one("A"), (BTC, "B", over, moved)], has_picture=True)
    assert text == with_grades("both", [one("A")], has_picture=True)


def test_without_any_room_nothing_is_changed() -> None:
    assert with_grades("x" * 1020, [one()], has_picture=True) is None
    assert with_grades("x" * 1020, [one()] * 5, has_picture=True) is None
