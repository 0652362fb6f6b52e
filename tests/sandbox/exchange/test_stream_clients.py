"""The unmodified ccxt.pro classes on the sandbox's websockets."""

import asyncio
from collections.abc import Awaitable, Callable
from types import ModuleType

import pytest
from exchange_fixtures import START_MS, Client, Connect, Hand
from stream_fixtures import PATIENCE, Arranged, Heard, Struck, Switchboard, pass_time, struck

from bot.sandbox.faults import FaultBoard

pytest_plugins = ("stream_plugin",)

BTC = "BTC/USDT:USDT"
VENUES = ("binance", "okx", "bybit")
IDS = {"binance": "BTCUSDT", "okx": "BTC-USDT-SWAP", "bybit": "BTCUSDT"}


@pytest.fixture
async def clients(watch: Connect, switchboard: Switchboard) -> dict[str, Client]:
    made = {venue: watch(venue, switchboard.root) for venue in VENUES}
    await asyncio.gather(*(one.load_markets() for one in made.values()))
    return made


async def _next(waiting: Awaitable[Heard], switchboard: Switchboard, hand: Hand, seconds: float) -> Heard:
    """What a watch gives once its subscription has arrived and time has passed."""
    task = asyncio.ensure_future(waiting)
    await _subscribed(switchboard, 1)
    pass_time(hand, seconds)
    return await asyncio.wait_for(task, PATIENCE)


async def _subscribed(switchboard: Switchboard, topics: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while await _topics(switchboard) < topics:  # noqa: ASYNC110 - only the server knows
            await asyncio.sleep(0.02)


async def _topics(switchboard: Switchboard) -> int:
    counts = await switchboard.counts()
    return sum(one["subscriptions"] for one in counts["venues"].values())


async def _until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not happened():  # noqa: ASYNC110 - ccxt has no event for it
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("venue", VENUES)
async def test_candles(clients: dict[str, Client], switchboard: Switchboard, hand: Hand, venue: str) -> None:
    client = clients[venue]
    (forming,) = await client.watch_ohlcv(BTC, "1m")
    assert forming[0] == START_MS
    pass_time(hand, 90)
    await _until(lambda: client.ohlcvs[BTC]["1m"][-1][0] > START_MS)
    watched = {row[0]: row for row in client.ohlcvs[BTC]["1m"]}
    fetched = {row[0]: row for row in await client.fetch_ohlcv(BTC, "1m", START_MS, 3)}
    assert watched[START_MS][1:] == pytest.approx(fetched[START_MS][1:])


@pytest.mark.parametrize("venue", ["binance", "okx"])
async def test_mark_prices(clients: dict[str, Client], venue: str) -> None:
    marks = await asyncio.wait_for(clients[venue].watch_mark_prices([BTC]), PATIENCE)
    assert marks[BTC]["markPrice"] == pytest.approx(97_000, rel=0.3)


@pytest.mark.parametrize("venue", VENUES)
async def test_tickers(clients: dict[str, Client], venue: str) -> None:
    watched = (await asyncio.wait_for(clients[venue].watch_tickers([BTC]), PATIENCE))[BTC]
    fetched = await clients[venue].fetch_ticker(BTC)
    for name in ("last", "high", "low", "open"):
        assert watched[name] == pytest.approx(fetched[name]), name


async def test_bybit_tickers_carry_what_the_others_say_elsewhere(clients: dict[str, Client]) -> None:
    ticker = await asyncio.wait_for(clients["bybit"].watch_ticker(BTC), PATIENCE)
    assert float(ticker["info"]["openInterest"]) == pytest.approx(
        2 * float(ticker["info"]["singleOpenInterest"])
    )
    assert ticker["markPrice"] == pytest.approx(ticker["last"], rel=0.01)
    assert abs(float(ticker["info"]["fundingRate"])) < 0.01


async def test_bybit_deltas_add_up_to_the_whole_ticker(clients: dict[str, Client], hand: Hand) -> None:
    client = clients["bybit"]
    await client.watch_ticker(BTC)
    for _ in range(3):
        pass_time(hand, 60)
        watched = await asyncio.wait_for(client.watch_ticker(BTC), PATIENCE)
    assert watched["info"] == (await client.fetch_ticker(BTC))["info"]


async def test_okx_funding(clients: dict[str, Client]) -> None:
    rates = await asyncio.wait_for(clients["okx"].watch_funding_rates([BTC]), PATIENCE)
    assert rates[BTC]["fundingRate"] == pytest.approx(0.0001, abs=0.01)


@pytest.mark.parametrize(("venue", "side"), [("binance", "sell"), ("okx", "sell"), ("bybit", "buy")])
async def test_a_liquidation_as_ccxt_reads_it(
    clients: dict[str, Client],
    switchboard: Switchboard,
    arranged: Arranged,
    hand: Hand,
    venue: str,
    side: str,
) -> None:
    arranged.tables[venue, IDS[venue]] = [Struck(START_MS + 2500, 0.02, trigger=90_000.0)]
    waiting = clients[venue].watch_liquidations(BTC)
    (one,) = await _next(waiting, switchboard, hand, 10)
    assert (one["symbol"], one["side"], one["timestamp"]) == (BTC, side, START_MS + 2500)
    assert one["price"] == {"binance": 89_999.0}.get(venue, 89_998.0)


@pytest.mark.parametrize("venue", ["binance", "okx"])
async def test_one_subscription_for_every_contract(
    clients: dict[str, Client], switchboard: Switchboard, arranged: Arranged, hand: Hand, venue: str
) -> None:
    contract = "ETHUSDT" if venue == "binance" else "ETH-USDT-SWAP"
    arranged.tables[venue, contract] = struck([START_MS + 2500])
    everything: list[str] | None = [] if venue == "binance" else None
    waiting = clients[venue].watch_liquidations_for_symbols(everything)
    (one,) = await _next(waiting, switchboard, hand, 10)
    assert one["symbol"] == "ETH/USDT:USDT"


async def test_a_burst_reaches_an_overridden_handler_whole(
    pro: ModuleType, watch: Connect, switchboard: Switchboard, arranged: Arranged, hand: Hand
) -> None:
    """1,200 of 1,200; what the waiting call itself returns is less."""
    arranged.tables["bybit", "BTCUSDT"] = struck([START_MS + 1000 + n // 4 for n in range(1200)], 0.25)
    client, received = watch("bybit", switchboard.root), []
    inherited = client.handle_liquidation

    def keep(connection: Client, message: Heard) -> None:
        inherited(connection, message)
        received.extend(message["data"])

    client.handle_liquidation = keep
    await client.load_markets()
    returned = await _next(client.watch_liquidations(BTC), switchboard, hand, 10)
    await _until(lambda: len(received) >= 1200)
    assert len(received) == 1200
    assert sum(float(row["v"]) for row in received) == pytest.approx(300)
    counted = (await switchboard.counts())["venues"]["bybit"]["orders"]["BTCUSDT"]
    assert counted == {"orders": 1200, "base": 300.0, "wire": 300.0}
    assert len(returned) <= 1200


async def test_ccxt_comes_back_after_a_hang_up(
    clients: dict[str, Client], switchboard: Switchboard, switches: FaultBoard, pro: ModuleType
) -> None:
    client = clients["bybit"]
    await client.watch_ticker(BTC)
    switches.switch("bybit", "socket_closed", 60)
    with pytest.raises(pro.NetworkError):
        await asyncio.wait_for(client.watch_ticker(BTC), PATIENCE)
    switches.clear()
    assert (await asyncio.wait_for(client.watch_ticker(BTC), PATIENCE))["symbol"] == BTC
