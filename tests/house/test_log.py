"""The token appears in no log line, traceback or library message."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import structlog
from telegram.error import NetworkError

from bot.log import set_up_logging

TOKEN = "123456:very-secret"


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    root = logging.getLogger()
    before = (root.level, list(root.handlers))
    yield
    root.setLevel(before[0])
    root.handlers[:] = before[1]
    structlog.reset_defaults()


def test_the_token_is_hidden_wherever_it_stands(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("INFO", TOKEN)
    structlog.get_logger("bot").warning("request failed", url=f"http://host/bot{TOKEN}/getMe")
    logging.getLogger("library").error("called %s", f"bot{TOKEN}/sendMessage")
    try:
        raise ValueError(f"no answer from bot{TOKEN}")
    except ValueError:
        structlog.get_logger("bot").exception("it broke")
    written = capsys.readouterr().err
    assert "request failed" in written
    assert "it broke" in written
    assert "Traceback" in written
    assert TOKEN not in written
    assert written.count("<token>") >= 3


def test_request_lines_of_the_http_library_are_not_logged(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("INFO", TOKEN)
    logging.getLogger("httpx").info("HTTP Request: POST")
    assert "HTTP Request" not in capsys.readouterr().err


def test_a_line_that_is_down_is_one_sentence_of_the_telegram_library(
    capsys: pytest.CaptureFixture[str],
) -> None:
    set_up_logging("INFO", TOKEN)
    try:
        raise NetworkError(f"no answer from bot{TOKEN}")
    except NetworkError:
        logging.getLogger("telegram.ext.Updater").exception("Error at the end. Suppressing it.")
    written = capsys.readouterr().err
    assert "Error at the end: no answer from bot<token>" in written
    assert "Traceback" not in written


def test_an_error_of_ours_keeps_its_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("INFO", TOKEN)
    try:
        raise KeyError("surprise")
    except KeyError:
        logging.getLogger("telegram.ext.Application").exception("a handler broke")
    assert "Traceback" in capsys.readouterr().err
