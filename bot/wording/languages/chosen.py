"""The phrases of a language."""

from __future__ import annotations

from bot.language import Language
from bot.wording.languages.chinese import CHINESE
from bot.wording.languages.english import ENGLISH
from bot.wording.languages.phrases import Phrases
from bot.wording.languages.russian import RUSSIAN
from bot.wording.languages.spanish import SPANISH

_PHRASES = {
    Language.ENGLISH: ENGLISH,
    Language.RUSSIAN: RUSSIAN,
    Language.CHINESE: CHINESE,
    Language.SPANISH: SPANISH,
}


def phrases_of(language: Language) -> Phrases:
    return _PHRASES[language]
