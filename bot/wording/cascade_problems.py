"""Sentences for pushes of price that cannot be followed."""

from __future__ import annotations

from bot.wording.escape import escaped
from bot.wording.pair import pair_name

EXAMPLES = "/cascade BTC down 2%, /cascade BTC 95000 or /cascade BTC Z42"


def one_push() -> str:
    return f"One push at a time, please: {EXAMPLES}."


def no_zone(symbol: str) -> str:
    return f"{pair_name(symbol)} has no dense zone on that side now. A distance works: /cascade BTC down 2%."


def off_the_map() -> str:
    return f"A push has to move price, and the map reaches about 18% from it. For example {EXAMPLES}."


def no_volume(symbol: str) -> str:
    return f"How much of {pair_name(symbol)} is usually traded is not known yet; please try again later."


def unknown_zone(name: str, symbol: str) -> str:
    return f"{pair_name(symbol)} has no zone {escaped(name, 12)} now."


def zone_passed(name: str) -> str:
    return f"Price has gone through {escaped(name, 12)} already."
