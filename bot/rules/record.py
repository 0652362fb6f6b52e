"""How alerts of each kind did so far: live ones, or those of a replay."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.rules.grading import Aftermath, Grade, Unknown, is_claim
from bot.rules.kinds import Kind
from bot.rules.outcomes import NullMean, outcome_of
from bot.rules.score import Score, score
from bot.rules.telling import Telling


@dataclass(frozen=True)
class Judged:
    """One alert, how it turned out and what like levels without a zone saw."""

    telling: Telling
    grade: Grade | Unknown
    null: NullMean | None


@dataclass(frozen=True)
class Record:
    """Of alerts of one kind."""

    kind: Kind
    graded: int
    unknown: int  # could not be graded
    touched: int  # reached their zone, or were in it
    reversed: int  # of those
    continued: int
    score: Score | None  # None where none could be compared


def records(judged: Iterable[Judged]) -> tuple[Record, ...]:
    """By kind, in their order; kinds without an alert are left out.

    An alert that several chats were told counts once; that something is over claims nothing and does not.
    """
    by_kind: dict[Kind, dict[tuple[object, ...], Judged]] = defaultdict(dict)
    for one in judged:
        if is_claim(one.telling):
            by_kind[one.telling.kind][_same(one.telling)] = one
    return tuple(_record(kind, tuple(by_kind[kind].values())) for kind in Kind if kind in by_kind)


def _same(telling: Telling) -> tuple[object, ...]:
    return telling.at_ms, telling.price, telling.low, telling.high, telling.side


def _record(kind: Kind, judged: Sequence[Judged]) -> Record:
    known = [(one.telling, one.grade, one.null) for one in judged if isinstance(one.grade, Grade)]
    aftermaths = [grade.aftermath for _, grade, _ in known if grade.aftermath is not None]
    compared = [outcome_of(telling, grade, null) for telling, grade, null in known if null is not None]
    return Record(
        kind,
        graded=len(known),
        unknown=len(judged) - len(known),
        touched=len(aftermaths),
        reversed=aftermaths.count(Aftermath.REVERSED),
        continued=aftermaths.count(Aftermath.CONTINUED),
        score=score(compared),
    )
