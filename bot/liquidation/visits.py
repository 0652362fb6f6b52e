"""What was liquidated in a zone since price came to it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.liquidation.side import Side
from bot.liquidation.zone import Zone

HOUR_MS = 3_600_000
LOOK_BACK_MS = HOUR_MS  # orders told before a visit was noticed: prices and orders come on different ways
FORGOTTEN_MS = 2 * HOUR_MS  # after a zone was seen last


@dataclass(frozen=True, slots=True)
class Told:
    """One liquidation; `price` is that of the mark price which set it off, as far as a venue tells."""

    stamp_ms: int
    side: Side
    price: float
    quantity_base: float


@dataclass
class Visit:
    """Price is in a zone, went through it, or has not gone far from it since."""

    side: Side
    low: float
    high: float
    seen_ms: int
    base: float = 0.0

    def count(self, order: Told) -> None:
        if order.side is self.side and self.low <= order.price <= self.high:
            self.base += order.quantity_base


class Visits:
    """Of one pair. Tell it orders as they come, and ask it with every mark price."""

    def __init__(self) -> None:
        self._open: dict[str, Visit] = {}  # by zone
        self._recent: deque[Told] = deque()

    def tell(self, orders: Iterable[Told]) -> None:
        for order in orders:
            self._recent.append(order)
            for visit in self._open.values():
                visit.count(order)
        newest_ms = max((order.stamp_ms for order in self._recent), default=0)
        while self._recent and self._recent[0].stamp_ms < newest_ms - LOOK_BACK_MS:
            self._recent.popleft()

    def at_price(
        self, zones: Iterable[Zone], price: float, hourly_range: float, now_ms: int
    ) -> Mapping[str, float]:
        """Base coin by zone id, of the zones that price is in, has passed, or was in and is still beside.

        A visit ends when price is `hourly_range` (a fraction) away on the zone's own side, or two hours after
        the zone was seen last. One that begins counts the orders of the hour before.
        """
        for zone in zones:
            away = abs(zone.distance(price))
            if away > hourly_range:
                self._open.pop(zone.id, None)
            elif away == 0 or zone.id in self._open:
                self._follow(zone, now_ms)
        self._open = {
            name: visit for name, visit in self._open.items() if visit.seen_ms > now_ms - FORGOTTEN_MS
        }
        return {name: visit.base for name, visit in self._open.items()}

    def _follow(self, zone: Zone, now_ms: int) -> None:
        visit = self._open.get(zone.id)
        if visit is None:
            visit = self._open[zone.id] = Visit(zone.side, zone.low, zone.high, now_ms)
            for order in self._recent:
                if order.stamp_ms > now_ms - LOOK_BACK_MS:
                    visit.count(order)
        visit.low, visit.high, visit.seen_ms = zone.low, zone.high, now_ms
