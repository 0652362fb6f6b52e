"""Sockets that close, freeze, fall silent, stammer or speak out of turn; the other venues go on."""

import aiohttp
import pytest
from exchange_fixtures import START_MS, Hand
from stream_fixtures import CLOCKS, DOORS, PATIENCE, Arranged, Heard, Switchboard, Wire, pass_time, struck

from bot.sandbox.faults import FaultBoard

pytest_plugins = ("stream_plugin",)

VENUES = sorted(DOORS)
BYBIT = "allLiquidation.BTCUSDT"


async def _tick(clock: Wire, venue: str, hand: Hand, now_ms: int) -> int:
    """Lets ten seconds pass: a clock that has ticked twice gave every venue its turn."""
    for _ in range(2):
        pass_time(hand, 5)
        now_ms += 5000
        await clock.hear_to(venue, now_ms)
    return now_ms


@pytest.mark.parametrize("venue", VENUES)
async def test_a_closed_venue_hangs_up_and_lets_nobody_in(
    switchboard: Switchboard, switches: FaultBoard, venue: str
) -> None:
    wire = await switchboard.venue(venue)
    switches.switch(venue, "socket_closed", 60)
    assert (await wire.socket.receive(PATIENCE)).type is aiohttp.WSMsgType.CLOSE
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await switchboard.venue(venue)
    assert refused.value.status == 503
    switches.clear()
    await switchboard.venue(venue, CLOCKS[venue])


async def test_the_other_venues_stay_connected(
    switchboard: Switchboard, switches: FaultBoard, hand: Hand
) -> None:
    closed = await switchboard.venue("binance", CLOCKS["binance"])
    other = await switchboard.venue("bybit", CLOCKS["bybit"])
    switches.switch("binance", "socket_closed", 60)
    while (await closed.socket.receive(PATIENCE)).type is not aiohttp.WSMsgType.CLOSE:
        pass
    await _tick(other, "bybit", hand, START_MS)


@pytest.mark.parametrize(("venue", "other"), [("binance", "bybit"), ("okx", "bybit"), ("bybit", "binance")])
async def test_a_silent_venue_answers_but_tells_nothing_of_the_meantime(
    switchboard: Switchboard, switches: FaultBoard, arranged: Arranged, hand: Hand, venue: str, other: str
) -> None:
    feeds = {"binance": "!forceOrder@arr", "okx": "liquidation-orders:SWAP", "bybit": BYBIT}
    contract = "BTC-USDT-SWAP" if venue == "okx" else "BTCUSDT"
    arranged.tables[venue, contract] = struck([START_MS + 2000, START_MS + 12_000])
    clock = await switchboard.venue(other, CLOCKS[other])
    switches.switch(venue, "socket_silent", 60)
    wire = await switchboard.venue(venue, feeds[venue], CLOCKS[venue])  # is acknowledged
    now = await _tick(clock, other, hand, START_MS)
    switches.clear()
    pass_time(hand, 10)
    heard = await wire.hear_to(venue, now + 10_000)
    assert len(heard) == 1
    assert str(START_MS + 12_000) in str(heard)


async def test_a_frozen_venue_hears_what_was_said_when_it_thaws(
    switchboard: Switchboard, switches: FaultBoard, arranged: Arranged, hand: Hand
) -> None:
    arranged.tables["bybit", "BTCUSDT"] = struck([START_MS + 2000, START_MS + 12_000])
    clock = await switchboard.venue("binance", CLOCKS["binance"])
    wire = await switchboard.venue("bybit", BYBIT)
    switches.switch("bybit", "socket_frozen", 60)
    await wire.say({"op": "ping", "req_id": "late"})
    asked = len((await switchboard.counts())["connections"])
    await _tick(clock, "binance", hand, START_MS)
    with pytest.raises(TimeoutError):
        await wire.socket.receive(0.2)
    switches.clear()
    pong = await wire.hear()
    assert (asked, pong["ret_msg"], pong["req_id"]) == (2, "pong", "late")
    pass_time(hand, 10)
    assert [row["T"] for row in (await wire.hear())["data"]] == [START_MS + 12_000]


async def test_a_frozen_venue_does_not_answer_pings_of_the_protocol(
    switchboard: Switchboard, switches: FaultBoard
) -> None:
    wire = await switchboard.call(DOORS["okx"], autoping=False)
    switches.switch("okx", "socket_frozen", 60)
    await wire.socket.ping()
    with pytest.raises(TimeoutError):
        await wire.socket.receive(0.2)
    switches.clear()
    assert (await wire.socket.receive(PATIENCE)).type is aiohttp.WSMsgType.PONG


def _moments(heard: list[Heard]) -> list[int]:
    return [row["T"] - START_MS for one in heard for row in one["data"]]


async def test_duplicates_are_told_twice_and_counted_once(
    switchboard: Switchboard, switches: FaultBoard, arranged: Arranged, hand: Hand
) -> None:
    arranged.tables["bybit", "BTCUSDT"] = struck([START_MS + 1000, START_MS + 3000])
    wire = await switchboard.venue("bybit", BYBIT, CLOCKS["bybit"])
    switches.switch("bybit", "duplicates", 60)
    pass_time(hand, 10)
    assert _moments(await wire.hear_to("bybit", START_MS + 10_000)) == [1000, 1000, 3000, 3000]
    counts = await switchboard.counts()
    assert counts["venues"]["bybit"]["orders"]["BTCUSDT"]["orders"] == 2


async def test_reordered_messages_of_a_step_come_backwards(
    switchboard: Switchboard, switches: FaultBoard, arranged: Arranged, hand: Hand
) -> None:
    arranged.tables["bybit", "BTCUSDT"] = struck([START_MS + 1000 * n for n in (1, 2, 3)])
    wire = await switchboard.venue("bybit", BYBIT)
    switches.switch("bybit", "reordered", 60)
    pass_time(hand, 10)
    assert _moments([await wire.hear() for _ in range(3)]) == [3000, 2000, 1000]


async def test_a_ticker_is_whole_again_after_a_pause(
    switchboard: Switchboard, switches: FaultBoard, hand: Hand
) -> None:
    clock = await switchboard.venue("binance", CLOCKS["binance"])
    wire = await switchboard.venue("bybit", CLOCKS["bybit"])
    assert (await wire.hear())["type"] == "snapshot"
    pass_time(hand, 1)
    assert (await wire.hear())["type"] == "delta"
    switches.switch("bybit", "socket_silent", 60)
    await _tick(clock, "binance", hand, START_MS + 1000)
    switches.clear()
    assert (await wire.hear())["type"] == "snapshot"
