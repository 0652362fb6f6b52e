"""Why a word that was typed cannot be followed, and what would work."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class ProblemKind(Enum):
    """Why a word cannot be followed; `Problem.options` says what would work."""

    WINDOW_NOT_OFFERED = "window not offered"
    MINUTES_OR_MONTH = "minutes or month"  # "1m": one month is 30d
    TWO_WINDOWS = "two windows"
    TWO_VENUES = "two venues"
    TWO_DISTANCES = "two distances"
    TWO_BANDS = "two bands"
    TWO_PERIODS = "two periods"
    TWO_CHANNELS = "two channels"
    TWO_SYMBOLS = "two symbols"
    TWO_ZONES = "two zones"
    TWO_PRESETS = "two presets"
    TWO_LEVERAGES = "two leverages"
    TWO_BUDGETS = "two budgets"
    TWO_SIDES = "two sides"
    TWO_STACKS = "two stacks"
    TWO_PALETTES = "two palettes"
    TWO_THEMES = "two themes"
    TWO_CONTRASTS = "two contrasts"
    TWO_MOMENTS = "two moments"
    CONTRAST_OUT_OF_RANGE = "contrast out of range"
    MOMENT_UNCLEAR = "moment unclear"  # with options: it has several readings, or a day without an hour
    LEVERAGE_NOT_OFFERED = "leverage not offered"
    BUDGET_OUT_OF_RANGE = "budget out of range"
    SPAN_WITHOUT_UNIT = "span without a unit"
    DISTANCE_OUT_OF_RANGE = "distance out of range"
    LOOKS_LIKE_PRICE = "looks like a price"
    NUMBER_WITHOUT_UNIT = "number without a unit"
    PERIOD_OUT_OF_RANGE = "period out of range"
    PERIOD_MISSING = "period missing"  # "every" with nothing after it
    TOO_LONG = "too long"


@dataclass(frozen=True)
class Problem:
    kind: ProblemKind
    text: str  # what was typed; from outside, so escape it
    options: tuple[str, ...] = ()
