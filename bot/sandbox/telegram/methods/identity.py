"""Who the bot is, and the menu it shows."""

from bot.sandbox.telegram.methods.method import Method
from bot.sandbox.telegram.parameters import Parameters
from bot.sandbox.telegram.telegram import Telegram
from bot.sandbox.telegram.wire import Json, bad_request

ABILITIES = {
    "can_join_groups": True,
    "can_read_all_group_messages": False,
    "supports_inline_queries": True,
    "can_connect_to_business": False,
    "has_main_web_app": False,
}
LONGEST = {"name": 64, "description": 512, "short_description": 120}


async def get_me(telegram: Telegram, parameters: Parameters) -> Json:
    return telegram.world.bot | ABILITIES


async def set_commands(telegram: Telegram, parameters: Parameters) -> bool:
    telegram.menu.set(_scope(parameters), parameters.text("language_code"), parameters.list("commands"))
    return True


async def get_commands(telegram: Telegram, parameters: Parameters) -> list[Json]:
    return telegram.menu.get(_scope(parameters), parameters.text("language_code"))


async def delete_commands(telegram: Telegram, parameters: Parameters) -> bool:
    telegram.menu.delete(_scope(parameters), parameters.text("language_code"))
    return True


def _setter(part: str) -> Method:
    async def set_part(telegram: Telegram, parameters: Parameters) -> bool:
        if len(parameters.text(part)) > LONGEST[part]:
            raise bad_request(f"bot {part.replace('_', ' ')} is too long")
        telegram.menu.words[part, parameters.text("language_code")] = parameters.text(part)
        return True

    return set_part


def _getter(part: str) -> Method:
    async def get_part(telegram: Telegram, parameters: Parameters) -> Json:
        return {part: telegram.menu.words.get((part, parameters.text("language_code")), "")}

    return get_part


async def accept(telegram: Telegram, parameters: Parameters) -> bool:
    """For what changes nothing here."""
    return True


async def get_menu_button(telegram: Telegram, parameters: Parameters) -> Json:
    return {"type": "commands"}


def _scope(parameters: Parameters) -> Json:
    scope = parameters.json("scope")
    return scope if isinstance(scope, dict) else {}


METHODS: dict[str, Method] = {
    "getMe": get_me,
    "setMyCommands": set_commands,
    "getMyCommands": get_commands,
    "deleteMyCommands": delete_commands,
    "setMyName": _setter("name"),
    "getMyName": _getter("name"),
    "setMyDescription": _setter("description"),
    "getMyDescription": _getter("description"),
    "setMyShortDescription": _setter("short_description"),
    "getMyShortDescription": _getter("short_description"),
    "setChatMenuButton": accept,
    "getChatMenuButton": get_menu_button,
    "setMyDefaultAdministratorRights": accept,
    "setMessageReaction": accept,
    "logOut": accept,
    "close": accept,
}
