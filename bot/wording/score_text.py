"""/score: how alerts did against like levels without a zone, live and replayed; and the map itself."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bot.liquidation.scoring.recorded_gain import LEAST_HOURS, LEAST_ORDERS, RecordedGain
from bot.rules.day_blocks import LEAST_DAYS
from bot.rules.grading import WITHOUT_ZONE
from bot.rules.kinds import Kind
from bot.rules.record import Record
from bot.rules.rule_set import RuleSet
from bot.rules.score import LEAST_ALERTS, Comparison, Score, Verdict
from bot.wording.accuracy import MEASURED
from bot.wording.escape import MESSAGE_LIMIT, visible_length
from bot.wording.numbers import MINUS, whole_percent_text
from bot.wording.pair import pair_name
from bot.wording.rules_text import KINDS, terms

METHOD = (
    "Each alert is compared with up to 8 levels of the same pair, as near, as wide and on the same side, at "
    "times when price had just moved that way and where no zone was. A hit: price before a zone reached it, "
    "price in it went through, price beyond it went on, within 4 h. Intervals: 95%, by days."
)
NO_BETTER = "no better than its null"
PEERS = {
    "distance": "the mean of the maps so far",
    "volume": "the usual recipe from volume",
    "interest": "the one from rises of open interest",
}


@dataclass(frozen=True)
class ScoreReport:
    symbol: str | None  # None: all pairs
    here: tuple[Record, ...]  # live, of the chat that asks
    everywhere: tuple[Record, ...]  # live, of all chats
    rules: RuleSet | None = None  # what was replayed
    replayed: tuple[Record, ...] = ()
    replayed_days: float = 0.0
    gain: RecordedGain | None = None


def score_text(report: ScoreReport) -> str:
    """Replayed history first and apart; kinds with the fewest alerts go where room is short."""
    for most in range(len(Kind), -1, -1):
        text = "\n".join(_lines(report, most))
        if visible_length(text) <= MESSAGE_LIMIT:
            return text
    raise AssertionError("titles alone fit")


def verdict_note(kind: Kind, score: Score | None) -> str:
    """What an alert of the kind has to say of itself: that it is no better than its null; else nothing."""
    if score is None or score.verdict not in (Verdict.NO_BETTER, Verdict.WORSE):
        return ""
    hits = score.hits
    if kind in WITHOUT_ZONE:
        what = f"price went {hits.own:.1f} ATR away after such alerts, {hits.null:.1f} ATR at any other time"
    else:
        own, null = whole_percent_text(hits.own), whole_percent_text(hits.null)
        what = f"{own} of such alerts came true, {null} of like levels without a zone"
    worse = "worse than" if score.verdict is Verdict.WORSE else "no better than"
    return f"So far alerts of this kind do {worse} chance: {what} ({hits.alerts} alerts, /score)."


def _lines(report: ScoreReport, most: int) -> list[str]:
    title = "all pairs" if report.symbol is None else pair_name(report.symbol)
    return [
        f"<b>Score · {title}</b>",
        METHOD,
        *_replayed_lines(report, most),
        *_section("Live, this chat (90 days)", report.here, most),
        *_section("Live, all chats (90 days)", report.everywhere, most),
        *([] if report.gain is None else _gain_lines(report.gain)),
    ]


def _replayed_lines(report: ScoreReport, most: int) -> list[str]:
    if report.rules is None:
        return []
    if not report.replayed:
        return ["", "<b>Replayed history</b>", "Not enough is stored of this pair's past yet."]
    title = (
        f"Replayed history ({report.replayed_days:.0f} days, not live; preset {report.rules.preset}, "
        f"{terms(report.rules)}, every kind on, no budget)"
    )
    return _section(title, report.replayed, most)


def _section(title: str, records: Sequence[Record], most: int) -> list[str]:
    if not records:
        return ["", f"<b>{title}</b>", "No alert has been graded yet."]
    kept = sorted(records, key=lambda one: -one.graded)[:most]
    lines = [_record_line(one) for one in records if one in kept]
    left_out = len(records) - len(lines)
    return [
        "",
        f"<b>{title}</b>",
        *lines,
        *([f"… and {left_out} kinds with fewer alerts"] if left_out else []),
    ]


def _record_line(record: Record) -> str:
    name = f"<b>{KINDS[record.kind][0]}</b>"
    unknown = f" {record.unknown} could not be graded." if record.unknown else ""
    if record.score is None:
        return f"{name}: {record.graded} graded, none could be compared.{_after_text(record)}{unknown}"
    parts = [_hits_text(record.kind, record.score), _verdict_text(record.score)]
    return f"{name}: {': '.join(parts)}.{_volume_text(record.score)}{_after_text(record)}{unknown}"


def _hits_text(kind: Kind, score: Score) -> str:
    hits = score.hits
    if kind in WITHOUT_ZONE:
        own, null = f"price went {hits.own:.1f} ATR away", f"{hits.null:.1f} at any time"
        return f"{own}, {null} ({_count_text(hits)}{_interval(hits, score, 1.0, ' ATR')})"
    own, null = whole_percent_text(hits.own), whole_percent_text(hits.null)
    return f"{own} hit, like levels {null} ({_count_text(hits)}{_interval(hits, score, 100.0, ' points')})"


def _count_text(hits: Comparison) -> str:
    return f"{hits.alerts} alert{'' if hits.alerts == 1 else 's'}"


def _interval(hits: Comparison, score: Score, scale: float, unit: str) -> str:
    """Nothing where there are too few to say."""
    if score.verdict is Verdict.TOO_FEW:
        return ""
    digits = 0 if scale > 1 else 1
    low, high = (_signed(end * scale, digits) for end in (hits.low, hits.high))
    return f", {low} to {high}{unit}"


def _signed(value: float, digits: int) -> str:
    text = f"{abs(value):.{digits}f}"
    return f"{MINUS if value < 0 else '+'}{text}" if float(text) else text


def _verdict_text(score: Score) -> str:
    hits = score.hits
    match score.verdict:
        case Verdict.TOO_FEW:
            return (
                f"too few to say, {hits.alerts} of {LEAST_ALERTS} alerts on {hits.days} of {LEAST_DAYS} days"
            )
        case Verdict.BETTER:
            return "better than its null"
        case Verdict.WORSE:
            return "worse than its null"
        case _:
            return NO_BETTER


def _volume_text(score: Score) -> str:
    """Nothing where too little was recorded."""
    volume = score.volume
    if volume is None or score.lift is None or volume.alerts < LEAST_ALERTS or volume.days < LEAST_DAYS:
        return ""
    if not math.isfinite(volume.high):
        return (
            f" Force-closed there: {score.lift:.1f}× the volume of like levels, at least {volume.low:.1f}×."
        )
    interval = f"{volume.low:.1f} to {volume.high:.1f}"
    return f" Force-closed there: {score.lift:.1f}× the volume of like levels ({interval})."


def _after_text(record: Record) -> str:
    if not record.touched:
        return ""
    shares = [whole_percent_text(count / record.touched) for count in (record.reversed, record.continued)]
    return f" Then {shares[0]} reversed, {shares[1]} went on."


def _gain_lines(gain: RecordedGain) -> list[str]:
    title = ["", "<b>The map itself, against recorded liquidations (7 days)</b>"]
    if gain.own is None:
        return [
            *title,
            f"Not enough recorded yet: {min(gain.hours, LEAST_HOURS)} of {LEAST_HOURS} hours, "
            f"{min(gain.orders, LEAST_ORDERS)} of {LEAST_ORDERS} orders.",
        ]
    peers = [f"{PEERS[name]} {_nats(value)}" for name, value in gain.peers.items() if name in PEERS]
    beside = [f"On the same hours {', '.join(peers)}."] if peers else []
    recipe, ours = _nats(MEASURED.real_gain_volume), _nats(MEASURED.real_gain)
    measured = f"Measured before, on {MEASURED.real}: ours {ours}, the recipe from volume {recipe}."
    return [
        *title,
        f"{_nats(gain.own)} a liquidation over the bare width of the move ({gain.hours} hours, {gain.orders} "
        "orders; more is better, 0 is no gain).",
        *beside,
        *([] if "volume" in gain.peers else [measured]),
    ]


def _nats(value: float) -> str:
    return f"{_signed(value, 2)} nats"
