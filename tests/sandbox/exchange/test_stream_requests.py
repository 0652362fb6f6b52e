"""Subscriptions as each venue takes, lists and refuses them."""

import aiohttp
import pytest
from exchange_fixtures import START_MS, Hand
from stream_fixtures import (
    CLOCKS,
    DOORS,
    PATIENCE,
    Arranged,
    Heard,
    Switchboard,
    pass_time,
    struck,
    subscription,
)

pytest_plugins = ("stream_plugin",)


async def test_binance_lists_what_is_subscribed(switchboard: Switchboard) -> None:
    wire = await switchboard.call("/ws/7")  # nothing comes between the replies
    streams = ["btcusdt@kline_1m", "!markPrice@arr@1s"]
    assert await wire.ask({"method": "SUBSCRIBE", "params": streams, "id": 5}) == {"result": None, "id": 5}
    assert await wire.ask({"method": "LIST_SUBSCRIPTIONS", "id": 6}) == {"result": streams, "id": 6}
    gone = {"method": "UNSUBSCRIBE", "params": streams[:1], "id": "seven"}
    assert await wire.ask(gone) == {"result": None, "id": "seven"}
    assert (await wire.ask({"method": "LIST_SUBSCRIPTIONS", "id": 8}))["result"] == streams[1:]


@pytest.mark.parametrize(
    ("request_sent", "code"),
    [
        ("{not json", 3),
        ({"method": "SHOUT", "params": ["btcusdt@ticker"], "id": 1}, 2),
        ({"method": "SUBSCRIBE", "params": ["btcusdt"], "id": 1}, 2),
        ({"method": "SUBSCRIBE", "params": "btcusdt@ticker", "id": 1}, 2),
        ({"method": "SUBSCRIBE", "id": 1}, 2),
    ],
)
async def test_binance_refuses(switchboard: Switchboard, request_sent: object, code: int) -> None:
    wire = await switchboard.venue("binance")
    assert (await wire.ask(request_sent))["error"]["code"] == code


@pytest.mark.parametrize("stream", ["nosuchusdt@forceOrder", "BTCUSDT@markPrice@1s", "btcusdt@aggTrade"])
async def test_binance_takes_streams_it_never_serves(
    switchboard: Switchboard, hand: Hand, stream: str
) -> None:
    wire = await switchboard.venue("binance", stream, CLOCKS["binance"])
    pass_time(hand, 10)
    assert await wire.hear_to("binance", START_MS + 10_000) == []


@pytest.mark.parametrize("path", ["/ws", "/ws/1", "/public/ws", "/public/ws/1"])
async def test_binance_serves_market_streams_behind_the_market_door_only(
    switchboard: Switchboard, hand: Hand, path: str
) -> None:
    deaf, clock = await switchboard.call(path), await switchboard.venue("binance", CLOCKS["binance"])
    await deaf.ask(subscription("binance", CLOCKS["binance"]))
    pass_time(hand, 10)
    await clock.hear_to("binance", START_MS + 10_000)
    listing = await deaf.ask({"method": "LIST_SUBSCRIPTIONS", "id": 2})
    assert listing == {"result": [CLOCKS["binance"]], "id": 2}


@pytest.mark.parametrize("path", ["/market/ws", "/market/ws/3"])
async def test_the_number_in_a_binance_path_is_free(switchboard: Switchboard, path: str) -> None:
    wire = await switchboard.call(path)
    await wire.ask(subscription("binance", "ethusdt@ticker"))
    assert (await wire.hear())["e"] == "24hrTicker"


@pytest.mark.parametrize(
    ("stream", "event"),
    [
        ("!markPrice@arr", "markPriceUpdate"),
        ("!markPrice@arr@1s", "markPriceUpdate"),
        ("!ticker@arr", "24hrTicker"),
        ("!miniTicker@arr", "24hrMiniTicker"),
    ],
)
async def test_binance_tells_all_contracts_at_once(
    switchboard: Switchboard, arranged: Arranged, stream: str, event: str
) -> None:
    rows = await (await switchboard.venue("binance", stream)).hear()
    listed = {one.id for one in arranged.listings if one.venue == "binance"}
    assert {(row["e"], row["s"]) for row in rows} == {(event, contract) for contract in listed}


async def test_okx_acknowledges_every_argument_by_itself(switchboard: Switchboard) -> None:
    wire = await switchboard.venue("okx")
    good = {"channel": "mark-price", "instId": "BTC-USDT-SWAP"}
    bad = {"channel": "mark-price", "instId": "NONE-USDT-SWAP"}
    await wire.say({"op": "subscribe", "args": [bad, good], "id": "9"})
    refused, taken = await wire.hear(), await wire.hear()
    assert (refused["event"], refused["code"], refused["id"]) == ("error", "60018", "9")
    assert "channel:mark-price,instId:NONE-USDT-SWAP doesn't exist" in refused["msg"]
    assert (taken["event"], taken["arg"], taken["id"]) == ("subscribe", good, "9")
    assert (await wire.hear())["arg"] == good


@pytest.mark.parametrize(
    ("path", "arg"),
    [
        ("public", {"channel": "candle1m", "instId": "BTC-USDT-SWAP"}),
        ("business", {"channel": "tickers", "instId": "BTC-USDT-SWAP"}),
        ("business", {"channel": "liquidation-orders", "instType": "SWAP"}),
        ("business", {"channel": "candle7m", "instId": "BTC-USDT-SWAP"}),
        ("public", {"channel": "liquidation-orders", "instType": "SPOT"}),
        ("public", {"channel": "liquidation-orders"}),
        ("public", {"channel": "gossip", "instId": "BTC-USDT-SWAP"}),
        ("public", "tickers:BTC-USDT-SWAP"),
    ],
)
async def test_okx_refuses_what_is_not_behind_a_door(
    switchboard: Switchboard, path: str, arg: object
) -> None:
    wire = await switchboard.call(f"/ws/v5/{path}")
    assert (await wire.ask({"op": "subscribe", "args": [arg]}))["code"] == "60018"


async def test_okx_has_no_funding_of_a_dated_contract(switchboard: Switchboard, arranged: Arranged) -> None:
    (dated,) = [one.id for one in arranged.listings if one.venue == "okx" and not one.is_perpetual]
    wire = await switchboard.venue("okx", f"open-interest:{dated}")
    assert (await wire.hear())["data"][0]["instType"] == "FUTURES"
    assert (await wire.ask(subscription("okx", f"funding-rate:{dated}")))["code"] == "60018"


@pytest.mark.parametrize("sent", ["nonsense", "[]", {"op": "shout", "args": [{}]}, {"op": "subscribe"}])
async def test_okx_calls_other_things_illegal(switchboard: Switchboard, sent: object) -> None:
    wire = await switchboard.venue("okx")
    assert (await wire.ask(sent))["code"] == "60012"


async def test_bybit_takes_all_topics_of_a_request_or_none(switchboard: Switchboard) -> None:
    wire = await switchboard.venue("bybit")
    reply = await wire.ask(subscription("bybit", "tickers.BTCUSDT", "tickers.NONEUSDT"))
    assert (reply["success"], reply["req_id"], reply["op"]) == (False, "1", "subscribe")
    assert reply["ret_msg"] == "error:handler not found,topic:tickers.NONEUSDT"
    counts = await switchboard.counts()
    assert counts["connections"][0]["subscriptions"] == []


@pytest.mark.parametrize(
    "topic",
    ["tickers.BTCUSD", "kline.7.BTCUSDT", "kline.BTCUSDT", "tickers.5.BTCUSDT", "liquidation.BTCUSDT", ""],
)
async def test_bybit_refuses_topics_that_are_not_behind_the_linear_door(
    switchboard: Switchboard, topic: str
) -> None:
    wire = await switchboard.venue("bybit")
    assert (await wire.ask(subscription("bybit", topic)))["success"] is False


@pytest.mark.parametrize(
    "sent", ["nonsense", {"op": "shout"}, {"op": "subscribe", "args": "tickers.BTCUSDT"}]
)
async def test_bybit_refuses_what_it_cannot_read(switchboard: Switchboard, sent: object) -> None:
    wire = await switchboard.venue("bybit")
    assert (await wire.ask(sent))["success"] is False


@pytest.mark.parametrize(
    ("venue", "sent", "answer"),
    [
        ("okx", "ping", "pong"),
        ("bybit", {"op": "ping", "req_id": "3"}, {"ret_msg": "pong", "req_id": "3", "op": "ping"}),
    ],
)
async def test_pings_in_a_venues_own_words(
    switchboard: Switchboard, venue: str, sent: object, answer: Heard
) -> None:
    reply = await (await switchboard.venue(venue)).ask(sent)
    assert reply == answer if isinstance(answer, str) else answer.items() <= reply.items()


@pytest.mark.parametrize("venue", sorted(DOORS))
async def test_pings_of_the_protocol(switchboard: Switchboard, venue: str) -> None:
    wire = await switchboard.call(DOORS[venue], autoping=False)
    await wire.socket.ping(b"alive?")
    answer = await wire.socket.receive(PATIENCE)
    assert (answer.type, answer.data) == (aiohttp.WSMsgType.PONG, b"alive?")


@pytest.mark.parametrize(
    ("venue", "topic", "request_sent"),
    [
        (
            "okx",
            "liquidation-orders:SWAP",
            {"op": "unsubscribe", "args": [{"channel": "liquidation-orders", "instType": "SWAP"}]},
        ),
        ("bybit", "allLiquidation.BTCUSDT", {"op": "unsubscribe", "args": ["allLiquidation.BTCUSDT"]}),
        ("binance", "!forceOrder@arr", {"method": "UNSUBSCRIBE", "params": ["!forceOrder@arr"], "id": 1}),
    ],
)
async def test_an_ended_subscription_is_silent(
    switchboard: Switchboard, arranged: Arranged, hand: Hand, venue: str, topic: str, request_sent: object
) -> None:
    contract = "BTC-USDT-SWAP" if venue == "okx" else "BTCUSDT"
    arranged.tables[venue, contract] = struck([START_MS + 1000])
    wire = await switchboard.venue(venue, topic)
    await wire.ask(request_sent)
    await wire.say(subscription(venue, CLOCKS[venue]))
    pass_time(hand, 10)
    (reply,) = await wire.hear_to(venue, START_MS + 10_000)
    assert "data" not in reply
