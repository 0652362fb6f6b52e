"""Liquidations that the venues told, and when somebody was listening. All times are market time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Function, Row, Select, and_, case, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.liquidation.side import Side
from bot.store.statements import insert_into
from bot.store.tables import liquidations, listening

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Market = tuple[str, str]  # venue, symbol

MINUTE_MS = 60_000
DAY_MS = 86_400_000
KEPT_MS = 90 * DAY_MS
ROWS_AT_ONCE = 5_000  # between two of them the event loop has other things to do
SAME_ORDER = ("venue", "symbol", "stamp_ms", "side", "price", "quantity_base", "nth")


@dataclass(frozen=True, slots=True)
class Liquidation:
    """One order as a venue told it; `side` is that of the position."""

    venue: str
    symbol: str
    stamp_ms: int
    side: Side
    price: float  # as published: fill or bankruptcy price
    trigger_price: float  # of the mark price that set it off
    quantity_base: float
    nth: int = 0  # among equal ones of one message: a message told again says the same numbers


@dataclass(frozen=True)
class Stretch:
    """From the first until the second nothing can have been missed."""

    from_ms: int
    until_ms: int


@dataclass(frozen=True)
class Orders:
    """Orders of one market, ascending in time; all arrays have shape (n,)."""

    stamp_ms: Ints
    side: Ints
    price: Floats
    trigger_price: Floats
    quantity_base: Floats

    def __len__(self) -> int:
        return len(self.stamp_ms)


@dataclass(frozen=True)
class Total:
    """What one venue told of one side."""

    venue: str
    side: Side
    count: int
    quantity_base: float
    amount_quote: float  # at the published prices


@dataclass(frozen=True)
class MinuteTotal:
    """What one venue told of one side within a minute."""

    start_ms: int
    side: Side
    quantity_base: float


async def add(tx: AsyncConnection, orders: Sequence[Liquidation]) -> None:
    """One that is there already, to the last number, is the same order told again."""
    if orders:
        rows = [{**asdict(order), "side": int(order.side)} for order in orders]
        stored = insert_into(tx, liquidations)
        await tx.execute(stored.on_conflict_do_nothing(index_elements=SAME_ORDER), rows)


async def listened(tx: AsyncConnection, told: Sequence[tuple[Market, Stretch]]) -> None:
    """A stretch that began when one before it did goes on; it never gets shorter."""
    if not told:
        return
    stored = insert_into(tx, listening)
    until_ms = stored.excluded.until_ms
    longer = case((until_ms > listening.c.until_ms, until_ms), else_=listening.c.until_ms)
    goes_on = stored.on_conflict_do_update(
        index_elements=["venue", "symbol", "from_ms"], set_={"until_ms": longer}
    )
    rows = [{"venue": venue, "symbol": symbol, **asdict(stretch)} for (venue, symbol), stretch in told]
    await tx.execute(goes_on, rows)


async def between(tx: AsyncConnection, venue: str, symbol: str, begin_ms: int, end_ms: int) -> Orders:
    """Those stamped in [begin, end), as they were sent."""
    columns = [getattr(liquidations.c, name) for name in Orders.__dataclass_fields__]
    wanted = _ascending(select(*columns).where(_within(venue, symbol, begin_ms, end_ms)))
    async with tx.stream(wanted) as rows:
        parts = [_table(some, len(columns)) async for some in rows.partitions(ROWS_AT_ONCE)]
    stamp_ms, side, price, trigger, quantity = np.concatenate([*parts, _table([], len(columns))]).T
    return Orders(stamp_ms.astype(np.int64), side.astype(np.int64), price, trigger, quantity)


async def in_range(
    tx: AsyncConnection, symbol: str, side: Side, low: float, high: float, begin_ms: int, end_ms: int
) -> Orders:
    """Those of any venue on one side, stamped in [begin, end), set off between two prices."""
    columns = [getattr(liquidations.c, name) for name in Orders.__dataclass_fields__]
    when = and_(liquidations.c.stamp_ms >= begin_ms, liquidations.c.stamp_ms < end_ms)
    where = liquidations.c.trigger_price.between(low, high)
    here = and_(liquidations.c.symbol == symbol, liquidations.c.side == int(side), when, where)
    rows = (await tx.execute(_ascending(select(*columns).where(here)))).all()
    stamp_ms, sides, price, trigger, quantity = _table(rows, len(columns)).T
    return Orders(stamp_ms.astype(np.int64), sides.astype(np.int64), price, trigger, quantity)


async def stretches(
    tx: AsyncConnection, venue: str, symbol: str, begin_ms: int, end_ms: int
) -> tuple[Stretch, ...]:
    """Those that reach into [begin, end), cut to begin with it, oldest first; none touches another."""
    reaching = and_(
        listening.c.venue == venue,
        listening.c.symbol == symbol,
        listening.c.until_ms > begin_ms,
        listening.c.from_ms < end_ms,
    )
    wanted = select(listening.c.from_ms, listening.c.until_ms).where(reaching)
    rows = await tx.execute(wanted.order_by(listening.c.from_ms))
    return _joined([Stretch(max(begin_ms, from_ms), until_ms) for from_ms, until_ms in rows])


async def listening_since(tx: AsyncConnection, symbol: str) -> dict[str, int]:
    """By venue, since when this symbol was listened to at all; venues that never were are left out."""
    first = select(listening.c.venue, func.min(listening.c.from_ms)).where(listening.c.symbol == symbol)
    return {venue: int(begin) for venue, begin in await tx.execute(first.group_by(listening.c.venue))}


async def newest(
    tx: AsyncConnection, symbol: str, since_ms: int, limit: int, venue: str | None = None
) -> tuple[Liquidation, ...]:
    """Newest first, of all venues or of one."""
    columns = [getattr(liquidations.c, name) for name in Liquidation.__dataclass_fields__]
    wanted = select(*columns).where(_since(symbol, since_ms, venue))
    latest = wanted.order_by(liquidations.c.stamp_ms.desc(), liquidations.c.id.desc()).limit(limit)
    rows = (await tx.execute(latest)).mappings()
    return tuple(Liquidation(**{**row, "side": Side(row["side"])}) for row in rows)


async def largest(
    tx: AsyncConnection,
    symbol: str,
    venues: Sequence[str],
    sides: Sequence[Side],
    since_ms: int,
    until_ms: int,
    limit: int,
) -> tuple[Liquidation, ...]:
    """Of these venues and sides together, stamped in [since, until), largest in quote currency first."""
    amount = liquidations.c.quantity_base * liquidations.c.price
    here = and_(_told_by(symbol, venues, since_ms, until_ms), liquidations.c.side.in_(map(int, sides)))
    # What orders are sorted by is all in the index of the same order; the rows are read of the largest alone.
    most = select(liquidations.c.id).where(here).order_by(amount.desc(), liquidations.c.id).limit(limit)
    columns = [getattr(liquidations.c, name) for name in Liquidation.__dataclass_fields__]
    wanted = select(*columns).where(liquidations.c.id.in_(most))
    rows = (await tx.execute(wanted.order_by(amount.desc(), liquidations.c.id))).mappings()
    return tuple(Liquidation(**{**row, "side": Side(row["side"])}) for row in rows)


async def totals(
    tx: AsyncConnection, symbol: str, venues: Sequence[str], since_ms: int, until_ms: int | None = None
) -> tuple[Total, ...]:
    """By venue and side, stamped in [since, until) or at any time since; what a venue told nothing of is left
    out."""
    # By venue alone: that is the order of the index, and nothing has to be sorted.
    sums = [total.filter(liquidations.c.side == int(side)) for side in Side for total in _sums()]
    here = _told_by(symbol, venues, since_ms, until_ms)
    wanted = select(liquidations.c.venue, *sums).where(here).group_by(liquidations.c.venue)
    rows = (await tx.execute(wanted.order_by(liquidations.c.venue))).all()
    of_sides = [
        (name, side, row[at : at + 3]) for name, *row in rows for at, side in zip((0, 3), Side, strict=True)
    ]
    return tuple(Total(name, side, *numbers) for name, side, numbers in of_sides if numbers[0])


def _sums() -> tuple[Function[Any], ...]:
    """Count, base coin and quote currency."""
    quantity = liquidations.c.quantity_base
    return func.count(), func.sum(quantity), func.sum(quantity * liquidations.c.price)


async def by_minute(tx: AsyncConnection, symbol: str, since_ms: int) -> dict[str, list[MinuteTotal]]:
    """By venue, oldest first; minutes in which nothing was told are left out."""
    minute = (liquidations.c.stamp_ms // MINUTE_MS).label("minute")
    each = (liquidations.c.venue, minute, liquidations.c.side)
    wanted = select(*each, func.sum(liquidations.c.quantity_base)).where(_since(symbol, since_ms, None))
    found: dict[str, list[MinuteTotal]] = {}
    for venue, at, side, base in await tx.execute(
        wanted.group_by(*each).order_by(minute, liquidations.c.side)
    ):
        found.setdefault(venue, []).append(MinuteTotal(int(at) * MINUTE_MS, Side(side), float(base)))
    return found


async def count(tx: AsyncConnection, venue: str | None = None) -> int:
    every = select(func.count()).select_from(liquidations)
    if venue is not None:
        every = every.where(liquidations.c.venue == venue)
    return int((await tx.execute(every)).scalar_one())


async def prune(tx: AsyncConnection, before_ms: int) -> int:
    """Drop what is older, and stretches that ended before; how many rows went.

    A stretch that goes on keeps its begin, by which it is known: `kept_from_ms` says where silence in it
    stops to mean anything.
    """
    gone = await tx.execute(delete(liquidations).where(liquidations.c.stamp_ms < before_ms))
    ended = await tx.execute(delete(listening).where(listening.c.until_ms < before_ms))
    return gone.rowcount + ended.rowcount


def kept_from_ms(now_ms: int) -> int:
    """What is stamped earlier may have been pruned."""
    return now_ms - KEPT_MS


def _joined(ordered: Sequence[Stretch]) -> tuple[Stretch, ...]:
    """Stretches by their begin; those that overlap or touch become one."""
    found: list[Stretch] = []
    for stretch in ordered:
        if found and stretch.from_ms <= found[-1].until_ms:
            found[-1] = Stretch(found[-1].from_ms, max(found[-1].until_ms, stretch.until_ms))
        else:
            found.append(stretch)
    return tuple(found)


def _table(rows: Sequence[Row[tuple[object, ...]]], wide: int) -> Floats:
    return np.array([tuple(row) for row in rows], dtype=np.float64).reshape(-1, wide)


def _within(venue: str, symbol: str, begin_ms: int, end_ms: int) -> ColumnElement[bool]:
    stamp_ms = liquidations.c.stamp_ms
    here = and_(liquidations.c.venue == venue, liquidations.c.symbol == symbol)
    return and_(here, stamp_ms >= begin_ms, stamp_ms < end_ms)


def _since(symbol: str, since_ms: int, venue: str | None) -> ColumnElement[bool]:
    wanted = and_(liquidations.c.symbol == symbol, liquidations.c.stamp_ms >= since_ms)
    return wanted if venue is None else and_(wanted, liquidations.c.venue == venue)


def _told_by(symbol: str, venues: Sequence[str], since_ms: int, until_ms: int | None) -> ColumnElement[bool]:
    here = and_(_since(symbol, since_ms, None), liquidations.c.venue.in_(venues))
    return here if until_ms is None else and_(here, liquidations.c.stamp_ms < until_ms)


def _ascending(wanted: Select[tuple[object, ...]]) -> Select[tuple[object, ...]]:
    return wanted.order_by(liquidations.c.stamp_ms, liquidations.c.id)
