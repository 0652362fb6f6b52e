"""How prices, percents, amounts, ages and times are written."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal

SIGNIFICANT = 5  # digits of a price; finer ones mean nothing on a map with 0.05 % bins
MINUS = "−"
LEAST = 1e-9  # of an amount; less is nothing
SECOND_MS, MINUTE_MS, HOUR_MS, DAY_MS = 1_000, 60_000, 3_600_000, 86_400_000
AgeUnit = Literal["s", "min", "h", "d"]
Scales = tuple[tuple[float, str], ...]


def tick_decimals(tick_size: float) -> int:
    """Decimals that a market's tick needs: 0.1 -> 1, 0.25 -> 2, 5 -> 0."""
    if not (math.isfinite(tick_size) and tick_size > 0):
        return 12
    exponent = Decimal(f"{tick_size:.10g}").normalize().as_tuple().exponent
    return max(0, -int(exponent))


def price_decimals(price: float, tick_size: float) -> int:
    """As many decimals as the market has, but no more than SIGNIFICANT digits."""
    if not price:
        return min(2, tick_decimals(tick_size))
    before_point = math.floor(math.log10(abs(price))) + 1
    return min(tick_decimals(tick_size), max(0, SIGNIFICANT - before_point))


def price_text(price: float, tick_size: float) -> str:
    return f"{price:,.{price_decimals(price, tick_size)}f}"


def range_text(low: float, high: float, tick_size: float) -> str:
    """Both ends with the decimals of the higher: "98,600–98,950"."""
    decimals = price_decimals(high, tick_size)
    ends = [f"{price:,.{decimals}f}" for price in (low, high)]
    return ends[0] if ends[0] == ends[1] else "–".join(ends)


def percent_text(fraction: float) -> str:
    """Unsigned: "1.4%", "0.05%", "12%"."""
    percent = abs(fraction) * 100
    decimals = 2 if percent < 0.095 else 1 if percent < 99.95 else 0
    return f"{percent:.{decimals}f}%"


def fine_percent_text(fraction: float) -> str:
    """Unsigned: "0.003%", "1.24%"; the same as in the picture of a comparison."""
    percent = abs(fraction) * 100
    return f"{percent:.{3 if percent < 0.1 else 2}f}%"


def exact_percent_text(fraction: float) -> str:
    """A setting as it was given: "0.75%", "1.5%", "2%"."""
    return f"{round(fraction * 100, 6):g}%"


def signed_percent_text(fraction: float) -> str:
    sign = "+" if fraction > 0 else MINUS if fraction < 0 else ""
    return sign + percent_text(fraction)


def whole_percent_text(fraction: float) -> str:
    """For shares: "46%", "under 1%" for what is there but small; no "<", this goes into HTML."""
    return "under 1%" if 0 < fraction < 0.005 else f"{fraction * 100:.0f}%"


SCALES: Scales = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))


def quantity_text(value: float, digits: int = 3, scales: Scales = SCALES) -> str:
    """A rounded amount with k, M, B or T: "12.3k", "410M", "1.02B"; `scales` from the largest down."""
    if abs(value) < LEAST or not math.isfinite(value):
        return "0"
    rounded = float(f"{value:.{digits - 1}e}")
    scale, suffix = next((s for s in scales if abs(rounded) >= s[0]), (1.0, ""))
    return f"{Decimal(f'{rounded / scale:.{digits}g}'):f}{suffix}".replace("-", MINUS)


def rough_text(value: float) -> str:
    """Two digits, for what is known within a factor of two."""
    return quantity_text(value, digits=2)


def age_text(age_ms: int) -> str:
    """ "42 s", "3 min", "2 h 5 min", "4 d 1 h"; what lies ahead counts as 0 s."""
    return " ".join(f"{count} {unit}" for count, unit in age_parts(age_ms))


def age_parts(age_ms: int) -> list[tuple[int, AgeUnit]]:
    """One or two units, the larger first; what lies ahead counts as 0 s."""
    if age_ms < MINUTE_MS:
        return [(max(0, age_ms) // SECOND_MS, "s")]
    if age_ms < HOUR_MS:
        return [(age_ms // MINUTE_MS, "min")]
    if age_ms < DAY_MS:
        return _two_parts(age_ms, HOUR_MS, "h", MINUTE_MS, "min")
    return _two_parts(age_ms, DAY_MS, "d", HOUR_MS, "h")


def _two_parts(
    span_ms: int, large_ms: int, large: AgeUnit, small_ms: int, small: AgeUnit
) -> list[tuple[int, AgeUnit]]:
    whole, rest = divmod(span_ms, large_ms)
    part = rest // small_ms
    return [(whole, large), (part, small)] if part else [(whole, large)]


def clock_text(stamp_ms: int) -> str:
    """ "14:05:12 UTC"."""
    return _utc(stamp_ms).strftime("%H:%M:%S UTC")


def stamp_text(stamp_ms: int) -> str:
    """ "2026-02-05 14:05 UTC"."""
    return _utc(stamp_ms).strftime("%Y-%m-%d %H:%M UTC")


def short_stamp_text(stamp_ms: int, now_ms: int) -> str:
    """ "02-05 14:05 UTC"; with the year where it is another than now."""
    stamp = _utc(stamp_ms)
    is_this_year = stamp.year == _utc(now_ms).year
    return stamp.strftime("%m-%d %H:%M UTC") if is_this_year else stamp_text(stamp_ms)


def day_text(stamp_ms: int) -> str:
    """ "5 Feb 2026"."""
    return f"{_utc(stamp_ms).day} {_utc(stamp_ms):%b %Y}"


def hour_text(stamp_ms: int, now_ms: int) -> str:
    """ "5 Feb 14:00"; with the year where it is another than now."""
    stamp = _utc(stamp_ms)
    year = "" if stamp.year == _utc(now_ms).year else f" {stamp.year}"
    return f"{stamp.day} {stamp:%b}{year} {stamp:%H:%M}"


def hours_text(begin_ms: int, end_ms: int, now_ms: int) -> str:
    """From one hour to another: "5 Feb 14:00–16:00", "5 Feb 23:00 – 6 Feb 01:00"."""
    begin = hour_text(begin_ms, now_ms)
    if begin_ms // DAY_MS != (end_ms - 1) // DAY_MS:
        return f"{begin} – {hour_text(end_ms, now_ms)}"
    return f"{begin}–{_utc(end_ms):%H:%M}" if end_ms % DAY_MS else f"{begin}–24:00"


def moment_text(stamp_ms: int, now_ms: int) -> str:
    """The clock today, with the date for what lies half a day or more back."""
    return clock_text(stamp_ms) if abs(now_ms - stamp_ms) < DAY_MS // 2 else stamp_text(stamp_ms)


def _utc(stamp_ms: int) -> datetime:
    return datetime.fromtimestamp(stamp_ms / 1000, UTC)
