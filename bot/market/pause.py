"""A venue that told us to stay away is left alone: whoever goes on asking is banned for longer."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from bot.market.venue import VenueError
from bot.market.venue_errors import reason_of

FIRST_SECONDS = {418: 120.0, 429: 15.0, 403: 60.0, 451: 600.0, 503: 10.0}
BY_CLASS = {"RateLimitExceeded": 15.0, "DDoSProtection": 15.0, "OnMaintenance": 30.0}
LONGEST_SECONDS = 900.0  # of our own doubling
LONGEST_BAN_SECONDS = 3 * 86_400.0  # Binance's longest; who asks sooner is banned for longer
RETRY_AFTER = "retry-after"


class Pause:
    """Of one venue; each refusal in a row doubles it, as long as the venue names no time itself."""

    def __init__(self, venue: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._venue, self._clock = venue, clock
        self._until, self._refusals, self._reason = 0.0, 0, ""

    def check(self) -> None:
        """Raises VenueError while the venue is to be left alone."""
        if self._clock() < self._until:
            raise VenueError(self._venue, self._reason)

    def note(self, error: Exception) -> None:
        """Begins or prolongs the pause where the error is a refusal of us and not of one question."""
        seconds = self._seconds(error)
        if seconds is not None and self._clock() >= self._until:  # answers under way count once
            self._refusals += 1
            self._reason = reason_of(error)
            self._until = self._clock() + seconds

    def answered(self) -> None:
        if self._clock() >= self._until:
            self._refusals = 0

    def _seconds(self, error: Exception) -> float | None:
        first = _first_seconds(error)
        if first is None:
            return None
        if told := getattr(error, "retry_after_s", None):
            return min(LONGEST_BAN_SECONDS, float(told))
        return min(LONGEST_SECONDS, first * 2.0**self._refusals)


def _first_seconds(error: Exception) -> float | None:
    """None for an error that is no refusal; where the answer had a status of its own, that decides."""
    status = getattr(error, "http_status", None)
    if isinstance(status, int) and status >= 400:
        return FIRST_SECONDS.get(status)
    classes = {kind.__name__ for kind in type(error).__mro__}
    return next((seconds for name, seconds in BY_CLASS.items() if name in classes), None)


def retry_after_s(headers: object) -> float | None:
    """Seconds that a venue's answer asks to wait for, None where it does not say."""
    if not isinstance(headers, Mapping):
        return None
    told = {str(name).lower(): value for name, value in headers.items()}.get(RETRY_AFTER, "")
    return float(told) if str(told).replace(".", "", 1).isdigit() else None
