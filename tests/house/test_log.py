"""The token appears in no log line, traceback or library message."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import structlog

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
