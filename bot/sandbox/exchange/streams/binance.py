"""Binance USDⓈ-M streams: liquidations are the latest of each second, `z` is the filled total, `l` the last
fill."""

import json
from collections.abc import Callable
from typing import ClassVar

from bot.sandbox.exchange.binance import VENUE, BinancePrices, kline_row
from bot.sandbox.exchange.decimals import decimal, decimals_of, short
from bot.sandbox.exchange.streams.dialect import Listener, Message, message
from bot.sandbox.exchange.streams.requests import parsed, texts
from bot.sandbox.exchange.streams.span import Order, Span, latest_of_each_second
from bot.sandbox.exchange.streams.tally import Told
from bot.sandbox.market.candles import Candles
from bot.sandbox.market.clock import HOUR_MS, MINUTE_MS
from bot.sandbox.market.listing import Listing
from bot.sandbox.market.market import Market

MARKET, PUBLIC, RETIRED = "market", "public", "retired"
KLINES = {
    **{f"kline_{n}m": n * MINUTE_MS for n in (1, 3, 5, 15, 30)},
    **{f"kline_{n}h": n * HOUR_MS for n in (1, 2, 4)},
}
KLINE_MS, ORDERS_MS = 250, 1000
CADENCES = {"markPrice": 3000, "markPrice@1s": 1000, "ticker": 1000, "miniTicker": 1000}
FORCED = "forceOrder"
ALL, OF_ALL = "!", "@arr"
METHODS = "SUBSCRIBE, UNSUBSCRIBE, LIST_SUBSCRIPTIONS"

Row = Callable[[Listing], dict[str, object]]


class BinanceStreams:
    """Market streams come through the market door only; at the others subscriptions stay silent."""

    venue = VENUE
    doors: ClassVar[dict[str, str]] = {
        "/market/ws": MARKET,
        "/market/ws/{number}": MARKET,
        "/public/ws": PUBLIC,
        "/public/ws/{number}": PUBLIC,
        "/ws": RETIRED,
        "/ws/{number}": RETIRED,
    }

    def __init__(self, market: Market) -> None:
        self._market = market
        self._prices = BinancePrices(market)
        self._rows: dict[str, Row] = {
            "markPrice": self._mark,
            "markPrice@1s": self._mark,
            "ticker": self._ticker,
            "miniTicker": self._mini_ticker,
        }

    def answer(self, listener: Listener, text: str) -> list[str]:
        request = parsed(text)
        if request is None:
            return [_refusal(3, "Invalid JSON: expected value", None)]
        number, method = request.get("id"), request.get("method")
        if method == "LIST_SUBSCRIPTIONS":
            return [_reply(list(listener.topics), number)]
        streams = texts(request.get("params"))
        if method not in ("SUBSCRIBE", "UNSUBSCRIBE"):
            return [_refusal(2, f"Invalid request: unknown variant, expected one of {METHODS}", number)]
        if not streams or any("@" not in one for one in streams):
            return [_refusal(2, "Invalid request: invalid stream", number)]
        change = listener.subscribe if method == "SUBSCRIBE" else listener.unsubscribe
        for stream in streams:
            change(stream)
        return [_reply(None, number)]

    def news(self, door: str, topic: str, span: Span, fresh: bool) -> list[Message]:
        """Streams of unknown contracts, or of names that are not in lower case, are taken and stay silent."""
        if door != MARKET:
            return []
        if topic.startswith(ALL) and OF_ALL in topic:
            return self._of_all(topic.removeprefix(ALL).replace(OF_ALL, "", 1), span, fresh)
        name, _, stream = topic.partition("@")
        listing = self._market.listing(VENUE, name.upper()) if name == name.lower() else None
        return [] if listing is None else self._of_one(listing, stream, span, fresh)

    def _of_one(self, listing: Listing, stream: str, span: Span, fresh: bool) -> list[Message]:
        if stream in KLINES:
            return _klines(listing, stream, span, fresh)
        if stream == FORCED:
            return _forced(listing, span)
        if not _is_due(stream, span, fresh):
            return []
        return [message(self._rows[stream](listing), span.end_ms)]

    def _of_all(self, stream: str, span: Span, fresh: bool) -> list[Message]:
        listings = self._market.listings(VENUE)
        if stream == FORCED:
            return [one for listing in listings for one in _forced(listing, span)]
        if not _is_due(stream, span, fresh):
            return []
        return [message([self._rows[stream](one) for one in listings], span.end_ms)]

    def _mark(self, listing: Listing) -> dict[str, object]:
        row = self._prices.premium_row(listing)
        return {
            "e": "markPriceUpdate",
            "E": row["time"],
            "s": listing.id,
            "p": row["markPrice"],
            "i": row["indexPrice"],
            "P": row["estimatedSettlePrice"],
            "r": row["lastFundingRate"],
            "T": row["nextFundingTime"],
        }

    def _ticker(self, listing: Listing) -> dict[str, object]:
        row = self._prices.day_row(listing)
        return {
            "e": "24hrTicker",
            "E": row["closeTime"],
            "s": listing.id,
            "p": row["priceChange"],
            "P": row["priceChangePercent"],
            "w": row["weightedAvgPrice"],
            "c": row["lastPrice"],
            "Q": row["lastQty"],
            "o": row["openPrice"],
            "h": row["highPrice"],
            "l": row["lowPrice"],
            "v": row["volume"],
            "q": row["quoteVolume"],
            "O": row["openTime"],
            "C": row["closeTime"],
            "F": row["firstId"],
            "L": row["lastId"],
            "n": row["count"],
        }

    def _mini_ticker(self, listing: Listing) -> dict[str, object]:
        row = self._ticker(listing)
        return {"e": "24hrMiniTicker"} | {
            name: row[name] for name in ("E", "s", "c", "o", "h", "l", "v", "q")
        }


def _is_due(stream: str, span: Span, fresh: bool) -> bool:
    return stream in CADENCES and (fresh or span.has_tick(CADENCES[stream]))


def _reply(result: object, number: object) -> str:
    return json.dumps({"result": result, "id": number})


def _refusal(code: int, reason: str, number: object) -> str:
    return json.dumps({"error": {"code": code, "msg": reason}, "id": number})


def _klines(listing: Listing, stream: str, span: Span, fresh: bool) -> list[Message]:
    """A closing message for every candle that ended, then the one of now."""
    step = KLINES[stream]
    closed = span.ended(listing, step)
    told = [_kline(listing, stream, closed, row, True, span) for row in range(len(closed))]
    if fresh or span.has_tick(KLINE_MS):
        forming = span.forming(listing, step)
        told += [_kline(listing, stream, forming, row, False, span) for row in range(len(forming))]
    return told


def _kline(listing: Listing, stream: str, page: Candles, row: int, closed: bool, span: Span) -> Message:
    step = KLINES[stream]
    columns = kline_row(page, row, step, decimals_of(listing.tick_size))
    start, opened, high, low, close, volume, end, quote, trades, bought, bought_quote, _ = columns
    first = int(page.start_ms[row]) // MINUTE_MS
    candle = {
        "t": start,
        "T": end,
        "s": listing.id,
        "i": stream.removeprefix("kline_"),
        "f": first,
        "L": first,
        "o": opened,
        "c": close,
        "h": high,
        "l": low,
        "v": volume,
        "n": trades,
        "x": closed,
        "q": quote,
        "V": bought,
        "Q": bought_quote,
        "B": "0",
    }
    told_ms = int(page.start_ms[row]) + step if closed else span.end_ms
    return message({"e": "kline", "E": told_ms, "s": listing.id, "k": candle}, told_ms)


def _forced(listing: Listing, span: Span) -> list[Message]:
    return [_force_order(listing, one) for one in latest_of_each_second(span.orders(listing, ORDERS_MS))]


def _force_order(listing: Listing, order: Order) -> Message:
    """The order sells where a long was liquidated; more than one lot is filled in two goes."""
    places = decimals_of(listing.tick_size)
    quantity = short(order.quantity)
    last = listing.lot_size * (round(order.quantity / listing.lot_size) // 2) or order.quantity
    told = Told(order.number, listing.id, order.quantity, float(quantity))
    told_ms = (order.stamp_ms // ORDERS_MS + 1) * ORDERS_MS
    content = {
        "e": "forceOrder",
        "E": told_ms,
        "o": {
            "s": listing.id,
            "S": "SELL" if order.long else "BUY",
            "o": "LIMIT",
            "f": "IOC",
            "q": quantity,
            "p": decimal(order.bankruptcy, places),
            "ap": decimal(order.fill, places),
            "X": "FILLED",
            "l": short(last),
            "z": quantity,
            "T": order.stamp_ms,
        },
    }
    return message(content, told_ms, [told])
