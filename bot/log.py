"""Logs to standard error, and the token in none of them."""

from __future__ import annotations

import logging
import sys

import structlog

HIDDEN = "<token>"
NOISY = ("aiosqlite", "alembic", "asyncio", "httpx", "httpcore", "telegram", "ccxt", "matplotlib", "numba")


class _Scrubbing(logging.Formatter):
    """Replaces the secret wherever it stands: also in tracebacks and in what libraries log."""

    def __init__(self, secret: str) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")
        self._secret = secret

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        return line.replace(self._secret, HIDDEN) if self._secret else line


def _without_trace(record: logging.LogRecord) -> bool:
    """The Telegram library shows a stack trace where only the line is down: one sentence is enough."""
    error = record.exc_info[1] if record.exc_info else None
    if record.name.startswith("telegram.") and type(error).__module__ == "telegram.error":
        record.msg, record.args = f"{record.getMessage().split('. ')[0]}: {error}", ()
        record.exc_info = record.exc_text = None
    return True


def set_up_logging(level: str, secret: str = "") -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Scrubbing(secret))
    handler.addFilter(_without_trace)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in NOISY:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))
    # A run that is skipped because the last one still works is counted, not worth a line.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.processors.format_exc_info,
            _as_words,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _as_words(_: object, __: str, event: structlog.typing.EventDict) -> str:
    """ "what happened key=value …", with a traceback on the lines below."""
    trace = event.pop("exception", "")
    words = [str(event.pop("event")), *(f"{name}={value!r}" for name, value in event.items())]
    return " ".join(words) + (f"\n{trace}" if trace else "")
