"""How an alert turned out, in one line; and a message with such lines under it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rules.grading import (
    TOLD_MS,
    Aftermath,
    Grade,
    Unknown,
    depth,
    farthest,
    is_about_zone,
    is_claim,
    near_edge,
    past,
    sign_of,
    turned,
)
from bot.rules.telling import Telling
from bot.wording.escape import CAPTION_LIMIT, MESSAGE_LIMIT, escaped, visible_length
from bot.wording.numbers import age_text, percent_text, rough_text
from bot.wording.pair import base_of, pair_name
from bot.wording.sides import WORDS

Told = tuple[str, str, Telling, Grade | Unknown]  # symbol, code, what was told, how it turned out


def with_grades(
    text: str, told: Sequence[Told], *, has_picture: bool, horizon_ms: int = TOLD_MS
) -> str | None:
    """The message with a line for each of its alerts that claimed something, shorter ones where there is
    little room, or one line about all; None where not even that fits or none did."""
    told = [one for one in told if is_claim(one[2])]
    if not told:
        return None
    limit = CAPTION_LIMIT if has_picture else MESSAGE_LIMIT
    head = f"<b>After {age_text(horizon_ms)}</b>"
    if len(told) == 1:
        symbol, _, telling, grade = told[0]
        forms = [[f"{head}: {turn(symbol, telling, grade)}"], [f"{head}: {brief_turn(telling, grade)}"]]
    else:
        forms = [
            [head, *(f"{_name(one)}: {turn(one[0], one[2], one[3])}" for one in told)],
            [head, *(f"{_name(one)}: {brief_turn(one[2], one[3])}" for one in told)],
            [f"{head}: {_count_text(told)}"],
        ]
    for lines in forms:
        whole = "\n".join([text, "", *lines])
        if visible_length(whole) <= limit:
            return whole
    return None


def turn(symbol: str, telling: Telling, found: Grade | Unknown) -> str:
    """ "touched after 38 min; ≥ 12 BTC of longs force-closed there (recorded); then reversed 0.9% (1.1 ATR)".

    Reversed: back out of the edge that price came to first; went on: beyond the other one.
    """
    if isinstance(found, Unknown):
        return f"not known: {found.value}"
    if not is_about_zone(telling):
        return f"price went {move_text(farthest(telling, found), telling)} away at most"
    parts = [_reach_text(telling, found)]
    if found.touched_ms is not None:
        parts += [*_volume_texts(symbol, telling, found), _aftermath_text(telling, found)]
    return "; ".join(parts)


def brief_turn(telling: Telling, found: Grade | Unknown) -> str:
    """ "touched, then reversed"."""
    if isinstance(found, Unknown):
        return "not known"
    if not is_about_zone(telling):
        return f"moved {move_text(farthest(telling, found), telling)}"
    if found.aftermath is None:
        return "not touched"
    return f"{_arrival(telling, found)}, then {_AFTERMATHS[found.aftermath]}"


def move_text(fraction: float, telling: Telling) -> str:
    """ "0.9% (1.1 ATR)"."""
    return f"{percent_text(fraction)} ({abs(fraction) / telling.hourly_range:.1f} ATR)"


_AFTERMATHS = {
    Aftermath.REVERSED: "reversed",
    Aftermath.CONTINUED: "went on",
    Aftermath.NEITHER: "neither turned nor went on",
}


def _reach_text(telling: Telling, found: Grade) -> str:
    if found.touched_ms is None:
        extreme = found.high if sign_of(telling) > 0 else found.low
        left = -past(telling, extreme, near_edge(telling))
        return f"not touched, {move_text(left, telling)} short of it at its nearest"
    return _arrival(telling, found, timed=True)


def _arrival(telling: Telling, found: Grade, *, timed: bool = False) -> str:
    """Of a zone that was touched."""
    assert found.touched_ms is not None
    if found.touched_ms > 0:
        return f"touched after {age_text(found.touched_ms)}" if timed else "touched"
    if found.passed_ms is None:
        return f"price got {move_text(depth(telling, found), telling)} into it" if timed else "stayed in it"
    if found.passed_ms > 0:
        return f"went through it after {age_text(found.passed_ms)}" if timed else "went through it"
    return "price was through it already"


def _volume_texts(symbol: str, telling: Telling, found: Grade) -> list[str]:
    """Nothing where nobody listened."""
    if found.liquidated_base is None:
        return []
    assert telling.side is not None
    plural = WORDS[telling.side].plural
    if found.liquidated_base <= 0:
        return [f"no {plural} recorded as force-closed there"]
    least = "≥ " if found.at_least else ""
    amount = f"{least}{rough_text(found.liquidated_base)} {base_of(symbol)}"
    return [f"{amount} of {plural} force-closed there (recorded)"]


def _aftermath_text(telling: Telling, found: Grade) -> str:
    assert found.aftermath is not None
    how_far = turned(telling, found)
    if found.aftermath is Aftermath.REVERSED:
        return f"then reversed {move_text(how_far, telling)}"
    if found.aftermath is Aftermath.CONTINUED:
        return f"then went on {move_text(how_far, telling)} beyond it"
    return "then neither turned nor went on by half an ATR"


def _count_text(told: Sequence[Told]) -> str:
    about_zones = [one[3] for one in told if is_about_zone(one[2])]
    known = [found for found in about_zones if isinstance(found, Grade)]
    touched = [found for found in known if found.touched_ms is not None]
    kinds = {kind: sum(found.aftermath is kind for found in touched) for kind in Aftermath}
    return (
        f"of {len(known)} zones {len(touched)} were touched, then {kinds[Aftermath.REVERSED]} reversed and "
        f"{kinds[Aftermath.CONTINUED]} went on"
    )


def _name(told: Told) -> str:
    """ "BTC/USDT #K7Q2"."""
    return f"{pair_name(told[0])} #{escaped(told[1].lstrip('#'), 12)}"
