"""A question on its way in, and an answer on its way out: neither knows Telegram's library."""

from __future__ import annotations

from dataclasses import dataclass

from bot.store.destination import Destination
from bot.telegram.media import Media
from bot.wording.buttons import Keyboard


@dataclass(frozen=True)
class Asking:
    """One command line, typed or tapped."""

    line: str
    destination: Destination
    chat_kind: str  # private, group, supergroup or channel
    user_id: int  # 0 where nobody can be named
    as_chat: bool = False  # an anonymous admin speaks as the group itself
    tapped: int | None = None  # message id of the button
    redraw: bool = False  # the tapped message is a picture that may be drawn anew in its place

    @property
    def private(self) -> bool:
        return self.chat_kind == "private"


@dataclass(frozen=True)
class Answer:
    text: str
    keyboard: Keyboard = ()
    media: Media | None = None
    in_place: bool = False  # may replace the message whose button was tapped
    toast: str = ""  # said beside the tapped button
    request_channel: str = ""  # text of a button that lets a person choose a channel
