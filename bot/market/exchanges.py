"""The venues by name."""

from __future__ import annotations

from collections.abc import Mapping

from bot.market.binance import Binance, Key
from bot.market.bybit import Bybit
from bot.market.ccxt_venue import REQUEST_TIMEOUT_MS, CcxtVenue
from bot.market.gate import Gate
from bot.market.margin_table import Shelf
from bot.market.okx import Okx
from bot.market.venue import Venue

VENUES: dict[str, type[CcxtVenue]] = {kind.name: kind for kind in (Binance, Okx, Bybit, Gate)}


def open_venue(
    name: str, root: str | None = None, timeout_ms: int = REQUEST_TIMEOUT_MS, shelf: Shelf | None = None
) -> Venue:
    """A venue that loads on first use: live, or at a root such as http://127.0.0.1:9001.

    Raises ValueError for a name that is not in VENUES.
    """
    if name not in VENUES:
        raise ValueError(f"Unknown exchange {name!r}: choose from {', '.join(VENUES)}.")
    return VENUES[name](root, timeout_ms, shelf)


def open_venues(
    roots: Mapping[str, str | None], shelf: Shelf | None = None, binance_key: tuple[str, str] | None = None
) -> dict[str, Venue]:
    """Venues by name, in order; Binance, which hides its margin tables, may fall back on Bybit's.

    `binance_key` is the name and the secret of a key that may only read.
    """
    venues = {name: open_venue(name, root, shelf=shelf) for name, root in roots.items()}
    binance = venues.get("binance")
    if isinstance(binance, Binance):
        if binance_key is not None:
            binance.sign_with(Key(*binance_key))
        if "bybit" in venues:
            binance.stand_in(venues["bybit"])
    return venues
