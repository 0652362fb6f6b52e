"""OKX channels. Liquidations: one contract's latest of each second, pushed every two, newest first."""

import json
from collections.abc import Callable
from typing import ClassVar

from bot.sandbox.exchange.decimals import decimal, decimals_of, short
from bot.sandbox.exchange.okx import BARS, VENUE, OkxPrices, bar_rows, family, kind
from bot.sandbox.exchange.okx_statistics import OkxStatistics
from bot.sandbox.exchange.streams.dialect import Listener, Message, message
from bot.sandbox.exchange.streams.requests import parsed
from bot.sandbox.exchange.streams.span import Order, Span, latest_of_each_second
from bot.sandbox.exchange.streams.tally import Told
from bot.sandbox.market.listing import Listing
from bot.sandbox.market.market import Market

PUBLIC, BUSINESS = "public", "business"
CANDLES = {f"candle{bar}": step for bar, step in BARS.items()}
LIQUIDATIONS = "liquidation-orders"
LIQUIDATED_KINDS = ("SWAP", "FUTURES", "MARGIN", "OPTION")
CANDLE_MS, PUSH_MS = 1000, 2000
NET_EVERY = 3  # every third order is of an account without long and short sides
CADENCES = {"mark-price": 200, "tickers": 100, "open-interest": 3000, "funding-rate": 60_000}

Row = Callable[[Listing], dict[str, object]]


class OkxStreams:
    venue = VENUE
    doors: ClassVar[dict[str, str]] = {"/ws/v5/public": PUBLIC, "/ws/v5/business": BUSINESS}

    def __init__(self, market: Market) -> None:
        self._market = market
        prices, statistics = OkxPrices(market), OkxStatistics(market)
        self._rows: dict[str, Row] = {
            "mark-price": prices.mark_row,
            "tickers": prices.ticker_row,
            "open-interest": statistics.open_interest_row,
            "funding-rate": statistics.funding_rate_row,
        }

    def answer(self, listener: Listener, text: str) -> list[str]:
        if text == "ping":
            return ["pong"]
        request = parsed(text)
        named = {} if request is None else {name: request[name] for name in ("id",) if name in request}
        args = None if request is None else request.get("args")
        op = None if request is None else request.get("op")
        if op not in ("subscribe", "unsubscribe") or not isinstance(args, list) or not args:
            return [_refusal("60012", f"Illegal request: {text}", listener, named)]
        return [self._changed(listener, str(op), arg, named) for arg in args]

    def _changed(self, listener: Listener, op: str, arg: object, named: dict[str, object]) -> str:
        topic = self._topic(listener.door, arg)
        if topic is None:
            return _refusal("60018", _no_such_channel(arg), listener, named)
        if op == "subscribe":
            listener.subscribe(topic)
        else:
            listener.unsubscribe(topic)
        return json.dumps({"event": op, "arg": arg, "connId": listener.name} | named)

    def _topic(self, door: str, arg: object) -> str | None:
        """ "channel:contract" or "channel:kind"; None where there is no such thing behind the door."""
        if not isinstance(arg, dict):
            return None
        channel, contract, of = (str(arg.get(name, "")) for name in ("channel", "instId", "instType"))
        if channel == LIQUIDATIONS and door == PUBLIC:
            return f"{channel}:{of}" if of in LIQUIDATED_KINDS else None
        listing = self._market.listing(VENUE, contract)
        if listing is None or channel not in (CANDLES if door == BUSINESS else self._rows):
            return None
        if channel == "funding-rate" and not listing.is_perpetual:
            return None
        return f"{channel}:{contract}"

    def news(self, door: str, topic: str, span: Span, fresh: bool) -> list[Message]:
        channel, _, of = topic.partition(":")
        if channel == LIQUIDATIONS:
            return self._liquidated(of, span)
        listing = self._market.listing(VENUE, of)
        if listing is None:
            return []
        if channel in CANDLES:
            return _candles(listing, channel, span, fresh)
        due = fresh or span.has_tick(CADENCES[channel])
        if not due or (channel == "open-interest" and not listing.has_open_interest):
            return []
        return [_push({"channel": channel, "instId": of}, self._rows[channel](listing), span.end_ms)]

    def _liquidated(self, of: str, span: Span) -> list[Message]:
        """One message for each push, with the contracts that had orders in it."""
        pushes: dict[int, list[tuple[Listing, Order]]] = {}
        for listing in self._market.listings(VENUE):
            if kind(listing) == of:
                for order in latest_of_each_second(span.orders(listing, PUSH_MS)):
                    told_ms = (order.stamp_ms // PUSH_MS + 1) * PUSH_MS
                    pushes.setdefault(told_ms, []).append((listing, order))
        return [_liquidations(of, orders, told_ms) for told_ms, orders in pushes.items()]


def _refusal(code: str, reason: str, listener: Listener, named: dict[str, object]) -> str:
    return json.dumps({"event": "error", "code": code, "msg": reason, "connId": listener.name} | named)


def _no_such_channel(arg: object) -> str:
    named = ",".join(f"{name}:{value}" for name, value in arg.items()) if isinstance(arg, dict) else str(arg)
    advice = "Please use the correct URL, channel and parameters referring to API document."
    return f"Wrong URL or {named} doesn't exist. {advice}"


def _push(arg: dict[str, object], row: object, stamp_ms: int) -> Message:
    return message({"arg": arg, "data": [row]}, stamp_ms)


def _candles(listing: Listing, channel: str, span: Span, fresh: bool) -> list[Message]:
    """A closing message for every candle that ended, then the one of now."""
    step = CANDLES[channel]
    arg: dict[str, object] = {"channel": channel, "instId": listing.id}
    ended = bar_rows(listing, span.ended(listing, step), step, span.end_ms)[::-1]
    told = [_push(arg, row, int(row[0]) + step) for row in ended]
    if fresh or span.has_tick(CANDLE_MS):
        forming = bar_rows(listing, span.forming(listing, step), step, span.end_ms)
        told += [_push(arg, row, span.end_ms) for row in forming]
    return told


def _liquidations(of: str, orders: list[tuple[Listing, Order]], stamp_ms: int) -> Message:
    contracts = {listing.id: listing for listing, _ in orders}
    told: list[Told] = []
    rows: list[dict[str, object]] = []
    for contract, listing in contracts.items():
        own = sorted((one for at, one in orders if at.id == contract), key=lambda one: -one.stamp_ms)
        rows.append(_row(listing, own))
        told += [Told(one.number, contract, one.quantity, _contracts(listing, one)) for one in own]
    arg = {"channel": LIQUIDATIONS, "instType": of}
    return message({"arg": arg, "data": rows}, stamp_ms, told)


def _row(listing: Listing, orders: list[Order]) -> dict[str, object]:
    return {
        "details": [_detail(listing, one) for one in orders],
        "instFamily": family(listing),
        "instId": listing.id,
        "instType": kind(listing),
        "uly": family(listing),
    }


def _detail(listing: Listing, order: Order) -> dict[str, object]:
    """`side` is the order's: a long is sold."""
    hedged = "long" if order.long else "short"
    return {
        "bkLoss": "0",
        "bkPx": decimal(order.bankruptcy, decimals_of(listing.tick_size)),
        "ccy": "",
        "posSide": "net" if order.stamp_ms // 1000 % NET_EVERY == 0 else hedged,
        "side": "sell" if order.long else "buy",
        "sz": short(_contracts(listing, order)),
        "ts": str(order.stamp_ms),
    }


def _contracts(listing: Listing, order: Order) -> float:
    return round(listing.contracts(order.quantity, order.trigger), 8)
