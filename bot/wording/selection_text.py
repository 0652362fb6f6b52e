"""What of a map is shown, in words."""

from __future__ import annotations

from itertools import groupby

from bot.liquidation.liquidation_map import LEVERAGE_BANDS
from bot.liquidation.selection import EVERYTHING, Selection
from bot.liquidation.zone import Band
from bot.wording.escape import escaped
from bot.wording.languages.phrases import Phrases


def selection_parts(selection: Selection, say: Phrases) -> list[str]:
    """ "only longs", "leverage >50x", "zones High–Extreme"; nothing where everything is shown."""
    parts = [] if selection.side is None else [say.of(selection.side).only]
    if selection.leverage != EVERYTHING.leverage:
        parts.append(say.zones.leverage.format(leverage=escaped(leverage_text(selection.leverage))))
    if (selection.band, selection.top_band) != (Band.LOW, Band.EXTREME):
        ends = dict.fromkeys((selection.band, selection.top_band))
        parts.append(say.zones.bands.format(bands="–".join(say.band(band) for band in ends)))
    return parts


def leverage_text(leverage: frozenset[int]) -> str:
    """Neighbours together: "10–50x", ">25x", "≤10x + >50x"."""
    runs = groupby(enumerate(sorted(leverage)), key=lambda one: one[1] - one[0])
    return " + ".join(_run_text([at for _, at in run]) for _, run in runs)


def _run_text(run: list[int]) -> str:
    first, last = LEVERAGE_BANDS[run[0]], LEVERAGE_BANDS[run[-1]]
    if len(run) == 1:
        return first
    low, high = first.partition("–")[0], last.removesuffix("x").rpartition("–")[2]
    if run[0] == 0:
        return f"≤{high}x"
    return f"{low}–{high}x" if run[-1] < len(LEVERAGE_BANDS) - 1 else f">{low}x"
