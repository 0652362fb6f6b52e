"""How far back a venue's open interest is known, in words."""

from __future__ import annotations

from bot.liquidation.liquidation_map import LiquidationMap
from bot.wording.languages.english import ENGLISH
from bot.wording.languages.phrases import Phrases
from bot.wording.numbers import age_text, whole_percent_text
from bot.wording.pair import venue_name


def reach_text(venue: str, known_ms: int, loaded: float | None = None) -> str:
    """ "29 d 22 h on Binance", "3 d on OKX (still being loaded, 40%)"."""
    more = "" if loaded is None else f" (still being loaded, {whole_percent_text(loaded)})"
    return f"{age_text(known_ms)} on {venue_name(venue)}{more}"


def loading_line(found: LiquidationMap, say: Phrases = ENGLISH) -> list[str]:
    """Which venues of a map rest on the last days only, and how much of their history has been read."""
    shown = [share.venue for share in found.venues if share.venue in found.loading]
    if not shown:
        return []
    shares = (f"{venue_name(name)} {say.numerals.whole_percent(found.loading[name])}" for name in shown)
    return [say.reading.loading.format(venues=say.frame.listed.join(shares))]
