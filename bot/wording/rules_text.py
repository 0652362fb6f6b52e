"""What a subscription asks for, in words."""

from __future__ import annotations

from bot.liquidation.zone import Band
from bot.rules.rule_set import Reach, RuleSet
from bot.wording.numbers import exact_percent_text


def reach_text(reach: Reach) -> str:
    """ "1.5%" or "1.5 ATR"."""
    return exact_percent_text(reach.percent) if reach.percent is not None else f"{reach.atr:g} ATR"


def bands_text(rules: RuleSet) -> str:
    """ "Medium, High or Extreme"."""
    *others, last = [band.word for band in Band if rules.band <= band <= rules.top_band]
    return f"{', '.join(others)} or {last}" if others else last


def terms(rules: RuleSet) -> str:
    """ "1.5%, High and up"."""
    if rules.top_band is not Band.EXTREME:
        upward = "" if rules.top_band is rules.band else f" to {rules.top_band.word}"
    else:
        upward = "" if rules.band is Band.EXTREME else " and up"
    return f"{reach_text(rules.reach)}, {rules.band.word}{upward}"
