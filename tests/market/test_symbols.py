from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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


COINS = ("BTC", "ETH", "SOL", "ZRX", "LTC", "DOGE", "BCH", "TON", "S", "HIGH")
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
    listing("bybit", "BTC-25DEC26", "BTC/USDC:USDC-261225", DECEMBER),
    listing("bybit", "BTCUSDZ26", "BTC/USD:BTC-261225", DECEMBER),
    listing("okx", "ETH-USDT-270326", "ETH/USDT:USDT-270326", MARCH),
    listing("okx", "ETH-USDT-260327", "ETH/USDT:USDT-260327", stamp(2026, 3, 27)),
]  # fmt: skip

BTC, ETH, SOL, ZRX = (f"{coin}/USDT:USDT" for coin in ("BTC", "ETH", "SOL", "ZRX"))


@pytest.mark.parametrize(
    ("text", "symbol"),
    [
        ("btc", BTC),
        ("BTC", BTC),
        ("Btc", BTC),
        (" btc ", BTC),
        ("$btc", BTC),
        ("#BTC", BTC),
        ("BTCUSDT", BTC),
        ("btcusdt", BTC),
        ("BtcUsdt", BTC),
        ("BTC-USDT-SWAP", BTC),
        ("btc-usdt-swap", BTC),
        ("zrx-usdt-swap", ZRX),
        ("btc/usdt", BTC),
        ("btc_usdt", BTC),
        ("btc-usdt", BTC),
        ("btc usdt", BTC),
        ("BTC/USDT:USDT", BTC),
        ("btc/usdt:usdt", BTC),
        ("BTC.P", BTC),
        ("BTCUSDT.P", BTC),
        ("ethusdt.p", ETH),
        ("btc perp", BTC),
        ("BTC-PERP", BTC),
        ("ETHPERP", ETH),
        ("XBT", BTC),
        ("xbtusdt", BTC),
        ("XBT/USD", "BTC/USD:BTC"),
        ("btcusdc", "BTC/USDC:USDC"),
        ("BTCPERP", "BTC/USDC:USDC"),
        ("btc usdc perp", "BTC/USDC:USDC"),
        ("btcusd", "BTC/USD:BTC"),
        ("BTCUSD_PERP", "BTC/USD:BTC"),
        ("BTC-USD-SWAP", "BTC/USD:BTC"),
        ("BTC/USD:BTC", "BTC/USD:BTC"),
        ("btc inverse", "BTC/USD:BTC"),
        ("btcusd inverse", "BTC/USD:BTC"),
        ("BTC inverse perp", "BTC/USD:BTC"),
        ("btc perp inverse", "BTC/USD:BTC"),
        ("btc-inverse", "BTC/USD:BTC"),
        ("btc coin-margined", "BTC/USD:BTC"),
        ("биткоин coinm", "BTC/USD:BTC"),
        ("btc inverse 261225", "BTC/USD:BTC-261225"),
        ("pen", "PEN/USDC:USDC"),
        ("1000pepe", "1000PEPE/USDT:USDT"),
        ("1000PEPEUSDT", "1000PEPE/USDT:USDT"),
        ("1000000mog", "1000000MOG/USDT:USDT"),
        ("BTCUSDT_261225", "BTC/USDT:USDT-261225"),
        ("btc-usdt-261225", "BTC/USDT:USDT-261225"),
        ("BTC-USDT-20261225", "BTC/USDT:USDT-261225"),
        ("btc 261225", "BTC/USDT:USDT-261225"),
        ("BTCUSDT-25DEC26", "BTC/USDT:USDT-261225"),
        ("btcusdt 25dec26", "BTC/USDT:USDT-261225"),
        ("BTC-25DEC26", "BTC/USDC:USDC-261225"),
        ("BTCUSDZ26", "BTC/USD:BTC-261225"),
        ("btcusdtz26", "BTC/USDT:USDT-261225"),
        ("BTC/USDT:USDT-261225", "BTC/USDT:USDT-261225"),
        ("eth-270326", "ETH/USDT:USDT-270326"),
        ("ETH-26MAR27", "ETH/USDT:USDT-270326"),
        ("ETHUSDTH27", "ETH/USDT:USDT-270326"),
        ("ВТС", BTC),  # Cyrillic look-alikes
        ("втс", BTC),
        ("BTС", BTC),  # one Cyrillic letter among Latin ones
        ("ЕТН", ETH),
        ("Ζrx", ZRX),  # Greek
        ("ＢＴＣ", BTC),  # full width
        ("ｂｔｃ／ｕｓｄｔ", BTC),
        ("b\u200bt\u200bc", BTC),
        ("BTC–USDT–SWAP", BTC),  # typographic dashes
        ("биткоин", BTC),
        ("Биткойн", BTC),
        ("биткоин usdt", BTC),
        ("эфир", ETH),
        ("Эфириум", ETH),
        ("солана", SOL),
        ("тон", "TON/USDT:USDT"),
        ("比特币", BTC),
        ("以太坊", ETH),
        ("狗狗币", "DOGE/USDT:USDT"),
        ("bitcoin", BTC),
        ("bitcóin", BTC),
        ("Ethereum perp", ETH),
        ("etéreo", ETH),
        ("bitcoin cash", "BCH/USDT:USDT"),
        ("биткоин кэш", "BCH/USDT:USDT"),
        ("0x", ZRX),
        ("s", "S/USDT:USDT"),
        ("high", "HIGH/USDT:USDT"),
    ],
)
def test_what_people_type_becomes_a_listed_symbol(text: str, symbol: str) -> None:
    assert resolve(text, LISTINGS, NOW) == Resolved(symbol)


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


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("pepe", "1000PEPE/USDT:USDT"),
        ("pepeusdt", "1000PEPE/USDT:USDT"),
        ("mog", "1000000MOG/USDT:USDT"),
        ("kpepe", "1000PEPE/USDT:USDT"),
        ("btx", BTC),
        ("bct", BTC),
        ("bbtc", BTC),
        ("zrxx", ZRX),
        ("zxr", ZRX),
        ("dog", "DOGE/USDT:USDT"),
        ("bitcon", BTC),
        ("etherium", ETH),
        ("salana", SOL),
        ("биткоен", BTC),
        ("иес", BTC),  # btc on a Russian keyboard
        ("BTC-C", BTC),
        ("BTC-25DEC26-100000-C", BTC),
        ("C-BTC", BTC),
        ("ETH-P", ETH),
        ("BTCEUR", BTC),
    ],
)
def test_a_near_miss_is_offered_and_never_taken(text: str, first: str) -> None:
    found = resolve(text, LISTINGS, NOW)
    assert isinstance(found, Unknown)
    assert found.near[0] == first
    assert len(found.near) <= 6


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


SYMBOLS = {one.symbol for one in LISTINGS}


@settings(max_examples=300, deadline=None)
@given(
    st.text(max_size=120)
    | st.text(alphabet="BTCUSDPЕТНxс-/_:. 0123456789CP<>", max_size=50)
    | st.lists(st.sampled_from(["btc", "-", "C", "P", "25DEC26", "261225", "usdt", ":", "1000", "Z26"])).map(
        "".join
    )
)
def test_raw_text_never_gets_through(text: str) -> None:
    found = resolve(text, LISTINGS, NOW)
    if isinstance(found, Resolved):
        assert found.symbol in SYMBOLS
        assert found.venue_hint in (None, "binance", "okx", "bybit")
    elif isinstance(found, Unknown):
        assert len(found.near) <= 6
        assert set(found.near) <= SYMBOLS
    elif isinstance(found, Ambiguous):
        assert set(found.choices) <= SYMBOLS
    else:
        assert set(found.listed_now) <= SYMBOLS
        assert found.what.split()[0] in {one.base for one in LISTINGS}
