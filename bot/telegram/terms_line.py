"""Lines that set how a chat is told: what is left of them without the command and the channel."""

from __future__ import annotations

from dataclasses import dataclass

from bot.rules.sessions import Session
from bot.telegram.vocabulary import ALL_WORDS, FILLERS, OFF_WORDS, SESSION_WORDS
from bot.telegram.word_shapes import channel_of
from bot.telegram.words import words_after_command


@dataclass(frozen=True)
class TermsLine:
    words: tuple[str, ...]  # in lower case
    channel: str | None = None  # "@name" or "-100…"

    @property
    def off(self) -> bool:
        return len(self.words) == 1 and self.words[0] in OFF_WORDS

    @property
    def text(self) -> str:
        return " ".join(self.words)


def terms_line(line: str) -> TermsLine:
    words = words_after_command(line)
    channels = [channel for word in words if (channel := channel_of(word)) is not None]
    rest = tuple(word.casefold() for word in words if channel_of(word) is None)
    return TermsLine(rest, channels[0] if channels else None)


def sessions_in(words: tuple[str, ...]) -> tuple[tuple[Session, ...], tuple[str, ...]]:
    """The sessions that are named, in their order of a day, and the words that name none."""
    joined = " ".join(words).replace("new york", "ny").replace("nueva york", "ny").replace("нью йорк", "ny")
    parts = [word for word in joined.replace("+", " ").replace("/", " ").split() if word not in FILLERS]
    if any(word in ALL_WORDS for word in parts):
        parts = [word for word in parts if word not in ALL_WORDS] + [session.value for session in Session]
    named = {SESSION_WORDS[word] for word in parts if word in SESSION_WORDS}
    unknown = tuple(word for word in parts if word not in SESSION_WORDS)
    return tuple(session for session in Session if session.value in named), unknown
