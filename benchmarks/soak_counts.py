"""The liquidations that a bot wrote down, against what was published while it says that it listened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from processes import VENUES, get

from bot.liquidation.side import Side
from bot.store import liquidations
from bot.store.database import Database
from bot.store.liquidations import Stretch

HOUR_MS = 3_600_000
DIGITS = 6  # of a quantity that must be equal

Published = Sequence[tuple[int, str, float]]  # stamp_ms, side of the position, coins
Known = Counter[tuple[int, str, str]]


@dataclass(frozen=True)
class Heard:
    """One contract of one venue."""

    venue: str
    symbol: str
    listened_ms: int
    stretches: int
    published: int  # in the stretches
    lost_ms: tuple[int, ...]  # stamps
    added: int  # recorded in them, but never published, or too often
    outside: int  # recorded outside of the stretches


async def compare(root: str, database: str, begin_ms: int, end_ms: int, bases: Sequence[str]) -> list[Heard]:
    """All contracts of these coins against USDT; the database's URL is that of a bot that has ended."""
    wanted = {f"{base}/USDT:USDT" for base in bases}
    store = Database.open(database)
    try:
        return [
            await _compared(store, venue, symbol, rows, (begin_ms, end_ms))
            for venue in VENUES
            for symbol, rows in _published(root, venue, begin_ms, end_ms).items()
            if symbol in wanted
        ]
    finally:
        await store.close()


def _published(root: str, venue: str, begin_ms: int, end_ms: int) -> Mapping[str, Published]:
    query = urlencode({"venue": venue, "begin_ms": begin_ms, "end_ms": end_ms})
    found: Mapping[str, Published] = get(f"{root}/api/liquidations?{query}")
    return found


async def _compared(
    store: Database, venue: str, symbol: str, rows: Published, span: tuple[int, int]
) -> Heard:
    async with store.read() as tx:
        told = await liquidations.between(tx, venue, symbol, *span)
        stretches = await liquidations.stretches(tx, venue, symbol, *span)
    columns = (told.stamp_ms.tolist(), told.side.tolist(), told.quantity_base.tolist())
    recorded = [(at, Side(side).name.lower(), coins) for at, side, coins in zip(*columns, strict=True)]
    inside = _known(recorded, stretches)
    published = _known(rows, stretches)
    return Heard(
        venue,
        symbol,
        sum(one.until_ms - one.from_ms for one in stretches),
        len(stretches),
        published.total(),
        tuple(stamp_ms for stamp_ms, _, _ in (published - inside).elements()),
        (inside - published).total(),
        len(recorded) - inside.total(),
    )


def _known(rows: Published, stretches: Sequence[Stretch]) -> Known:
    """Those stamped within the stretches."""
    return Counter(
        (stamp_ms, side, f"{coins:.{DIGITS}g}")
        for stamp_ms, side, coins in rows
        if any(one.from_ms <= stamp_ms < one.until_ms for one in stretches)
    )
