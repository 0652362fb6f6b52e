"""How alerts turned out: one grade for each alert and horizon, never changed."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, select
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.rules.grading import Aftermath, Grade, Unknown
from bot.rules.outcomes import NullMean
from bot.store.alerts import Alert, alert_of
from bot.store.destination import Destination
from bot.store.statements import insert_into
from bot.store.tables import alerts, grades

MOST_SCORED = 5_000
COLUMNS = ("alert_id", "horizon_ms", "graded_ms", "grade")
ROWS_AT_ONCE = 100  # between them the event loop has other things to do

_grades, _alerts = grades.c, alerts.c


@dataclass(frozen=True)
class Graded:
    """An alert and what became of it; None while that is not known yet."""

    alert: Alert
    grade: Grade | Unknown | None
    null: NullMean | None = None  # what happened at like levels without a zone


async def symbols_due(tx: AsyncConnection, horizon_ms: int, since_ms: int, until_ms: int) -> dict[str, int]:
    """Symbols with alerts that fired from then until then and have no grade, and when the oldest fired."""
    wanted = select(_alerts.symbol, func.min(_alerts.fired_ms))
    which = and_(_alerts.fired_ms.between(since_ms, until_ms), _has_no_grade(horizon_ms))
    rows = await tx.execute(wanted.where(which).group_by(_alerts.symbol).order_by(_alerts.symbol))
    return {symbol: int(oldest_ms) for symbol, oldest_ms in rows}


async def due(
    tx: AsyncConnection, symbol: str, horizon_ms: int, since_ms: int, until_ms: int, limit: int
) -> tuple[Alert, ...]:
    """Alerts, also held ones, that fired from then until then and have no grade, oldest first."""
    which = and_(_alerts.symbol == symbol, _alerts.fired_ms.between(since_ms, until_ms))
    wanted = select(alerts).where(which, _has_no_grade(horizon_ms))
    rows = await tx.execute(wanted.order_by(_alerts.fired_ms, _alerts.id).limit(limit))
    return tuple(alert_of(row) for row in rows.mappings())


async def give_up(
    tx: AsyncConnection, horizon_ms: int, begin_ms: int, end_ms: int, *, graded_ms: int
) -> None:
    """Alerts that fired in [begin, end) and have no grade: it is unknown for good."""
    unknown = literal(_to_json(Unknown.NO_PRICES, None), _grades.grade.type)
    old = select(_alerts.id, literal(horizon_ms), literal(graded_ms), unknown)
    then = and_(_alerts.fired_ms >= begin_ms, _alerts.fired_ms < end_ms)
    those = old.where(then, _has_no_grade(horizon_ms))
    await tx.execute(insert_into(tx, grades).from_select(COLUMNS, those))


async def add(
    tx: AsyncConnection,
    alert_id: int,
    horizon_ms: int,
    grade: Grade | Unknown,
    null: NullMean | None,
    *,
    graded_ms: int,
) -> bool:
    """False where there was one already: the first one stands."""
    fresh = insert_into(tx, grades).values(
        alert_id=alert_id, horizon_ms=horizon_ms, graded_ms=graded_ms, grade=_to_json(grade, null)
    )
    stored = fresh.on_conflict_do_nothing(index_elements=["alert_id", "horizon_ms"])
    return (await tx.execute(stored.returning(_grades.alert_id))).scalar_one_or_none() is not None


async def of_letter(tx: AsyncConnection, letter_id: int, horizon_ms: int) -> tuple[Graded, ...]:
    """All alerts of a message, in the order in which they were raised."""
    wanted = _beside(horizon_ms).where(_alerts.letter_id == letter_id)
    return await _read(tx, wanted.order_by(_alerts.id))


async def between(
    tx: AsyncConnection, destination: Destination, begin_ms: int, end_ms: int, horizon_ms: int
) -> tuple[Graded, ...]:
    """A place's alerts that fired in [begin, end), told or held, oldest first."""
    here = and_(_alerts.chat_id == destination.chat_id, _alerts.thread_id == destination.thread_id)
    then = and_(_alerts.fired_ms >= begin_ms, _alerts.fired_ms < end_ms)
    return await _read(tx, _beside(horizon_ms).where(here, then).order_by(_alerts.fired_ms, _alerts.id))


async def graded_since(
    tx: AsyncConnection, destination: Destination, begin_ms: int, end_ms: int, horizon_ms: int, since_ms: int
) -> tuple[Graded, ...]:
    """A place's alerts that fired in [begin, end) and were graded from `since_ms` on, oldest first."""
    here = and_(_alerts.chat_id == destination.chat_id, _alerts.thread_id == destination.thread_id)
    then = and_(_alerts.fired_ms >= begin_ms, _alerts.fired_ms < end_ms, _grades.graded_ms >= since_ms)
    return await _read(tx, _beside(horizon_ms).where(here, then).order_by(_alerts.fired_ms, _alerts.id))


async def scored(
    tx: AsyncConnection,
    horizon_ms: int,
    since_ms: int,
    *,
    destination: Destination | None = None,
    symbol: str | None = None,
) -> tuple[Graded, ...]:
    """The newest MOST_SCORED alerts with a grade, of a symbol or of all, oldest first.

    Of a place all of them; else one of each that several places were told at the same moment.
    """
    wanted = _beside(horizon_ms).where(_alerts.fired_ms >= since_ms, _grades.grade.is_not(None))
    if destination is not None:
        wanted = wanted.where(
            _alerts.chat_id == destination.chat_id, _alerts.thread_id == destination.thread_id
        )
    else:
        same = (_alerts.symbol, _alerts.kind, _alerts.zone_id, _alerts.fired_ms)
        first = select(func.min(_alerts.id)).where(_alerts.fired_ms >= since_ms).group_by(*same)
        wanted = wanted.where(_alerts.id.in_(first))
    if symbol is not None:
        wanted = wanted.where(_alerts.symbol == symbol)
    newest = wanted.order_by(_alerts.fired_ms.desc(), _alerts.id.desc()).limit(MOST_SCORED)
    found: list[Graded] = []
    async with tx.stream(newest) as rows:
        async for some in rows.mappings().partitions(ROWS_AT_ONCE):
            found += [_graded(row) for row in some]
            await asyncio.sleep(0)
    return tuple(reversed(found))


def _has_no_grade(horizon_ms: int) -> ColumnElement[bool]:
    graded = select(_grades.alert_id).where(_grades.alert_id == _alerts.id, _grades.horizon_ms == horizon_ms)
    return ~graded.exists()


def _beside(horizon_ms: int) -> Select[*tuple[Any, ...]]:
    same = and_(_grades.alert_id == _alerts.id, _grades.horizon_ms == horizon_ms)
    return select(alerts, _grades.grade).outerjoin(grades, same)


async def _read(tx: AsyncConnection, wanted: Select[*tuple[Any, ...]]) -> tuple[Graded, ...]:
    return tuple(_graded(row) for row in (await tx.execute(wanted)).mappings())


def _graded(row: RowMapping) -> Graded:
    columns = dict(row)
    stored = columns.pop("grade")
    alert = alert_of(columns)
    return Graded(alert, None) if stored is None else Graded(alert, *_from_json(stored))


def _to_json(grade: Grade | Unknown, null: NullMean | None) -> dict[str, Any]:
    known = {"unknown": grade.name} if isinstance(grade, Unknown) else asdict(grade)
    return {**known, "null": None if null is None else asdict(null)}


def _from_json(stored: dict[str, Any]) -> tuple[Grade | Unknown, NullMean | None]:
    fields = dict(stored)
    null = fields.pop("null")
    mean = None if null is None else NullMean(**null)
    if "unknown" in fields:
        return Unknown[fields["unknown"]], mean
    aftermath = fields.pop("aftermath")
    return Grade(**fields, aftermath=None if aftermath is None else Aftermath(aftermath)), mean
