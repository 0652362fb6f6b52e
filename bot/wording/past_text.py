"""What is said above answers about a moment of the past; captions say it themselves."""

from bot.wording.numbers import stamp_text


def as_it_was(at_ms: int) -> str:
    return f"<b>As it was at {stamp_text(at_ms)}</b>"
