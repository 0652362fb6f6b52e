"""The sentence of the news channels: what a move to the heaviest zones of both sides would force."""

from __future__ import annotations

from bot.language import Language
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.told_zones import mass_in, zones_ahead
from bot.liquidation.zone import Zone
from bot.wording.languages.chosen import phrases_of
from bot.wording.languages.phrases import Phrases
from bot.wording.pair import base_of, joined_venues, pair_name, venue_name
from bot.wording.selection_text import selection_parts


def news_wire(shown: Snapshot, language: Language = Language.ENGLISH) -> str:
    """The heaviest zone of each side that the map shown holds something of; amounts are cumulative, from
    price to the zone's far edge."""
    say, found = phrases_of(language), shown.found
    name = _name(found.symbol, say)
    heaviest = [zone for side in Side for zone in _heaviest(shown, side)]
    if not heaviest:
        price = say.numerals.price(found.price, shown.tick_size)
        return say.wire.nothing.format(name=name, price=price, bars=say.wire.bars)
    claims = [_claim(shown, zone, say, is_first=at == 0) for at, zone in enumerate(heaviest)]
    return say.wire.sentence.format(
        name=name, claims=say.frame.clause.join(claims), basis=_basis(shown, say), bars=say.wire.bars
    )


def _heaviest(shown: Snapshot, side: Side) -> list[Zone]:
    ahead = [zone for zone in zones_ahead(shown) if zone.side is side]
    return sorted(ahead, key=lambda zone: -mass_in(shown.found, zone))[:1]


def _claim(shown: Snapshot, zone: Zone, say: Phrases, *, is_first: bool) -> str:
    found, words = shown.found, say.of(zone.side)
    inside = zone.contains(found.price)
    return (words.wire if is_first else words.wire_next).format(
        move=words.further_move if inside else words.move,
        far=say.numerals.price(zone.far_edge, shown.tick_size),
        amount=say.numerals.amount(found.symbol, found.mass_to(zone.side, zone.far_edge) * found.price),
    )


def _basis(shown: Snapshot, say: Phrases) -> str:
    """ "Binance+OKX+Bybit, 24h, OKX late"."""
    found = shown.found
    late = say.frame.listed.join(venue_name(share.venue) for share in found.late_venues)
    parts = [
        joined_venues(share.venue for share in found.venues),
        say.numerals.window(found.window),
        *selection_parts(shown.selection, say),
        *([say.wire.late.format(venues=late)] if late else []),
    ]
    return say.frame.comma.join(parts)


def _name(symbol: str, say: Phrases) -> str:
    """The coin; of a dated or a coin-margined contract the pair."""
    quote, _, settled = symbol.partition("/")[2].partition(":")
    return base_of(symbol) if settled in ("", quote) else pair_name(symbol, say)
