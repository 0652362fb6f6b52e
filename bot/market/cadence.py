"""Whether a line goes on telling: by the venue's own stamps, where the wall clock shows nothing."""

from __future__ import annotations

MOST_STEPS, STEPS_REMEMBERED = 4, 8


class Cadence:
    """Of the mark prices of one line. `pause_s`: the longest between two of them, where time runs as it does.

    Beside a fast sandbox more market time passes between two prices, which is learned.
    """

    def __init__(self, pause_s: float) -> None:
        self._pause_ms = pause_s * 1000
        self._usual_ms = 0.0
        self._newest_ms: int | None = None

    def skips(self, stamp_ms: int) -> bool:
        """To be asked with every stamp: whether time was left out before it, of which nothing was told."""
        step_ms = 0 if self._newest_ms is None else stamp_ms - self._newest_ms
        self._newest_ms = stamp_ms if self._newest_ms is None else max(stamp_ms, self._newest_ms)
        if step_ms <= 0:
            return False
        skipped = step_ms > max(self._pause_ms, MOST_STEPS * self._usual_ms)
        learned_ms = min(step_ms, 2 * self._usual_ms + self._pause_ms)
        self._usual_ms += (learned_ms - self._usual_ms) / STEPS_REMEMBERED
        return skipped
