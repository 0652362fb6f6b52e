"""How old a map is: which share of it was opened lately."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.pair_model import PairModel
from bot.liquidation.windows import AGES_MS, LONGEST_HISTORY_MS, WINDOWS, covering


def known_ages(covers_from_ms: Mapping[str, int], window: str, now_ms: int) -> tuple[int, ...]:
    """The spans that part a map of these venues by age: shorter than its window, and known on all of them."""
    longest_ms = WINDOWS.get(window, LONGEST_HISTORY_MS)
    spans = (span_ms for span_ms in AGES_MS if span_ms < longest_ms)
    return tuple(one for one in spans if len(covering(covers_from_ms, one, now_ms)) == len(covers_from_ms))


def with_ages(model: PairModel, found: LiquidationMap, spans_ms: Sequence[int]) -> LiquidationMap:
    """The map with the share of it that was opened within each span; without mass it has no age."""
    total = float(found.mass.sum())
    if total <= 0:
        return found
    prices = {venue.venue: venue.price for venue in found.venues}
    parts = [model.map(venues=tuple(prices), window_ms=span_ms, prices=prices) for span_ms in spans_ms]
    shares = [float(part.mass.sum()) / total for part in parts]
    return replace(found, ages=tuple(zip(spans_ms, shares, strict=True)))
