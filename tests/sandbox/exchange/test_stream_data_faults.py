"""Over a websocket a venue says the same wrong things as over HTTP."""

from exchange_fixtures import START_MS, Hand
from stream_fixtures import Arranged, Heard, Switchboard, struck, subscription

from bot.sandbox.faults import FaultBoard

pytest_plugins = ("stream_plugin",)

BARS, MARKS, ORDERS = "btcusdt@kline_1m", "btcusdt@markPrice@1s", "btcusdt@forceOrder"


async def _told(switchboard: Switchboard, hand: Hand, minutes: float, topic: str) -> list[Heard]:
    """All that comes of one topic of Binance while so many minutes pass."""
    wire = await switchboard.venue("binance")
    await wire.ask(subscription("binance", topic))
    await wire.hear_out()
    hand.seconds += minutes
    return await wire.hear_out()


async def test_a_spike_is_in_the_mark_price(
    switchboard: Switchboard, hand: Hand, switches: FaultBoard
) -> None:
    plain = await _told(switchboard, hand, 0.1, MARKS)
    switches.switch("binance", "spike", 60, factor=2)
    spiked = await _told(switchboard, hand, 0.1, MARKS)
    assert 1.9 < float(spiked[-1]["p"]) / float(plain[-1]["p"]) < 2.1


async def test_no_stale_candle_ends(switchboard: Switchboard, hand: Hand, switches: FaultBoard) -> None:
    assert [one for one in await _told(switchboard, hand, 1.2, BARS) if one["k"]["x"]]
    switches.switch("binance", "stale", 60, series="candles")
    assert not [one for one in await _told(switchboard, hand, 3.1, BARS) if one["k"]["x"]]


async def test_orders_of_a_gap_do_not_come(
    switchboard: Switchboard, hand: Hand, switches: FaultBoard, arranged: Arranged
) -> None:
    arranged.tables["binance", "BTCUSDT"] = struck([START_MS + 2500, START_MS + 130_500])
    switches.switch("binance", "gap", 60, series="liquidations", minutes=2)
    heard = await _told(switchboard, hand, 3, ORDERS)
    assert [one["o"]["T"] for one in heard] == [START_MS + 130_500]


async def test_a_clock_that_is_set_back_tells_no_order_twice(
    switchboard: Switchboard, hand: Hand, switches: FaultBoard, arranged: Arranged
) -> None:
    arranged.tables["binance", "BTCUSDT"] = struck([START_MS + 2500, START_MS + 50_500])
    wire = await switchboard.venue("binance")
    await wire.ask(subscription("binance", ORDERS))
    hand.seconds += 0.5
    first = await wire.hear_out()
    switches.switch("binance", "clock_off", 60, by_ms=-30_000)
    hand.seconds += 1
    later = await wire.hear_out()
    switches.clear()
    later += await wire.hear_out()
    assert [one["o"]["T"] for one in first] == [START_MS + 2500]
    assert [one["o"]["T"] for one in later] == [START_MS + 50_500]


async def test_the_stream_of_a_contract_ends_when_it_is_delisted(
    switchboard: Switchboard, hand: Hand, switches: FaultBoard
) -> None:
    wire = await switchboard.venue("binance")
    await wire.ask(subscription("binance", MARKS))
    hand.seconds += 0.1
    assert await wire.hear_out()
    switches.switch("binance", "delisted", 60, symbol="BTCUSDT")
    await wire.hear_out()
    hand.seconds += 1
    assert await wire.hear_out() == []
