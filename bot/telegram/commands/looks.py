"""/palette, /theme and /language: how a chat has its pictures, and what their captions are written in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.telegram.asking import Answer, Asking
from bot.telegram.place import Place, place_of
from bot.telegram.room import Room
from bot.telegram.terms_line import TermsLine, terms_line
from bot.telegram.vocabulary import LANGUAGE_WORDS, PALETTE_WORDS, THEME_WORDS
from bot.wording import look_text
from bot.wording.refusal import Refusal
from bot.wording.terms_buttons import Menu


async def set_palette(place: Place, line: TermsLine) -> str:
    palette = PALETTE_WORDS.get("-".join(line.words))  # "colour blind" is one word too
    if palette is None:
        raise Refusal(look_text.palette_question(line.text), place.choices(Menu.PALETTE))
    await place.change(palette=palette)
    return look_text.palette_set(palette, place.where)


async def set_theme(place: Place, line: TermsLine) -> str:
    theme = THEME_WORDS.get(line.text)
    if theme is None:
        raise Refusal(look_text.theme_question(line.text), place.choices(Menu.THEME))
    await place.change(theme=theme)
    return look_text.theme_set(theme, place.where)


async def set_language(place: Place, line: TermsLine) -> str:
    language = LANGUAGE_WORDS.get(line.text)
    if language is None:
        raise Refusal(look_text.language_question(line.text), place.choices(Menu.LANGUAGE))
    await place.change(language=language)
    return look_text.language_set(language, place.where)


def _answering(
    change: Callable[[Place, TermsLine], Awaitable[str]],
) -> Callable[[Room, Asking], Awaitable[Answer]]:
    """The command that makes this change."""

    async def answer(room: Room, asking: Asking) -> Answer:
        line = terms_line(asking.line)
        place = await place_of(room, asking, line.channel)
        return Answer(await change(place, line), place.keyboard)

    return answer


answer_palette, answer_theme, answer_language = map(_answering, (set_palette, set_theme, set_language))
