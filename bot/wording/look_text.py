"""Palettes, themes and languages in words, and the answers to who chooses one."""

from __future__ import annotations

from bot.language import Language
from bot.look import Look, PaletteName, Theme
from bot.wording.escape import escaped

PALETTES: dict[str, str] = {
    PaletteName.SEED: "longs green, shorts red",
    PaletteName.EXCHANGE: "longs red, shorts green",
    PaletteName.COLOUR_BLIND: "longs blue, shorts orange",
}
THEMES: dict[str, str] = {Theme.DARK: "dark", Theme.LIGHT: "light"}
LANGUAGES: dict[str, str] = {
    Language.ENGLISH: "English",
    Language.RUSSIAN: "Русский",
    Language.CHINESE: "中文",
    Language.SPANISH: "Español",
}
PICTURES = "Maps asked for, pictures of alerts and scheduled maps"


def pictures_text(look: Look, language: Language) -> str:
    """How a place has its pictures, in a few words."""
    return f"{PALETTES[look.palette]}, {THEMES[look.theme]}; captions: {LANGUAGES[language]}"


def palette_set(palette: PaletteName, where: str = "") -> str:
    return f"🎨 {PALETTES[palette].capitalize()}{_place(where)} from now on. {PICTURES} are drawn so."


def theme_set(theme: Theme, where: str = "") -> str:
    return f"🎨 {THEMES[theme].capitalize()} pictures{_place(where)} from now on. {PICTURES} are drawn so."


def language_set(language: Language, where: str = "") -> str:
    return (
        f"🌐 {LANGUAGES[language]}{_place(where)} from now on: captions of maps, also of scheduled ones. "
        "Alerts, other texts and the words in pictures stay English so far."
    )


def palette_question(typed: str = "") -> str:
    return (
        f"{_unknown(typed, 'palette')}Which colours: seed, exchange or colour-blind? E.g. /palette exchange"
    )


def theme_question(typed: str = "") -> str:
    return f"{_unknown(typed, 'theme')}Dark or light? For example /theme light"


def language_question(typed: str = "") -> str:
    return f"{_unknown(typed, 'language of mine')}Which language: en, ru, zh or es? For example /language ru"


def _unknown(typed: str, what: str) -> str:
    return f"“{escaped(typed)}” is no {what}. " if typed else ""


def _place(where: str) -> str:
    return f" in {escaped(where)}" if where else ""
