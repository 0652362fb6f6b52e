"""When a dated contract ends, and which one follows it."""

from __future__ import annotations

import pytest
from test_symbols import BTC, BTC_DATED, DECEMBER, ETH, ETH_DATED, LISTINGS, MARCH, NOW, listing, stamp

from bot.market.expiries import expiry_ms
from bot.market.succession import dated_contracts, successors

NEXT = listing("okx", "BTC-USDT-270326", "BTC/USDT:USDT-270326", MARCH)
LATER = listing("okx", "BTC-USDT-270625", "BTC/USDT:USDT-270625", stamp(2027, 6, 25))


@pytest.mark.parametrize(
    ("symbol", "expected"),
    [
        (BTC_DATED, DECEMBER),
        ("BTC/USDT:USDT-250307", stamp(2025, 3, 7)),  # nobody lists it any more
        ("BTC/USD:BTC-261225", DECEMBER),
        (BTC, None),
        ("A-B/USDT:USDT", None),
        ("BTC/USDT:USDT-991399", None),  # no date
    ],
)
def test_a_symbol_says_when_it_expires(symbol: str, expected: int | None) -> None:
    assert expiry_ms(symbol, LISTINGS) == expected


def test_the_market_list_knows_the_hour_better_than_the_name() -> None:
    odd = listing("kraken", "FI_X", BTC_DATED, DECEMBER + 3_600_000)
    assert expiry_ms(BTC_DATED, [odd]) == DECEMBER + 3_600_000


def test_the_next_dated_contract_and_the_perpetual_follow() -> None:
    assert successors(BTC_DATED, [*LISTINGS, LATER, NEXT], DECEMBER) == (NEXT.symbol, BTC)
    assert successors(BTC_DATED, [*LISTINGS, LATER], DECEMBER) == (LATER.symbol, BTC)


def test_without_a_next_dated_contract_the_perpetual_follows() -> None:
    assert successors(BTC_DATED, LISTINGS, DECEMBER) == (BTC,)
    assert successors(ETH_DATED, LISTINGS, MARCH) == (ETH,)


def test_margin_and_quote_stay_the_same() -> None:
    assert successors("BTC/USD:BTC-261225", [*LISTINGS, NEXT], DECEMBER) == ("BTC/USD:BTC",)


def test_where_nothing_of_the_kind_is_left_the_best_known_contract_of_the_coin_follows() -> None:
    left = [one for one in LISTINGS if one.symbol == "BTC/USD:BTC"]
    assert successors(BTC_DATED, left, NOW) == ("BTC/USD:BTC",)
    assert successors(BTC_DATED, [], NOW) == ()


def test_dated_contracts_of_the_same_coin_and_margin_the_nearest_first() -> None:
    listings = [*LISTINGS, LATER, NEXT]
    assert dated_contracts(BTC, listings, NOW) == (BTC_DATED, NEXT.symbol, LATER.symbol)
    assert dated_contracts(NEXT.symbol, listings, DECEMBER) == (NEXT.symbol, LATER.symbol)
    assert dated_contracts(ETH, listings, MARCH) == ()
