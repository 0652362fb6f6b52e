"""Which faults there are, and what each of them may be told."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.sandbox.market.series import CANDLES, MARK_PRICE, OPEN_INTEREST, RECORDED, ROWS, SERIES, TIME

LONGEST_SECONDS = 86_400.0
ALIASES = {"blocked_by_user": "blocked", "blocked_by_the_user": "blocked"}


class UnknownFaultError(ValueError):
    """The sentence says what would have been accepted."""


@dataclass(frozen=True)
class Detail:
    """A number with its bounds; without a default it may be left out."""

    low: float
    high: float
    default: float | None = None


@dataclass(frozen=True)
class Kind:
    """What it can be aimed at: one of these series, or one contract; some must be aimed at a contract."""

    series: tuple[str, ...] = ()
    symbol: bool = False
    needs_symbol: bool = False
    details: Mapping[str, Detail] = field(default_factory=dict)


ANSWER = Kind(SERIES, symbol=True)  # what comes over HTTP instead of an answer
MOVING = Kind(ROWS, symbol=True)
SOCKET = Kind()
CONTRACT = Kind(symbol=True, needs_symbol=True)
EXCHANGE_KINDS: dict[str, Kind] = {
    "latency": Kind(SERIES, symbol=True, details={"delay": Detail(0, 600, 3.0)}),
    "rate_limited": ANSWER,
    "banned": ANSWER,
    "blocked": ANSWER,
    "maintenance": ANSWER,
    "errors": ANSWER,
    "garbage": ANSWER,
    "silence": ANSWER,
    "dropped": ANSWER,
    "truncated": ANSWER,
    "stale": MOVING,
    "clock_off": Kind((TIME,), details={"by_ms": Detail(-86_400_000, 86_400_000, 30_000)}),
    "delisted": CONTRACT,
    "newly_listed": CONTRACT,
    "spike": Kind((CANDLES, MARK_PRICE), symbol=True, details={"factor": Detail(0.01, 100, 1.2)}),
    "interest_spike": Kind((OPEN_INTEREST,), symbol=True, details={"factor": Detail(0.01, 100, 10.0)}),
    "gap": Kind(RECORDED, symbol=True, details={"minutes": Detail(1, 100_000)}),
    "duplicates": MOVING,
    "reordered": MOVING,
    "socket_closed": SOCKET,
    "socket_frozen": SOCKET,
    "socket_silent": SOCKET,
}
TELEGRAM_KINDS = (
    "errors",
    "garbage",
    "silence",
    "slow",
    "dropped",
    "bad_gateway",
    "blocked",
    "kicked",
    "flood",
    "lost_answer",
    "thread_gone",
    "conflict",
    "unauthorized",
)
EXCHANGES = ("binance", "okx", "bybit", "gate")
TARGETS = (*EXCHANGES, "telegram")


def plain(kind: str) -> str:
    """People write "blocked by user" as well."""
    word = kind.strip().lower().replace(" ", "_").replace("-", "_")
    return ALIASES.get(word, word)


def check(target: str, kind: str, seconds: float) -> None:
    if target not in TARGETS:
        raise UnknownFaultError(f"Unknown target {target!r}: choose from {', '.join(TARGETS)}.")
    kinds = tuple(EXCHANGE_KINDS) if target in EXCHANGES else TELEGRAM_KINDS
    if kind not in kinds:
        raise UnknownFaultError(f"Unknown kind {kind!r} for {target}: choose from {', '.join(kinds)}.")
    if not 0 <= seconds <= LONGEST_SECONDS:
        raise UnknownFaultError(f"Seconds must be from 0 to {LONGEST_SECONDS:.0f}, not {seconds}.")


def check_aim(name: str, series: object, symbol: object) -> None:
    """Whether a fault of an exchange can be aimed at such a series and symbol."""
    kind = EXCHANGE_KINDS[name]
    if series is not None and series not in kind.series:
        possible = f"choose from {', '.join(kind.series)}" if kind.series else "leave the series out"
        raise UnknownFaultError(f"{name} cannot be aimed at the series {series!r}: {possible}.")
    if symbol is None and kind.needs_symbol:
        raise UnknownFaultError(f'{name} needs a "symbol": the venue\'s id of a contract.')
    if symbol is not None and not isinstance(symbol, str):
        raise UnknownFaultError(f"A symbol is a text, the venue's id of a contract, not {symbol!r}.")
    if symbol is not None and not kind.symbol:
        raise UnknownFaultError(f"{name} is of the whole venue: leave the symbol out.")


def completed(name: str, details: Mapping[str, object]) -> dict[str, object]:
    """The details of an exchange's fault, with what was left out."""
    known = EXCHANGE_KINDS[name].details
    for given, value in details.items():
        if given not in known:
            takes = ", ".join(known) or "no details"
            raise UnknownFaultError(f"{name} does not know the detail {given!r}: it takes {takes}.")
        low, high = known[given].low, known[given].high
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise UnknownFaultError(f"{given} must be a number from {low:g} to {high:g}, not {value!r}.")
    usual = {word: detail.default for word, detail in known.items() if detail.default is not None}
    return {**usual, **details}
