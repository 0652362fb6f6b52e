"""The ranked list of zones."""

from __future__ import annotations

from collections.abc import Sequence

from bot.liquidation.landmarks import Landmark
from bot.liquidation.liquidation_map import LEVERAGE_BANDS, LiquidationMap
from bot.liquidation.selection import EVERYTHING, Selection
from bot.liquidation.told_zones import mass_in
from bot.liquidation.uncertainty import quantity_band
from bot.liquidation.zone import Zone
from bot.liquidation.zones import reach_of
from bot.wording.crosscheck_text import holding_lines
from bot.wording.escape import MESSAGE_LIMIT, escaped, ordinal, visible_length
from bot.wording.expiry_text import expiry_lines
from bot.wording.languages.english import ENGLISH
from bot.wording.map_text import DISCLAIMER, price_line, venue_lines
from bot.wording.numbers import (
    age_text,
    percent_text,
    range_text,
    rough_text,
    signed_percent_text,
    whole_percent_text,
)
from bot.wording.pair import base_of, listed_venues, money_band_text, pair_name, window_text
from bot.wording.quality_text import data_lines
from bot.wording.reach import loading_line
from bot.wording.selection_text import selection_parts
from bot.wording.sides import WORDS

NONE = "No zone stands out from its surroundings: what is open is spread evenly, or there is little of it."


def zones_text(
    found: LiquidationMap,
    zones: Sequence[Zone],
    landmarks: Sequence[Landmark] = (),
    *,
    now_ms: int,
    tick_size: float,
    selection: Selection = EVERYTHING,
) -> str:
    """Zones by contrast with their surroundings; the weakest go where room is short.

    The map is whole; `selection` says which of its zones these are.
    """
    parts = [
        pair_name(found.symbol),
        "zones",
        window_text(found.window),
        *selection_parts(selection, ENGLISH),
    ]
    head = [
        f"<b>{' · '.join(parts)}</b>",
        *venue_lines(found),
        *expiry_lines(found, now_ms),
        price_line(found, now_ms, tick_size),
    ]
    tail = [*loading_line(found), *data_lines(found, now_ms), f"<i>{DISCLAIMER}</i>"]
    blocks = [
        "\n".join([_block(found, zone, now_ms, tick_size), *holding_lines([zone], landmarks, tick_size)])
        for zone in ranked(zones, found.price)
    ]
    if not blocks:
        return "\n".join([*head, "", NONE, "", *tail])
    return _fitted(head, [f"<b>{rank}.</b> {block}" for rank, block in enumerate(blocks, 1)], tail)


def ranked(zones: Sequence[Zone], price: float) -> list[Zone]:
    """Most contrast first, without those that price has passed."""
    return sorted((zone for zone in zones if not zone.passed(price)), key=lambda zone: -zone.contrast)


def _fitted(head: list[str], blocks: list[str], tail: list[str]) -> str:
    for kept in range(len(blocks), -1, -1):
        left_out = len(blocks) - kept
        more = ["", f"{left_out} weaker not listed."] if left_out else []
        body = [line for block in blocks[:kept] for line in ("", block)]
        text = "\n".join([*head, *body, *more, "", *tail])
        if visible_length(text) <= MESSAGE_LIMIT:
            return text
    raise AssertionError("head and tail alone fit")


def _block(found: LiquidationMap, zone: Zone, now_ms: int, tick_size: float) -> str:
    words = WORDS[zone.side]
    mass = mass_in(found, zone)
    low, high = quantity_band(mass, found)
    amount = f"≈{rough_text(mass)} {base_of(found.symbol)}, likely {rough_text(low)} to {rough_text(high)}"
    return "\n".join(
        [
            f"<b>{escaped(zone.id, 12)} · {words.plural} {words.where} · {zone.band.word}</b>"
            f" ({ordinal(round(zone.percentile))} percentile of up to 30 days)",
            f"{range_text(zone.low, zone.high, tick_size)}, {_where(zone, found.price)}:"
            f" {words.plural} are liquidated if price {words.moves} ({words.orders})",
            f"{amount} ({money_band_text(found.symbol, mass * zone.peak)})"
            f" · {zone.contrast:.1f}× as dense as its side{_share(found, zone)}",
            *_agreement(zone),
            f"Leverage {_mix(zone)} · {_age(zone, now_ms)}",
        ]
    )


def _share(found: LiquidationMap, zone: Zone) -> str:
    """Of what is looked at of its side; nothing where a zone of an older version does not know."""
    if not zone.share:
        return ""
    reach = reach_of(found.hourly_range, zone.side)
    words = WORDS[zone.side]
    return f" · {whole_percent_text(zone.share)} of the {words.plural} within {percent_text(reach)}"


def _agreement(zone: Zone) -> list[str]:
    """How many of the venues have a zone there on a map of their own."""
    if len(zone.venue_mix) < 2:
        return []
    if not zone.shown_by:
        return [f"None of {len(zone.venue_mix)} venues shows it on its own, only all of them together"]
    verb = "shows" if len(zone.shown_by) == 1 else "show"
    names = listed_venues(zone.shown_by)
    return [f"{len(zone.shown_by)} of {len(zone.venue_mix)} venues {verb} it on their own ({names})"]


def _where(zone: Zone, price: float) -> str:
    return "inside now" if zone.contains(price) else signed_percent_text(zone.distance(price))


def _mix(zone: Zone) -> str:
    shares = zip(LEVERAGE_BANDS, zone.leverage_mix, strict=False)
    named = [f"{escaped(band)} {whole_percent_text(share)}" for band, share in shares if share > 0]
    return ", ".join(named) or "unknown"


def _age(zone: Zone, now_ms: int) -> str:
    return f"{age_text(now_ms - zone.born_ms)} old"
