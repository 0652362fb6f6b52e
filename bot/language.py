"""The languages that captions are written in."""

from __future__ import annotations

from enum import StrEnum


class Language(StrEnum):
    ENGLISH = "en"
    RUSSIAN = "ru"
    CHINESE = "zh"
    SPANISH = "es"
