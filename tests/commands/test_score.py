"""`score`: what it prints, what it makes by itself, and what it refuses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from invented_lines import invented_lines, write_lines
from recorded_market import MINUTE_MS, START_MS, at, write_market, write_table, write_truth
from typer.testing import CliRunner

from bot.__main__ import app
from bot.commands.errors import CommandError
from bot.commands.estimate import estimate
from bot.commands.score import ScoreWishes, score_recording
from bot.liquidation.contract import Contract
from bot.market.recorded_truth import read_scored_market
from bot.market.recording import open_recording

HALF_HOUR = 30


@pytest.fixture
def wishes(tmp_path: Path) -> ScoreWishes:
    """The small recording with its truth, scored from its second hour on."""
    folder = write_market(tmp_path / "market")
    write_truth(folder)
    return ScoreWishes(folder, None, None, None, 60, 1 / 24, as_json=True, beside_plain=True)


def scored(wishes: ScoreWishes, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    score_recording(replace(wishes, as_json=True))
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def own_lines(wishes: ScoreWishes, stamps: list[int]) -> Path:
    times, out = wishes.recording.parent / "times.txt", wishes.recording.parent / "maps.jsonl"
    times.write_text("".join(f"{stamp}\n" for stamp in stamps))
    estimate(wishes.recording, "binance", "XUSDT", times, out)
    return out


def plain_lines(path: Path) -> list[dict[str, Any]]:
    """The maps of a file as people write them who know no band."""
    lines = [json.loads(text) for text in path.read_text().splitlines()]
    bounds = {f"{side}_{bound}_base" for side in ("long", "short") for bound in ("low", "high")}
    return [{name: value for name, value in line.items() if name not in bounds} for line in lines]


def write_totals(wishes: ScoreWishes, period: str, minutes: int, first: int = 0) -> None:
    stamps = [START_MS + minute * MINUTE_MS for minute in range(first, 300, minutes)]
    rows = [[stamp, 100.0 * (place % 3), 70.0 * (place % 2)] for place, stamp in enumerate(stamps)]
    path = wishes.recording / "truth" / f"X_liquidated_{period}.csv.gz"
    write_table(path, "timestamp_ms,long_liquidated_usd,short_liquidated_usd", rows)


def test_our_own_maps_are_those_that_estimate_writes(
    wishes: ScoreWishes, capsys: pytest.CaptureFixture[str]
) -> None:
    made = scored(wishes, capsys)
    path = own_lines(wishes, at(60, 120, 180, 240, 300))
    told = scored(replace(wishes, maps=path), capsys)
    assert made["scored"]["maps"] == made["scored"]["snapshots"] == 5
    assert (made["source"], told["source"]) == (
        "our own maps, with floor, every 60 minutes",
        "the maps of maps.jsonl",
    )
    assert {**made, "source": ""} == {**told, "source": ""}


def test_totals_of_half_hours_are_met_by_maps_of_half_hours(
    wishes: ScoreWishes, capsys: pytest.CaptureFixture[str]
) -> None:
    write_totals(wishes, "hourly", 60)
    assert scored(wishes, capsys)["scored"]["hourly_buckets"] == 4
    write_totals(wishes, "half_hourly", HALF_HOUR)
    found = scored(wishes, capsys)
    assert found["source"].endswith("every 30 minutes")
    assert found["scored"]["half_hourly_buckets"] == 8
    assert found["scored"]["hourly_buckets"] == 4
    assert {"half_hourly_r1_width", "hourly_bucket_auc"} < found["scores"].keys()


def test_the_table_names_every_figure_the_best_maps_and_the_meaning(
    wishes: ScoreWishes, capsys: pytest.CaptureFixture[str]
) -> None:
    score_recording(replace(wishes, as_json=False))
    text = capsys.readouterr().out
    found = scored(wishes, capsys)
    lines = {line.split()[0]: line for line in text.splitlines() if line}
    assert text.startswith("binance X/USDT:USDT: our own maps, with floor, every 60 minutes\nscored: maps 5")
    heads = ["map", "uniform", "distance", "volume", "interest", "best", "meaning"]
    assert lines["metric"].split() == ["metric", *heads]
    for metric, value in found["scores"].items():
        assert lines[metric].split()[1] == f"{value:.3f}"
    row = {"map": found["scores"], **found["baselines"]}
    assert lines["nemd"].split()[6] == min(row, key=lambda name: row[name]["nemd"])
    assert lines["r1"].split()[6] == max(row, key=lambda name: row[name]["r1"])
    assert "lower is better" in lines["nemd"]
    assert "calibration over visited cells" in text


def test_without_baselines_there_is_only_the_map(
    wishes: ScoreWishes, capsys: pytest.CaptureFixture[str]
) -> None:
    wishes = replace(wishes, beside_plain=False)
    assert scored(wishes, capsys)["baselines"] == {}
    score_recording(replace(wishes, as_json=False))
    assert "volume" not in capsys.readouterr().out


def test_calibration_tells_by_which_factor_mass_is_off(
    wishes: ScoreWishes, capsys: pytest.CaptureFixture[str]
) -> None:
    path = own_lines(wishes, at(60, 120, 180, 240, 300))
    (once,) = scored(replace(wishes, maps=path), capsys)["calibration"]
    lines = plain_lines(path)
    for line in lines:
        for side in ("long_base", "short_base"):
            line[side] = [2 * quantity for quantity in line[side]]
    (twice,) = scored(replace(wishes, maps=write_lines(path, lines)), capsys)["calibration"]
    assert twice["factor"] == pytest.approx(once["factor"] / 2)
    assert twice["predicted"] == pytest.approx(once["predicted"], abs=1e-8)  # bins are rounded
    assert once["predicted"] == sorted(once["predicted"])
    assert once["factor"] == pytest.approx(once["realised_base"] / once["predicted_base"])


@pytest.mark.parametrize(("low", "high", "covered"), [(0.0, 1e9, 1.0), (1e8, 1e9, 0.0)])
def test_a_band_covers_the_true_bins_between_its_bounds(
    wishes: ScoreWishes, capsys: pytest.CaptureFixture[str], low: float, high: float, covered: float
) -> None:
    path = own_lines(wishes, at(60, 120, 180))
    lines = [json.loads(text) for text in path.read_text().splitlines()]
    for line in lines:
        bins = len(line["long_base"])
        line |= {f"{side}_low_base": [low] * bins for side in ("long", "short")}
        line |= {f"{side}_high_base": [high] * bins for side in ("long", "short")}
    wishes = replace(wishes, maps=write_lines(path, lines))
    assert scored(wishes, capsys)["coverage80"] == covered
    score_recording(replace(wishes, as_json=False))
    assert f"80 % band covers {100 * covered:.1f} % of the true bins" in capsys.readouterr().out


def test_a_map_without_a_band_says_nothing_of_one(
    wishes: ScoreWishes, capsys: pytest.CaptureFixture[str]
) -> None:
    path = own_lines(wishes, at(60, 120))
    assert "coverage80" in scored(replace(wishes, maps=path), capsys)
    plain = write_lines(path, plain_lines(path))
    assert "coverage80" not in scored(replace(wishes, maps=plain), capsys)


@pytest.mark.parametrize(
    ("band", "sentence"),
    [
        ({"long_low_base": [0.0] * 400}, "long_high_base is missing"),
        (
            {f"{side}_{bound}_base": [1.0] for side in ("long", "short") for bound in ("low", "high")},
            "the band has not as many bins as the map",
        ),
        (
            {
                f"{side}_{bound}_base": [1.0 if bound == "low" else 0.5] * 400
                for side in ("long", "short")
                for bound in ("low", "high")
            },
            "a bound of the band is negative, not finite or above its upper one",
        ),
    ],
)
def test_a_malformed_band_is_refused(
    wishes: ScoreWishes, band: dict[str, list[float]], sentence: str
) -> None:
    path = own_lines(wishes, at(60))
    (line,) = plain_lines(path)
    with pytest.raises(CommandError, match=f"maps.jsonl line 1: {sentence}"):
        score_recording(replace(wishes, maps=write_lines(path, [line | band])))


def test_a_market_is_named_by_symbol_or_id_and_the_first_is_taken(
    wishes: ScoreWishes, capsys: pytest.CaptureFixture[str]
) -> None:
    first = scored(wishes, capsys)
    assert scored(replace(wishes, exchange="binance", symbol="XUSDT"), capsys) == first
    assert scored(replace(wishes, symbol="X/USDT:USDT"), capsys) == first


def test_another_markets_truth_is_not_taken_for_its_own(
    wishes: ScoreWishes, capsys: pytest.CaptureFixture[str]
) -> None:
    other = replace(wishes, exchange="bybit")
    with pytest.raises(CommandError, match="knows no open positions, liquidations or totals of bybit"):
        score_recording(other)
    own = wishes.recording / "truth" / "bybit" / "XUSDT"
    own.mkdir(parents=True)
    positions = (wishes.recording / "truth" / "open_positions.csv.gz").read_bytes()
    (own / "open_positions.csv.gz").write_bytes(positions)
    recording = open_recording(wishes.recording)
    market = read_scored_market(recording, recording.contract("bybit", "XUSDT"))
    path = write_lines(wishes.recording / "maps.jsonl", invented_lines(market, at(60, 120)))
    found = scored(replace(other, maps=path), capsys)
    assert found["scored"] == {"maps": 2, "snapshots": 2}
    assert "interest" not in found["baselines"]  # none was published there


def test_published_bankruptcy_prices_are_taken_back_to_the_trigger(
    wishes: ScoreWishes, capsys: pytest.CaptureFixture[str]
) -> None:
    (wishes.recording / "truth" / "open_positions.csv.gz").unlink()
    (wishes.recording / "truth" / "liquidations.csv.gz").unlink()
    feed = wishes.recording / "binance" / "XUSDT" / "liquidations.csv.gz"
    close = read_scored_market(open_recording(wishes.recording), _first(wishes)).candles.close
    header = "timestamp_ms,side,price,quantity_base,price_kind"
    triggers = [(stamp, float(close[minute])) for minute in range(60, 300, 3) for stamp in at(minute)]
    write_table(feed, header, [[stamp, "long", price, 1.0, "fill"] for stamp, price in triggers])
    fills = scored(wishes, capsys)["scores"]
    write_table(feed, header, [[stamp, "long", price * 0.99, 1.0, "bankruptcy"] for stamp, price in triggers])
    assert scored(wishes, capsys)["scores"] == pytest.approx(fills)
    write_table(feed, header, [[stamp, "long", price * 0.99, 1.0, "fill"] for stamp, price in triggers])
    assert scored(wishes, capsys)["scores"] != pytest.approx(fills)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"symbol": "Y"}, r"holds no such market; it has binance X/USDT:USDT, bybit X/USDT:USDT"),
        ({"warm_up_days": 1.0}, "The recording ends within the warm-up of 1 days"),
        (
            {"horizon_minutes": 600, "only_liquidations": True},
            "Nothing can be scored: no map is stamped like",
        ),
        ({"recording": Path("nowhere")}, r"it has no recording\.json"),
        ({"maps": Path("nowhere.jsonl")}, r"nowhere\.jsonl cannot be read"),
    ],
)
def test_what_cannot_be_done_is_said(wishes: ScoreWishes, changes: dict[str, Any], sentence: str) -> None:
    if changes.pop("only_liquidations", False):
        (wishes.recording / "truth" / "open_positions.csv.gz").unlink()
    with pytest.raises(CommandError, match=sentence):
        score_recording(replace(wishes, **changes))


def test_without_a_warm_up_maps_begin_with_the_first_open_interest(
    wishes: ScoreWishes, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = scored(replace(wishes, warm_up_days=0.0), capsys)
    assert whole["scored"] == scored(wishes, capsys)["scored"]  # from the second hour on, as none is earlier
    folder = wishes.recording / "binance" / "XUSDT"
    rows = [[START_MS + minute * MINUTE_MS, 1000.0 + minute] for minute in range(125, 300, 5)]
    write_table(folder / "open_interest_5m.csv.gz", "timestamp_ms,open_interest_base", rows)
    assert scored(replace(wishes, warm_up_days=0.0), capsys)["scored"]["maps"] == whole["scored"]["maps"] - 2


def test_maps_of_the_warm_up_and_an_empty_file_are_refused(wishes: ScoreWishes) -> None:
    early = own_lines(wishes, at(30))
    with pytest.raises(CommandError, match="No map is later than the warm-up"):
        score_recording(replace(wishes, maps=early))
    early.write_text("")
    with pytest.raises(CommandError, match=r"maps\.jsonl holds no maps"):
        score_recording(replace(wishes, maps=early))


@pytest.mark.parametrize(
    ("name", "rows", "sentence"),
    [
        ("open_positions", [[START_MS, "buy", 1.0, 1.0]], "line 2: side 'buy' is neither long nor short"),
        ("open_positions", [[START_MS, "long", 0.0, 1.0]], "line 2: price is not positive"),
        ("liquidations", [[START_MS, "long", 1.0, -1.0]], "line 2: quantity_base is negative"),
        (
            "liquidations",
            [[START_MS + 1, "long", 1.0, 1.0], [START_MS, "long", 1.0, 1.0]],
            "line 3: timestamp_ms is out of order",
        ),
        ("liquidations", [[START_MS, "long", float("nan"), 1.0]], "line 2: price is not finite"),
    ],
)
def test_a_malformed_truth_is_refused_by_its_line(
    wishes: ScoreWishes, name: str, rows: list[list[Any]], sentence: str
) -> None:
    write_table(wishes.recording / "truth" / f"{name}.csv.gz", "timestamp_ms,side,price,quantity_base", rows)
    with pytest.raises(CommandError, match=f"truth/{name}.csv.gz {sentence}"):
        score_recording(wishes)


def test_totals_of_a_single_bucket_are_refused(wishes: ScoreWishes) -> None:
    write_totals(wishes, "hourly", 60, first=240)
    with pytest.raises(CommandError, match="does not tell how long its buckets are"):
        score_recording(wishes)


def test_a_market_that_the_sandbox_exports_is_scored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "exported"
    house = str(Path(__file__).resolve().parents[2])
    command = [sys.executable, "-m", "bot", "sandbox", "--seed", "5", "--export", str(folder)]
    environment = {**os.environ, "PYTHONPATH": house}
    subprocess.run([*command, "--export-days", "2"], check=True, env=environment, cwd=tmp_path, timeout=100)
    wishes = ScoreWishes(folder, None, None, None, 60, 1.0, as_json=True, beside_plain=True)
    first = scored(wishes, capsys)
    assert first["scored"]["snapshots"] == 5
    assert first["scored"]["windows"] == 24
    assert first["scores"]["spearman"] > first["baselines"]["uniform"]["spearman"]
    other = scored(replace(wishes, exchange="okx", symbol="ETH/USDT:USDT"), capsys)
    assert other["market"] == "okx ETH/USDT:USDT"
    assert other["scored"]["liquidations"] != first["scored"]["liquidations"]


def _first(wishes: ScoreWishes) -> Contract:
    return open_recording(wishes.recording).markets[0].contract


def test_the_command_line_hands_every_option_on(wishes: ScoreWishes) -> None:
    path = own_lines(wishes, at(60, 120, 180, 240))
    arguments = ["score", "--recording", str(wishes.recording), "--maps", str(path), "--json"]
    arguments += ["--exchange", "binance", "--symbol", "XUSDT", "--no-baselines"]
    answer = CliRunner().invoke(app, [*arguments, "--warm-up-days", "0.06", "--horizon", "120"])
    found = json.loads(answer.stdout)
    assert found["baselines"] == {}
    assert found["scored"]["maps"] == 3  # 0.06 days are 86 minutes
    assert found["scored"]["windows"] == 1
    for wrong in (["--horizon", "0"], ["--warm-up-days", "-1"]):
        assert CliRunner().invoke(app, [*arguments, *wrong]).exit_code == 2


def listened_to(wishes: ScoreWishes, *minutes: tuple[int, int]) -> None:
    head = wishes.recording / "recording.json"
    content = json.loads(head.read_text())
    stretches = [[START_MS + moment * MINUTE_MS for moment in stretch] for stretch in minutes]
    content["markets"][0]["listened"] = stretches
    head.write_text(json.dumps(content))


def test_only_maps_after_which_somebody_listened_are_judged(
    wishes: ScoreWishes, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of the maps at each full hour the second and the last have an hour ahead with a hole in it."""
    listened_to(wishes, (0, 130), (170, 300))
    assert scored(wishes, capsys)["scored"]["maps"] == 3
    listened_to(wishes, (130, 170))
    with pytest.raises(CommandError, match="none lies where liquidations were listened to"):
        score_recording(wishes)
