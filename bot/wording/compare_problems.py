"""Sentences for comparisons that cannot be drawn, with what would work. Arguments come unescaped."""

from __future__ import annotations

from collections.abc import Sequence

from bot.wording.escape import escaped
from bot.wording.pair import listed_venues, pair_name


def same_twice(named: str) -> str:
    return f"“{escaped(named)}” is named twice. Name another venue, contract or coin to compare it with."


def same_contract(symbol: str) -> str:
    return f"Both are {pair_name(symbol)}. Compare it on two venues, or with another contract or coin."


def two_at_a_time(what: str, named: Sequence[str]) -> str:
    """`what` is the kind of thing of which there were too many."""
    listed = ", ".join(escaped(one) for one in named[:6])
    return f"Two {what} at a time, please; there were {len(named)}: {listed}."


def one_venue_only(symbol: str, venues: Sequence[str]) -> str:
    where = f"only {listed_venues(venues)} has" if venues else "no venue has"
    return f"On this map {where} a share in {pair_name(symbol)}, so there are no two venues to compare."


def no_dated_contract(symbol: str) -> str:
    return f"No dated contract of {pair_name(symbol)} is listed now; two venues or two coins can be compared."


def which_dated(symbol: str, listed: Sequence[str], *, is_near: bool) -> str:
    """`is_near`: none ends in the month that was named."""
    names = ", ".join(pair_name(one) for one in listed)
    if is_near:
        return f"No dated contract of {pair_name(symbol)} ends in that month. Listed now: {names}."
    return f"Which dated contract of {pair_name(symbol)}? Listed now: {names}."


def is_of_now(command: str) -> str:
    return f"/{escaped(command)} is of now; /map and a time show a map as it was."
