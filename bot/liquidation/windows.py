"""The windows a map may be asked for, and which histories reach back that far."""

from collections.abc import Mapping

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS

WINDOWS = {
    "12h": 12 * HOUR_MS,
    "24h": DAY_MS,
    "3d": 3 * DAY_MS,
    "7d": 7 * DAY_MS,
    "30d": 30 * DAY_MS,
    "90d": 90 * DAY_MS,
    "180d": 180 * DAY_MS,
    "1y": 365 * DAY_MS,
}
ALL = "all"
FINE_HISTORY_MS = 30 * DAY_MS  # older candles are hourly
LONGEST_HISTORY_MS = max(WINDOWS.values())
SLACK = 0.02  # a history may begin this much of the window later than the window does
AGES_MS = (DAY_MS, 7 * DAY_MS, 30 * DAY_MS)  # by which a map says how old it is


def covering(covers_from_ms: Mapping[str, int], window_ms: int, now_ms: int) -> tuple[str, ...]:
    """The venues whose history reaches back to the window's begin; the others would only thin the sum."""
    begin_ms = round(now_ms - window_ms * (1 - SLACK))
    return tuple(venue for venue, since_ms in covers_from_ms.items() if since_ms <= begin_ms)


def drawable(covers_from_ms: Mapping[str, int], now_ms: int) -> tuple[str, ...]:
    """The windows that at least one venue covers."""
    return tuple(name for name, span_ms in WINDOWS.items() if covering(covers_from_ms, span_ms, now_ms))
