"""Settings: one frozen object from the environment and `.env`; what is malformed refuses to start."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

USUAL_VENUES = ("binance", "okx", "bybit")
VENUES = (*USUAL_VENUES, "gate")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


class SettingsRefused(Exception):
    """A setting is unknown or malformed; the text says which and what would work."""


def _words(value: str) -> tuple[str, ...]:
    return tuple(word for word in value.replace(",", " ").split() if word)


def _root(value: str) -> str:
    """An http(s) root without a trailing slash."""
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError(f"{value!r} is not an http address such as http://127.0.0.1:9001")
    return value.rstrip("/")


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="forbid", frozen=True)

    bot_token: SecretStr | None = None
    database_url: str = ""
    exchanges: Annotated[tuple[str, ...], NoDecode] = USUAL_VENUES
    watch: Annotated[tuple[str, ...], NoDecode] = ("BTC", "ETH", "SOL")
    admin_chats: Annotated[tuple[int, ...], NoDecode] = ()
    log_level: str = "INFO"
    data_dir: Path = Path("data")
    telegram_api_url: str = "https://api.telegram.org"
    exchange_urls: Annotated[dict[str, str], NoDecode] = Field(default_factory=dict)
    binance_api_key: SecretStr | None = None  # may only read; for margin tables
    binance_api_secret: SecretStr | None = None

    @field_validator("bot_token")
    @classmethod
    def _token_has_two_parts(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _looks_like_a_token(value.get_secret_value()):
            raise ValueError("a token looks like 123456:letters, as BotFather gives it")
        return value

    @model_validator(mode="after")
    def _key_has_its_secret(self) -> Settings:
        if (self.binance_api_key is None) != (self.binance_api_secret is None):
            raise ValueError("BINANCE_API_KEY and BINANCE_API_SECRET go together, one of them is missing")
        return self

    @field_validator("exchanges", mode="before")
    @classmethod
    def _exchanges_are_offered(cls, value: str | tuple[str, ...]) -> tuple[str, ...]:
        names = _words(value.lower()) if isinstance(value, str) else value
        for name in names:
            _offered(name)
        if not names:
            raise ValueError(f"names no exchange; choose from {', '.join(VENUES)}")
        return tuple(dict.fromkeys(names))

    @field_validator("watch", mode="before")
    @classmethod
    def _pairs(cls, value: str | tuple[str, ...]) -> tuple[str, ...]:
        return _words(value) if isinstance(value, str) else value

    @field_validator("admin_chats", mode="before")
    @classmethod
    def _chat_ids(cls, value: str | int | tuple[int, ...]) -> tuple[int, ...]:
        if isinstance(value, tuple):
            return value
        try:
            return tuple(int(word) for word in _words(str(value)))
        except ValueError:
            raise ValueError(f"{value!r} is not a list of chat ids such as 12345,-100678") from None

    @field_validator("log_level")
    @classmethod
    def _level(cls, value: str) -> str:
        if value.upper() not in LOG_LEVELS:
            raise ValueError(f"{value!r} is not one of {', '.join(LOG_LEVELS)}")
        return value.upper()

    @field_validator("telegram_api_url")
    @classmethod
    def _telegram_root(cls, value: str) -> str:
        return _root(value)

    @field_validator("exchange_urls", mode="before")
    @classmethod
    def _roots(cls, value: str | dict[str, str]) -> dict[str, str]:
        return dict(_named_root(word) for word in _words(value)) if isinstance(value, str) else value

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        if value:
            from bot.store.connecting import parse_url  # SQLAlchemy, only where there is something to check

            parse_url(value)
        return value

    @field_validator("data_dir")
    @classmethod
    def _folder(cls, value: Path) -> Path:
        if value.exists() and not value.is_dir():
            raise ValueError(f"{str(value)!r} is a file; a folder is needed")
        return value

    @property
    def database(self) -> str:
        """The database asked for, by default a file in the data folder."""
        return self.database_url or f"sqlite:///{self.data_dir / 'bot.db'}"

    @property
    def exchange_roots(self) -> dict[str, str | None]:
        """By exchange asked for, where it is to be found; None is its own address."""
        return {name: self.exchange_urls.get(name) for name in self.exchanges}

    @property
    def binance_key(self) -> tuple[str, str] | None:
        """Name and secret of the key, in plain text."""
        if self.binance_api_key is None or self.binance_api_secret is None:
            return None
        return self.binance_api_key.get_secret_value(), self.binance_api_secret.get_secret_value()


def _looks_like_a_token(text: str) -> bool:
    number, colon, secret = text.partition(":")
    return (
        number.isdigit() and bool(colon) and bool(secret) and not any(c.isspace() or c == "/" for c in secret)
    )


def _offered(name: str) -> str:
    if name not in VENUES:
        raise ValueError(f"{name!r} is not offered; choose from {', '.join(VENUES)}")
    return name


def _named_root(word: str) -> tuple[str, str]:
    name, equals, root = word.partition("=")
    if not equals:
        raise ValueError(f"{word!r} is not written like binance=http://127.0.0.1:9001")
    return _offered(name.strip().lower()), _root(root.strip())


def load_settings() -> Settings:
    """Settings from the environment and `.env`; raises SettingsRefused with sentences."""
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsRefused("\n".join(_sentence(detail) for detail in error.errors())) from None


def _sentence(detail: ErrorDetails) -> str:
    name = str(detail["loc"][0]).upper() if detail["loc"] else "settings"
    if detail["type"] == "extra_forbidden":
        known = ", ".join(field.upper() for field in Settings.model_fields)
        return f"{name}: there is no such setting. Settings are {known}."
    return f"{name}: {detail['msg'].removeprefix('Value error, ').rstrip('.')}."


def has_token() -> bool:
    """Whether BOT_TOKEN is set, in the environment or in `.env`."""
    return load_settings().bot_token is not None


def environment_with(**values: str) -> dict[str, str]:
    """This process's environment with some settings on top, for a child process."""
    return {**os.environ, **values}
