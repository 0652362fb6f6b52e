"""Whatever goes wrong between us and a venue, as one plain sentence part."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bot.market.venue import VenueError

UNREADABLE = "answered something unreadable"

# By class name, most telling first: naming the classes themselves would import ccxt.
_REASONS = {
    "RequestTimeout": "did not answer in time",
    "TimeoutError": "did not answer in time",
    "RateLimitExceeded": "asks us to slow down",
    "DDoSProtection": "asks us to slow down",
    "OnMaintenance": "is under maintenance",
    "BadSymbol": "does not list this contract",
    "AuthenticationError": "wants an account for this",
    "BadResponse": UNREADABLE,
    "NullResponse": UNREADABLE,
    "ExchangeNotAvailable": "cannot be reached",
    "NetworkError": "cannot be reached",
    "ClientError": "cannot be reached",
    "OSError": "cannot be reached",
    "BaseError": "answered with an error",
    "NotSupported": "answered with an error",
    "TierError": "published a margin table that makes no sense",
    "LookupError": UNREADABLE,
    "TypeError": UNREADABLE,
    "ValueError": UNREADABLE,
    "AttributeError": UNREADABLE,
    "ArithmeticError": UNREADABLE,
}
_STATUS_REASONS = {
    403: "refuses requests from here",
    418: "asks us to slow down",
    429: "asks us to slow down",
    451: "refuses requests from here",
}


@contextmanager
def plain_errors(venue: str) -> Iterator[None]:
    """Every exception inside becomes a VenueError; cancellation passes."""
    try:
        yield
    except VenueError:
        raise
    except Exception as error:
        raise VenueError(venue, reason_of(error)) from error


def reason_of(error: Exception) -> str:
    status = getattr(error, "http_status", None)
    if isinstance(status, int) and status >= 400:
        return f"{_STATUS_REASONS.get(status, 'answered with an error')} (HTTP {status})"
    classes = [kind.__name__ for kind in type(error).__mro__]
    return next((reason for name, reason in _REASONS.items() if name in classes), "failed unexpectedly")
