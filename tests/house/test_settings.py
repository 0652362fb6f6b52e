"""Settings refuse to start with a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import Settings, SettingsRefused, load_settings


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


def test_everything_has_a_default() -> None:
    settings = load_settings()
    assert settings.exchanges == ("binance", "okx", "bybit")
    assert settings.database == "sqlite:///data/bot.db"
    assert settings.bot_token is None


def test_settings_are_frozen() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_settings().log_level = "DEBUG"


def test_lists_take_commas_and_spaces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXCHANGES", "OKX, bybit")
    monkeypatch.setenv("WATCH", "BTC eth,SOL")
    monkeypatch.setenv("ADMIN_CHATS", "12,-100345")
    settings = load_settings()
    assert settings.exchanges == ("okx", "bybit")
    assert settings.watch == ("BTC", "eth", "SOL")
    assert settings.admin_chats == (12, -100345)


def test_exchange_roots_are_read_without_their_last_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXCHANGE_URLS", "binance=http://127.0.0.1:9001/,okx=http://127.0.0.1:9002")
    roots = {"binance": "http://127.0.0.1:9001", "okx": "http://127.0.0.1:9002"}
    assert load_settings().exchange_urls == roots


@pytest.mark.parametrize(
    ("name", "value", "part"),
    [
        ("EXCHANGES", "kraken", "'kraken' is not offered; choose from binance, okx, bybit"),
        ("EXCHANGES", ",", "names no exchange"),
        ("ADMIN_CHATS", "me", "not a list of chat ids"),
        ("LOG_LEVEL", "LOUD", "not one of DEBUG, INFO, WARNING, ERROR"),
        ("TELEGRAM_API_URL", "ftp://x", "not an http address"),
        ("EXCHANGE_URLS", "binance", "not written like binance="),
        ("EXCHANGE_URLS", "kraken=http://127.0.0.1:1", "not offered"),
        ("BOT_TOKEN", "secret", "a token looks like"),
        ("DATABASE_URL", "mysql://x", "must be sqlite or postgresql, not mysql"),
        ("DATABASE_URL", "sqlite:///:memory:", "needs a file"),
        ("DATABASE_URL", "sqlite://", "needs a file"),
        ("DATABASE_URL", "sqlitefoo", "no address of a database"),
        ("DATABASE_URL", "nosuch://x", "must be sqlite or postgresql, not nosuch"),
        ("DATABASE_URL", "postgresql://ada@host:port/bot", "no address of a database"),
        ("DATA_DIR", "/etc/hostname", "is a file; a folder is needed"),
    ],
)
def test_a_malformed_value_is_named_with_what_would_work(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, part: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsRefused, match=name) as refused:
        load_settings()
    assert part in str(refused.value)


def test_a_bad_token_is_not_repeated_in_the_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", "hunter2-without-colon")
    with pytest.raises(SettingsRefused) as refused:
        load_settings()
    assert "hunter2" not in str(refused.value)


def test_a_password_is_not_repeated_in_the_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://ada:hunter2@host:54x/bot")
    with pytest.raises(SettingsRefused) as refused:
        load_settings()
    assert "hunter2" not in str(refused.value)


def test_an_unknown_name_in_the_env_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("EXCHANGE=binance\n")
    with pytest.raises(SettingsRefused, match="EXCHANGE: there is no such setting"):
        load_settings()


def test_a_read_only_key_comes_with_its_secret_and_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().binance_key is None
    monkeypatch.setenv("BINANCE_API_KEY", "abc-name")
    with pytest.raises(SettingsRefused, match="BINANCE_API_KEY and BINANCE_API_SECRET go together"):
        load_settings()
    monkeypatch.setenv("BINANCE_API_SECRET", "abc-secret")
    settings = load_settings()
    assert settings.binance_key == ("abc-name", "abc-secret")
    assert "abc-" not in repr(settings)


def test_each_exchange_has_its_root_or_its_own_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXCHANGES", "okx,bybit")
    monkeypatch.setenv("EXCHANGE_URLS", "okx=http://127.0.0.1:9002")
    assert load_settings().exchange_roots == {"okx": "http://127.0.0.1:9002", "bybit": None}
