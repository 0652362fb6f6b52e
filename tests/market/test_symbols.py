from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.market.near_matches import other_bundles
from bot.market.symbols import Ambiguous, Expired, Resolved, Unknown, resolve
from bot.market.venue import Listing


def stamp(year: int, month: int, day: int) -> int:
    return int(datetime(year, month, day, 8, tzinfo=UTC).timestamp() * 1000)


NOW = stamp(2026, 11, 21)
DECEMBER = stamp(2026, 12, 25)
MARCH = stamp(2027, 3, 26)


def listing(
    venue: str, market_id: str, symbol: str, expiry_ms: int | None = None, active: bool = True
) -> Listing:
    pair, _, rest = symbol.partition(":")
    base, _, quote = pair.partition("/")
    settle = rest.partition("-")[0]
    return Listing(venue, market_id, symbol, base, quote, settle, settle == base, expiry_ms, active)


def everywhere(coin: str) -> list[Listing]:
    symbol = f"{coin}/USDT:USDT"
    return [
        listing("binance", f"{coin}USDT", symbol),
        listing("okx", f"{coin}-USDT-SWAP", symbol),
        listing("bybit", f"{coin}USDT", symbol),
    ]


COINS = ("BTC", "ETH", "SOL", "ZRX", "LTC", "DOGE", "BCH", "TON", "S", "HIGH", "XAU")
LISTINGS = [
    *(one for coin in COINS for one in everywhere(coin)),
    listing("binance", "1000PEPEUSDT", "1000PEPE/USDT:USDT"),
    listing("bybit", "1000PEPEUSDT", "1000PEPE/USDT:USDT"),
    listing("bybit", "1000000MOGUSDT", "1000000MOG/USDT:USDT"),
    listing("binance", "DEADUSDT", "DEAD/USDT:USDT", active=False),
    listing("okx", "PEN-USDC-SWAP", "PEN/USDC:USDC"),
    listing("binance", "BTCUSDC", "BTC/USDC:USDC"),
    listing("bybit", "BTCPERP", "BTC/USDC:USDC"),
    listing("okx", "BTC-USD-SWAP", "BTC/USD:BTC"),
    listing("bybit", "BTCUSD", "BTC/USD:BTC"),
    listing("binance", "BTCUSDT_261225", "BTC/USDT:USDT-261225", DECEMBER),
    listing("okx", "BTC-USDT-261225", "BTC/USDT:USDT-261225", DECEMBER),
    listing("bybit", "BTCUSDT-25DEC26", "BTC/USDT:USDT-261225", DECEMBER),
    listing("gate", "BTC_USDT_20261225", "BTC/USDT:USDT-261225", DECEMBER),
    listing("bybit", "BTC-25DEC26", "BTC/USDC:USDC-261225", DECEMBER),
    listing("bybit", "BTCUSDZ26", "BTC/USD:BTC-261225", DECEMBER),
    listing("okx", "ETH-USDT-270326", "ETH/USDT:USDT-270326", MARCH),
    listing("okx", "ETH-USDT-260327", "ETH/USDT:USDT-260327", stamp(2026, 3, 27)),
]  # fmt: skip

BTC, ETH, SOL, ZRX, PEPES = (f"{coin}/USDT:USDT" for coin in ("BTC", "ETH", "SOL", "ZRX", "1000PEPE"))
BTC_USD, BTC_DATED, ETH_DATED = "BTC/USD:BTC", "BTC/USDT:USDT-261225", "ETH/USDT:USDT-270326"


# What people type and the contract they mean, by the rule that reads it.
TAKEN = {
    "the coin alone": {
        "btc": BTC, "BTC": BTC, "Btc": BTC, " btc ": BTC, "$btc": BTC, "#BTC": BTC, "zrx": ZRX,
        "s": "S/USDT:USDT", "high": "HIGH/USDT:USDT", "pen": "PEN/USDC:USDC",
    },
    "a venue's own id": {
        "BTCUSDT": BTC, "btcusdt": BTC, "BtcUsdt": BTC, "BTC-USDT-SWAP": BTC, "btc-usdt-swap": BTC,
        "zrx-usdt-swap": ZRX, "btc_usdt": BTC, "BTCPERP": "BTC/USDC:USDC", "BTCUSD_PERP": BTC_USD,
    },
    "the unified symbol": {
        "BTC/USDT:USDT": BTC, "btc/usdt:usdt": BTC, "BTC/USD:BTC": BTC_USD,
        "BTC/USDT:USDT-261225": BTC_DATED, "eth/usdt:usdt-270326": ETH_DATED,
    },
    "coin and quote": {
        "btc/usdt": BTC, "btc-usdt": BTC, "btc usdt": BTC, "btcusdc": "BTC/USDC:USDC",
        "btc usdc perp": "BTC/USDC:USDC", "BTC-USD-SWAP": BTC_USD, "btcusd": BTC_USD,
    },
    "a word for perpetual": {
        "BTC.P": BTC, "BTCUSDT.P": BTC, "ethusdt.p": ETH, "BTCUSDT.PERP": BTC, "btc perp": BTC,
        "BTC-PERP": BTC, "ETHPERP": ETH, "Ethereum perp": ETH,
    },
    "another ticker": {
        "XBT": BTC, "xbtusdt": BTC, "XBT/USD": BTC_USD, "0x": ZRX,
    },
    "coin-margined": {
        "btc inverse": BTC_USD, "btcusd inverse": BTC_USD, "BTC inverse perp": BTC_USD,
        "btc perp inverse": BTC_USD, "btc-inverse": BTC_USD, "btc coin-margined": BTC_USD,
        "биткоин coinm": BTC_USD, "btc inverse 261225": "BTC/USD:BTC-261225",
    },
    "a bundle by its own name": {
        "1000pepe": PEPES, "1000PEPEUSDT": PEPES, "1000pepe/usdt": PEPES, "1000PEPE usdt perp": PEPES,
        "1000000mog": "1000000MOG/USDT:USDT", "1000000MOGUSDT": "1000000MOG/USDT:USDT",
    },
    "expiry as Binance writes it": {
        "BTCUSDT_261225": BTC_DATED, "btcusdt_261225": BTC_DATED, "ETHUSDT_270326": ETH_DATED,
    },
    "expiry as OKX writes it": {
        "btc-usdt-261225": BTC_DATED, "btc 261225": BTC_DATED, "eth-270326": ETH_DATED,
        "биткоин 261225": BTC_DATED, "BTC-USD-261225": "BTC/USD:BTC-261225",
    },
    "expiry as Bybit writes it": {
        "BTCUSDT-25DEC26": BTC_DATED, "btcusdt 25dec26": BTC_DATED, "btc/usdt 25dec26": BTC_DATED,
        "BTC-25DEC26": "BTC/USDC:USDC-261225", "ETH-26MAR27": ETH_DATED,
    },
    "expiry as Gate writes it": {
        "BTC_USDT_20261225": BTC_DATED, "btc-usdt-20261225": BTC_DATED, "ETH_USDT_20270326": ETH_DATED,
    },
    "the code of a quarter": {
        "BTCUSDZ26": "BTC/USD:BTC-261225", "btcusdtz26": BTC_DATED, "BTC-USDTZ26": BTC_DATED,
        "ETHUSDTH27": ETH_DATED,
    },
    "letters that look alike": {
        "ВТС": BTC, "втс": BTC, "BTС": BTC, "ЕТН": ETH, "Ζrx": ZRX, "ВТС-25DEC26": "BTC/USDC:USDC-261225",
    },
    "full-width letters": {
        "ＢＴＣ": BTC, "ｂｔｃ／ｕｓｄｔ": BTC, "１０００ＰＥＰＥ": PEPES, "ＢＴＣ－２６１２２５": BTC_DATED,
    },
    "marks that nobody sees": {
        "b\u200bt\u200bc": BTC, "\ufeffeth": ETH, "btc\u00a0usdt": BTC, "z\u00adrx": ZRX,
    },
    "typographic dashes and slashes": {
        "BTC–USDT–SWAP": BTC, "btc—usdt": BTC, "BTC−USDT−261225": BTC_DATED, "btc⁄usdt": BTC,
    },
    "a name in English": {
        "bitcoin": BTC, "Bitcoin USDT": BTC, "Ethereum": ETH, "bitcoin cash": "BCH/USDT:USDT",
    },
    "a name in Russian": {
        "биткоин": BTC, "Биткойн": BTC, "биткоин usdt": BTC, "эфир": ETH, "Эфириум": ETH, "солана": SOL,
        "тон": "TON/USDT:USDT", "биткоин кэш": "BCH/USDT:USDT",
    },
    "a name in Chinese": {
        "比特币": BTC, "比特幣 usdt": BTC, "以太坊": ETH, "狗狗币": "DOGE/USDT:USDT",
        "比特币 261225": BTC_DATED,
    },
    "a name in Spanish": {
        "bitcóin": BTC, "etéreo": ETH, "oro": "XAU/USDT:USDT",
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "text", "symbol"),
    [(rule, text, symbol) for rule, rows in TAKEN.items() for text, symbol in rows.items()],
)
def test_what_people_type_becomes_a_listed_symbol(rule: str, text: str, symbol: str) -> None:
    assert resolve(text, LISTINGS, NOW) == Resolved(symbol), rule


@pytest.mark.parametrize(
    ("text", "symbol", "venue"),
    [
        ("BINANCE:BTCUSDT.P", BTC, "binance"),
        ("okx:ethusdt", ETH, "okx"),
        ("BYBIT:BTCUSD", "BTC/USD:BTC", "bybit"),
    ],
)
def test_a_chart_sites_prefix_names_the_venue(text: str, symbol: str, venue: str) -> None:
    assert resolve(text, LISTINGS, NOW) == Resolved(symbol, venue)


# What is not taken but offered, by the rule that finds it; the symbol is the first of the offers.
OFFERED = {
    "a coin that is listed in bundles": {
        "pepe": PEPES, "pepeusdt": PEPES, "kpepe": PEPES, "1mpepe": PEPES, "mog": "1000000MOG/USDT:USDT",
    },
    "a slip in a ticker": {
        "btx": BTC, "bct": BTC, "bbtc": BTC, "zrxx": ZRX, "zxr": ZRX, "dog": "DOGE/USDT:USDT",
    },
    "a slip in a name": {
        "bitcon": BTC, "etherium": ETH, "salana": SOL, "биткоен": BTC,
    },
    "the wrong keyboard": {
        "иес": BTC, "уер": ETH, "ыщд": SOL,
    },
    "option-like text": {
        "BTC-C": BTC, "BTC-25DEC26-100000-C": BTC, "C-BTC": BTC, "ETH-P": ETH, "BTC-261225-100000-P": BTC,
        "P-ETH-4000-261225": ETH, "btc-usdt-c": BTC,
    },
    "a quote that is not listed": {
        "BTCEUR": BTC, "btc/eur": BTC, "solusd": SOL,
    },
    "a date that is none, or not listed": {
        "btc-usdt-20261345": BTC, "btcusdt_261399": BTC, "BTC-31FEB30": BTC, "BTC-USDT-280101": BTC,
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "text", "first"),
    [(rule, text, first) for rule, rows in OFFERED.items() for text, first in rows.items()],
)
def test_a_near_miss_is_offered_and_never_taken(rule: str, text: str, first: str) -> None:
    found = resolve(text, LISTINGS, NOW)
    assert isinstance(found, Unknown), rule
    assert found.near[0] == first
    assert len(found.near) <= 6


def test_every_rule_is_told_at_least_three_times() -> None:
    told = {rule: len(rows) for rule, rows in (TAKEN | OFFERED).items()}
    assert {rule: count for rule, count in told.items() if count < 3} == {}
    assert sum(told.values()) >= 60


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "P-", "x-C", "C-", "-", "//", "<b>btc</b>", "&lt;btc", "'; drop table", "../../etc/passwd",
        "🚀🚀🚀", "x" * 4000, "btc " * 1000, "b" * 81, "QWXYZV", "привет", "DEAD",
        "\x00btc", "%s%s", "{btc}", "BTC\\",
    ],
)  # fmt: skip
def test_noise_is_unknown_and_near_to_nothing(text: str) -> None:
    assert resolve(text, LISTINGS, NOW) == Unknown()


@pytest.mark.parametrize("text", ["BTC-USDT-250307", "btc-7mar25", "BTCUSDT_250307", "btc 20250307"])
def test_a_past_expiry_is_said_to_have_passed_with_what_trades_now(text: str) -> None:
    found = resolve(text, LISTINGS, NOW)
    assert isinstance(found, Expired)
    assert found.what == "BTC 2025-03-07"
    assert found.listed_now[0] == BTC
    assert "BTC/USDT:USDT-261225" in found.listed_now


def test_a_listing_that_is_past_its_expiry_has_expired() -> None:
    found = resolve("ETH-USDT-260327", LISTINGS, NOW)
    assert found == Expired("ETH 2026-03-27", (ETH, "ETH/USDT:USDT-270326"))


@pytest.mark.parametrize(("hour_ms", "expired"), [(-1, False), (0, True), (3_600_000, True)])
def test_on_its_last_day_a_contract_expires_at_the_hour_of_delivery(hour_ms: int, expired: bool) -> None:
    """Also where the venues have taken it off their lists at once."""
    gone = [one for one in LISTINGS if one.expiry_ms != DECEMBER]
    found = resolve("BTC-USDT-261225", gone, DECEMBER + hour_ms)
    assert isinstance(found, Expired) is expired
    assert isinstance(resolve("BTC-USDT-261225", LISTINGS, DECEMBER + hour_ms), Expired) is expired


def test_of_bundles_and_single_coins_the_one_that_was_typed_is_taken() -> None:
    """Their prices differ by a factor of 1,000: two contracts, and never one map."""
    listings = [*LISTINGS, listing("okx", "PEPE-USDT-SWAP", "PEPE/USDT:USDT")]
    assert resolve("pepe", listings, NOW) == Resolved("PEPE/USDT:USDT")
    assert resolve("1000pepe", listings, NOW) == Resolved(PEPES)
    found = resolve("kpepe", listings, NOW)
    assert isinstance(found, Unknown)
    assert set(found.near) == {PEPES, "PEPE/USDT:USDT"}
    assert other_bundles("PEPE/USDT:USDT", listings) == {"binance": PEPES, "bybit": PEPES}
    assert other_bundles(PEPES, listings) == {"okx": "PEPE/USDT:USDT"}
    assert other_bundles(BTC, listings) == {}
    kusama = [listing("okx", "KSM-USDT-SWAP", "KSM/USDT:USDT"), listing("bybit", "SMUSDT", "SM/USDT:USDT")]
    assert other_bundles("SM/USDT:USDT", kusama) == {}


def test_a_lower_case_bundle_is_found_in_any_case() -> None:
    listings = [listing("hyperliquid", "kPEPE", "kPEPE/USDC:USDC")]
    for text in ("kpepe", "KPEPE", "kPEPE/USDC", "kpepe/usdc:usdc"):
        assert resolve(text, listings, NOW) == Resolved("kPEPE/USDC:USDC")


def test_a_date_with_two_readings_is_asked_back_with_what_is_listed() -> None:
    found = resolve("BTC-25DEC31", LISTINGS, NOW)
    assert isinstance(found, Ambiguous)
    assert found.choices[0] == BTC
    assert "BTC/USDT:USDT-261225" in found.choices


def test_of_two_readings_the_listed_one_is_taken() -> None:
    late = listing("okx", "BTC-USD-311225", "BTC/USD:BTC-311225", stamp(2031, 12, 25))
    assert resolve("BTC-25DEC31", [*LISTINGS, late], NOW) == Resolved("BTC/USD:BTC-311225")


def test_two_listed_readings_are_asked_back() -> None:
    both = [
        listing("okx", "SOL-USDT-270326", "SOL/USDT:USDT-270326", MARCH),
        listing("okx", "SOL-USDT-260327", "SOL/USDT:USDT-260327", stamp(2026, 3, 27)),
    ]
    found = resolve("SOL-26MAR27", [*LISTINGS, *both], stamp(2026, 1, 1))
    assert found == Ambiguous(("SOL/USDT:USDT-260327", "SOL/USDT:USDT-270326"))


def test_a_linear_pair_called_inverse_is_asked_back_with_both() -> None:
    found = resolve("btcusdt inverse", LISTINGS, NOW)
    assert found == Ambiguous((BTC, "BTC/USDC:USDC", "BTC/USD:BTC"))


def test_a_coin_without_inverse_contracts_is_answered_with_those_it_has() -> None:
    assert resolve("sol inverse", LISTINGS, NOW) == Unknown((SOL,))
    assert resolve("solusd", LISTINGS, NOW) == Unknown((SOL,))
    assert resolve("inverse", LISTINGS, NOW) == Unknown()


def test_a_future_date_that_nobody_lists_is_answered_with_what_is_listed() -> None:
    found = resolve("BTC-USDT-280101", LISTINGS, NOW)
    assert isinstance(found, Unknown)
    assert "BTC/USDT:USDT-261225" in found.near


def test_where_only_usdc_trades_the_bare_coin_means_it() -> None:
    recorded = [listing("hyperliquid", "BTC", "BTC/USDC:USDC")]
    assert resolve("btc", recorded, NOW) == Resolved("BTC/USDC:USDC")
    assert resolve("btcusdt", recorded, NOW) == Unknown(("BTC/USDC:USDC",))


def test_without_listings_everything_is_unknown() -> None:
    assert resolve("btc", [], NOW) == Unknown()


def test_better_known_coins_come_first_among_equals() -> None:
    listings = [one for coin in ("BTX", "BTA", "BTC") for one in everywhere(coin)]
    found = resolve("btz", listings, NOW)
    assert isinstance(found, Unknown)
    assert found.near[0] == BTC


def test_among_a_thousand_coins_the_nearest_are_found() -> None:
    many = [one for number in range(1000) for one in everywhere(f"COIN{number}")]
    found = resolve("koin77", many, NOW)
    assert isinstance(found, Unknown)
    assert found.near[0] == "COIN77/USDT:USDT"
