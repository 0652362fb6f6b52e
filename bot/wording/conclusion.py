"""The first line under a picture: how far the nearest dense zones are."""

from __future__ import annotations

from collections.abc import Sequence

from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.told_zones import DENSE, mass_in, zones_ahead
from bot.liquidation.zone import Zone
from bot.wording.escape import escaped
from bot.wording.languages.phrases import Phrases
from bot.wording.numbers import stamp_text
from bot.wording.pair import pair_name
from bot.wording.selection_text import selection_parts


def conclusion(shown: Snapshot, say: Phrases) -> str:
    """ "BTC/USDT: nearest dense zones 1.3% below (Z37, longs, ≈$300M) and 1.4% above (…)"."""
    name = pair_name(shown.found.symbol, say)
    if shown.was:
        name = say.past.name.format(name=name, moment=stamp_text(shown.now_ms))
    name = " · ".join([name, *selection_parts(shown.selection, say)])
    return say.conclusion.begin.format(name=name, claim=nearest_claim(shown, say))


def nearest_claim(shown: Snapshot, say: Phrases) -> str:
    """Distances are to near edges, amounts those of the map shown."""
    found, words = shown.found, say.conclusion
    if not found.venues:
        return words.no_venue
    if not found.profile.any():
        return words.empty
    here = zones_ahead(shown)
    dense = [zone for zone in here if zone.band >= DENSE]
    if dense:
        return _dense_claim(shown, dense, say)
    if here:
        return words.weak.format(first=_away(shown, here[0], say, say.of(here[0].side).away_weak))
    return words.nothing.format(price=say.numerals.price(found.price, shown.tick_size))


def _dense_claim(shown: Snapshot, dense: Sequence[Zone], say: Phrases) -> str:
    """`dense` from the nearest on."""
    words, nearest, price = say.conclusion, dense[0], shown.found.price
    inside = nearest.contains(price)
    others = [zone for zone in dense if not zone.contains(price) and (inside or zone.side != nearest.side)]
    seconds = [_away(shown, zone, say, say.of(zone.side).away) for zone in others[:1]]
    if inside:
        facts = {"zone": escaped(nearest.id, 12), "side": say.of(nearest.side).plural}
        facts["amount"] = _amount(shown, nearest, say)
        return words.inside_and.format(**facts, first=seconds[0]) if seconds else words.inside.format(**facts)
    first = _away(shown, nearest, say, say.of(nearest.side).away)
    if seconds:
        return words.nearest.format(first=first, second=seconds[0])
    if shown.selection.side is not None:
        return words.nearest_one_sided.format(first=first)
    other = Side.SHORT if nearest.side is Side.LONG else Side.LONG
    return words.nearest_alone.format(first=first, none=say.of(other).none)


def _away(shown: Snapshot, zone: Zone, say: Phrases, template: str) -> str:
    return template.format(
        distance=say.numerals.percent(zone.distance(shown.found.price)),
        zone=escaped(zone.id, 12),
        amount=_amount(shown, zone, say),
        band=say.band(zone.band),
    )


def _amount(shown: Snapshot, zone: Zone, say: Phrases) -> str:
    return say.numerals.amount(shown.found.symbol, mass_in(shown.found, zone) * zone.peak)
