"""What a failed send means. Texts that are not listed here never switch a chat off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)


class Verdict(StrEnum):
    NOT_SENT = "not sent"  # for sure: try again until it expires
    UNSURE = "unsure"  # it may or may not have arrived
    FLOODED = "flooded"  # this chat has to wait
    CHAT_OFF = "chat off"  # nothing can be sent there any more
    MIGRATED = "migrated"  # the chat has another id
    TOPIC_GONE = "topic gone"
    FILE_GONE = "file gone"  # Telegram does not know the file id
    MESSAGE_GONE = "message gone"  # what was to be edited is not there any more, or cannot be
    BAD_MESSAGE = "bad message"  # our fault: plain words may get through
    REFUSED = "refused"  # and nobody knows why
    STOP = "stop"  # no send can succeed: the token is wrong, or somebody else uses it


@dataclass(frozen=True)
class Outcome:
    verdict: Verdict
    reason: str
    retry_after_s: float = 0.0
    new_chat_id: int = 0


FLOOD_PAUSE_S = 5.0  # when Telegram does not say how long

# The request had not left when these came up; anything else on the line may have been taken.
NEVER_LEFT = frozenset({"ConnectError", "ConnectTimeout", "PoolTimeout"})

FORBIDDEN_FOR_GOOD = (
    "bot was blocked by the user",
    "bot was kicked from",
    "user is deactivated",
    "chat was deleted",
    "bot is not a member of",
    "bot can't initiate conversation with a user",
    "bot can't send messages to bots",
)
BAD_REQUEST_FOR_GOOD = (
    "chat not found",
    "group chat was deactivated",
    "need administrator rights",
    "not enough rights to send text messages",
    "have no rights to send a message",
    "bot is not a member of",
    "chat_write_forbidden",
    "chat_admin_required",
    "chat_restricted",
    "channel_private",
    "peer_id_invalid",
    "user_is_blocked",
    "user_deactivated",
)
TOPIC_TEXTS = ("message thread not found", "topic_deleted", "topic_closed", "topic_id_invalid")
MESSAGE_TEXTS = ("message to edit not found", "message can't be edited", "message_id_invalid")
FILE_TEXTS = ("wrong file identifier", "wrong remote file identifier", "wrong file_id", "file_reference_")


def outcome_of(error: Exception) -> Outcome:
    reason = f"{type(error).__name__}: {error}"
    if isinstance(error, RetryAfter):
        return Outcome(Verdict.FLOODED, reason, retry_after_s=seconds_of(error))
    if isinstance(error, ChatMigrated):
        return Outcome(Verdict.MIGRATED, reason, new_chat_id=error.new_chat_id)
    return Outcome(_verdict(error), reason, retry_after_s=FLOOD_PAUSE_S)


def seconds_of(error: RetryAfter) -> float:
    """Seconds, whether the library says them as a number or as a timedelta."""
    after: int | float | timedelta = error.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)


def _verdict(error: Exception) -> Verdict:
    text = str(error).lower()
    if isinstance(error.__cause__, TelegramError):
        return Verdict.UNSURE  # the status came with words that were not Telegram's: a proxy spoke
    if isinstance(error, Forbidden):
        return Verdict.CHAT_OFF if _says(text, FORBIDDEN_FOR_GOOD) else Verdict.REFUSED
    if isinstance(error, BadRequest):
        return _bad_request(text)
    if isinstance(error, InvalidToken | Conflict):
        return Verdict.STOP
    if isinstance(error, NetworkError):
        return _network(error, text)
    return Verdict.UNSURE if isinstance(error, TelegramError | TimeoutError) else Verdict.REFUSED


def _bad_request(text: str) -> Verdict:
    if _says(text, BAD_REQUEST_FOR_GOOD):
        return Verdict.CHAT_OFF
    if _says(text, TOPIC_TEXTS):
        return Verdict.TOPIC_GONE
    if _says(text, MESSAGE_TEXTS):
        return Verdict.MESSAGE_GONE
    return Verdict.FILE_GONE if _says(text, FILE_TEXTS) else Verdict.BAD_MESSAGE


def _network(error: NetworkError, text: str) -> Verdict:
    if type(error.__cause__).__name__ in NEVER_LEFT:
        return Verdict.NOT_SENT
    if "request entity too large" in text:
        return Verdict.BAD_MESSAGE
    return Verdict.FLOODED if "too many requests" in text else Verdict.UNSURE


def _says(text: str, phrases: tuple[str, ...]) -> bool:
    return any(phrase in text for phrase in phrases)
