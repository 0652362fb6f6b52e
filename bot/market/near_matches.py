"""Which listed symbols somebody may have meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.market.coin_names import COIN_NAMES, MAJORS
from bot.market.venue import Listing

MOST_NEAR = 6
LONGEST_COIN = 16
_BUNDLE = re.compile(r"^(?:1000000|100000|10000|1000|1M|k)(?=[A-Z])")  # as venues write it
_MULTIPLIER = re.compile(r"(?:1000000|100000|10000|1000|1M|K)(?=[A-Z])")


def without_multiplier(coin: str) -> str:
    """1000PEPE, 1000000MOG and kPEPE trade PEPE and MOG in bundles."""
    return _MULTIPLIER.sub("", coin, count=1) if _MULTIPLIER.match(coin) else coin


def other_bundles(symbol: str, listings: Iterable[Listing]) -> dict[str, str]:
    """By venue that lists the coin of this perpetual, but in bundles of another size: their symbol there.

    1000PEPE costs a thousand times what PEPE does, so the two are never on one map.
    """
    coin, _, ending = symbol.partition("/")
    plain = _BUNDLE.sub("", coin, count=1)
    found = [one for one in listings if one.active and one.expiry_ms is None]
    listed = {one.venue for one in found if one.symbol == symbol}
    return {
        one.venue: one.symbol
        for one in found
        if one.venue not in listed
        and one.base != coin
        and one.symbol.partition("/")[2] == ending
        and _BUNDLE.sub("", one.base, count=1) == plain
    }


def nearest(coins: Sequence[str], listings: Iterable[Listing]) -> tuple[str, ...]:
    """Unified symbols whose coin is close to one of the spellings; closest first, then the best known."""
    best = _best_symbols(listings)
    ranked = []
    for listed, (symbol, venues) in best.items():
        away = min((_away(coin, listed) for coin in coins if 0 < len(coin) <= LONGEST_COIN), default=99)
        if away <= 2:
            ranked.append((away, _fame(listed), -venues, symbol))
    return tuple(symbol for *_, symbol in sorted(ranked)[:MOST_NEAR])


def _best_symbols(listings: Iterable[Listing]) -> dict[str, tuple[str, int]]:
    """For each coin the perpetual people mean, and how many venues list it."""
    perpetuals: dict[str, list[Listing]] = {}
    for listing in listings:
        if listing.active and listing.expiry_ms is None:
            perpetuals.setdefault(listing.base.upper(), []).append(listing)
    return {
        coin: (min(found, key=listing_rank).symbol, len({one.venue for one in found}))
        for coin, found in perpetuals.items()
    }


QUOTES = ("USDT", "USDC", "USD")


def listing_rank(listing: Listing) -> tuple[bool, int, bool, int, str]:
    """Perpetuals first, then USDT before USDC before USD before the rest, then the nearest expiry."""
    quote = QUOTES.index(listing.quote) if listing.quote in QUOTES else len(QUOTES)
    return (listing.expiry_ms is not None, quote, listing.inverse, listing.expiry_ms or 0, listing.symbol)


def _fame(coin: str) -> int:
    plain = without_multiplier(coin)
    return MAJORS.index(plain) if plain in MAJORS else len(MAJORS)


def _away(typed: str, listed: str) -> float:
    """Edits between two coins, leaving out an end counted lightly; 99 for nothing in common."""
    if without_multiplier(typed) == without_multiplier(listed):
        return 0.0
    allowed = 0 if len(typed) < 2 else 1 if len(typed) <= 3 else 2
    edits = edit_distance(typed, listed, allowed)
    if edits <= allowed:
        return float(edits)
    shorter = min(len(typed), len(listed))
    return 1.5 if shorter >= 3 and (listed.startswith(typed) or typed.startswith(listed)) else 99.0


def edit_distance(one: str, other: str, limit: int) -> int:
    """Insertions, deletions, replacements and swapped neighbours; limit + 1 as soon as it must be more."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, against in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != against))
            if older and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return row[-1]


def coins_named_like(name: str) -> tuple[str, ...]:
    """Coins whose name is at most two letters away: "bitcon", "солона"."""
    if len(name) < 4 or len(name) > LONGEST_COIN:
        return ()
    limit = 1 if len(name) < 6 else 2
    return tuple(
        {coin: None for known, coin in COIN_NAMES.items() if edit_distance(name, known, limit) <= limit}
    )
