"""Leverage as people type it, and the bands of a map that it means."""

from __future__ import annotations

import re

from bot.liquidation.liquidation_map import LEVERAGE_BANDS

LEVERAGE_EDGES = (10, 25, 50)  # where LEVERAGE_BANDS but the lowest begin

MOST_LEVERAGE = 150  # that any of the venues offers

_X = "[x×х倍]"
_NUMBER = rf"(?:(\d{{1,3}}){_X}|[x×х](\d{{1,3}}))"
_ONE = re.compile(_NUMBER)
_FROM = re.compile(rf"(?:[≥>]=?{_NUMBER}|{_NUMBER}\+)")
_UP_TO = re.compile(rf"[≤<]=?{_NUMBER}")
_BETWEEN = re.compile(rf"(\d{{1,3}}){_X}?(?:-|–|—|\.\.)(\d{{1,3}}){_X}")
_LISTED = re.compile(rf"\d{{1,3}}{_X}?(?:[,/+]\d{{1,3}}{_X}?)*[,/+]\d{{1,3}}{_X}")


def leverage_band_of(leverage: int) -> int:
    """The lowest of LEVERAGE_BANDS for so much leverage and up; one that it lies inside counts whole."""
    return sum(edge <= leverage for edge in LEVERAGE_EDGES)


def lies_inside_a_band(leverage: int) -> bool:
    return leverage > LEVERAGE_EDGES[0] and leverage not in LEVERAGE_EDGES


def band_holding(leverage: int) -> int:
    """The place in LEVERAGE_BANDS of positions with exactly this leverage: 25x is the last of 10–25x."""
    return sum(edge < leverage for edge in LEVERAGE_EDGES)


def leverage_bands_of(word: str) -> frozenset[int] | None:
    """Places in LEVERAGE_BANDS: "50x", "20x+", "≤25x", "10-25x" and "10,50x", as the bands are written too.

    None for what is no leverage; "0x" is a coin.
    """
    plain = word.casefold()
    if found := _ONE.fullmatch(plain):
        first = last = band_holding(_leverage(found))
    elif found := _FROM.fullmatch(plain):
        first, last = leverage_band_of(_leverage(found)), len(LEVERAGE_BANDS) - 1
    elif found := _UP_TO.fullmatch(plain):
        first, last = 0, band_holding(_leverage(found))
    elif found := _BETWEEN.fullmatch(plain):
        low, high = sorted(map(int, found.groups()))
        first, last = leverage_band_of(low), band_holding(high)
    else:
        return _listed(plain)
    return frozenset(range(first, max(first, last) + 1)) if _leverage(found) > 0 else None


def is_offered(word: str) -> bool:
    """Whether the highest leverage that a word names is one that a venue offers."""
    return max(map(int, re.findall(r"\d+", word)), default=0) <= MOST_LEVERAGE


def _leverage(found: re.Match[str]) -> int:
    """The highest one named."""
    return max(int(number) for number in found.groups() if number is not None)


def _listed(plain: str) -> frozenset[int] | None:
    if _LISTED.fullmatch(plain) is None:
        return None
    named = [int(number) for number in re.findall(r"\d+", plain)]
    return frozenset(map(band_holding, named)) if min(named) > 0 else None
