"""The same line with a venue that is read, where one was named that is not."""

from __future__ import annotations

from bot.telegram.commands.table import COMMANDS
from bot.telegram.compare_words import says_against
from bot.telegram.vocabulary import VENUE_WORDS
from bot.telegram.words import command_of
from bot.wording.buttons import Key, Keyboard, in_rows, key, rows
from bot.wording.pair import venue_name
from bot.wording.refusal import VenueNotRead


def other_venues(line: str, refusal: VenueNotRead) -> Keyboard:
    """A button for each venue that is read and not in the line yet; none where no word names the venue."""
    words = _with_command(line.split())
    named = [VENUE_WORDS.get(word.strip(",;").casefold()) for word in words]
    if refusal.venue not in named:
        return ()
    offered = [venue for venue in refusal.read if venue not in named]
    return rows(*in_rows([_in_its_place(words, named.index(refusal.venue), venue) for venue in offered], 3))


def _in_its_place(words: list[str], place: int, venue: str) -> Key | None:
    return key(venue_name(venue), " ".join([*words[:place], venue, *words[place + 1 :]]))


def _with_command(words: list[str]) -> list[str]:
    """A line without a command asks for a map, or a comparison."""
    if (command := command_of(words[0])) is not None:
        return ["sl" if command == "stop" else command, *words[1:]]  # "stop" on a button ends a schedule
    bare = "compare" if says_against(" ".join(words)) else "map"
    return words if words[0] in COMMANDS else [bare, *words]
