"""Forced orders over the wire: what each venue leaves out, and whose side it names."""

from typing import Any

import pytest
from exchange_fixtures import START_MS, Hand
from stream_fixtures import CLOCKS, Arranged, Heard, Struck, Switchboard, pass_time, struck, subscription

from bot.sandbox.market.liquidations import LONG, SHORT

pytest_plugins = ("stream_plugin",)

BTC = {"binance": "BTCUSDT", "okx": "BTC-USDT-SWAP", "bybit": "BTCUSDT"}
FEEDS = {"binance": "btcusdt@forceOrder", "okx": "liquidation-orders:SWAP", "bybit": "allLiquidation.BTCUSDT"}


async def _heard(switchboard: Switchboard, hand: Hand, venue: str, *topics: str) -> list[Heard]:
    """All that comes while ten seconds pass."""
    wire = await switchboard.venue(venue, *(topics or (FEEDS[venue],)), CLOCKS[venue])
    pass_time(hand, 10)
    return await wire.hear_to(venue, START_MS + 10_000)


def _stamps(venue: str, heard: list[Heard]) -> list[int]:
    if venue == "binance":
        return [one["o"]["T"] for one in heard]
    if venue == "bybit":
        return [row["T"] for one in heard for row in one["data"]]
    return [int(row["ts"]) for one in heard for data in one["data"] for row in data["details"]]


async def test_binance_publishes_the_latest_order_of_a_second(
    switchboard: Switchboard, arranged: Arranged, hand: Hand
) -> None:
    moments = [START_MS + at for at in (100, 200, 900, 1000, 1999, 3500)]
    arranged.tables["binance", "BTCUSDT"] = struck(moments)
    heard = await _heard(switchboard, hand, "binance")
    assert _stamps("binance", heard) == [START_MS + at for at in (900, 1999, 3500)]


async def test_binance_throttles_every_contract_by_itself(
    switchboard: Switchboard, arranged: Arranged, hand: Hand
) -> None:
    arranged.tables["binance", "BTCUSDT"] = struck([START_MS + 100, START_MS + 200])
    arranged.tables["binance", "ETHUSDT"] = struck([START_MS + 150])
    heard = await _heard(switchboard, hand, "binance", "!forceOrder@arr")
    assert {(one["o"]["s"], one["o"]["T"]) for one in heard} == {
        ("BTCUSDT", START_MS + 200),
        ("ETHUSDT", START_MS + 150),
    }


async def test_bybit_publishes_every_order(switchboard: Switchboard, arranged: Arranged, hand: Hand) -> None:
    moments = [START_MS + at for at in (100, 100, 200, 900, 1999, 3500)]
    arranged.tables["bybit", "BTCUSDT"] = struck(moments)
    heard = await _heard(switchboard, hand, "bybit")
    assert _stamps("bybit", heard) == moments
    assert [len(one["data"]) for one in heard] == [3, 1, 1, 1]


async def test_bybit_pushes_at_half_seconds(switchboard: Switchboard, arranged: Arranged, hand: Hand) -> None:
    arranged.tables["bybit", "BTCUSDT"] = struck([START_MS + 100, START_MS + 499, START_MS + 500])
    heard = await _heard(switchboard, hand, "bybit")
    assert [one["ts"] for one in heard] == [START_MS + 500, START_MS + 1000]


async def test_okx_publishes_one_order_a_second_and_contract_newest_first(
    switchboard: Switchboard, arranged: Arranged, hand: Hand
) -> None:
    arranged.tables["okx", "BTC-USDT-SWAP"] = struck([START_MS + at for at in (100, 900, 1500, 2100)])
    heard = await _heard(switchboard, hand, "okx")
    assert [[int(row["ts"]) - START_MS for row in one["data"][0]["details"]] for one in heard] == [
        [1500, 900],
        [2100],
    ]


async def test_one_okx_subscription_is_for_all_contracts_of_a_kind(
    switchboard: Switchboard, arranged: Arranged, hand: Hand
) -> None:
    for contract in ("BTC-USDT-SWAP", "ETH-USDT-SWAP", "BTC-USD-SWAP"):
        arranged.tables["okx", contract] = struck([START_MS + 700])
    (dated,) = [one.id for one in arranged.listings if one.venue == "okx" and not one.is_perpetual]
    arranged.tables["okx", dated] = struck([START_MS + 800])
    (message,) = await _heard(switchboard, hand, "okx")
    assert {row["instId"] for row in message["data"]} == {"BTC-USDT-SWAP", "ETH-USDT-SWAP", "BTC-USD-SWAP"}
    assert {row["instType"] for row in message["data"]} == {"SWAP"}


def _sides(venue: str, heard: list[Heard]) -> list[Any]:
    if venue == "binance":
        return [one["o"]["S"] for one in heard]
    if venue == "bybit":
        return [row["S"] for one in heard for row in one["data"]]
    return [row["side"] for one in heard for data in one["data"] for row in reversed(data["details"])]


@pytest.mark.parametrize(
    ("venue", "long", "short"),
    [("binance", "SELL", "BUY"), ("okx", "sell", "buy"), ("bybit", "Buy", "Sell")],
)
async def test_two_venues_name_the_order_and_one_the_position(
    switchboard: Switchboard, arranged: Arranged, hand: Hand, venue: str, long: str, short: str
) -> None:
    arranged.tables[venue, BTC[venue]] = [
        Struck(START_MS + 100, 1.0, LONG),
        Struck(START_MS + 1100, 1.0, SHORT),
    ]
    assert _sides(venue, await _heard(switchboard, hand, venue)) == [long, short]


async def test_okx_names_the_side_of_a_position_unless_the_account_is_net(
    switchboard: Switchboard, arranged: Arranged, hand: Hand
) -> None:
    moments = [START_MS + 1000 * n for n in range(6)]
    arranged.tables["okx", "BTC-USDT-SWAP"] = struck(moments, side=SHORT)
    heard = await _heard(switchboard, hand, "okx")
    named = [row["posSide"] for one in heard for row in one["data"][0]["details"]]
    assert sorted(named) == ["net", "net", "short", "short", "short", "short"]


async def test_prices_and_sizes_of_a_forced_order(
    switchboard: Switchboard, arranged: Arranged, hand: Hand
) -> None:
    """The fill lies one dollar and bankruptcy two below the trigger of a long."""
    for venue, contract in BTC.items():
        arranged.tables[venue, contract] = [Struck(START_MS + 100, 0.025, LONG, 90_000.0)]
    (binance,) = await _heard(switchboard, hand, "binance")
    order = binance["o"]
    assert (order["p"], order["ap"], order["q"], order["z"]) == ("89998.0", "89999.0", "0.025", "0.025")
    assert (order["l"], order["X"], order["f"]) == ("0.012", "FILLED", "IOC")
    assert binance["E"] == START_MS + 1000


async def test_sizes_are_in_what_a_venue_counts(
    switchboard: Switchboard, arranged: Arranged, hand: Hand
) -> None:
    for venue in ("okx", "bybit"):
        arranged.tables[venue, BTC[venue]] = [Struck(START_MS + 100, 0.025, SHORT, 90_000.0)]
    wires = [await switchboard.venue("okx", FEEDS["okx"]), await switchboard.venue("bybit", FEEDS["bybit"])]
    pass_time(hand, 10)
    okx, bybit = await wires[0].hear(), await wires[1].hear()
    (detail,) = okx["data"][0]["details"]
    assert (detail["sz"], detail["bkPx"]) == ("2.5", "90002.0")
    assert bybit["data"] == [{"T": START_MS + 100, "s": "BTCUSDT", "S": "Sell", "v": "0.025", "p": "90002.0"}]


async def test_inverse_contracts_count_dollars(
    switchboard: Switchboard, arranged: Arranged, hand: Hand
) -> None:
    one = [Struck(START_MS + 100, 0.5, LONG, 90_000.0)]
    arranged.tables = {("bybit", "BTCUSD"): one, ("okx", "BTC-USD-SWAP"): one}
    wires = [await switchboard.call("/v5/public/inverse"), await switchboard.venue("okx", FEEDS["okx"])]
    await wires[0].ask(subscription("bybit", "allLiquidation.BTCUSD"))
    pass_time(hand, 10)
    bybit, okx = await wires[0].hear(), await wires[1].hear()
    assert bybit["data"][0]["v"] == "45000"
    assert okx["data"][0]["details"][0]["sz"] == "450"


@pytest.mark.parametrize("venue", ["binance", "okx", "bybit"])
async def test_what_lies_before_the_connection_is_not_told(
    switchboard: Switchboard, arranged: Arranged, hand: Hand, venue: str
) -> None:
    arranged.tables[venue, BTC[venue]] = struck([START_MS - 5000, START_MS + 5000])
    assert _stamps(venue, await _heard(switchboard, hand, venue)) == [START_MS + 5000]


@pytest.mark.parametrize("venue", ["binance", "okx", "bybit"])
async def test_no_order_is_lost_or_told_twice_between_steps(
    switchboard: Switchboard, arranged: Arranged, hand: Hand, venue: str
) -> None:
    moments = [START_MS + 1000 * n + 333 for n in range(18)]
    arranged.tables[venue, BTC[venue]] = struck(moments)
    wire = await switchboard.venue(venue, FEEDS[venue], CLOCKS[venue])
    heard: list[Heard] = []
    for step in range(1, 8):
        pass_time(hand, 3.1)
        heard += await wire.hear_to(venue, START_MS + 3100 * step)
    assert sorted(_stamps(venue, heard)) == moments
