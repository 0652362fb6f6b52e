"""What a subscription asks for, in words."""

from __future__ import annotations

from dataclasses import replace

from bot.liquidation.zone import Band
from bot.rules.kinds import Kind, Loudness
from bot.rules.presets import PRESETS
from bot.rules.rule_set import Reach, RuleSet
from bot.wording.escape import escaped, ordinal
from bot.wording.numbers import age_text, exact_percent_text, percent_text
from bot.wording.pair import pair_name

MORE_THAN = (0, 10, 25, 50)  # leverage: where each of LEVERAGE_BANDS begins

# What each kind of alert tells, in one line.
KINDS: dict[Kind, tuple[str, str]] = {
    Kind.NEAR: ("Near a zone", "price comes within the distance of a zone"),
    Kind.STEEP: (
        "Steep stretch",
        "price stands before a stretch where the estimate rises steeply, or enters it",
    ),
    Kind.ENTERED: ("Zone entered", "price goes into a zone"),
    Kind.SWEPT: (
        "Zone swept",
        "price has gone through a zone; with what was liquidated, as far as it was heard",
    ),
    Kind.RETURNED: ("Back through", "price comes back through a zone that was swept"),
    Kind.NEW: ("New zone", "a zone appears that was not there"),
    Kind.GAP: ("Quiet gap", "price enters a stretch with few forced orders, or leaves it"),
    Kind.THIN: ("Thin book", "little stands in the order book before a zone"),
    Kind.NARROW: ("Narrow range", "price has gone nowhere for hours beside a zone"),
    Kind.BURST: ("Burst", "unusually many liquidations were reported, and when that ends"),
}
MARKS = {Loudness.ON: "🔔", Loudness.SILENT: "🔈", Loudness.OFF: "🔕"}


def reach_text(reach: Reach) -> str:
    """ "1.5%" or "1.5 ATR"."""
    return exact_percent_text(reach.percent) if reach.percent is not None else f"{reach.atr:g} ATR"


def reach_now_text(reach: Reach, hourly_range: float | None) -> str:
    """ "1.5%" or "1.5 × ATR (now 0.8%)"."""
    if reach.percent is not None:
        return exact_percent_text(reach.percent)
    now = f" (now {percent_text(reach.of(hourly_range))})" if hourly_range else ""
    return f"{reach.atr:g} × ATR{now}"


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
    return f"{reach_text(rules.reach)}, {rules.band.word}{upward}{_narrower(rules)}"


def _narrower(rules: RuleSet) -> str:
    size = f", {ordinal(round(rules.least_percentile))} percentile and up" if rules.least_percentile else ""
    return size + (f", over {MORE_THAN[rules.leverage_band]}x" if rules.leverage_band else "")


def numbers_text(rules: RuleSet, hourly_range: float | None = None, budget: int | None = None) -> str:
    """All numbers of a rule set; `budget` is the chat's own, which goes before that of the rules.

    "day: within 1.5 × ATR (now 0.8%) of a High or Extreme zone, at most once per 4 h about the same
    stretch, at most 8 a day"
    """
    bands = bands_text(rules)
    article = "an" if bands.startswith("E") else "a"
    daily = f"{rules.budget} a day" if budget is None else f"{budget} a day in this chat"
    return (
        f"{_name(rules)}: within <b>{reach_now_text(rules.reach, hourly_range)}</b> of {article} {bands} zone"
        f"{_which(rules)}, at most once per {age_text(rules.cooldown_ms)} about the same stretch, "
        f"at most {daily}"
    )


def _name(rules: RuleSet) -> str:
    preset = PRESETS.get(rules.preset)
    changed = preset is None or replace(rules, loudness=()) != preset
    return f"{escaped(rules.preset)}, changed" if changed else f"<b>{escaped(rules.preset)}</b>"


def _which(rules: RuleSet) -> str:
    which = []
    if rules.least_percentile:
        percentile = ordinal(round(rules.least_percentile))
        which.append(f" from the {percentile} percentile of size")
    if rules.leverage_band:
        which.append(f" of which at least half has leverage over {MORE_THAN[rules.leverage_band]}x")
    return " and".join(which)


def heard_text(rules: RuleSet) -> str:
    """Which kinds of alerts are told beside nearness."""
    heard = [
        KINDS[kind][0].lower()
        for kind in KINDS
        if kind is not Kind.NEAR and rules.loudness_of(kind) is not Loudness.OFF
    ]
    return f"Also told: {', '.join(heard)}. Kinds changes that." if heard else "Kinds tells of more."


def leverage_note(leverage: int, band_name: str) -> str:
    """Where a leverage that was typed lies inside a band."""
    return f"{leverage}x lies inside the band {escaped(band_name)}, which counts whole."


def kinds_text(symbol: str, rules: RuleSet, where: str = "") -> str:
    """Each kind of alert in one line, as loud as it is; `where` is a channel's name."""
    place = f" in {escaped(where)}" if where else ""
    lines = [
        f"{MARKS[rules.loudness_of(kind)]} <b>{name}</b> · {meaning}"
        for kind, (name, meaning) in KINDS.items()
    ]
    legend = "🔔 with a sound · 🔈 without one · 🔕 not told. Tap to change."
    return "\n".join([f"<b>Kinds of alerts on {pair_name(symbol)}{place}</b>", *lines, "", legend])


def kind_set(kind: Kind, loudness: Loudness) -> str:
    said = {Loudness.ON: "with a sound", Loudness.SILENT: "without a sound", Loudness.OFF: "not told"}
    return f"{KINDS[kind][0]}: {said[loudness]}"
