"""What happened to zones. All times are market time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict

from sqlalchemy import ColumnElement, and_, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.liquidation.side import Side
from bot.liquidation.zone_event import ZoneEvent, ZoneEventKind
from bot.store.statements import insert_into
from bot.store.tables import zone_events

KEPT_MS = 90 * 86_400_000
KEY = ("symbol", "zone_id", "stamp_ms", "kind")
OF_TWO = (ZoneEventKind.SPLIT, ZoneEventKind.MERGED)


async def add(tx: AsyncConnection, symbol: str, events: Sequence[ZoneEvent]) -> None:
    """One that is there already stays as it is."""
    if events:
        rows = [_row(symbol, event) for event in events]
        await tx.execute(insert_into(tx, zone_events).on_conflict_do_nothing(index_elements=KEY), rows)


async def of_zone(tx: AsyncConnection, symbol: str, zone_id: str) -> list[ZoneEvent]:
    """Oldest first, with what came off it and what became part of it."""
    of_two = zone_events.c.kind.in_([kind.value for kind in OF_TWO])
    found = await _found(tx, symbol, or_(zone_events.c.zone_id == zone_id, of_two))
    return [event for event in found if zone_id in (event.zone_id, event.other)]


async def of_symbol(tx: AsyncConnection, symbol: str, from_ms: int) -> list[ZoneEvent]:
    """Those of all zones from that moment on, oldest first."""
    return await _found(tx, symbol, zone_events.c.stamp_ms >= from_ms)


async def symbols_with(tx: AsyncConnection, zone_id: str) -> tuple[str, ...]:
    """Symbols that have or had a zone of this name: names are given per symbol."""
    wanted = select(zone_events.c.symbol).where(zone_events.c.zone_id == zone_id).distinct()
    return tuple(row[0] for row in await tx.execute(wanted.order_by(zone_events.c.symbol)))


async def forget(tx: AsyncConnection, symbol: str, zone_ids: Collection[str], until_ms: int) -> None:
    """What is told of these zones up to a moment goes."""
    ours = and_(zone_events.c.symbol == symbol, zone_events.c.zone_id.in_(zone_ids))
    await tx.execute(delete(zone_events).where(ours, zone_events.c.stamp_ms <= until_ms))


async def prune(tx: AsyncConnection, now_ms: int) -> int:
    """Drop what is older than is kept; how many rows went."""
    return (await tx.execute(delete(zone_events).where(zone_events.c.stamp_ms < now_ms - KEPT_MS))).rowcount


async def _found(tx: AsyncConnection, symbol: str, which: ColumnElement[bool]) -> list[ZoneEvent]:
    columns = (zone_events.c.zone_id, zone_events.c.stamp_ms, zone_events.c.kind, zone_events.c.event)
    wanted = select(*columns).where(zone_events.c.symbol == symbol, which).order_by(zone_events.c.stamp_ms)
    rows = await tx.execute(wanted)
    return [
        ZoneEvent(
            **{**payload, "side": Side(payload["side"])},
            zone_id=zone_id,
            stamp_ms=stamp_ms,
            kind=ZoneEventKind(kind),
        )
        for zone_id, stamp_ms, kind, payload in rows
    ]


def _row(symbol: str, event: ZoneEvent) -> dict[str, object]:
    payload = asdict(event)
    key = {"symbol": symbol, **{name: payload.pop(name) for name in ("zone_id", "stamp_ms", "kind")}}
    return {**key, "event": payload}
