"""Names: of a pair, of its money, of venues and windows."""

from __future__ import annotations

from collections.abc import Iterable

from bot.liquidation.liquidation_map import LiquidationMap
from bot.wording.escape import escaped
from bot.wording.languages.english import ENGLISH
from bot.wording.languages.phrases import Phrases

_VENUES = {
    "binance": "Binance",
    "okx": "OKX",
    "bybit": "Bybit",
    "bitget": "Bitget",
    "gate": "Gate",
    "hyperliquid": "Hyperliquid",
    "deribit": "Deribit",
}


def pair_name(symbol: str, say: Phrases = ENGLISH, limit: int = 40) -> str:
    """ "BTC/USDT" for BTC/USDT:USDT, "BTC/USDT 250307" for a dated one, "BTC/USD (coin-margined)"; no longer
    than `limit`."""
    traded, _, settled = symbol.partition(":")
    settle, _, expiry = settled.partition("-")
    name = f"{traded} {expiry}" if expiry else traded
    inverse = settle and settle == traded.partition("/")[0]
    return escaped(say.frame.coin_margined.format(pair=name) if inverse else name, limit)


def base_of(symbol: str) -> str:
    return escaped(symbol.partition("/")[0], 20)


def quote_of(symbol: str) -> str:
    return escaped(symbol.partition("/")[2].partition(":")[0], 12)


def money_text(symbol: str, amount: float) -> str:
    """ "≈$410M"; for a quote that is no dollar "≈410M EUR"."""
    return ENGLISH.numerals.amount(symbol, amount)


def money_band_text(symbol: str, amount: float) -> str:
    """Within a factor of two either way: "≈$205M–$820M" becomes two ends of one band."""
    return f"{money_text(symbol, amount / 2)} to {money_text(symbol, amount * 2).lstrip('≈')}"


def venue_name(venue: str) -> str:
    return escaped(_VENUES.get(venue, venue), 20)


def venue_shares(found: LiquidationMap) -> dict[str, float]:
    """Shares of the open interest; equal ones where no venue has any."""
    if found.open_interest_base > 0:
        return found.shares()
    return {venue.venue: 1 / len(found.venues) for venue in found.venues}


def shares_text(found: LiquidationMap, say: Phrases = ENGLISH) -> str:
    """ "Binance 46% · OKX 21% · Bybit 33%"."""
    shares = list(venue_shares(found).items())
    named = [f"{venue_name(venue)} {say.numerals.whole_percent(share)}" for venue, share in shares[:6]]
    more = [say.frame.more_venues.format(count=len(shares) - 6)] if len(shares) > 6 else []
    return " · ".join(named + more)


def joined_venues(venues: Iterable[str]) -> str:
    """ "Binance+OKX+Bybit"."""
    names = [venue_name(venue) for venue in venues]
    return "+".join(names[:6]) + ("+…" if len(names) > 6 else "")


def listed_venues(venues: Iterable[str]) -> str:
    """ "Binance, OKX and Bybit"."""
    *others, last = [venue_name(venue) for venue in venues] or [""]
    return f"{', '.join(others)} and {last}" if others else last


def window_text(window: str) -> str:
    return ENGLISH.numerals.window(window)
