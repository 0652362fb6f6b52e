"""Notices about messages that could not be delivered."""

from __future__ import annotations

from bot.wording.escape import escaped


def chat_off(name: str) -> str:
    """For whoever set something up in a group or channel that the bot may not write to any more."""
    return (
        f"I can no longer post in <b>{escaped(name)}</b>, so its alerts and maps rest. "
        "What was set up is kept: it goes on as soon as I am a member again and may post."
    )


def undeliverable(letter_id: int, chat_id: int, reason: str) -> str:
    """For the operator."""
    return f"Message {letter_id} to chat {chat_id} was not delivered and is kept: {escaped(reason, 300)}"
