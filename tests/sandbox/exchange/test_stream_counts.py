"""What the server says it has told, and what becomes of clients that do not listen or when it stops."""

import asyncio

import aiohttp
import pytest
from aiohttp import web
from exchange_fixtures import START_MS, Hand
from stream_fixtures import CLOCKS, DOORS, PATIENCE, Arranged, Struck, Switchboard, pass_time, struck

from bot.sandbox.exchange import add_exchange
from bot.sandbox.exchange.streams import connection
from bot.sandbox.faults import FaultBoard
from bot.sandbox.market.market import Market

pytest_plugins = ("stream_plugin",)

BYBIT = "allLiquidation.BTCUSDT"


async def test_connections_and_subscriptions(switchboard: Switchboard) -> None:
    await switchboard.venue("bybit", BYBIT, CLOCKS["bybit"])
    await switchboard.venue("okx", "liquidation-orders:SWAP")
    counts = await switchboard.counts()
    assert {venue: (one["connections"], one["subscriptions"]) for venue, one in counts["venues"].items()} == {
        "binance": (0, 0),
        "okx": (1, 1),
        "bybit": (1, 2),
    }
    assert [(one["venue"], one["door"], one["subscriptions"]) for one in counts["connections"]] == [
        ("bybit", "linear", [BYBIT, CLOCKS["bybit"]]),
        ("okx", "public", ["liquidation-orders:SWAP"]),
    ]


async def test_a_late_client_is_counted_by_itself(
    switchboard: Switchboard, arranged: Arranged, hand: Hand
) -> None:
    arranged.tables["bybit", "BTCUSDT"] = struck([START_MS + at for at in (1000, 2000, 12_000)], 0.5)
    early = await switchboard.venue("bybit", BYBIT, CLOCKS["bybit"])
    pass_time(hand, 10)
    await early.hear_to("bybit", START_MS + 10_000)
    late = await switchboard.venue("bybit", BYBIT, CLOCKS["bybit"])
    pass_time(hand, 10)
    await early.hear_to("bybit", START_MS + 20_000)
    await late.hear_to("bybit", START_MS + 20_000)
    counts = await switchboard.counts()
    three = {"BTCUSDT": {"orders": 3, "base": 1.5, "wire": 1.5}}
    one = {"BTCUSDT": {"orders": 1, "base": 0.5, "wire": 0.5}}
    assert counts["venues"]["bybit"]["orders"] == three
    assert [client["orders"] for client in counts["connections"]] == [three, one]


async def test_an_order_is_counted_once_though_two_streams_tell_it(
    switchboard: Switchboard, arranged: Arranged, hand: Hand
) -> None:
    arranged.tables["binance", "BTCUSDT"] = struck([START_MS + 100, START_MS + 200, START_MS + 2500])
    streams = ("btcusdt@forceOrder", "!forceOrder@arr", CLOCKS["binance"])
    wire = await switchboard.venue("binance", *streams)
    pass_time(hand, 10)
    assert len(await wire.hear_to("binance", START_MS + 10_000)) == 4
    assert (await switchboard.counts())["venues"]["binance"]["orders"]["BTCUSDT"]["orders"] == 2


async def test_inverse_orders_are_counted_in_coins_and_on_the_wire_in_dollars(
    switchboard: Switchboard, arranged: Arranged, hand: Hand
) -> None:
    arranged.tables["okx", "BTC-USD-SWAP"] = [Struck(START_MS + 1000, 0.5, trigger=90_000.0)]
    wire = await switchboard.venue("okx", "liquidation-orders:SWAP")
    pass_time(hand, 10)
    await wire.hear()
    counted = (await switchboard.counts())["venues"]["okx"]["orders"]
    assert counted == {"BTC-USD-SWAP": {"orders": 1, "base": 0.5, "wire": 450.0}}


async def test_nothing_runs_while_nobody_is_connected(switchboard: Switchboard) -> None:
    before = asyncio.all_tasks()
    wire = await switchboard.venue("bybit", BYBIT)
    await wire.socket.close()
    async with asyncio.timeout(PATIENCE):
        while asyncio.all_tasks() - before - _handlers():  # noqa: ASYNC110 - tasks end by themselves
            await asyncio.sleep(0.02)
    assert (await switchboard.counts())["connections"] == []


def _handlers() -> set[asyncio.Task[object]]:
    """aiohttp's own tasks, which end with the connection."""
    return {task for task in asyncio.all_tasks() if "RequestHandler" in repr(task.get_coro())}


async def test_a_client_that_does_not_read_is_hung_up_on_and_holds_nobody_up(
    switchboard: Switchboard, arranged: Arranged, hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "MOST_WAITING", 50)
    moments = [START_MS + 1000 * n for n in range(1, 60)]
    deaf = await switchboard.venue("bybit", BYBIT)
    monkeypatch.undo()
    reader = await switchboard.venue("bybit", BYBIT, CLOCKS["bybit"])
    arranged.tables["bybit", "BTCUSDT"] = struck(moments)
    pass_time(hand, 60)
    assert len(await reader.hear_to("bybit", START_MS + 60_000)) == 59
    async with asyncio.timeout(PATIENCE):
        while not deaf.socket.closed:
            await deaf.socket.receive()
    assert len((await switchboard.counts())["connections"]) == 1


@pytest.mark.parametrize("frozen", [False, True])
async def test_stopping_the_server_hangs_up_at_once(
    quiet_market: Market, switches: FaultBoard, frozen: bool
) -> None:
    app = web.Application()
    add_exchange(app, quiet_market, switches)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    root = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with aiohttp.ClientSession() as session:
        sockets = [await session.ws_connect(root + path) for path in DOORS.values()]
        for socket in sockets[1:]:  # the first one never reads, not even the goodbye
            await socket.ping()
        if frozen:
            for venue in DOORS:
                switches.switch(venue, "socket_frozen", 60)
            await sockets[0].send_str("what?")
        await asyncio.wait_for(runner.cleanup(), PATIENCE)  # aiohttp alone would wait a minute
