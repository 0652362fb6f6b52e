"""Liquidations as the venues tell them, in one language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from bot.liquidation.side import Side


@dataclass(frozen=True, slots=True)
class ForcedOrder:
    """One liquidation of a contract; a long's is a forced sell, a short's a forced buy."""

    symbol: str
    stamp_ms: int  # the venue's own stamp
    side: Side  # of the position
    price: float  # as published: the fill, or the bankruptcy price
    trigger_price: float  # of the mark price at which margin ran out, as far as the published price tells
    quantity_base: float
    nth: int = 0  # among orders of the same message that are equal otherwise


def told_apart(message: Iterable[ForcedOrder]) -> tuple[ForcedOrder, ...]:
    """The orders of one message, equal ones numbered: positions copied from each other are liquidated alike,
    while a message that comes again after a reconnect says the same numbers and is known by that."""
    seen: Counter[ForcedOrder] = Counter()
    found = []
    for order in message:
        found.append(replace(order, nth=seen[order]))
        seen[order] += 1
    return tuple(found)


@dataclass(frozen=True)
class Heard:
    """What a venue told since it was asked last.

    `listening_since_ms` says for each symbol since when nothing can have been missed, in market time; a
    symbol whose stream is down is not in it. A broken stream begins anew when it is up again.
    """

    until_ms: int
    orders: tuple[ForcedOrder, ...] = ()
    listening_since_ms: Mapping[str, int] = field(default_factory=dict)
