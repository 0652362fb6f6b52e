"""Which venues have no share in a map, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.liquidation.absence import Absence, OldData, OtherBundle, ShorterThan
from bot.wording.escape import escaped
from bot.wording.languages.english import ENGLISH
from bot.wording.languages.phrases import Phrases
from bot.wording.pair import base_of, venue_name

NAMED = 6


def missing_text(missing: Iterable[str], reasons: Mapping[str, Absence], say: Phrases = ENGLISH) -> str:
    """ "missing: OKX (did not answer in time)", or nothing."""
    return _listed([_with_reason(venue, reasons.get(venue, ""), say) for venue in missing], say)


def missing_names(missing: Iterable[str], say: Phrases) -> str:
    """The same without the reasons."""
    return _listed([venue_name(venue) for venue in missing], say)


def absence_text(absence: Absence, say: Phrases = ENGLISH) -> str:
    """Stands behind a venue's name: "its open interest reaches back 6 h"."""
    if isinstance(absence, OtherBundle):
        return say.frame.other_bundle.format(base=base_of(absence.symbol))
    if isinstance(absence, OldData):
        return say.frame.old_data
    if isinstance(absence, str):
        return say.frame.trouble.format(trouble=escaped(absence, 48))
    if absence.loaded is None:
        if isinstance(absence, ShorterThan):
            return say.frame.shorter_history.format(window=say.numerals.window(absence.window))
        return say.frame.short_history.format(age=say.numerals.age(absence.known_ms))
    return say.frame.loading_history.format(share=say.numerals.whole_percent(absence.loaded))


def _listed(names: list[str], say: Phrases) -> str:
    if not names:
        return ""
    listed = say.frame.listed.join(names[:NAMED]) + (" …" if len(names) > NAMED else "")
    return say.frame.missing.format(venues=listed)


def _with_reason(venue: str, reason: Absence, say: Phrases) -> str:
    name = venue_name(venue)
    return say.data.named.format(name=name, said=absence_text(reason, say)) if reason else name
