"""The words that ask for a picture again: which part of a map, how it is drawn, of which moment.

Every word means the same when it is typed; they are the shortest ones, since a button has 64 bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.liquidation.liquidation_map import LEVERAGE_BANDS
from bot.liquidation.selection import EVERYTHING, Selection
from bot.liquidation.windows import ALL
from bot.liquidation.zone import Band
from bot.look import Overlay, PaletteName, Stack, Wishes

TIERS = ("10", "25", "50", "100")  # a leverage that each of LEVERAGE_BANDS holds
PALETTES = {PaletteName.COLOUR_BLIND: "blind"}
OVERLAY_WORDS = {Overlay.VOLUME: "vol", Overlay.AVERAGE: "ma"}


@dataclass(frozen=True)
class PictureLine:
    """Everything that one picture was asked for with."""

    symbol: str
    window: str = ALL
    venue: str | None = None
    selection: Selection = EVERYTHING
    wishes: Wishes = field(default_factory=Wishes)
    at_ms: int | None = None  # None: now

    def words(self) -> list[str]:
        """Behind the symbol, the most important first."""
        window = [] if self.window == ALL else [self.window]
        venue = [self.venue] if self.venue else []
        moment = [] if self.at_ms is None else [moment_word(self.at_ms)]
        return [*window, *moment, *venue, *selection_words(self.selection), *wishes_words(self.wishes)]

    def fitted(self, head: str, longest: int, keep: str = "") -> str:
        """The line in so many bytes: the last words go first, but never `keep`."""
        words = self.words()
        line = " ".join([head, self.symbol, *words])
        while len(line.encode()) > longest and any(word != keep for word in words):
            last = max(place for place, word in enumerate(words) if word != keep)
            del words[last]
            line = " ".join([head, self.symbol, *words])
        return line


def selection_words(selection: Selection) -> list[str]:
    """Of a part of a map; none for all of it."""
    leverage = [] if selection.leverage == EVERYTHING.leverage else [leverage_word(selection.leverage)]
    side = [] if selection.side is None else [selection.side.word]
    return [*leverage, *side, *band_words(selection.band, selection.top_band)]


def leverage_word(bands: frozenset[int]) -> str:
    """ "25x", "10,50x", "25x+" for places in LEVERAGE_BANDS."""
    first, last = min(bands), len(LEVERAGE_BANDS) - 1
    if 0 < first < last and bands == frozenset(range(first, last + 1)):
        return f"{TIERS[first - 1]}x+"
    return ",".join(TIERS[band] for band in sorted(bands)) + "x"


def band_words(band: Band, top_band: Band) -> list[str]:
    if (band, top_band) == (EVERYTHING.band, EVERYTHING.top_band):
        return []
    return [band_word(band, top_band)]


def band_word(band: Band, top_band: Band) -> str:
    """ "high" is that and up, "medium-high" those two."""
    top = "" if top_band is Band.EXTREME else f"-{top_band.word.lower()}"
    return f"{band.word.lower()}{top}"


def wishes_words(wishes: Wishes) -> list[str]:
    """Of how a picture is drawn; none where nothing was wished for."""
    words = ["full"] if wishes.full else []
    words += ["venues"] if wishes.stack is Stack.VENUE else []
    words += [word for overlay, word in OVERLAY_WORDS.items() if overlay in wishes.overlays]
    words += [] if wishes.contrast is None else [f"c{wishes.contrast}"]
    words += [] if wishes.palette is None else [PALETTES.get(wishes.palette, wishes.palette.value)]
    return words if wishes.theme is None else [*words, wishes.theme.value]


def moment_word(at_ms: int) -> str:
    """ "20260205T1200", in UTC."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y%m%dT%H%M")
