"""What a picture cannot follow is named in every language, and the longest note leaves a caption sendable."""

from __future__ import annotations

import pytest

from bot.language import Language
from bot.look import Overlay, Stack, Wishes
from bot.wording.escape import visible_length
from bot.wording.languages.chosen import phrases_of
from bot.wording.left_aside import told_left_aside

CAPTION_LENGTH = 1024  # Telegram's
EVERY = Wishes(stack=Stack.VENUE, overlays=frozenset(Overlay), contrast=4, full=True)


@pytest.mark.parametrize("language", Language)
def test_the_longest_note_fits_behind_the_longest_caption(language: Language) -> None:
    caption = "First line\n" + "x" * (phrases_of(language).room - len("First line\n"))
    told = told_left_aside(caption, EVERY, language, full_too=True)
    assert all(
        word in told.splitlines()[1] for word in ("by venue", "volume", "average", "contrast 4", "full")
    )
    assert visible_length(told) <= CAPTION_LENGTH


@pytest.mark.parametrize("language", Language)
def test_without_such_words_the_caption_stays(language: Language) -> None:
    assert told_left_aside("First\nSecond", Wishes(full=True), language) == "First\nSecond"
