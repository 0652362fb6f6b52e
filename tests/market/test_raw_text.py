"""Whatever is typed, ccxt never hears it: the resolver returns listed symbols, a venue takes nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_symbols import LISTINGS, NOW

from bot.market.ccxt_venue import CcxtVenue
from bot.market.exchanges import VENUES
from bot.market.symbols import Ambiguous, Expired, Resolved, resolve
from bot.market.venue import VenueError

LISTED = {one.symbol for one in LISTINGS}
# Pieces that ccxt itself would make something of: ids, options, dates, separators.
PIECES = (
    "btc", "ETH", "usdt", "/", ":", "-", "_", ".P", "-C", "-P", "C-", "25DEC26", "261225", "20261345", "Z26",
    "1000", "perp", "inverse", "БТС", "比特币", "ＢＴＣ", "OKX:", "<b>", "%s", "swap", " ", "\u200b", "\x00",
)  # fmt: skip
TYPED = (
    st.text(max_size=120)
    | st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
    | st.sampled_from(sorted(LISTED))
)


COUNTED = {
    "precision": {"price": 0.1},
    "contractSize": 1.0,
    "settleId": "usdt",
    "swap": True,
    "inverse": False,
}


class Spy:
    """In ccxt's place: notes every call and has no answer."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def __getattr__(self, name: str) -> Callable[..., Awaitable[object]]:
        async def call(*given: object) -> object:
            self.heard.append(name)
            raise ValueError("no answer")

        return call


@pytest.fixture(params=sorted(VENUES), scope="module")
def spied(request: pytest.FixtureRequest) -> tuple[CcxtVenue, Spy]:
    """A venue that has a market list and, instead of ccxt, a spy."""
    venue, spy = VENUES[request.param](), Spy()
    venue._exchange = spy
    venue._markets = {
        one.symbol: {"id": one.market_id, "symbol": one.symbol, **COUNTED}
        for one in LISTINGS
        if one.venue == venue.name
    }
    return venue, spy


async def everything_asked(venue: CcxtVenue, name: str) -> None:
    assert await venue.mark_prices([name]) == {}
    for question in (venue.contract(name), venue.history(name, NOW - 3_600_000, NOW)):
        with pytest.raises(VenueError, match="does not list it"):
            await question


@settings(max_examples=150, deadline=None)
@given(text=TYPED)
def test_a_venue_hands_nothing_to_ccxt_that_it_does_not_list(spied: tuple[CcxtVenue, Spy], text: str) -> None:
    venue, spy = spied
    if text not in venue._markets:
        asyncio.run(everything_asked(venue, text))
    assert spy.heard == []


def test_the_spy_hears_a_listed_symbol(spied: tuple[CcxtVenue, Spy]) -> None:
    venue, _ = spied
    if not venue._markets:
        return  # a venue that the table of symbols does not name
    spy = venue._exchange = Spy()
    symbol = next(iter(venue._markets))
    with pytest.raises(VenueError):
        asyncio.run(venue.history(symbol, NOW - 3_600_000, NOW))
    assert spy.heard


@settings(max_examples=400, deadline=None)
@given(text=TYPED)
def test_only_listed_symbols_come_out_of_the_resolver(text: str) -> None:
    found = resolve(text, LISTINGS, NOW)
    if isinstance(found, Resolved):
        named = {found.symbol}
        assert found.venue_hint is None or found.venue_hint in VENUES
    elif isinstance(found, Ambiguous):
        named = set(found.choices)
    elif isinstance(found, Expired):
        named = set(found.listed_now)
        assert found.what.split()[0] in {one.base for one in LISTINGS}
    else:
        named = set(found.near)
        assert len(found.near) <= 6
    assert named <= LISTED


@pytest.mark.parametrize("piece", ["A", "-", "1", "25DEC26", "USD", " A", "Я", "比", "\u200b", "ﷺ", "ß"])
@pytest.mark.parametrize("times", [1, 13, 40, 80, 4_000])
def test_what_repeats_itself_ends_as_unknown(piece: str, times: int) -> None:
    """Backtracking or foldings that grow would not end."""
    assert not isinstance(resolve(piece * times, LISTINGS, NOW), Resolved)
