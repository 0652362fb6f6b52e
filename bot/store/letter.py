"""What waits in the outbox: a message, and what has become of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.store.destination import Destination

PLAIN = ":plain"  # ends the key of a letter that says without markup what Telegram did not take


class Kind(StrEnum):
    ALERT = "alert"
    REPLY = "reply"
    NOTICE = "notice"
    SCHEDULED = "scheduled"
    EDIT = "edit"  # of a message that was sent; nobody's phone rings

    @property
    def priority(self) -> int:
        """Lower goes first."""
        return list(Kind).index(self) * 10


class LetterState(StrEnum):
    READY = "ready"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"


@dataclass(frozen=True)
class Button:
    text: str
    data: str


@dataclass(frozen=True)
class Letter:
    """A message that is to be sent. The same `dedup_key` is queued once, ever."""

    dedup_key: str
    destination: Destination
    kind: Kind
    text: str  # Telegram HTML
    picture_key: str | None = None
    buttons: tuple[tuple[Button, ...], ...] = ()
    silent: bool = False
    due_ms: int | None = None  # None: at once
    expires_ms: int | None = None
    priority: int | None = None  # None: by kind
    edits_id: int | None = None  # of an EDIT: the letter whose message gets this text and these buttons


@dataclass(frozen=True)
class Queued:
    """A letter in the outbox. Times are wall time."""

    id: int
    letter: Letter
    state: LetterState
    created_ms: int
    due_ms: int
    lease_until_ms: int
    lease_owner: str
    attempts: int  # claims so far; whoever claimed it last is the one that may change it
    unsure: int  # sends of which nobody knows whether they arrived
    last_error: str
    message_id: int | None
    settled_ms: int | None

    @property
    def destination(self) -> Destination:
        return self.letter.destination
