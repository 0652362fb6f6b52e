"""The life of a zone, in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.zone import Zone
from bot.liquidation.zone_event import ZoneEvent, ZoneEventKind
from bot.wording.escape import MESSAGE_LIMIT, escaped, visible_length
from bot.wording.map_text import DISCLAIMER
from bot.wording.numbers import age_text, hour_text, price_text, range_text, rough_text, signed_percent_text
from bot.wording.pair import base_of, pair_name
from bot.wording.sides import WORDS

FIRST_KEPT = 3  # of the events, where not all of them fit
SEEN = "Zones are looked at every minute; what lies before the pair was watched, once an hour. Times are UTC."
UNTOLD = "What happened to it before is not on record."


@dataclass(frozen=True)
class Life:
    """`zone` is None for one that is gone; `events` are of it, oldest first, and not empty then."""

    zone_id: str
    zone: Zone | None
    events: Sequence[ZoneEvent]

    @property
    def side(self) -> Side:
        return self.events[0].side if self.zone is None else self.zone.side


def history_text(shown: Snapshot, life: Life) -> str:
    """How it began, what happened, and how it stands or ended; of a long life the middle is left out."""
    head = [
        f"<b>{pair_name(shown.found.symbol)} · the life of {escaped(life.zone_id, 12)}</b>",
        _now(shown, life),
        "",
    ]
    lines = [] if _is_told_whole(life) else [_born(shown, life)]
    lines += [
        f"{hour_text(one.stamp_ms, shown.now_ms)} · {_sentence(shown, life, one)}" for one in life.events
    ]
    tail = ["", SEEN, f"<i>{DISCLAIMER}</i>"]
    kept = len(lines)
    while (
        kept > FIRST_KEPT
        and visible_length("\n".join([*head, *_shortened(lines, kept), *tail])) > MESSAGE_LIMIT
    ):
        kept -= 1
    return "\n".join([*head, *_shortened(lines, kept), *tail])


def _shortened(lines: Sequence[str], kept: int) -> list[str]:
    """The first ones and the latest."""
    if kept >= len(lines):
        return list(lines)
    left_out = len(lines) - kept
    return [*lines[:FIRST_KEPT], f"… {left_out} more …", *lines[FIRST_KEPT + left_out :]]


def _now(shown: Snapshot, life: Life) -> str:
    words = WORDS[life.side]
    kind = (
        f"{words.mark} {words.plural} {words.where} price, liquidated if price {words.moves} ({words.orders})"
    )
    if life.zone is None:
        return f"{kind}. It is gone: {_end(life)}."
    zone, price = life.zone, shown.found.price
    ends = range_text(zone.low, zone.high, shown.tick_size)
    where = (
        "price is inside it" if zone.contains(price) else f"{signed_percent_text(zone.distance(price))} now"
    )
    age = age_text(shown.now_ms - zone.born_ms)
    amount = f"≈{rough_text(zone.mass_base)} {base_of(shown.found.symbol)}"
    return f"{kind}. {ends}, {where}, {zone.band.word}, {amount}, {age} old."


def _end(life: Life) -> str:
    ends = [one for one in life.events if one.zone_id == life.zone_id and one.kind in ENDS]
    if not ends:
        return "how it ended is not on record"
    last = ends[-1]
    return f"it became part of {escaped(last.other, 12)}" if last.other else ENDS[last.kind]


ENDS = {
    ZoneEventKind.SWEPT: "price went through all of it",
    ZoneEventKind.FADED: "it faded into its surroundings",
    ZoneEventKind.MERGED: "it became part of another zone",
}


def _is_told_whole(life: Life) -> bool:
    first = next((one for one in life.events if one.zone_id == life.zone_id), None)
    return first is not None and first.kind in (ZoneEventKind.BORN, ZoneEventKind.SPLIT)


def _born(shown: Snapshot, life: Life) -> str:
    if life.zone is None:
        return UNTOLD
    return f"{hour_text(life.zone.born_ms, shown.now_ms)} · first seen. {UNTOLD}"


def _sentence(shown: Snapshot, life: Life, one: ZoneEvent) -> str:
    if one.zone_id != life.zone_id:
        came = "came off it" if one.kind is ZoneEventKind.SPLIT else "became part of it"
        return f"{escaped(one.zone_id, 12)} {came}."
    return SENTENCES[one.kind].format(
        ends=range_text(one.low, one.high, shown.tick_size),
        amount=f"≈{rough_text(one.mass_base)} {base_of(shown.found.symbol)}",
        price=price_text(one.price, shown.tick_size),
        other=escaped(one.other, 12),
        times=f"{one.ratio:.1f} times what it was when told of last",
        opened=OPENED if one.interest_grew else NOT_OPENED,
    )


OPENED, NOT_OPENED = "open interest grew too, so people opened", "open interest did not grow"
SENTENCES = {
    ZoneEventKind.BORN: "first seen: {ends}, {amount}, price {price}.",
    ZoneEventKind.SPLIT: "came off {other}: {ends}, {amount}, price {price}.",
    ZoneEventKind.GREW: "grew to {amount} ({times}) at {ends}; {opened}.",
    ZoneEventKind.SHRANK: "shrank to {amount} ({times}) at {ends}, by our modelled closing: nobody publishes "
    "who closed.",
    ZoneEventKind.MOVED: "moved to {ends}, and did not only follow price; {opened}.",
    ZoneEventKind.ENTERED: "price reached its near edge; price then {price}.",
    ZoneEventKind.SWEPT: "price went through all of it, {ends}; price then {price}. It held {amount}.",
    ZoneEventKind.RETURNED: "price came back through where it was; price then {price}.",
    ZoneEventKind.MERGED: "became part of {other}.",
    ZoneEventKind.FADED: "faded: it had not stood out from its surroundings for a while; price {price}.",
}
