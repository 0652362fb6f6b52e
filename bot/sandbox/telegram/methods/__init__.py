"""The Bot API's methods, by name."""

from bot.sandbox.telegram.methods import (
    answering,
    chats,
    editing,
    identity,
    receiving,
    removing,
    sending,
    sending_media,
)
from bot.sandbox.telegram.methods.method import Method

METHODS: dict[str, Method] = {
    name.lower(): method
    for room in (answering, chats, editing, identity, receiving, removing, sending, sending_media)
    for name, method in room.METHODS.items()
}
