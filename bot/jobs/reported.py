"""What was recorded of a pair's liquidations, as /liquidations tells it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.jobs.pair_watch import PairWatch
from bot.liquidation.feed import Feed
from bot.liquidation.side import Side
from bot.liquidation.windows import HOUR_MS, WINDOWS
from bot.store import liquidations
from bot.store.database import Database, Transaction
from bot.store.liquidations import Liquidation, Total, kept_from_ms
from bot.wording.liquidations_text import (
    MOST_LISTED,
    Report,
    Reported,
    ReportedOrder,
    SideSum,
    VenueReport,
)

LAST_HOUR = "1h"


@dataclass(frozen=True)
class Reporter:
    """Reads what one pair's venues reported."""

    database: Database
    now_ms: int

    async def report(self, watch: PairWatch, window: str, venues: Sequence[str]) -> Report:
        """`venues` are those that are asked about, in the order in which they are told."""
        symbol, begin_ms = watch.symbol, max(self.now_ms - WINDOWS[window], kept_from_ms(self.now_ms))
        async with self.database.read() as tx:
            since_ms = await liquidations.listening_since(tx, symbol)
            spans = {
                LAST_HOUR: await self._span(tx, symbol, LAST_HOUR, self.now_ms - HOUR_MS, venues),
                window: await self._span(tx, symbol, window, begin_ms, venues),
            }
            newest = [
                order
                for venue in venues
                for order in await liquidations.newest(tx, symbol, begin_ms, MOST_LISTED, venue)
            ]
        newest.sort(key=lambda order: order.stamp_ms, reverse=True)
        told = [
            VenueReport(
                venue=venue,
                feed=_feed(watch, venue),
                since_ms=_since(since_ms.get(venue), self.now_ms),
                spans=tuple(span[venue] for span in spans.values()),
            )
            for venue in venues
        ]
        orders = tuple(_order(order) for order in newest[:MOST_LISTED])
        tick_size = watch.tick_size if watch.contracts else 0.0
        return Report(symbol, window, tuple(told), orders, tick_size, self.now_ms)

    async def _span(
        self, tx: Transaction, symbol: str, window: str, begin_ms: int, venues: Sequence[str]
    ) -> dict[str, Reported]:
        totals = await liquidations.totals(tx, symbol, venues, begin_ms)
        found = {}
        for venue in venues:
            stretches = await liquidations.stretches(tx, venue, symbol, begin_ms, self.now_ms)
            heard_ms = sum(min(one.until_ms, self.now_ms) - one.from_ms for one in stretches)
            of_venue = {total.side: total for total in totals if total.venue == venue}
            found[venue] = Reported(window, self.now_ms - begin_ms, heard_ms, *_sums(of_venue))
        return found


def with_ratios(report: Report, ratios: Mapping[str, float | None]) -> Report:
    """The same with what the model knows of reported / crossed, by venue."""
    told = [replace(venue, realised_ratio=ratios.get(venue.venue)) for venue in report.venues]
    return replace(report, venues=tuple(told))


def _sums(of_venue: Mapping[Side, Total]) -> list[SideSum]:
    """Of longs and of shorts."""
    known = [of_venue.get(side) for side in Side]
    return [SideSum() if total is None else SideSum(total.count, total.amount_quote) for total in known]


def _feed(watch: PairWatch, venue: str) -> Feed:
    """Without a contract nothing is promised."""
    return watch.contracts[venue].feed if venue in watch.contracts else Feed.PARTIAL


def _since(begin_ms: int | None, now_ms: int) -> int | None:
    return None if begin_ms is None else max(begin_ms, kept_from_ms(now_ms))


def _order(order: Liquidation) -> ReportedOrder:
    return ReportedOrder(order.venue, order.stamp_ms, order.side, order.price, order.quantity_base)
