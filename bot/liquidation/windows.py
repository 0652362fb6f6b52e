"""The windows a map may be asked for, and which histories reach back that far."""

from collections.abc import Mapping

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS

WINDOWS = {"12h": 12 * HOUR_MS, "24h": DAY_MS, "3d": 3 * DAY_MS, "7d": 7 * DAY_MS, "30d": 30 * DAY_MS}
ALL = "all"
HISTORY_MS = 30 * DAY_MS  # what is fetched of a pair that is new
SLACK = 0.02  # a history may begin this much of the window later than the window does
SHORTER_HISTORY = "its history is shorter than the window"


def covering(covers_from_ms: Mapping[str, int], window: str, now_ms: int) -> tuple[str, ...]:
    """The venues whose history reaches back to the window's begin; the others would only thin the sum."""
    begin_ms = round(now_ms - WINDOWS[window] * (1 - SLACK))
    return tuple(venue for venue, since_ms in covers_from_ms.items() if since_ms <= begin_ms)
