"""What is answered instead of what was asked for."""

from __future__ import annotations

from collections.abc import Sequence

from bot.wording.buttons import Keyboard


class Refusal(Exception):
    """One clear sentence (HTML), and buttons that ask for what would work."""

    def __init__(self, sentence: str, keyboard: Keyboard = ()) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.keyboard = keyboard


class VenueNotRead(Refusal):
    """A venue that this bot is not set up to read; `read` are those that it is."""

    def __init__(self, sentence: str, venue: str, read: Sequence[str]) -> None:
        super().__init__(sentence)
        self.venue = venue
        self.read = tuple(read)
