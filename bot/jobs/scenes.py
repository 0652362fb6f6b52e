"""What rules see of a pair at this moment, from what is in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from bot.jobs.pair_watch import PairWatch
from bot.jobs.realised import Realised
from bot.jobs.withheld import Withheld
from bot.liquidation.reading import Reading
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.zone import Zone
from bot.rules.scene import Scene
from bot.store.subscriptions import Subscription


def scene_of(
    watch: PairWatch,
    shown: Snapshot,
    waiting: Withheld,
    realised: Realised,
    cover: Mapping[str, float],
    followers: Iterable[Subscription],
) -> Scene:
    """Of a pair whose price is known now."""
    assert waiting.price is not None
    price, reading = waiting.price.price, _reading(shown)
    return Scene(
        price,
        shown.now_ms,
        reading,
        withheld=waiting.zones,
        burst=realised.burst(watch, shown.now_ms),
        realised_base=realised.in_zones(reading, _entered(followers), price, shown.now_ms),
        cover=cover,
    )


def _entered(followers: Iterable[Subscription]) -> Iterator[Zone]:
    """Zones that price came into and has not gone through, as somebody's rules remember them."""
    for one in followers:
        yield from (passage.zone for passage in one.state.passages if not passage.is_swept)


def _reading(shown: Snapshot) -> Reading:
    if shown.reading is not None:
        return shown.reading
    found = shown.found
    return Reading(found.symbol, found.as_of_ms, found.price, found.hourly_range, shown.zones)
