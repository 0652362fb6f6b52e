"""A venue's streams: what they tell goes to a tape for each contract, liquidations to who asks."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import inf

import numpy as np
import structlog

from bot.liquidation.contract import Contract
from bot.liquidation.levels import trigger_of_bankruptcy
from bot.liquidation.side import Side
from bot.market.cadence import Cadence
from bot.market.forced_orders import ForcedOrder, Heard, told_apart
from bot.market.line import Frames, Line
from bot.market.live_tape import LiveTape
from bot.market.side_agreement import SideAgreement
from bot.market.wire import Ccxt

ORDERS_LATE_MS = 2_500  # venues gather them, OKX for two seconds; mark prices come at once
MOST_UNHEARD = 100_000  # orders that nobody has asked for yet


@dataclass(frozen=True, slots=True)
class PublishedOrder:
    """One liquidation in a venue's words but for the side, which is the position's."""

    market_id: str
    side: Side
    price: float
    stamp_ms: int
    quantity: float  # in base coin, of an inverse contract in quote currency
    is_bankruptcy_price: bool = True  # beyond the trigger; else what the order got


Topics = Mapping[str, Sequence[str]]  # by the address of a line; the first carries liquidations and marks

log = structlog.get_logger(__name__)


class Live:
    """Tapes by market id; lines are opened when somebody listens, and closed when nobody does."""

    def __init__(self, venue: str, frames: Frames, pause_s: float) -> None:
        self._venue, self._frames, self._pause_s = venue, frames, pause_s
        self.tapes: dict[str, LiveTape] = {}
        self._contracts: dict[str, Contract] = {}  # by market id
        self._topics: dict[str, Topics] = {}  # by market id
        self._lines: dict[str, Line] = {}
        self._cadences: dict[str, Cadence] = {}  # by the address of a line
        self._orders: deque[ForcedOrder] = deque()
        self._sides = SideAgreement()
        self._doubted = False

    def listen(self, exchange: Ccxt, contracts: Iterable[Contract], topics: Callable[[str], Topics]) -> None:
        """Exactly these contracts; `topics` names what one of them needs, by market id."""
        wanted = {contract.market_id: contract for contract in contracts}
        for market_id in self.tapes.keys() - wanted.keys():
            del self.tapes[market_id], self._topics[market_id]
        for market_id in wanted.keys() - self.tapes.keys():
            self._topics[market_id] = topics(market_id)
            told = partial(self._note_stamp, self._main_line(market_id))
            self.tapes[market_id] = LiveTape(wanted[market_id].symbol, self._pause_s, told)
        self._contracts = wanted
        urls = {url for topics_of in self._topics.values() for url in topics_of}
        main = {self._main_line(market_id) for market_id in wanted}
        for url in urls - self._lines.keys():
            self._lines[url] = Line(exchange, url, self._frames, self._reopens, tells_marks=url in main)
        for url, line in self._lines.items():
            line.want(topic for topics_of in self._topics.values() for topic in topics_of.get(url, ()))

    def heard_from(self, url: str) -> None:
        if url in self._lines:
            self._lines[url].heard()

    def missed(self, url: str) -> None:
        """A message of this line could not be read: it may have been an order."""
        self._broke(url)

    def hear_orders(self, message: Iterable[PublishedOrder]) -> None:
        """All orders of one message; those of contracts that nobody listens to are left out."""
        orders = [order for published in message if (order := self._forced(published)) is not None]
        self._orders.extend(told_apart(orders))
        for order in orders:
            self._judge_side(order)
        if len(self._orders) > MOST_UNHEARD:
            self._orders.clear()
            self._broke_all()

    def _forced(self, published: PublishedOrder) -> ForcedOrder | None:
        contract = self._contracts.get(published.market_id)
        if contract is None:
            return None
        if not (0 < published.price < inf and 0 < published.quantity < inf):
            self.tapes[published.market_id].broke()  # an order that is not known is one that was missed
            return None
        price, side = published.price, published.side
        trigger = _trigger(contract, side, price) if published.is_bankruptcy_price else price
        coins = published.quantity / trigger if contract.inverse else published.quantity
        return ForcedOrder(contract.symbol, published.stamp_ms, side, price, trigger, coins)

    def _judge_side(self, order: ForcedOrder) -> None:
        """By the order's own stamp and price: the newest mark may be of a much later moment."""
        tape = next(tape for tape in self.tapes.values() if tape.symbol == order.symbol)
        before = tape.price_before(order.stamp_ms)
        if before is not None:
            self._sides.note(order.side, before, order.price)

    def heard(self) -> Heard:
        """Nothing while the feed's sides contradict price: what is taken for a long may be a short."""
        orders = tuple(self._orders)
        self._orders.clear()
        if self._is_doubtful():
            return Heard(0)
        listening = {name: tape for name, tape in self.tapes.items() if tape.alive and tape.mark is not None}
        since = {tape.symbol: tape.listening_since_ms or 0 for tape in listening.values()}
        return Heard(self._complete_until(listening), orders, since)

    def _complete_until(self, listening: Mapping[str, LiveTape]) -> int:
        """Whatever a line told last, it had told all earlier orders of all its contracts."""
        latest: dict[str, int] = {}
        for name, tape in listening.items():
            line = self._main_line(name)
            stamp_ms = tape.mark.timestamp_ms if tape.mark else 0
            latest[line] = max(stamp_ms, latest.get(line, 0))
        return min(latest.values(), default=ORDERS_LATE_MS) - ORDERS_LATE_MS

    async def close(self) -> None:
        lines, self._lines = list(self._lines.values()), {}
        await asyncio.gather(*(line.close() for line in lines))

    def _is_doubtful(self) -> bool:
        doubted, self._doubted = self._doubted, self._sides.is_doubtful
        if self._doubted != doubted:
            log.error("sides of liquidations contradict price", venue=self._venue, doubted=self._doubted)
        if self._doubted:
            self._broke_all()
        return self._doubted

    def _note_stamp(self, url: str, stamp_ms: int) -> None:
        """Of one contract's mark price: what the line left out, it left out of all its contracts."""
        if self._cadences.setdefault(url, Cadence(self._pause_s)).skips(stamp_ms):
            self._broke(url)

    def _main_line(self, market_id: str) -> str:
        """Where its liquidations and mark prices come from; empty where nothing is streamed."""
        return next(iter(self._topics[market_id]), "")

    def _reopens(self, url: str) -> None:
        self._cadences.pop(url, None)
        self._broke(url)

    def _broke(self, url: str) -> None:
        """Candles have a line of their own on some venues; what it leaves out is asked for."""
        for market_id, tape in self.tapes.items():
            if url == self._main_line(market_id):
                tape.broke()

    def _broke_all(self) -> None:
        for tape in self.tapes.values():
            tape.broke()


def _trigger(contract: Contract, side: Side, bankruptcy: float) -> float:
    return float(trigger_of_bankruptcy(contract, side, np.array([bankruptcy]))[0])
