"""Words about a picture that it cannot follow: its caption names them."""

from __future__ import annotations

from bot.language import Language
from bot.look import Overlay, Stack, Wishes
from bot.wording.languages.chosen import phrases_of

_OVERLAYS = {Overlay.VOLUME: "volume", Overlay.AVERAGE: "average"}


def told_left_aside(caption: str, wishes: Wishes, language: Language, *, full_too: bool = False) -> str:
    """The caption of a picture without layers by venue, overlays and contrast, with those wished for
    named under its first line; `full_too` where there is no full quality of it either."""
    words = ["by venue"] if wishes.stack is Stack.VENUE else []
    words += [word for overlay, word in _OVERLAYS.items() if overlay in wishes.overlays]
    words += [] if wishes.contrast is None else [f"contrast {wishes.contrast}"]
    words += ["full"] if full_too and wishes.full else []
    if not words:
        return caption
    say = phrases_of(language)
    first, *rest = caption.split("\n")
    return "\n".join([first, say.frame.left_aside.format(words=say.frame.listed.join(words)), *rest])
