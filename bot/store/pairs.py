"""What is known of a pair: the model's checkpoint, and past maps, the older the sparser."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.liquidation.packed_json import packed_json, unpacked_json
from bot.store.statements import insert_into
from bot.store.tables import checkpoints, map_history

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
# Up to which age one map is kept of every how long. Each step divides the next, so that a map that
# survives a coarser step has survived the finer ones.
THINNING = ((3 * DAY_MS, 15 * MINUTE_MS), (30 * DAY_MS, HOUR_MS), (365 * DAY_MS, DAY_MS))


@dataclass(frozen=True)
class Checkpoint:
    symbol: str
    blob: bytes
    as_of_ms: int
    saved_ms: int


async def save_checkpoint(
    tx: AsyncConnection, symbol: str, blob: bytes, *, as_of_ms: int, now_ms: int
) -> None:
    fresh = {"blob": blob, "as_of_ms": as_of_ms, "saved_ms": now_ms}
    stored = insert_into(tx, checkpoints).values(symbol=symbol, **fresh)
    await tx.execute(stored.on_conflict_do_update(index_elements=["symbol"], set_=fresh))


async def load_checkpoint(tx: AsyncConnection, symbol: str) -> Checkpoint | None:
    wanted = select(checkpoints).where(checkpoints.c.symbol == symbol)
    row = (await tx.execute(wanted)).mappings().one_or_none()
    return None if row is None else Checkpoint(**row)


async def forget_checkpoint(tx: AsyncConnection, symbol: str) -> None:
    await tx.execute(delete(checkpoints).where(checkpoints.c.symbol == symbol))


async def save_map(tx: AsyncConnection, symbol: str, as_of_ms: int, payload: Mapping[str, object]) -> None:
    """A map of the same moment replaces the one that was there."""
    packed = packed_json(payload)
    stored = insert_into(tx, map_history).values(symbol=symbol, as_of_ms=as_of_ms, payload=packed)
    key = ["symbol", "as_of_ms"]
    await tx.execute(stored.on_conflict_do_update(index_elements=key, set_={"payload": packed}))


async def load_map(
    tx: AsyncConnection, symbol: str, at_ms: int, oldest_ms: int = 0
) -> dict[str, object] | None:
    """The newest map that was known at that moment, unless it is older than `oldest_ms`; only what was read
    off it where nobody kept the map."""
    known = and_(map_history.c.symbol == symbol, map_history.c.as_of_ms.between(oldest_ms, at_ms))
    newest = select(map_history.c.payload).where(known).order_by(map_history.c.as_of_ms.desc()).limit(1)
    packed = (await tx.execute(newest)).scalar_one_or_none()
    return None if packed is None else unpacked_json(packed)


async def packed_since(tx: AsyncConnection, symbol: str, from_ms: int) -> list[tuple[int, bytes]]:
    """Stamp and payload of each kept map from that moment on, oldest first; still packed."""
    those = and_(map_history.c.symbol == symbol, map_history.c.as_of_ms >= from_ms)
    columns = (map_history.c.as_of_ms, map_history.c.payload)
    rows = await tx.execute(select(*columns).where(those).order_by(map_history.c.as_of_ms))
    return [(int(stamp_ms), bytes(payload)) for stamp_ms, payload in rows]


async def map_times(tx: AsyncConnection, symbol: str) -> tuple[int, ...]:
    wanted = select(map_history.c.as_of_ms).where(map_history.c.symbol == symbol)
    return tuple(int(row[0]) for row in await tx.execute(wanted.order_by(map_history.c.as_of_ms)))


async def thin_maps(tx: AsyncConnection, symbol: str, now_ms: int) -> int:
    """Drop what is too old or too dense; how many went."""
    gone = 0
    younger_than = now_ms
    for age_ms, step_ms in THINNING:
        stretch = _between(symbol, now_ms - age_ms, younger_than)
        gone += await _keep_first_of_each(tx, stretch, step_ms)
        younger_than = now_ms - age_ms
    return gone + await _drop(tx, _between(symbol, None, younger_than))


def _between(symbol: str, after_ms: int | None, until_ms: int) -> ColumnElement[bool]:
    stretch = and_(map_history.c.symbol == symbol, map_history.c.as_of_ms <= until_ms)
    return stretch if after_ms is None else and_(stretch, map_history.c.as_of_ms > after_ms)


async def _keep_first_of_each(tx: AsyncConnection, stretch: ColumnElement[bool], step_ms: int) -> int:
    step = map_history.c.as_of_ms // step_ms
    firsts = select(func.min(map_history.c.as_of_ms)).where(stretch).group_by(step)
    return await _drop(tx, and_(stretch, map_history.c.as_of_ms.not_in(firsts)))


async def _drop(tx: AsyncConnection, which: ColumnElement[bool]) -> int:
    return (await tx.execute(delete(map_history).where(which))).rowcount
