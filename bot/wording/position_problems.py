"""Sentences for position questions that cannot be answered as they were asked, and what would work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.liquidation.side import Side
from bot.wording.escape import escaped
from bot.wording.numbers import percent_text, price_text
from bot.wording.pair import pair_name, venue_name
from bot.wording.sides import WORDS


def stop_of_what() -> str:
    return (
        "/stop tells where a position's stop could stand: /stop BTC long 97200. "
        "To switch alerts off: /unsubscribe all."
    )


def which_side(symbol: str) -> str:
    return f"{pair_name(symbol)}: is it a long or a short?"


def which_leverage(symbol: str) -> str:
    return f"{pair_name(symbol)}: with which leverage, for example 25x?"


def which_one(name: str) -> str:
    """`name` is what was said in two ways: side, leverage, entry or stop."""
    return f"One {name} at a time, please."


def what_is(words: Sequence[str]) -> str:
    listed = ", ".join(f"“{escaped(word)}”" for word in words[:3])
    return (
        f"What is {listed}? The first lone number is the entry and the second the stop; the rest needs a "
        "word, for example stop 2% or risk 1% of 10000."
    )


def leverage_too_low(leverage: float) -> str:
    return f"Leverage is 1x or more; {leverage:g}x does not exist."


def leverage_not_offered(symbol: str, leverage: float, offered: Mapping[str, float]) -> str:
    most = ", ".join(f"{venue_name(venue)} {highest:g}x" for venue, highest in offered.items())
    return f"Nobody offers {leverage:g}x on {pair_name(symbol)}. The highest: {most}."


def no_contract(symbol: str) -> str:
    return f"No venue has told the margin table of {pair_name(symbol)} yet; please try again in a minute."


def not_a_price() -> str:
    return "An entry and a stop are prices above 0."


def far_from_price(symbol: str, entry: float, price: float, tick_size: float) -> str:
    times = max(entry / price, price / entry)
    typed, now = price_text(entry, tick_size), price_text(price, tick_size)
    return (
        f"An entry at {typed} is {times:,.0f} times off the price of {pair_name(symbol)}, {now}. "
        "Is a digit missing, or one too many?"
    )


def stop_on_wrong_side(side: Side, entry: float, stop: float, tick_size: float) -> str:
    words, other = WORDS[side], WORDS[Side.SHORT if side is Side.LONG else Side.LONG]
    return (
        f"A {side.word} loses when price {words.moves}, so its stop lies {words.where} the entry: "
        f"{price_text(stop, tick_size)} is not {words.where} {price_text(entry, tick_size)}. "
        f"A stop {other.where} the entry is that of a {other.plural.removesuffix('s')}."
    )


def stop_too_far(away: float) -> str:
    return f"A stop {percent_text(away)} away would be below zero; under 100% works."


def risk_of_nothing() -> str:
    return "A risk is an amount or a share of an account: risk 100, risk 1%, risk 1% of 10000."


def entry_now() -> str:
    return "No entry was typed: taken as the price now."


def read_as_entry(typed: float, tick_size: float) -> str:
    return f"{price_text(typed, tick_size)} was read as the entry."


def side_from_stop(side: Side) -> str:
    return f"Read as a {side.word}, because the stop lies {WORDS[side].where} the entry."


def read_as_stop(stop: float, tick_size: float) -> str:
    return f"Stop at {price_text(stop, tick_size)}."
