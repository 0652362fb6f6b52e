"""Bybit topics. Liquidations: every order, pushed each half second; `S` is the position's side and `p` the
bankruptcy price."""

import json
from dataclasses import dataclass
from typing import ClassVar

from bot.sandbox.exchange.bybit import INTERVALS, VENUE, BybitPrices, category_of, kline_row
from bot.sandbox.exchange.decimals import decimal, decimals_of, short
from bot.sandbox.exchange.streams.dialect import Listener, Message, message
from bot.sandbox.exchange.streams.requests import parsed, texts
from bot.sandbox.exchange.streams.span import Order, Span
from bot.sandbox.exchange.streams.tally import Told
from bot.sandbox.market.candles import Candles
from bot.sandbox.market.listing import Listing
from bot.sandbox.market.market import Market

LIQUIDATIONS, KLINE, TICKERS = "allLiquidation", "kline", "tickers"
KLINE_MS, TICKER_MS, PUSH_MS = 1000, 100, 500

Ticker = dict[str, object]


@dataclass(frozen=True)
class Board:
    """A ticker as it stood at two moments: whoever knows the first needs only what is different."""

    before: Ticker
    now: Ticker
    now_ms: int

    @property
    def delta(self) -> Ticker:
        changed = {name: value for name, value in self.now.items() if self.before.get(name) != value}
        return {"symbol": self.now["symbol"], **changed}


class BybitStreams:
    """The doors are the categories; a topic is known behind its contract's door only."""

    venue = VENUE
    doors: ClassVar[dict[str, str]] = {"/v5/public/linear": "linear", "/v5/public/inverse": "inverse"}

    def __init__(self, market: Market) -> None:
        self._market = market
        self._prices = BybitPrices(market)
        self._boards: dict[str, Board] = {}

    def answer(self, listener: Listener, text: str) -> list[str]:
        request = parsed(text)
        if request is None:
            return [_reply(listener, {}, "", "Params Error", success=False)]
        op, topics = str(request.get("op", "")), texts(request.get("args"))
        if op == "ping":
            return [_reply(listener, request, op, "pong")]
        if op not in ("subscribe", "unsubscribe"):
            return [_reply(listener, request, op, "error:invalid op", success=False)]
        if not topics:
            return [_reply(listener, request, op, "Params Error", success=False)]
        for topic in topics:
            if self._listing(listener.door, topic) is None:
                return [
                    _reply(listener, request, op, f"error:handler not found,topic:{topic}", success=False)
                ]
        change = listener.subscribe if op == "subscribe" else listener.unsubscribe
        for topic in topics:
            change(topic)
        return [_reply(listener, request, op, "")]

    def _listing(self, door: str, topic: str) -> Listing | None:
        """The contract of a topic that there is."""
        name, _, rest = topic.partition(".")
        interval, _, of = rest.rpartition(".")
        known = interval in INTERVALS if name == KLINE else name in (LIQUIDATIONS, TICKERS) and not interval
        listing = self._market.listing(VENUE, of) if known else None
        return listing if listing is not None and category_of(listing) == door else None

    def news(self, door: str, topic: str, span: Span, fresh: bool) -> list[Message]:
        listing = self._listing(door, topic)
        if listing is None:
            return []
        if topic.startswith(KLINE):
            return _klines(listing, topic, span, fresh)
        if topic.startswith(TICKERS):
            return self._ticker(listing, topic, span, fresh)
        return _liquidations(listing, topic, span)

    def _ticker(self, listing: Listing, topic: str, span: Span, fresh: bool) -> list[Message]:
        board = self._boards.get(topic)
        if board is None or board.now_ms != span.end_ms:
            if not fresh and not span.has_tick(TICKER_MS):
                return []
            now = self._prices.ticker_row(listing)
            board = self._boards[topic] = Board({} if board is None else board.now, now, span.end_ms)
        kind, data = ("snapshot", board.now) if fresh else ("delta", board.delta)
        content = {"topic": topic, "type": kind, "data": data, "cs": span.end_ms, "ts": span.end_ms}
        return [message(content, span.end_ms)]


def _reply(
    listener: Listener, request: dict[str, object], op: str, said: str, *, success: bool = True
) -> str:
    named = {"req_id": request["req_id"]} if "req_id" in request else {}
    return json.dumps({"success": success, "ret_msg": said, "conn_id": listener.name} | named | {"op": op})


def _klines(listing: Listing, topic: str, span: Span, fresh: bool) -> list[Message]:
    """A closing message for every candle that ended, then the one of now."""
    step = INTERVALS[topic.split(".")[1]]
    closed = span.ended(listing, step)
    told = [_kline(listing, topic, closed, row, True, span) for row in range(len(closed))]
    if fresh or span.has_tick(KLINE_MS):
        forming = span.forming(listing, step)
        told += [_kline(listing, topic, forming, row, False, span) for row in range(len(forming))]
    return told


def _kline(listing: Listing, topic: str, page: Candles, row: int, closed: bool, span: Span) -> Message:
    interval = topic.split(".")[1]
    _, opened, high, low, close, volume, turnover = kline_row(page, row, listing)
    start = int(page.start_ms[row])
    end = start + INTERVALS[interval]
    told_ms = end if closed else span.end_ms
    candle = {
        "start": start,
        "end": end - 1,
        "interval": interval,
        "open": opened,
        "close": close,
        "high": high,
        "low": low,
        "volume": volume,
        "turnover": turnover,
        "confirm": closed,
        "timestamp": told_ms,
    }
    return message({"topic": topic, "type": "snapshot", "ts": told_ms, "data": [candle]}, told_ms)


def _liquidations(listing: Listing, topic: str, span: Span) -> list[Message]:
    pushes: dict[int, list[Order]] = {}
    for order in span.orders(listing, PUSH_MS):
        pushes.setdefault((order.stamp_ms // PUSH_MS + 1) * PUSH_MS, []).append(order)
    return [_push(listing, topic, stamp, orders) for stamp, orders in pushes.items()]


def _push(listing: Listing, topic: str, stamp_ms: int, orders: list[Order]) -> Message:
    data = [
        {
            "T": one.stamp_ms,
            "s": listing.id,
            "S": "Buy" if one.long else "Sell",
            "v": short(_counted(listing, one)),
            "p": decimal(one.bankruptcy, decimals_of(listing.tick_size)),
        }
        for one in orders
    ]
    told = [Told(one.number, listing.id, one.quantity, _counted(listing, one)) for one in orders]
    return message({"topic": topic, "type": "snapshot", "ts": stamp_ms, "data": data}, stamp_ms, told)


def _counted(listing: Listing, order: Order) -> float:
    """Coins of a linear contract, dollars of an inverse one."""
    return round(listing.contracts(order.quantity, order.trigger), 8)
