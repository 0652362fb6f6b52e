"""What people type about a picture: which part of a map, how it is drawn, and of which moment."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeVar

from bot.liquidation.side import Side
from bot.look import MOST_CONTRAST, Overlay, PaletteName, Stack, Theme, Wishes
from bot.telegram.leverage_words import is_offered, leverage_bands_of
from bot.telegram.moment_words import Moment, Unclear, moment_of, moments_joined
from bot.telegram.problem import Problem, ProblemKind
from bot.telegram.vocabulary import (
    CONTRAST_WORDS,
    FULL_WORDS,
    OVERLAY_WORDS,
    PALETTE_WORDS,
    PICTURE_FILLERS,
    PICTURE_PHRASES,
    STACK_WORDS,
    THEME_WORDS,
)
from bot.telegram.word_shapes import side_of

_PHRASES = tuple(
    (re.compile(rf"(?<!\S){pattern}(?!\S)", re.IGNORECASE), joined) for pattern, joined in PICTURE_PHRASES
)
_CONTRAST = re.compile(r"contrast=(\d+(?:[.,]\d+)?)")
_SHORT_CONTRAST = re.compile(r"c(\d)")


class Quality(Enum):
    FULL = "full"


@dataclass(frozen=True)
class Contrast:
    named: str  # as typed; empty where the number is missing

    @property
    def value(self) -> int | None:
        in_range = self.named.isdigit() and 1 <= int(self.named) <= MOST_CONTRAST
        return int(self.named) if in_range else None


Meaning = Side | Stack | PaletteName | Theme | Overlay | Contrast | Quality
Kind = TypeVar("Kind", Side, Stack, PaletteName, Theme, Overlay, Contrast, Quality)


@dataclass(frozen=True)
class PictureWords:
    """What was said of a picture; None where nothing was."""

    leverage: frozenset[int] | None = None  # places in LEVERAGE_BANDS
    side: Side | None = None
    wishes: Wishes = field(default_factory=Wishes)
    moment: Moment | None = None


def pictures_joined(words: Iterable[str]) -> list[str]:
    """The words with what belongs together made one: "moving average", "from 10x to 25x"."""
    line = moments_joined(" ".join(words))
    for pattern, joined in _PHRASES:
        line = pattern.sub(joined, line)
    return line.split()


@dataclass
class PictureReading:
    """What has been understood so far; each `take` answers whether the word was its own."""

    leverages: list[frozenset[int]] = field(default_factory=list)
    too_high: list[str] = field(default_factory=list)  # leverages that no venue offers, as typed
    moments: list[Moment] = field(default_factory=list)
    unclear: list[Unclear] = field(default_factory=list)
    said: list[tuple[str, Meaning]] = field(default_factory=list)

    def take(self, word: str) -> bool:
        """Words that cannot be a coin."""
        if (bands := leverage_bands_of(word)) is not None:
            if is_offered(word):
                self.leverages.append(bands)
            else:
                self.too_high.append(word)
        elif (contrast := _CONTRAST.fullmatch(word.casefold())) is not None:
            self.said.append((word, Contrast(contrast[1])))
        else:
            return self._take_moment(word)
        return True

    def _take_moment(self, word: str) -> bool:
        moment = moment_of(word)
        if isinstance(moment, Moment):
            self.moments.append(moment)
        elif moment is not None:
            self.unclear.append(moment)
        return moment is not None

    def take_weak(self, word: str) -> bool:
        """Words that are also names of coins."""
        meaning = _meaning(word.casefold())
        if meaning is not None:
            self.said.append((word, meaning))
        return meaning is not None or word.casefold() in PICTURE_FILLERS

    def forget(self, word: str) -> None:
        """It was a coin."""
        self.said = [one for one in self.said if one[0] != word]

    def words(self) -> PictureWords:
        """All that was said once; see `problems` for the rest."""
        contrast = self._one(Contrast)
        wishes = Wishes(
            palette=self._one(PaletteName),
            theme=self._one(Theme),
            stack=self._one(Stack),
            overlays=frozenset(self._all(Overlay)),
            contrast=contrast.value if contrast is not None else None,
            full=Quality.FULL in self._all(Quality),
        )
        leverage = frozenset(band for bands in self.leverages for band in bands) or None
        moment = self.moments[0] if len(set(self.moments)) == 1 else None
        return PictureWords(leverage, self._one(Side), wishes, moment)

    def problems(self) -> Iterator[Problem]:
        """What was said twice, differently, or cannot be."""
        twice = (
            (ProblemKind.TWO_SIDES, [f"{side.word}s" for side in self._all(Side)]),
            (ProblemKind.TWO_STACKS, [f"{stack}s" for stack in self._all(Stack)]),
            (ProblemKind.TWO_PALETTES, [str(palette) for palette in self._all(PaletteName)]),
            (ProblemKind.TWO_THEMES, [str(theme) for theme in self._all(Theme)]),
            (ProblemKind.TWO_CONTRASTS, [f"contrast {one.named}" for one in self._all(Contrast)]),
            (ProblemKind.TWO_MOMENTS, [moment.said for moment in dict.fromkeys(self.moments)]),
        )
        for kind, options in twice:
            if len(options) > 1:
                yield Problem(kind, " ".join(options), tuple(options))
        for contrast in self._all(Contrast):
            if contrast.value is None:
                levels = tuple(f"contrast {level}" for level in range(1, MOST_CONTRAST + 1))
                yield Problem(ProblemKind.CONTRAST_OUT_OF_RANGE, contrast.named, levels)
        for word in self.too_high:
            yield Problem(ProblemKind.LEVERAGE_NOT_OFFERED, word, ("10x", "25x", "50x", "100x"))
        for unclear in self.unclear:
            yield Problem(ProblemKind.MOMENT_UNCLEAR, unclear.word, unclear.options)

    def _all(self, kind: type[Kind]) -> list[Kind]:
        return list(dict.fromkeys(meaning for _, meaning in self.said if isinstance(meaning, kind)))

    def _one(self, kind: type[Kind]) -> Kind | None:
        found = self._all(kind)
        return found[0] if len(found) == 1 else None


def _meaning(plain: str) -> Meaning | None:
    """What a word in lower case says of a picture; None for another word."""
    if plain in STACK_WORDS:
        return Stack(STACK_WORDS[plain])
    if plain in PALETTE_WORDS:
        return PALETTE_WORDS[plain]
    if plain in THEME_WORDS:
        return THEME_WORDS[plain]
    if plain in OVERLAY_WORDS:
        return Overlay(OVERLAY_WORDS[plain])
    if plain in FULL_WORDS:
        return Quality.FULL
    if plain in CONTRAST_WORDS:
        return Contrast("")
    short = _SHORT_CONTRAST.fullmatch(plain)
    return side_of(plain) if short is None else Contrast(short[1])
