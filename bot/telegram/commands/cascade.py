"""/cascade: what a push of price would set off."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from bot.liquidation.beliefs import Beliefs
from bot.liquidation.cascade import FARTHEST, cascade
from bot.liquidation.crosschecks import Crosschecks
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.zone import Zone
from bot.telegram.asking import Answer, Asking
from bot.telegram.push_words import PushWords, push_words
from bot.telegram.reading import no_symbol, read
from bot.telegram.room import Room
from bot.wording import cascade_problems as problems
from bot.wording.buttons import cascade_key, in_rows, rows, zone_choice_keyboard
from bot.wording.cascade_text import Realised, Scenario, cascade_keyboard, cascade_text
from bot.wording.refusal import Refusal

Push = tuple[Side, float, Zone | None]  # whose liquidations, log-distance, the zone that is meant


async def answer_cascade(room: Room, asking: Asking) -> Answer:
    words = push_words(asking.line)
    request = read(words.rest, "cascade")
    if request.symbol_text is None:
        raise no_symbol("cascade", room.market, lambda choice: f"cascade {choice}")
    symbol, venue = room.market.find(request.symbol_text, lambda choice: f"cascade {choice}")
    shown = await room.market.view(symbol, venue=request.venue or venue)
    pushes = _pushes(words, shown)
    around, beliefs = await room.market.crosschecks(shown), await room.market.beliefs(shown)
    realised = _realised(shown, beliefs)
    scenarios = [_scenario(push, shown, around, realised) for push in pushes]
    asked = {push[2].id for push in pushes if push[2] is not None}
    others = [zone for zone in _nearest(shown) if zone.id not in asked]
    return Answer(cascade_text(shown, scenarios, realised), cascade_keyboard(symbol, others))


def _pushes(words: PushWords, shown: Snapshot) -> list[Push]:
    """What was asked for, or the nearest zone of each side; raises Refusal."""
    if not words.is_one:
        raise Refusal(problems.one_push())
    if words.zones:
        pushes = [_to_zone(words.zones[0], shown)]
    elif words.prices:
        pushes = [_to_price(words.prices[0], shown)]
    elif words.distances:
        pushes = _so_far(words.distances[0], words.sides)
    else:
        wanted = words.sides or tuple(Side)
        nearest = [zone for zone in _nearest(shown) if zone.side in wanted]
        pushes = [(zone.side, _distance(zone.peak, shown, zone.side), zone) for zone in nearest]
    if not pushes:
        raise Refusal(problems.no_zone(shown.found.symbol))
    if not all(0 < push < FARTHEST for _, push, _ in pushes):
        raise Refusal(problems.off_the_map())
    if not (shown.daily_volume_base > 0 and shown.found.hourly_range > 0):
        raise Refusal(problems.no_volume(shown.found.symbol))
    return pushes


def _to_zone(name: str, shown: Snapshot) -> Push:
    known = {zone.id: zone for zone in shown.zones}
    zone = known.get(name)
    if zone is None:
        keys = [cascade_key(shown.found.symbol, one.id) for one in _nearest(shown)]
        raise Refusal(problems.unknown_zone(name, shown.found.symbol), rows(*in_rows(keys, 2)))
    distance = _distance(zone.peak, shown, zone.side)
    if distance <= 0:
        distance = _distance(zone.far_edge, shown, zone.side)
    if distance <= 0:
        names = [one.id for one in _nearest(shown)]
        others = zone_choice_keyboard(shown.found.symbol, names, "cascade")
        raise Refusal(problems.zone_passed(name), others)
    return zone.side, distance, zone


def _to_price(price: float, shown: Snapshot) -> Push:
    if price <= 0 or price == shown.found.price:
        raise Refusal(problems.off_the_map())
    side = Side.LONG if price < shown.found.price else Side.SHORT
    return side, _distance(price, shown, side), None


def _so_far(distance: float, sides: Sequence[Side]) -> list[Push]:
    """ "2%" is both ways, "-2%" and "down 2%" are down."""
    if abs(distance) >= 1:
        raise Refusal(problems.off_the_map())
    wanted = sides or ((Side.LONG,) if distance < 0 else tuple(Side))
    return [(side, side.sign * math.log(1 + side.sign * abs(distance)), None) for side in wanted]


def _nearest(shown: Snapshot) -> list[Zone]:
    """Of each side the nearest zone whose peak price has not reached, the nearer first."""
    ahead = [zone for zone in shown.zones if _distance(zone.peak, shown, zone.side) > 0]
    ahead.sort(key=lambda zone: _distance(zone.peak, shown, zone.side))
    firsts = (next((zone for zone in ahead if zone.side is side), None) for side in Side)
    return sorted(
        (zone for zone in firsts if zone is not None),
        key=lambda zone: _distance(zone.peak, shown, zone.side),
    )


def _distance(price: float, shown: Snapshot, side: Side) -> float:
    return side.sign * math.log(price / shown.found.price)


def _scenario(push: Push, shown: Snapshot, around: Crosschecks, realised: Realised) -> Scenario:
    side, distance, zone = push
    books = {one.venue: one.book for one in around.surroundings if one.book is not None}
    found = cascade(
        shown.found,
        shown.zones,
        side,
        distance,
        realised=realised.share,
        daily_volume_base=shown.daily_volume_base,
        books=books,
    )
    return Scenario(found, zone)


def _realised(shown: Snapshot, beliefs: Sequence[Beliefs]) -> Realised:
    """The venues' mean by open interest, of those that have learned; all of it where none has."""
    interest = {share.venue: share.open_interest_base for share in shown.found.venues}
    learned = [one for one in beliefs if one.realised_ratio is not None and interest.get(one.venue, 0.0) > 0]
    if not learned:
        return Realised(1.0, ())
    ratios, weights = [one.realised_ratio or 0.0 for one in learned], [interest[one.venue] for one in learned]
    return Realised(float(np.average(ratios, weights=weights)), tuple(one.venue for one in learned))
