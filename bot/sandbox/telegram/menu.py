"""The command menu, per scope and language."""

import json
import re

from bot.sandbox.telegram.wire import Json, bad_request

MOST_COMMANDS = 100
LONGEST_DESCRIPTION = 256
SCOPES = (
    "default",
    "all_private_chats",
    "all_group_chats",
    "all_chat_administrators",
    "chat",
    "chat_administrators",
    "chat_member",
)


class CommandMenu:
    def __init__(self) -> None:
        self._lists: dict[tuple[str, str], list[Json]] = {}
        self.words: dict[tuple[str, str], str] = {}

    def set(self, scope: Json, language: str, commands: list[Json]) -> None:
        if len(commands) > MOST_COMMANDS:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        self._lists[_key(scope), language] = [_check(one) for one in commands]

    def delete(self, scope: Json, language: str) -> None:
        self._lists.pop((_key(scope), language), None)

    def get(self, scope: Json, language: str = "") -> list[Json]:
        return self._lists.get((_key(scope), language), [])

    def shown(self, chat_id: int, chat_type: str, user_id: int, admin: bool, language: str) -> list[Json]:
        """The first list that there is, from the narrowest scope to the widest."""
        scopes = _narrowest_first(chat_id, chat_type, user_id, admin)
        lists = (self.get(scope, spoken) for scope in scopes for spoken in (language, ""))
        return next((commands for commands in lists if commands), [])


def _narrowest_first(chat_id: int, chat_type: str, user_id: int, admin: bool) -> list[Json]:
    chat: Json = {"type": "chat", "chat_id": chat_id}
    if chat_type == "private":
        return [chat, {"type": "all_private_chats"}, {"type": "default"}]
    member: Json = {"type": "chat_member", "chat_id": chat_id, "user_id": user_id}
    here: Json = {"type": "chat_administrators", "chat_id": chat_id}
    admins = ([here], [{"type": "all_chat_administrators"}]) if admin else ([], [])
    return [member, *admins[0], chat, *admins[1], {"type": "all_group_chats"}, {"type": "default"}]


def _key(scope: Json) -> str:
    if scope and scope.get("type") not in SCOPES:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    return json.dumps(scope or {"type": "default"}, sort_keys=True)


def _check(command: Json) -> Json:
    name = str(command.get("command", "")).removeprefix("/").lower()
    description = str(command.get("description", "")).strip()
    if not re.fullmatch(r"[a-z0-9_]{1,32}", name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= LONGEST_DESCRIPTION:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}
