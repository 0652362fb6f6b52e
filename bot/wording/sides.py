"""What is said of each side. A long falls, sells and lies below; a short rises, buys and lies above."""

from __future__ import annotations

from dataclasses import dataclass

from bot.liquidation.side import Side


@dataclass(frozen=True)
class SideWords:
    mark: str
    plural: str
    headline: str
    moves: str  # what price does
    order: str  # what the exchange does
    orders: str
    where: str


WORDS = {
    Side.LONG: SideWords(
        mark="▼",
        plural="longs",
        headline="LONGS liquidated if price FALLS (forced sells)",
        moves="falls",
        order="selling",
        orders="forced sells",
        where="below",
    ),
    Side.SHORT: SideWords(
        mark="▲",
        plural="shorts",
        headline="SHORTS liquidated if price RISES (forced buys)",
        moves="rises",
        order="buying",
        orders="forced buys",
        where="above",
    ),
}
