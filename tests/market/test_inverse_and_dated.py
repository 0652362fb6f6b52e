"""Units of contracts that the sandbox does not list: inverse and dated, from answers written by hand."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from aiohttp import web
from market_stage import DAY, MINUTE, NOW, Stage

from bot.market.exchanges import open_venue

pytest_plugins = ("market_fixtures",)

EXPIRY = NOW // DAY * DAY + 30 * DAY + 8 * 60 * MINUTE
LAST = NOW // MINUTE * MINUTE - MINUTE
PRICE = 80_000.0


def play(stage: Stage, answers: Mapping[tuple[str, str, str], object]) -> None:
    """Answers by (path, parameter, its value); everything else is an empty list of the dialect."""

    def answer(request: web.Request) -> web.Response:
        for (path, name, value), body in answers.items():
            if request.path.endswith(path) and request.query.get(name, "") == value:
                return web.json_response(_wrapped(request, body))
        return web.json_response(_wrapped(request, []))

    stage.override = answer


def _wrapped(request: web.Request, rows: object) -> object:
    if request.path.startswith("/api/v5"):
        return {"code": "0", "msg": "", "data": rows}
    result = {"category": request.query.get("category"), "list": rows, "nextPageCursor": ""}
    return {"retCode": 0, "retMsg": "OK", "result": result, "time": NOW}


def okx_instrument(inst_id: str, kind: str, inverse: bool) -> dict[str, object]:
    base, quote, *_ = inst_id.split("-")
    return {
        "instType": kind, "instId": inst_id, "uly": f"{base}-{quote}", "instFamily": f"{base}-{quote}",
        "baseCcy": "", "quoteCcy": "", "settleCcy": base if inverse else quote,
        "ctVal": "100" if inverse else "0.01",
        "ctMult": "1", "ctValCcy": quote if inverse else base, "ctType": "inverse" if inverse else "linear",
        "expTime": str(EXPIRY) if kind == "FUTURES" else "", "listTime": "1600000000000", "lever": "100",
        "tickSz": "0.1", "lotSz": "1", "minSz": "1", "state": "live",
    }  # fmt: skip


async def test_okx_inverse_amounts_come_out_in_base_coin(stage: Stage) -> None:
    candle = [str(LAST), "80000", "80100", "79900", "80000", "1600", "2", "160000", "1"]
    play(stage, {
        ("instruments", "instType", "SWAP"): [okx_instrument("BTC-USD-SWAP", "SWAP", True)],
        ("candles", "instId", "BTC-USD-SWAP"): [candle],
        ("open-interest", "instId", "BTC-USD-SWAP"): [
            {"instId": "BTC-USD-SWAP", "oi": "800000", "oiCcy": "1000", "ts": str(LAST + 30_000)}
        ],
        ("mark-price", "instType", "SWAP"): [{"instId": "BTC-USD-SWAP", "markPx": "80000", "ts": str(NOW)}],
        ("position-tiers", "instFamily", "BTC-USD"): [
            {"tier": "1", "minSz": "0", "maxSz": "2000", "mmr": "0.004", "imr": "0.01", "maxLever": "100"},
            {"tier": "2", "minSz": "2001", "maxSz": "40000", "mmr": "0.01", "imr": "0.02", "maxLever": "50"},
        ],
    })  # fmt: skip
    venue = open_venue("okx", stage.root)
    (found,) = await venue.history("BTC/USD:BTC", LAST, NOW)
    contract = await venue.contract("BTC/USD:BTC")
    (listing,) = venue.listings
    await venue.close()
    assert (listing.inverse, listing.quote, listing.settle, listing.expiry_ms) == (True, "USD", "BTC", None)
    assert found.volume_base.tolist() == [2.0]
    assert found.open_interest_base.tolist() == [1000.0]
    assert contract.inverse
    assert not contract.caps_in_base
    assert [tier.notional_cap for tier in contract.tiers] == [200_000, 4_000_000]


async def test_okx_linear_tiers_are_capped_in_coins_and_cut_where_nobody_can_open(stage: Stage) -> None:
    play(stage, {
        ("instruments", "instType", "FUTURES"): [okx_instrument("BTC-USDT-991231", "FUTURES", False)],
        ("mark-price", "instType", "FUTURES"): [
            {"instId": "BTC-USDT-991231", "markPx": "80000", "ts": str(NOW)}
        ],
        ("position-tiers", "instType", "FUTURES"): [
            {"tier": "1", "minSz": "0", "maxSz": "1000", "mmr": "0.004", "imr": "0.01", "maxLever": "100"},
            {"tier": "2", "minSz": "1001", "maxSz": "9000", "mmr": "0.3", "imr": "0.5", "maxLever": "2"},
            {"tier": "3", "minSz": "9001", "maxSz": "9900", "mmr": "0.65", "imr": "0.8", "maxLever": "1.25"},
            {"tier": "4", "minSz": "9901", "maxSz": "9999", "mmr": "0.95", "imr": "1.1", "maxLever": "0.9"},
        ],
    })  # fmt: skip
    venue = open_venue("okx", stage.root)
    await venue.load()
    (listing,) = venue.listings
    contract = await venue.contract(listing.symbol)
    marks = await venue.mark_prices([listing.symbol])
    await venue.close()
    assert listing.expiry_ms == EXPIRY
    assert listing.symbol.startswith("BTC/USDT:USDT-")
    assert contract.caps_in_base
    assert [tier.notional_cap for tier in contract.tiers] == pytest.approx([10, 90])
    assert marks[listing.symbol].price == PRICE


def bybit_instrument(
    symbol: str, kind: str, base: str, quote: str, settle: str, expiry: int = 0
) -> dict[str, object]:
    return {
        "symbol": symbol, "contractType": kind, "status": "Trading", "baseCoin": base, "quoteCoin": quote,
        "settleCoin": settle, "launchTime": "1600000000000", "deliveryTime": str(expiry),
        "priceScale": "2", "leverageFilter": {"minLeverage": "1", "maxLeverage": "100"},
        "priceFilter": {"minPrice": "0.1", "maxPrice": "999999", "tickSize": "0.1"},
        "lotSizeFilter": {"maxOrderQty": "100", "minOrderQty": "1", "qtyStep": "1"},
        "unifiedMarginTrade": True, "fundingInterval": 480,
    }  # fmt: skip


def bybit_inverse(**interest: str) -> dict[tuple[str, str, str], object]:
    return {
        ("instruments-info", "category", "inverse"): [
            bybit_instrument("BTCUSD", "InversePerpetual", "BTC", "USD", "BTC")
        ],
        ("kline", "symbol", "BTCUSD"): [
            [str(LAST), "80000", "80100", "79900", "80000", "160000", "2"],
        ],
        ("open-interest", "symbol", "BTCUSD"): [
            {"timestamp": str(LAST + MINUTE), **interest},
            {"timestamp": str(LAST + MINUTE - 5 * MINUTE), "openInterest": "1"},
        ],
        ("tickers", "category", "inverse"): [
            {"symbol": "BTCUSD", "markPrice": "80000", "openInterest": "160000000"}
        ],
        ("risk-limit", "symbol", "BTCUSD"): [
            {
                "id": 1, "symbol": "BTCUSD", "riskLimitValue": "150", "maintenanceMargin": "0.5",
                "initialMargin": "1", "isLowestRisk": 1, "maxLeverage": "100.00", "mmDeduction": "",
            }
        ],
    }  # fmt: skip


@pytest.mark.parametrize(
    "interest",
    [{"openInterest": "160000000"}, {"openInterest": "160000000", "singleOpenInterest": "80000000"}],
)
async def test_bybit_inverse_is_halved_and_divided_by_price(stage: Stage, interest: dict[str, str]) -> None:
    play(stage, bybit_inverse(**interest))
    venue = open_venue("bybit", stage.root)
    # A span long enough for five-minute rows to be asked for.
    (found,) = await venue.history("BTC/USD:BTC", LAST - 9 * MINUTE, NOW)
    contract = await venue.contract("BTC/USD:BTC")
    (listing,) = venue.listings
    await venue.close()
    assert listing.inverse
    assert found.volume_base.tolist() == [2.0]
    assert found.open_interest_base.tolist() == [1000.0]
    assert contract.caps_in_base
    assert [tier.notional_cap for tier in contract.tiers] == [150]


async def test_bybit_percent_tables_become_fractions(stage: Stage) -> None:
    play(stage, bybit_inverse(openInterest="1"))
    venue = open_venue("bybit", stage.root)
    contract = await venue.contract("BTC/USD:BTC")
    await venue.close()
    assert contract.first_maintenance_rate == pytest.approx(0.005)
    assert contract.max_leverage == 100


async def test_bybit_lists_dated_contracts_with_their_expiry(stage: Stage) -> None:
    play(stage, {
        ("instruments-info", "category", "linear"): [
            bybit_instrument("BTCUSDT-25DEC26", "LinearFutures", "BTC", "USDT", "USDT", EXPIRY),
            bybit_instrument("BTCPERP", "LinearPerpetual", "BTC", "USDC", "USDC"),
        ],
        ("instruments-info", "category", "inverse"): [
            bybit_instrument("BTCUSDZ26", "InverseFutures", "BTC", "USD", "BTC", EXPIRY),
        ],
    })  # fmt: skip
    venue = open_venue("bybit", stage.root)
    await venue.load()
    await venue.close()
    listed = {one.market_id: (one.symbol.split("-")[0], one.expiry_ms, one.inverse) for one in venue.listings}
    assert listed == {
        "BTCUSDT-25DEC26": ("BTC/USDT:USDT", EXPIRY, False),
        "BTCPERP": ("BTC/USDC:USDC", None, False),
        "BTCUSDZ26": ("BTC/USD:BTC", EXPIRY, True),
    }


@pytest.mark.parametrize(
    "row",
    [
        {"maxLeverage": "0", "initialMargin": "1", "riskLimitValue": "150", "maintenanceMargin": "0.5"},
        {"maxLeverage": "50", "initialMargin": "0.02", "riskLimitValue": "0", "maintenanceMargin": "0.01"},
        {"maxLeverage": "50", "initialMargin": "0.02", "riskLimitValue": "9", "maintenanceMargin": "1.5"},
        {"maxLeverage": "50", "initialMargin": "0.02", "riskLimitValue": "9", "maintenanceMargin": "NaN"},
        {"maxLeverage": "50", "initialMargin": "0.02", "riskLimitValue": "9", "maintenanceMargin": "0.02"},
    ],
)
async def test_a_margin_table_that_makes_no_sense_is_not_used(stage: Stage, row: dict[str, str]) -> None:
    answers = bybit_inverse(openInterest="1")
    play(stage, answers | {("risk-limit", "symbol", "BTCUSD"): [{"id": 1, "symbol": "BTCUSD", **row}]})
    venue = open_venue("bybit", stage.root)
    contract = await venue.contract("BTC/USD:BTC")
    await venue.close()
    assert contract.tiers_from == "a cautious default"
    assert contract.tiers_trouble.startswith("not its own table: tiers[0]")
