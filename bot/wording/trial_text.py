"""The alert that somebody sends to try the way."""

from __future__ import annotations

from collections.abc import Sequence

from bot.wording.escape import escaped

MOST_PAIRS = 6


def trial_text(pairs: Sequence[str]) -> str:
    """`pairs` are names of those that are watched here, escaped already."""
    watched = ", ".join(pairs[:MOST_PAIRS]) + (" …" if len(pairs) > MOST_PAIRS else "")
    lines = [
        "🧪 <b>Test alert</b>: nothing has happened in the market.",
        "Somebody asked for it in the settings. Alerts of this chat arrive here, the same way as this one.",
        f"Watched here: {watched}." if pairs else "Nothing is watched here yet: /subscribe BTC.",
    ]
    return "\n".join(lines)


def trial_sent(where: str, *, is_first: bool) -> str:
    if not is_first:
        return "A test was sent just now; one at a time, please."
    return f"A test alert is on its way to {escaped(where)}." if where else "A test alert is on its way."
