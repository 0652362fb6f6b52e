"""What is answered instead of what was asked for."""

from __future__ import annotations

from bot.wording.buttons import Keyboard


class Refusal(Exception):
    """One clear sentence (HTML), and buttons that ask for what would work."""

    def __init__(self, sentence: str, keyboard: Keyboard = ()) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.keyboard = keyboard
