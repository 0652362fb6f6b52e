"""What a subscription would have told in the days that are known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.liquidation.reading import Reading
from bot.rules.price_path import PricePath
from bot.rules.replay import MINUTE_MS, PriceRow, replay, threshold_for
from bot.rules.rule_set import RuleSet

LEAST_DAYS = 0.25  # less is no past to speak of


@dataclass(frozen=True)
class Preview:
    days: float  # that were replayed; 0 where too little of the past is known
    told_ms: tuple[int, ...] = ()  # of each message, oldest first, market time


UNKNOWN = Preview(0.0)


def preview(rules: RuleSet, readings: Sequence[Reading], path: PricePath, zone: str) -> Preview:
    """Readings ascend in time; days of the budget are those of the zone, by its IANA name."""
    if not _is_known(readings, path):
        return UNKNOWN
    past = replay(rules, readings, _rows(path), _local_day(zone))
    minutes = dict.fromkeys(telling.at_ms // MINUTE_MS for telling in past.told)
    return Preview(past.days, tuple(minute * MINUTE_MS for minute in minutes))


def least_percentile(rules: RuleSet, readings: Sequence[Reading], path: PricePath, zone: str) -> float | None:
    """Of zones, so that the rules keep to their budget; None where too little of the past is known."""
    if not _is_known(readings, path):
        return None
    return threshold_for(rules.budget, rules, readings, _rows(path), _local_day(zone))


def _is_known(readings: Sequence[Reading], path: PricePath) -> bool:
    if not readings or not len(path):
        return False
    return int(path.end_ms[-1]) - readings[0].as_of_ms >= LEAST_DAYS * 86_400_000


def _rows(path: PricePath) -> list[PriceRow]:
    columns = (path.start_ms, path.end_ms, path.low, path.high, path.close)
    return [PriceRow(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]


def _local_day(zone: str) -> Callable[[int], int]:
    place = ZoneInfo(zone)
    return lambda stamp_ms: datetime.fromtimestamp(stamp_ms / 1000, UTC).astimezone(place).toordinal()
