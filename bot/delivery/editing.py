"""What an edit in the outbox changes, if there is anything to change."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from bot.store import outbox
from bot.store.database import Transaction
from bot.store.letter import LetterState, Queued


class NoTarget(Enum):
    """Why an edit has nothing to do, or not yet."""

    NOT_YET = "The message that it changes has not been sent yet."
    NEVER_SENT = "The message that it would change was never sent."
    OUTDATED = "A later edit of the message was queued."


@dataclass(frozen=True)
class Target:
    """A message as it was sent."""

    message_id: int
    has_caption: bool
    late_ms: int  # how late it was; its text begins with a note where that was much


async def target_of(tx: Transaction, queued: Queued) -> Target | NoTarget:
    edits_id = queued.letter.edits_id
    original = None if edits_id is None else await outbox.find(tx, edits_id)
    if original is None or original.state is LetterState.DEAD:
        return NoTarget.NEVER_SENT
    if await outbox.has_later_edit(tx, queued):
        return NoTarget.OUTDATED
    if original.state is not LetterState.SENT:
        return NoTarget.NOT_YET
    if original.message_id is None or original.settled_ms is None:  # it was sent where the chat was before
        return NoTarget.NEVER_SENT
    late_ms = original.settled_ms - original.created_ms
    return Target(original.message_id, original.letter.picture_key is not None, late_ms)
