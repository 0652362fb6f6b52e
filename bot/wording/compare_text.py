"""The caption under a comparison."""

from __future__ import annotations

from bot.language import Language
from bot.liquidation.comparison import Basis, Compared, Comparison
from bot.liquidation.surroundings import Surroundings
from bot.wording.caption import Line, Need, Section, fitted, lines
from bot.wording.conclusion import nearest_claim
from bot.wording.crosscheck_text import funding_line
from bot.wording.expiry_text import expiry_lines
from bot.wording.imbalance_text import NEARBY, nearby_lines
from bot.wording.languages.chosen import phrases_of
from bot.wording.languages.phrases import Phrases
from bot.wording.map_text import price_line
from bot.wording.numbers import MINUTE_MS
from bot.wording.pair import joined_venues, pair_name
from bot.wording.quality_text import ages_line, stale_line, trouble_lines
from bot.wording.selection_text import selection_parts

APART_MS = MINUTE_MS  # in which a price may move enough to matter for the basis
LONGEST_NAME = 30  # longer than any that is listed


def compare_caption(pair: Comparison, language: Language = Language.ENGLISH) -> str:
    """First line: how far apart the prices are, and who has more of its own positions near; then each."""
    say = phrases_of(language)
    window = say.numerals.window(pair.first.found.window)
    title = [say.compare.title.format(window=window), *selection_parts(pair.first.shown.selection, say)]
    sections = [
        [
            Line(f"<b>{_conclusion(pair, say)}</b>", Need.ALWAYS),
            Line(" · ".join(title), Need.ALWAYS),
        ],
        *(_of_one(one, say) for one in pair.both),
        [*lines(_ratio_line(pair, say), rank=1), Line(say.compare.axis, rank=1), *_apart_line(pair, say)],
        [Line(f"<i>{say.frame.disclaimer}</i>", Need.ALWAYS)],
    ]
    return fitted(sections, say.room)


def _conclusion(pair: Comparison, say: Phrases) -> str:
    names = [_name(one, say) if pair.is_one_symbol else _pair(one, say) for one in pair.both]
    claim = say.frame.comma.join([*_basis_text(pair.basis, say), _density_text(pair, names, say)])
    return say.compare.versus.format(first=names[0], second=names[1], claim=claim)


def _density_text(pair: Comparison, names: list[str], say: Phrases) -> str:
    """No verdict where both shares are written alike."""
    first, second = (_share(one.density(NEARBY), say) for one in pair.both)
    denser = pair.denser(NEARBY)
    if denser is None or first == second:
        return say.compare.alike.format(share=first)
    name, more, less = (names[0], first, second) if denser is pair.first else (names[1], second, first)
    return say.compare.denser.format(name=name, shares=say.compare.against.format(more=more, less=less))


def _share(fraction: float, say: Phrases) -> str:
    """With the digits that the picture has."""
    if 0.0005 < fraction < 0.0995:
        return f"{say.numerals.fixed(100 * fraction, 1)}%"
    return say.numerals.whole_percent(fraction)


def _of_one(one: Compared, say: Phrases) -> Section:
    found, now_ms = one.found, one.shown.now_ms
    around = [Surroundings(venue, funding) for venue, funding in one.funding]
    claim = nearest_claim(one.shown, say)
    wrong = [*stale_line(found, now_ms, say), *trouble_lines(found, now_ms, say)] if found.venues else []
    return [
        Line(f"<b>{_name(one, say)}</b>"),
        Line(price_line(found, now_ms, one.shown.tick_size, say)),
        *lines(expiry_lines(found, now_ms, say)),
        *lines(funding_line(around, now_ms, say)),
        *lines(nearby_lines(found, say, one.shown.selection.side)),
        Line(claim[:1].upper() + claim[1:], Need.ZONE),
        *lines(wrong),
        *lines([ages_line(found, now_ms, say)] if found.venues else [], rank=1),
    ]


def _pair(one: Compared, say: Phrases) -> str:
    """Each is said several times, so that a long one would leave no room for anything else."""
    return pair_name(one.found.symbol, say, LONGEST_NAME)


def _name(one: Compared, say: Phrases) -> str:
    """ "BTC/USDT on Binance+OKX"."""
    venues = joined_venues(share.venue for share in one.found.venues)
    pair = _pair(one, say)
    return say.compare.on_venues.format(pair=pair, venues=venues) if venues else pair


def _basis_text(basis: Basis | None, say: Phrases) -> list[str]:
    if basis is None:
        return []
    if basis.is_level:
        return [say.compare.level]
    words = say.compare.above if basis.fraction > 0 else say.compare.below
    text = words.format(percent=say.numerals.fine_percent(basis.fraction))
    if basis.yearly is None:
        return [text]
    return [say.compare.yearly.format(basis=text, percent=say.numerals.signed_percent(basis.yearly))]


def _ratio_line(pair: Comparison, say: Phrases) -> list[str]:
    ratio = pair.ratio(NEARBY)
    return [] if ratio is None else [say.compare.ratio.format(times=say.numerals.quantity(ratio))]


def _apart_line(pair: Comparison, say: Phrases) -> list[Line]:
    if not all(one.found.venues for one in pair.both) or pair.apart_ms < APART_MS:
        return []
    return lines([say.compare.apart.format(age=say.numerals.age(pair.apart_ms))])
