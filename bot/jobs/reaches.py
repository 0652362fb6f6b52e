"""How far back the venues of a map are known, and the refusal of a window that none of them covers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.jobs.pair_watch import PairWatch
from bot.liquidation.absence import Absence, ShortHistory
from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.windows import drawable
from bot.wording import problems
from bot.wording.buttons import window_keyboard
from bot.wording.reach import reach_text
from bot.wording.refusal import Refusal


def covered(watch: PairWatch, found: LiquidationMap) -> dict[str, int]:
    """By venue of the map, from when its open interest is known."""
    inventories = watch.model.inventories
    return {share.venue: inventories[share.venue].covers_from_ms for share in found.venues}


def too_short(
    known: Mapping[str, int], covering: Sequence[str], loading: Mapping[str, float], now_ms: int
) -> dict[str, Absence]:
    """Why the other venues are not among those that cover a window; `known` as `covered` tells it."""
    return {
        name: ShortHistory(now_ms - since_ms, loading.get(name))
        for name, since_ms in known.items()
        if name not in covering
    }


def not_covered(
    watch: PairWatch, window: str, venue: str | None, known: Mapping[str, int], now_ms: int
) -> Refusal:
    """`venue` is the one that was asked for; `known` as `covered` tells it."""
    offered, loading = drawable(known, now_ms), watch.loading(now_ms)
    reaches = [reach_text(name, now_ms - since_ms, loading.get(name)) for name, since_ms in known.items()]
    sentence = problems.window_not_covered(window, reaches, offered)
    return Refusal(sentence, window_keyboard(watch.symbol, offered, venue))
