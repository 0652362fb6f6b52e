"""Every candle is told once that it has ended, however fast time runs."""

from typing import Any

import pytest
from exchange_fixtures import START_MS, Hand
from stream_fixtures import CLOCKS, Heard, Switchboard, Wire, pass_time, subscription

from bot.sandbox.market.clock import MINUTE_MS
from bot.sandbox.market.market import Market

pytest_plugins = ("stream_plugin",)

VENUES = ("binance", "okx", "bybit")
PATHS = {"binance": "/market/ws/1", "okx": "/ws/v5/business", "bybit": "/v5/public/linear"}
TOPICS = {"binance": "ethusdt@kline_{}", "okx": "candle{}:ETH-USDT-SWAP", "bybit": "kline.{}.ETHUSDT"}


def _candle(venue: str, heard: Heard) -> tuple[int, bool, dict[str, float]]:
    """(start, has it ended, columns) of a candle message."""
    if venue == "binance":
        names, row = (
            {"open": "o", "high": "h", "low": "l", "close": "c", "volume": "v", "bought": "V"},
            heard["k"],
        )
        return row["t"], row["x"], {name: float(row[key]) for name, key in names.items()}
    row = heard["data"][0]
    if venue == "okx":
        columns = dict(zip(("open", "high", "low", "close"), map(float, row[1:5]), strict=True))
        return int(row[0]), row[8] == "1", columns | {"volume": float(row[6])}
    keys = ("open", "high", "low", "close", "volume")
    return row["start"], row["confirm"], {key: float(row[key]) for key in keys}


async def _candles(switchboard: Switchboard, venue: str, interval: str) -> Wire:
    wire = await switchboard.call(PATHS[venue])
    await wire.ask(subscription(venue, TOPICS[venue].format(interval)))
    return wire


async def _told_by(venue: str, wire: Wire, forming_start: int) -> list[tuple[int, bool, dict[str, float]]]:
    """Candles up to the first message of the one that begins then."""
    heard = await wire.hear_until(lambda one: _candle(venue, one)[0] >= forming_start)
    return [_candle(venue, one) for one in heard]


@pytest.mark.parametrize("venue", VENUES)
async def test_minutes_that_end_together_are_closed_in_order(
    switchboard: Switchboard, hand: Hand, venue: str
) -> None:
    wire = await _candles(switchboard, venue, "1" if venue == "bybit" else "1m")
    assert (await _told_by(venue, wire, START_MS))[0][:2] == (START_MS, False)
    pass_time(hand, 200)
    told = await _told_by(venue, wire, START_MS + 3 * MINUTE_MS)
    assert [(start, ended) for start, ended, _ in told] == [
        *((START_MS + minute * MINUTE_MS, True) for minute in range(3)),
        (START_MS + 3 * MINUTE_MS, False),
    ]


@pytest.mark.parametrize("venue", VENUES)
async def test_a_closed_candle_is_the_one_that_http_tells(
    switchboard: Switchboard, quiet_market: Market, hand: Hand, venue: str
) -> None:
    wire = await _candles(switchboard, venue, "1" if venue == "bybit" else "1m")
    await wire.hear()
    pass_time(hand, 60)
    (_, ended, columns), *_ = await _told_by(venue, wire, START_MS + MINUTE_MS)
    listing = quiet_market.listing(venue, "ETH-USDT-SWAP" if venue == "okx" else "ETHUSDT")
    assert listing is not None
    page = quiet_market.candles(listing, MINUTE_MS, START_MS, START_MS + MINUTE_MS)
    assert ended
    for name in ("open", "high", "low", "close", "volume"):
        assert columns[name] == pytest.approx(float(getattr(page, name)[0]), rel=1e-6), name
    if venue == "binance":
        assert columns["bought"] == pytest.approx(float(page.taker_buy[0]), rel=1e-6)


@pytest.mark.parametrize("venue", VENUES)
async def test_a_minute_is_closed_once_over_many_steps(
    switchboard: Switchboard, hand: Hand, venue: str
) -> None:
    wire = await _candles(switchboard, venue, "1" if venue == "bybit" else "1m")
    told: list[tuple[int, bool, dict[str, Any]]] = []
    for step in range(1, 6):
        pass_time(hand, 40)
        begun = START_MS + 40_000 * step // MINUTE_MS * MINUTE_MS
        told += await _told_by(venue, wire, begun)
    closed = [start for start, ended, _ in told if ended]
    assert closed == [START_MS, START_MS + MINUTE_MS, START_MS + 2 * MINUTE_MS]


@pytest.mark.parametrize("venue", VENUES)
async def test_longer_candles(switchboard: Switchboard, hand: Hand, venue: str) -> None:
    wire = await _candles(switchboard, venue, "5" if venue == "bybit" else "5m")
    start = START_MS // (5 * MINUTE_MS) * 5 * MINUTE_MS
    assert (await _told_by(venue, wire, start))[0][:2] == (start, False)
    pass_time(hand, 300)
    told = await _told_by(venue, wire, start + 5 * MINUTE_MS)
    assert [one[:2] for one in told] == [(start, True), (start + 5 * MINUTE_MS, False)]


async def test_what_one_step_tells_comes_in_time_order(switchboard: Switchboard, hand: Hand) -> None:
    wire = await switchboard.venue("bybit", CLOCKS["bybit"], "kline.1.BTCUSDT", "kline.1.ETHUSDT")
    standing = [await wire.hear() for _ in range(3)]
    assert {one["ts"] for one in standing} == {START_MS}
    pass_time(hand, 200)
    stamps = [(await wire.hear())["ts"] - START_MS for _ in range(9)]
    assert stamps == [60_000, 60_000, 120_000, 120_000, 180_000, 180_000, 200_000, 200_000, 200_000]


async def test_a_new_listener_does_not_cost_the_others_a_change(switchboard: Switchboard, hand: Hand) -> None:
    """The newcomer is told between two turns of the ticker, and the others with him."""
    early = await switchboard.venue("bybit", CLOCKS["bybit"])
    await early.hear()
    pass_time(hand, 0.05)
    late = await switchboard.venue("bybit", CLOCKS["bybit"])
    snapshot, delta = await late.hear(), await early.hear()
    assert (snapshot["type"], delta["type"]) == ("snapshot", "delta")
    assert snapshot["ts"] == delta["ts"] == START_MS + 50
