"""Over a websocket a venue says the same wrong things as over HTTP."""

from exchange_fixtures import START_MS, Hand
from stream_fixtures import CLOCKS, Arranged, Heard, Switchboard, Wire, pass_time, struck

from bot.sandbox.faults import FaultBoard

pytest_plugins = ("stream_plugin",)

BARS, ORDERS, CLOCK = "ethusdt@kline_1m", "ethusdt@forceOrder", CLOCKS["binance"]
MINUTE_MS = 60_000


async def _next_minutes(wire: Wire, hand: Hand, first: int, count: int) -> list[Heard]:
    """What comes beside the clock while so many minutes pass, counted from the start."""
    heard: list[Heard] = []
    for minute in range(first, first + count):
        pass_time(hand, 60)
        heard += await wire.hear_to("binance", START_MS + (minute + 1) * MINUTE_MS)
    return heard


async def test_a_spike_is_in_the_mark_price(
    switchboard: Switchboard, hand: Hand, switches: FaultBoard
) -> None:
    wire = await switchboard.venue("binance", CLOCK)
    plain = await wire.hear()
    switches.switch("binance", "spike", 60, factor=2)
    pass_time(hand, 2)
    spiked = (await wire.hear_until(lambda one: one["E"] >= START_MS + 2000))[-1]
    assert 1.9 < float(spiked["p"]) / float(plain["p"]) < 2.1


async def test_no_stale_candle_ends(switchboard: Switchboard, hand: Hand, switches: FaultBoard) -> None:
    wire = await switchboard.venue("binance", BARS, CLOCK)
    pass_time(hand, 30)
    assert [one for one in await _next_minutes(wire, hand, 0, 2) if one["k"]["x"]]
    switches.switch("binance", "stale", 60, series="candles")
    await _next_minutes(wire, hand, 2, 1)  # what was under way
    assert not [one for one in await _next_minutes(wire, hand, 3, 2) if one["k"]["x"]]


async def test_orders_of_a_gap_do_not_come(
    switchboard: Switchboard, hand: Hand, switches: FaultBoard, arranged: Arranged
) -> None:
    arranged.tables["binance", "ETHUSDT"] = struck([START_MS + 2500, START_MS + 130_500])
    switches.switch("binance", "gap", 60, series="liquidations", minutes=2)
    wire = await switchboard.venue("binance", ORDERS, CLOCK)
    heard = await _next_minutes(wire, hand, 0, 3)
    assert [one["o"]["T"] for one in heard] == [START_MS + 130_500]


async def test_a_clock_that_is_set_back_tells_no_order_twice(
    switchboard: Switchboard, hand: Hand, switches: FaultBoard, arranged: Arranged
) -> None:
    arranged.tables["binance", "ETHUSDT"] = struck([START_MS + 2500, START_MS + 50_500])
    wire = await switchboard.venue("binance", ORDERS, CLOCK)
    pass_time(hand, 30)
    first = await wire.hear_to("binance", START_MS + 30_000)
    switches.switch("binance", "clock_off", 60, by_ms=-30_000)
    pass_time(hand, 70)
    later = await wire.hear_to("binance", START_MS + 70_000)
    switches.clear()
    pass_time(hand, 10)
    later += await wire.hear_to("binance", START_MS + 110_000)
    assert [one["o"]["T"] for one in first] == [START_MS + 2500]
    assert [one["o"]["T"] for one in later] == [START_MS + 50_500]


async def test_the_stream_of_a_contract_ends_when_it_is_delisted(
    switchboard: Switchboard, hand: Hand, switches: FaultBoard
) -> None:
    wire = await switchboard.venue("binance", BARS, CLOCK)
    assert await _next_minutes(wire, hand, 0, 1)
    switches.switch("binance", "delisted", 60, symbol="ETHUSDT")
    await _next_minutes(wire, hand, 1, 1)  # what was under way
    assert await _next_minutes(wire, hand, 2, 2) == []
