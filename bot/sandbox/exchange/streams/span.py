"""What happened on the market between two steps of the pump."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.sandbox.market.candles import Candles, step_start
from bot.sandbox.market.liquidations import LONG, Liquidations
from bot.sandbox.market.listing import Listing
from bot.sandbox.market.market import Market
from bot.sandbox.market.series import CANDLES


@dataclass(frozen=True, slots=True)
class Order:
    """One liquidation order; its number is its own for as long as the server runs."""

    number: int
    stamp_ms: int
    long: bool
    trigger: float
    fill: float
    bankruptcy: float
    quantity: float  # base coin


class Span:
    """From `begin_ms` (left out) to `end_ms`, which is market now. Spans follow each other without a gap."""

    def __init__(self, market: Market, begin_ms: int, end_ms: int, numbers: Iterator[int]) -> None:
        self.market = market
        self.begin_ms = begin_ms
        self.end_ms = end_ms
        self._numbers = numbers
        self._orders: dict[tuple[str, str], list[Order]] = {}

    def has_tick(self, cadence_ms: int) -> bool:
        """Whether a multiple of the cadence lies in it: the turn of a feed that speaks so often."""
        return self.begin_ms // cadence_ms != self.end_ms // cadence_ms

    def orders(self, listing: Listing, grid_ms: int) -> list[Order]:
        """The orders of the grid's cells that ended in the span; a venue asks with one grid only."""
        key = (listing.venue, listing.id)
        if key not in self._orders:
            begin, end = (stamp // grid_ms * grid_ms for stamp in (self.begin_ms, self.end_ms))
            found = self.market.liquidations(listing, begin, end) if end > begin else Liquidations.none()
            self._orders[key] = [self._order(found, row) for row in range(len(found))]
        return self._orders[key]

    def _order(self, found: Liquidations, row: int) -> Order:
        return Order(
            next(self._numbers),
            int(found.stamp_ms[row]),
            int(found.side[row]) == LONG,
            float(found.trigger[row]),
            float(found.fill[row]),
            float(found.bankruptcy[row]),
            float(found.quantity[row]),
        )

    def ended(self, listing: Listing, step_ms: int) -> Candles:
        """The candles that ended in it."""
        known_ms = min(self.end_ms, self.market.as_of(CANDLES, listing))
        begin, end = self.begin_ms - step_ms + 1, known_ms - step_ms + 1
        return self.market.candles(listing, step_ms, begin, end)

    def forming(self, listing: Listing, step_ms: int) -> Candles:
        """The candle of now, if there is one."""
        return self.market.candles(listing, step_ms, step_start(self.end_ms, step_ms), self.end_ms + 1)


def latest_of_each_second(orders: list[Order]) -> list[Order]:
    """What is left of orders in time order when only a second's latest is published."""
    return list({order.stamp_ms // 1000: order for order in orders}.values())
