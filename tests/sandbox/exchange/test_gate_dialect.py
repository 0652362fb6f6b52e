"""What ccxt's gate makes of the sandbox."""

import itertools
from pathlib import Path

import pytest
from exchange_fixtures import START_MS, Client

from bot.commands.errors import CommandError
from bot.commands.sandbox import SandboxWishes
from bot.sandbox.market.clock import DAY_MS, HOUR_MS, MINUTE_MS
from bot.sandbox.market.invented.coins import FURTHER_VENUES
from bot.sandbox.market.invented.source import InventedSource
from bot.sandbox.market.liquidations import LONG, Liquidations
from bot.sandbox.market.listing import Listing
from bot.sandbox.market.market import Market

pytest_plugins = ("exchange_plugin",)

BTC = "BTC/USDT:USDT"
DATED = "BTC/USDT:USDT-261225"
PERPETUAL = {"settle": "usdt", "contract": "BTC_USDT"}
CONTRACT = 0.0001  # bitcoins


@pytest.fixture
def btc(market: Market) -> Listing:
    listing = market.listing("gate", "BTC_USDT")
    assert listing is not None
    return listing


async def test_lists_perpetuals_and_a_dated_contract(gate: Client) -> None:
    coins = {f"{coin}/USDT:USDT" for coin in ("BTC", "ETH", "SOL", "ZRX")}
    assert set(gate.markets) == coins | {DATED}
    dated = gate.market(DATED)
    assert (dated["id"], dated["type"], dated["linear"]) == ("BTC_USDT_20261225", "future", True)
    assert dated["expiry"] == 1_798_185_600_000
    btc = gate.market(BTC)
    assert (btc["contractSize"], btc["precision"]["price"], btc["active"]) == (CONTRACT, 0.1, True)
    assert btc["limits"]["leverage"]["max"] == 150
    assert gate.market("ZRX/USDT:USDT")["contractSize"] == 10


async def test_server_time_is_market_time(gate: Client, market: Market) -> None:
    assert await gate.fetch_time() == market.now_ms()


@pytest.mark.parametrize("symbol", [BTC, DATED])
async def test_candles_count_contracts(gate: Client, market: Market, symbol: str) -> None:
    since = market.now_ms() // HOUR_MS * HOUR_MS - 3 * HOUR_MS
    candles = await gate.fetch_ohlcv(symbol, "5m", since, 7)
    assert [row[0] for row in candles] == [since + n * 5 * MINUTE_MS for n in range(7)]
    listing = market.listing("gate", gate.market(symbol)["id"])
    assert listing is not None
    held = market.candles(listing, 5 * MINUTE_MS, since, since + 35 * MINUTE_MS)
    assert [row[4] for row in candles] == held.close.tolist()
    assert [row[5] * CONTRACT for row in candles] == pytest.approx(held.volume.tolist(), rel=1e-9)


async def test_mark_candles_have_no_volume(gate: Client, market: Market, btc: Listing) -> None:
    candles = await gate.fetch_ohlcv(BTC, "1m", limit=4, params={"price": "mark"})
    held = market.mark_candles(btc, MINUTE_MS, candles[0][0], market.now_ms() + 1)
    assert [row[2] for row in candles] == pytest.approx(held.high.tolist(), abs=0.05)
    assert {row[5] for row in candles} == {None}


async def test_a_ticker_counts_contracts_too(gate: Client, market: Market, btc: Listing) -> None:
    tickers = await gate.fetch_tickers([BTC])
    found = tickers[BTC]
    assert found["markPrice"] == pytest.approx(market.mark_price(btc), abs=0.05)
    assert found["bid"] < found["last"] < found["ask"]
    assert float(found["info"]["total_size"]) * CONTRACT == pytest.approx(market.open_interest(btc))
    assert float(found["info"]["volume_24h"]) * CONTRACT == pytest.approx(found["baseVolume"])
    dated = await gate.fetch_ticker(DATED)
    assert dated["markPrice"] > found["markPrice"]  # what it costs more until it expires


async def test_statistics_go_forward_from_a_start(gate: Client, market: Market, btc: Listing) -> None:
    since = START_MS - 6 * HOUR_MS
    rows = await gate.fetch_open_interest_history(BTC, "5m", since, 20)
    assert [row["timestamp"] for row in rows] == [since + n * 5 * MINUTE_MS for n in range(20)]
    held = market.open_interest_history(btc, 5 * MINUTE_MS, since, since + 100 * MINUTE_MS)
    assert [row["openInterestAmount"] * CONTRACT for row in rows] == pytest.approx(held.value.tolist())
    first = rows[0]["info"]
    assert float(first["open_interest_usd"]) == pytest.approx(
        held.value[0] * float(first["mark_price"]), rel=1e-6
    )


async def test_statistics_come_a_hundred_a_page_and_the_newest_without_a_start(
    gate: Client, market: Market
) -> None:
    many = await gate.publicFuturesGetSettleContractStats({**PERPETUAL, "limit": 9999})
    assert len(many) == 100
    stamps = [int(row["time"]) for row in many]
    assert {later - earlier for earlier, later in itertools.pairwise(stamps)} == {300}
    assert stamps[-1] == market.now_ms() // (5 * MINUTE_MS) * 300
    assert len(await gate.publicFuturesGetSettleContractStats(PERPETUAL)) == 30


async def test_totals_of_liquidations_are_the_markets_own(gate: Client, market: Market, btc: Listing) -> None:
    since, hours = START_MS // HOUR_MS * HOUR_MS - 15 * HOUR_MS, 15
    rows = await gate.publicFuturesGetSettleContractStats(
        {**PERPETUAL, "interval": "1h", "from": since // 1000 + 3600, "limit": hours}
    )
    assert len(rows) == hours
    orders = market.liquidations(btc, since, since + hours * HOUR_MS)
    assert len(orders) > 20
    for side, name in ((0, "long"), (1, "short")):
        of_side = orders.side == side
        for hour, row in enumerate(rows):
            begin = since + hour * HOUR_MS
            inside = of_side & (orders.stamp_ms >= begin) & (orders.stamp_ms < begin + HOUR_MS)
            coins = float(orders.quantity[inside].sum())
            assert float(row[f"{name}_liq_size"]) * CONTRACT == pytest.approx(coins)
            assert float(row[f"{name}_liq_amount"]) == pytest.approx(coins)
            paid = float((orders.quantity * orders.fill)[inside].sum())
            assert float(row[f"{name}_liq_usd"]) == pytest.approx(paid, abs=1e-3)


async def test_ratios_are_longs_over_shorts(gate: Client, market: Market, btc: Listing) -> None:
    (row,) = await gate.publicFuturesGetSettleContractStats({**PERPETUAL, "limit": 1})
    stamp = int(row["time"]) * 1000
    share = market.long_share_history(btc, 5 * MINUTE_MS, stamp, stamp + 1).value[-1]
    assert float(row["lsr_account"]) == pytest.approx(share / (1 - share), abs=1e-5)
    (candle,) = (market.candles(btc, 5 * MINUTE_MS, stamp - 5 * MINUTE_MS, stamp),)
    bought = float(candle.taker_buy[0])
    assert float(row["long_taker_size"]) * CONTRACT == pytest.approx(bought, abs=1e-4)
    assert float(row["lsr_taker"]) == pytest.approx(bought / (float(candle.volume[0]) - bought), rel=1e-4)


def _newest_first(orders: Liquidations) -> list[tuple[int, bool, float]]:
    """(second, whether a long's, coins)."""
    rows = zip(orders.stamp_ms, orders.side, orders.quantity, strict=True)
    return [(int(stamp) // 1000, side == LONG, float(coins)) for stamp, side, coins in rows][::-1]


async def test_single_liquidations_are_asked_for_in_seconds_and_an_hour_at_most(
    gate: Client, market: Market, btc: Listing
) -> None:
    told = 0
    for hour in range(12):
        begin = START_MS // HOUR_MS * HOUR_MS - 12 * HOUR_MS + hour * HOUR_MS
        span = {"from": begin // 1000, "to": begin // 1000 + 3600, "limit": 1000}
        rows = await gate.publicFuturesGetSettleLiqOrders({**PERPETUAL, **span})
        expected = _newest_first(market.liquidations(btc, begin, begin + HOUR_MS + 1000))
        assert [int(row["time"]) for row in rows] == [second for second, _, _ in expected]
        assert [float(row["size"]) > 0 for row in rows] == [long for _, long, _ in expected]
        assert [abs(float(row["size"])) * CONTRACT for row in rows] == pytest.approx(
            [coins for _, _, coins in expected]
        )
        told += len(rows)
    assert told > 20


async def test_a_long_is_bankrupt_below_where_it_was_filled(gate: Client) -> None:
    rows = await gate.publicFuturesGetSettleLiqOrders({"settle": "usdt"})
    assert rows
    for row in rows:
        is_long = float(row["size"]) > 0
        assert (float(row["order_price"]) < float(row["fill_price"])) == is_long
        assert float(row["order_size"]) == -float(row["size"])


async def test_ccxts_own_fetch_liquidations_sends_milliseconds_and_is_refused(
    gate: Client, market: Market
) -> None:
    with pytest.raises(Exception, match="maximum 3600"):
        await gate.fetch_liquidations(BTC, market.now_ms() - HOUR_MS)


async def test_funding(gate: Client) -> None:
    rows = await gate.fetch_funding_rate_history(BTC, limit=2)
    assert [row["timestamp"] % (8 * HOUR_MS) for row in rows] == [0, 0]
    now = await gate.fetch_funding_rate(BTC)
    assert now["fundingRate"] == pytest.approx(rows[-1]["fundingRate"], abs=1e-6)
    assert (now["interval"], now["fundingTimestamp"] % (8 * HOUR_MS)) == ("8h", 0)


@pytest.mark.parametrize(("symbol", "first_cap", "leverage"), [(BTC, 150_000, 150), (DATED, 25_000, 50)])
async def test_risk_limits_are_notional_with_a_deduction(
    gate: Client, symbol: str, first_cap: float, leverage: float
) -> None:
    tiers = await gate.fetch_market_leverage_tiers(symbol)
    assert (tiers[0]["maxNotional"], tiers[0]["maxLeverage"]) == (first_cap, leverage)
    rows = [tier["info"] for tier in tiers]
    assert float(rows[0]["deduction"]) == 0
    step = float(rows[1]["maintenance_rate"]) - float(rows[0]["maintenance_rate"])
    assert float(rows[1]["deduction"]) == pytest.approx(first_cap * step)
    for row in rows:
        assert float(row["initial_rate"]) * float(row["leverage_max"]) == pytest.approx(1, rel=1e-3)


async def test_risk_limits_of_all_contracts_come_a_page_of_contracts_at_a_time(gate: Client) -> None:
    gate.options["defaultType"] = "swap"
    every = await gate.fetch_leverage_tiers(params={"limit": 3})
    assert set(every) == set(gate.markets) - {DATED}


@pytest.mark.parametrize("symbol", [BTC, DATED])
async def test_book_and_trades(gate: Client, symbol: str) -> None:
    book = await gate.fetch_order_book(symbol, 5)
    assert book["bids"][0][0] < book["asks"][0][0]
    assert len(book["bids"]) == len(book["asks"]) == 5
    assert {trade["side"] for trade in await gate.fetch_trades(symbol, limit=6)} == {"buy", "sell"}


LONG_AGO = (START_MS - 40 * DAY_MS) // 1000


@pytest.mark.parametrize(
    ("method", "given", "label"),
    [
        ("publicFuturesGetSettleCandlesticks", {"contract": "NOPE"}, "CONTRACT_NOT_FOUND"),
        ("publicFuturesGetSettleCandlesticks", {"contract": "BTC_USDT_20261225"}, "CONTRACT_NOT_FOUND"),
        ("publicDeliveryGetSettleCandlesticks", {"contract": "BTC_USDT"}, "CONTRACT_NOT_FOUND"),
        ("publicFuturesGetSettleContractsContract", {"contract": "NOPE"}, "CONTRACT_NOT_FOUND"),
        ("publicFuturesGetSettleCandlesticks", {"interval": "3m"}, "INVALID_PARAM_VALUE"),
        ("publicFuturesGetSettleCandlesticks", {"from": "soon"}, "INVALID_PARAM_VALUE"),
        ("publicFuturesGetSettleCandlesticks", {"from": LONG_AGO, "limit": 5}, "limit conflicts"),
        ("publicFuturesGetSettleCandlesticks", {"interval": "1m", "from": LONG_AGO}, "too long ago"),
        ("publicFuturesGetSettleCandlesticks", {"interval": "5m", "from": LONG_AGO}, "too long ago"),
        ("publicFuturesGetSettleContractStats", {"interval": "1m"}, "INVALID_PARAM_VALUE"),
        ("publicFuturesGetSettleContractStats", {"contract": ""}, "MISSING_REQUIRED_PARAM"),
        ("publicFuturesGetSettleLiqOrders", {"from": 1000, "to": 4601}, "maximum 3600"),
    ],
)
async def test_refusals_are_gates(gate: Client, method: str, given: dict[str, object], label: str) -> None:
    with pytest.raises(Exception, match=label):
        await getattr(gate, method)({**PERPETUAL, **given})


async def test_a_span_of_candles_holds_two_thousand(gate: Client, market: Market) -> None:
    now = market.now_ms() // 1000
    span = {**PERPETUAL, "interval": "1m", "to": now}
    assert await gate.publicFuturesGetSettleCandlesticks({**span, "from": now - 1999 * 60})
    with pytest.raises(Exception, match="too broad"):
        await gate.publicFuturesGetSettleCandlesticks({**span, "from": now - 2000 * 60})


def test_gate_is_traded_where_it_is_asked_for_and_changes_nothing_for_the_others() -> None:
    plain, wider = (
        InventedSource(seed=7, start_ms=START_MS, history_days=0.05, also=also)
        for also in ((), FURTHER_VENUES)
    )
    assert not [one for one in plain.listings if one.venue == "gate"]
    assert wider.listings[: len(plain.listings)] == plain.listings
    for listing in plain.listings:
        held, same = (source.tape(listing, START_MS) for source in (plain, wider))
        assert held.minutes.close.tolist() == same.minutes.close.tolist()
        assert held.open_interest.value.tolist() == same.open_interest.value.tolist()
        assert held.long_share.value.tolist() == same.long_share.value.tolist()


def test_an_unknown_further_venue_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="can also have gate, not kraken"):
        InventedSource(seed=7, start_ms=START_MS, history_days=0.1, also=("kraken",))


def test_venues_are_added_to_the_invented_market_only(tmp_path: Path) -> None:
    wishes = SandboxWishes(0, 120, 1, None, None, None, None, ("gate",))
    assert wishes.arguments()[-2:] == ["--also", "gate"]
    (tmp_path / "recording.json").write_text("{}")
    with pytest.raises(CommandError, match="invented market"):
        SandboxWishes(0, 120, 1, None, None, tmp_path, None, ("gate",))
