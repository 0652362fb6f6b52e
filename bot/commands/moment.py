"""A moment typed on the command line."""

from datetime import UTC, datetime

from bot.commands.errors import CommandError


def parse_moment(text: str) -> int:
    """UTC milliseconds of `1767225600000` or of an ISO time such as 2026-02-05T12:00, UTC by default."""
    if text.strip().isdigit():
        return int(text)
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise CommandError(f"{text!r} is no moment; write UTC milliseconds or 2026-02-05T12:00.") from None
    return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)
