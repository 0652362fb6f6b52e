"""Which contract to go on with when a dated one has expired."""

from __future__ import annotations

from collections.abc import Sequence

from bot.market.near_matches import listing_rank
from bot.market.venue import Listing


def successors(symbol: str, listings: Sequence[Listing], now_ms: int) -> tuple[str, ...]:
    """The next dated contract of the same coin, quote and margin, and its perpetual; those that trade now.

    Where neither is listed, the best known contract of the coin; nothing where that has none.
    """
    trading = [one for one in listings if one.active and _lasts(one, now_ms) and one.symbol != symbol]
    same = [one for one in trading if _undated(one.symbol) == _undated(symbol)]
    coin = [one for one in trading if one.base == symbol.partition("/")[0]]
    dated = min((one for one in same if one.expiry_ms), key=lambda one: one.expiry_ms or 0, default=None)
    perpetual = next((one for one in same if one.expiry_ms is None), None)
    found = [one for one in (dated, perpetual) if one] or sorted(coin, key=listing_rank)[:1]
    return tuple(one.symbol for one in found)


def dated_contracts(symbol: str, listings: Sequence[Listing], now_ms: int) -> tuple[str, ...]:
    """The dated contracts of the same coin, quote and margin that trade now, the nearest expiry first."""
    trading = [one for one in listings if one.active and one.expiry_ms and one.expiry_ms > now_ms]
    same = [one for one in trading if _undated(one.symbol) == _undated(symbol)]
    ordered = sorted(same, key=lambda one: (one.expiry_ms or 0, one.symbol))
    return tuple(dict.fromkeys(one.symbol for one in ordered))


def _undated(symbol: str) -> str:
    """BTC/USDT:USDT for BTC/USDT:USDT-261225."""
    traded, _, settled = symbol.partition(":")
    return f"{traded}:{settled.partition('-')[0]}"


def _lasts(listing: Listing, now_ms: int) -> bool:
    return listing.expiry_ms is None or listing.expiry_ms > now_ms
