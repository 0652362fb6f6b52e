"""/palette, /theme and /language: how a chat has its pictures, and what their captions are written in."""

from __future__ import annotations

from bot.telegram.asking import Answer, Asking
from bot.telegram.place import Place, place_of
from bot.telegram.room import Room
from bot.telegram.terms_line import TermsLine, terms_line
from bot.telegram.vocabulary import LANGUAGE_WORDS, PALETTE_WORDS, THEME_WORDS
from bot.wording import look_text
from bot.wording.refusal import Refusal
from bot.wording.terms_buttons import Menu


async def answer_palette(room: Room, asking: Asking) -> Answer:
    line = terms_line(asking.line)
    place = await place_of(room, asking, line.channel)
    return Answer(await set_palette(place, line), place.keyboard)


async def set_palette(place: Place, line: TermsLine) -> str:
    palette = PALETTE_WORDS.get("-".join(line.words))  # "colour blind" is one word too
    if palette is None:
        raise Refusal(look_text.palette_question(line.text), place.choices(Menu.PALETTE))
    await place.change(palette=palette)
    return look_text.palette_set(palette, place.where)


async def answer_theme(room: Room, asking: Asking) -> Answer:
    line = terms_line(asking.line)
    place = await place_of(room, asking, line.channel)
    return Answer(await set_theme(place, line), place.keyboard)


async def set_theme(place: Place, line: TermsLine) -> str:
    theme = THEME_WORDS.get(line.text)
    if theme is None:
        raise Refusal(look_text.theme_question(line.text), place.choices(Menu.THEME))
    await place.change(theme=theme)
    return look_text.theme_set(theme, place.where)


async def answer_language(room: Room, asking: Asking) -> Answer:
    line = terms_line(asking.line)
    place = await place_of(room, asking, line.channel)
    return Answer(await set_language(place, line), place.keyboard)


async def set_language(place: Place, line: TermsLine) -> str:
    language = LANGUAGE_WORDS.get(line.text)
    if language is None:
        raise Refusal(look_text.language_question(line.text), place.choices(Menu.LANGUAGE))
    await place.change(language=language)
    return look_text.language_set(language, place.where)
