"""The venues by name."""

from __future__ import annotations

from bot.market.binance import Binance
from bot.market.bybit import Bybit
from bot.market.ccxt_venue import REQUEST_TIMEOUT_MS, CcxtVenue
from bot.market.okx import Okx
from bot.market.venue import Venue

VENUES: dict[str, type[CcxtVenue]] = {kind.name: kind for kind in (Binance, Okx, Bybit)}


def open_venue(name: str, root: str | None = None, timeout_ms: int = REQUEST_TIMEOUT_MS) -> Venue:
    """A venue that loads on first use: live, or at a root such as http://127.0.0.1:9001.

    Raises ValueError for a name that is not in VENUES.
    """
    if name not in VENUES:
        raise ValueError(f"Unknown exchange {name!r}: choose from {', '.join(VENUES)}.")
    return VENUES[name](root, timeout_ms)
