"""What is answered to a symbol that names no market, or several."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.market.symbols import Ambiguous, Expired, Unknown
from bot.wording import problems
from bot.wording.buttons import Keyboard, key, rows
from bot.wording.pair import pair_name
from bot.wording.refusal import Refusal

Ask = Callable[[str], str]

A_ROW = 2


def refusal_of(typed: str, resolution: Unknown | Ambiguous | Expired, ask: Ask) -> Refusal:
    """A sentence, and a button for each symbol that may have been meant."""
    if isinstance(resolution, Unknown):
        return Refusal(problems.unknown_symbol(typed, resolution.near), choices(resolution.near, ask))
    if isinstance(resolution, Ambiguous):
        sentence = problems.several_symbols(typed, resolution.choices)
        return Refusal(sentence, choices(resolution.choices, ask))
    listed = resolution.listed_now
    _, _, day = resolution.what.rpartition(" ")
    return Refusal(problems.expired_contract(typed, day, listed), choices(listed, ask))


def choices(symbols: Sequence[str], ask: Ask) -> Keyboard:
    keys = [key(pair_name(symbol), ask(symbol)) for symbol in symbols]
    return rows(*(tuple(keys[at : at + A_ROW]) for at in range(0, len(keys), A_ROW)))
