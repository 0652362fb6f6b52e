"""What rules see of a pair at this moment, from what is in memory."""

from __future__ import annotations

from collections.abc import Mapping

from bot.jobs.pair_watch import PairWatch
from bot.jobs.realised import Realised
from bot.jobs.withheld import Withheld
from bot.liquidation.reading import Reading
from bot.liquidation.snapshot import Snapshot
from bot.rules.scene import Scene


def scene_of(
    watch: PairWatch,
    shown: Snapshot,
    waiting: Withheld,
    realised: Realised,
    cover: Mapping[str, float],
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
        realised_base=realised.in_zones(reading, price, shown.now_ms),
        cover=cover,
    )


def _reading(shown: Snapshot) -> Reading:
    if shown.reading is not None:
        return shown.reading
    found = shown.found
    return Reading(found.symbol, found.as_of_ms, found.price, found.hourly_range, shown.zones)
