"""Futures contracts in ccxt's market list."""

from __future__ import annotations

from bot.market.venue import Listing
from bot.market.wire import Market


def is_futures(market: Market) -> bool:
    return bool((market["swap"] or market["future"]) and (market["linear"] or market["inverse"]))


def listing_of(venue: str, market: Market) -> Listing:
    expiry = market["expiry"]
    return Listing(
        venue=venue,
        market_id=market["id"],
        symbol=market["symbol"],
        base=market["base"],
        quote=market["quote"],
        settle=market["settle"],
        inverse=bool(market["inverse"]),
        expiry_ms=int(expiry) if market["future"] and expiry else None,
        active=market["active"] is not False,
        contract_size=float(market["contractSize"] or 1),
    )
