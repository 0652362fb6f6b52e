"""The real bot beside the real sandbox: what a person asks and gets."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from house import Chat, House, Json, buttons_of, fetch, get, post, words_of

pytestmark = [pytest.mark.process, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    arguments = ("--speed", "20", "--seed", "3", "--history", "2")
    house = House(tmp_path_factory.mktemp("data"), arguments, {"WATCH": "BTC ETH"})
    try:
        house.open().start_bot()
        # Asked for at once: the market's clock reaches the quarter of an hour while the others run.
        confirmed = house.private().ask("/schedule BTC every 15m @signals", seconds=60)
        assert "in @signals" in words_of(confirmed)
        yield house
    finally:
        house.close()


@pytest.fixture
def ada(house: House) -> Iterator[Chat]:
    """Ada's private chat; a pause keeps her below the bot's limit on questions."""
    yield house.private()
    time.sleep(0.3)


def test_start_offers_first_steps(ada: Chat) -> None:
    answer = ada.ask("/start")
    assert "liquidation maps" in words_of(answer).lower()
    assert {"Map BTC/USDT", "Status"} <= {key["text"] for key in buttons_of(answer)}


def test_a_map_comes_as_a_picture(house: House, ada: Chat) -> None:
    answer = ada.ask("/map BTC")
    first, second, *_ = words_of(answer).splitlines()
    assert first.startswith("BTC/USDT: ")
    assert second == "BTC/USDT · liquidation map · all open"
    largest = answer["photo"][-1]
    assert (largest["width"], largest["height"]) == (1280, 1024)
    assert fetch(f"{house.root}/api/files/{largest['file_id']}").startswith(b"\x89PNG")


def test_a_map_says_its_venues_price_time_and_that_it_is_an_estimate(ada: Chat) -> None:
    text = words_of(ada.ask("/map btcusdt"))
    for part in (
        "Binance",
        "OKX",
        "Bybit",
        "mark",
        "UTC",
        "Estimate",
        "RISES (forced buys)",
        "FALLS (forced sells)",
    ):
        assert part in text


def test_one_venue_and_a_window_in_any_order(ada: Chat) -> None:
    text = words_of(ada.ask("/map 24h okx eth"))
    assert "\nETH/USDT · liquidation map · 24h\nOKX 100%" in text


def test_a_bare_symbol_in_another_language_is_a_map(ada: Chat) -> None:
    assert "\nBTC/USDT · liquidation map · 24h\n" in words_of(ada.ask("карта биткоин 24ч окх"))


def test_a_tapped_window_redraws_the_same_message(ada: Chat) -> None:
    first = ada.ask("/map BTC")
    ada.tap(first, "1|redraw BTC/USDT:USDT 12h")
    changed = ada.wait(lambda m: m["message_id"] == first["message_id"] and "12h" in words_of(m))
    assert "edit_date" in changed


def button_of(message: Json, text: str) -> str:
    return str(next(key["callback_data"] for key in buttons_of(message) if key["text"] == text))


def test_a_map_becomes_a_heatmap_in_its_place_and_comes_back(ada: Chat) -> None:
    first = ada.ask("/map BTC 12h longs")
    ada.tap(first, button_of(first, "Heatmap"))
    heat = ada.wait(
        lambda m: (
            m["message_id"] == first["message_id"] and "liquidation heatmap · 12h · only longs" in words_of(m)
        )
    )
    ada.tap(heat, button_of(heat, "Map"))
    ada.wait(
        lambda m: (
            m["message_id"] == first["message_id"] and "liquidation map · 12h · only longs" in words_of(m)
        )
    )


def test_zones_lie_on_their_sides(ada: Chat) -> None:
    text = words_of(ada.ask("/zones BTC"))
    assert re.search(r"^\d+\. Z\d+ · (longs below|shorts above)", text, re.MULTILINE), text
    for block in text.split("\n\n"):
        if "longs below" in block:
            assert "−" in block or "inside now" in block
            assert "if price falls" in block
        if "shorts above" in block:
            assert "+" in block or "inside now" in block
            assert "if price rises" in block


def explained(ada: Chat) -> str:
    """What a tap on the first "Why" answers; a zone may go between the list and the tap."""
    for _ in range(3):
        listed = ada.ask("/zones BTC")
        why = next(key for key in buttons_of(listed) if key["text"].startswith("Why Z"))
        ada.tap(listed, why["callback_data"])
        answer = words_of(ada.wait(lambda m: bool(words_of(m)), after=listed["message_id"]))
        if "not on the map any more" not in answer:
            return answer
    raise AssertionError(answer)


def test_a_zone_tells_where_it_comes_from(ada: Chat) -> None:
    text = explained(ada)
    assert re.match(r"BTC/USDT · why Z\d+ is there\n[▲▼] ", text)
    opened = [int(share) for share in re.findall(r"^(\d+)% opened \d+ \w{3} ", text, re.MULTILINE)]
    assert 1 <= len(opened) <= 3, text
    assert 0 < sum(opened) <= 101
    (venues,) = re.findall(r"^Venues: (.+)\.$", text, re.MULTILINE)
    assert re.findall(r"(Binance|OKX|Bybit) ", venues) == ["Binance", "OKX", "Bybit"]
    assert abs(sum(map(int, re.findall(r"(\d+)%", venues))) - 100) <= 2
    for part in ("Leverage: ", "isolated margin", "modelled closing", "half the leverage we believe"):
        assert part in text


def test_a_zone_that_is_not_there_leads_to_those_that_are(ada: Chat) -> None:
    answer = ada.ask("/why BTC Z99999")
    assert "BTC/USDT has no zone Z99999. Its zones now: Z" in words_of(answer)
    ada.tap(answer, buttons_of(answer)[0]["callback_data"])
    ada.wait(lambda m: "is there\n" in words_of(m), after=answer["message_id"])


def test_the_model_in_words_and_what_it_believes_of_a_pair(ada: Chat) -> None:
    answer = ada.ask("/model")
    assert "rank correlation" in words_of(answer)
    ada.tap(answer, next(key for key in buttons_of(answer) if key["text"] == "BTC/USDT")["callback_data"])
    believed = words_of(ada.wait(lambda m: "believes now" in words_of(m), after=answer["message_id"]))
    assert re.findall(r"^(Binance|OKX|Bybit)$", believed, re.MULTILINE) == ["Binance", "OKX", "Bybit"]
    okx = words_of(ada.ask("/model btc okx"))
    assert re.findall(r"^(Binance|OKX|Bybit)$", okx, re.MULTILINE) == ["OKX"]
    (bands,) = re.findall(r"^Leverage, (?:assumed|learned): (.+?x \d+%)(?:\.| \()", okx, re.MULTILINE)
    assert abs(sum(map(int, re.findall(r"(\d+)%", bands))) - 100) <= 2
    assert re.search(r"open interest since \d+ \w{3} \d{4}, .+ old;", okx)


def test_a_pair_nobody_watched_is_built_on_demand(ada: Chat) -> None:
    assert words_of(ada.ask("/map sol", seconds=45)).startswith("SOL/USDT")


def test_the_coin_margined_contract_has_maps_zones_and_alerts_of_its_own(ada: Chat) -> None:
    assert "\nBTC/USDT · liquidation map" in words_of(ada.ask("/map btc"))
    bybit = words_of(ada.ask("/map btcusd bybit", seconds=45))
    assert "\nBTC/USD (coin-margined) · liquidation map · all open\nBybit 100%" in bybit
    okx = words_of(ada.ask("/map btc inverse okx"))
    assert "\nBTC/USD (coin-margined) · liquidation map · all open\nOKX 100%" in okx
    zones = words_of(ada.ask("/zones btc-usd-swap"))
    assert re.search(r"^OKX \d+% · Bybit \d+%", zones, re.MULTILINE), zones
    amounts = re.findall(r"^≈(\S+) BTC, likely .+ \(≈\$.+ to \$.+\)", zones, re.MULTILINE)
    assert amounts
    assert all(0 < float(amount.replace(",", "")) < 2_000 for amount in amounts), zones
    switched_on = ada.ask("/subscribe btcusd 5% low")
    assert "BTC/USD (coin-margined): one alert each time" in words_of(switched_on)
    off = next(key for key in buttons_of(switched_on) if "Switch off" in key["text"])
    toast = ada.tap(switched_on, off["callback_data"])
    assert toast is not None
    assert "No more alerts on BTC/USD (coin-margined)" in toast["text"]


def test_a_contradiction_is_asked_back_with_both_contracts(ada: Chat) -> None:
    answer = ada.ask("/map btcusdt inverse")
    both = {key["text"]: key["callback_data"] for key in buttons_of(answer)}
    assert set(both) == {"BTC/USDT", "BTC/USD (coin-margined)"}
    ada.tap(answer, both["BTC/USD (coin-margined)"])
    shown = ada.wait(lambda m: bool(m.get("photo")), after=answer["message_id"], seconds=45)
    assert "\nBTC/USD (coin-margined) · liquidation map" in words_of(shown)


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("/map btcusd binance", "Binance does not list BTC/USD (coin-margined). It is listed on OKX, Bybit."),
        ("/map sol inverse", "Did you mean SOL/USDT?"),
        ("/map nosuchcoin", "No market “nosuchcoin” is listed"),
        ("/map BTC-USDT-250307", "expired"),
        ("/map BTC 5h", "no window “5h”"),
        ("/map BTC 1m", "one month is 30d"),
        ("/map ZRX okx", "OKX does not list ZRX/USDT"),
        ("/subscribe BTC 0", "between 0.1% and 20%"),
        ("/subscribe BTC 500%", "between 0.1% and 20%"),
        ("/schedule BTC every 1m", "may run every"),
        ("/schedule BTC", "How often?"),
        ("/map", "Which pair?"),
        ("/unsubscribe SOL", "nothing to switch off"),
        ("/nosuch", "There is no command /nosuch"),
        ("/map BTC ETH", "One symbol at a time"),
        ("/map BTC okx bybit", "One venue at a time"),
        ("/map <b>BTC</b>", "No market"),
    ],
)
def test_bad_input_gets_one_clear_sentence(ada: Chat, line: str, part: str) -> None:
    assert part in words_of(ada.ask(line))
    time.sleep(0.8)


def test_noise_of_four_thousand_characters_gets_one_sentence(ada: Chat) -> None:
    answer = ada.ask("/map " + "ж<&>x7%" * 570)
    assert "too long" in words_of(answer)


def test_a_near_miss_comes_back_as_buttons_that_work(ada: Chat) -> None:
    answer = ada.ask("/map BTV 24h")
    near = next(key for key in buttons_of(answer) if key["text"] == "BTC/USDT")
    ada.tap(answer, near["callback_data"])
    shown = ada.wait(lambda m: bool(m.get("photo")), after=answer["message_id"])
    assert "24h" in words_of(shown)


def test_subscribing_twice_changes_nothing_and_says_so(ada: Chat) -> None:
    assert "one alert each time" in words_of(ada.ask("/subscribe BTC 2%"))
    assert "nothing has changed" in words_of(ada.ask("/subscribe btc 2% high"))
    assert "changed from 2%, High and up to 3%" in words_of(ada.ask("/subscribe BTC 3%"))


def test_alerts_lists_what_is_on_with_buttons_to_switch_off(ada: Chat) -> None:
    ada.ask("/subscribe ETH 1% extreme")
    listed = ada.ask("/alerts")
    assert "ETH/USDT: 1%, Extreme" in words_of(listed)
    off = next(key for key in buttons_of(listed) if "ETH" in key["text"])
    toast = ada.tap(listed, off["callback_data"])
    assert toast is not None
    assert "No more alerts on ETH/USDT" in toast["text"]
    again = ada.tap(listed, off["callback_data"])
    assert again is not None
    assert "off already" in again["text"]


def test_an_edited_command_is_only_asked_again_by_a_tap(house: House, ada: Chat) -> None:
    said = ada.say("/help")
    first = ada.wait(lambda m: True, after=said["message_id"])
    post(
        f"{house.root}/api/chats/{ada.id}/messages",
        {"message_id": said["message_id"], "text": "/map BTC"},
        "PATCH",
    )
    offered = ada.wait(lambda m: "as it was first sent" in words_of(m), after=first["message_id"])
    later = ada.messages(first["message_id"])
    assert [m for m in later if "\nBTC/USDT · liquidation map" in words_of(m)] == []
    ada.tap(offered, buttons_of(offered)[0]["callback_data"])
    ada.wait(lambda m: "\nBTC/USDT · liquidation map" in words_of(m), after=offered["message_id"])


def test_a_button_of_an_old_message_says_so(ada: Chat) -> None:
    answer = ada.tap(ada.ask("/help"), "v0:map:BTC")
    assert answer is not None
    assert "older message" in answer["text"]


def test_members_of_a_group_may_look_but_not_change(house: House) -> None:
    ben, ada = house.group("Ben"), house.group("Ada")
    assert ben.ask("/map BTC").get("photo")
    assert "Only admins" in words_of(ben.ask("/subscribe BTC"))
    confirmed = ada.ask("/subscribe BTC")
    assert "one alert each time" in words_of(confirmed)
    off = next(key for key in buttons_of(confirmed) if "Switch off" in key["text"])
    refused = ben.tap(confirmed, off["callback_data"])
    assert refused is not None
    assert "Only admins" in refused["text"]


def test_a_group_is_not_answered_where_nobody_asked(house: House) -> None:
    ben = house.group("Ben")
    said = ben.say("btc is going to the moon")
    time.sleep(1.5)
    assert ben.messages(said["message_id"]) == []


def test_a_scheduled_map_arrives_in_a_channel(house: House) -> None:
    posted = house.channel().wait(lambda m: bool(m.get("photo")), seconds=70)
    assert "liquidation map" in words_of(posted)
    assert "Bars show relative strength" in words_of(posted)


def test_a_channel_of_somebody_else_is_refused(house: House) -> None:
    ben = next(chat for chat in house.chats() if chat["type"] == "private" and chat["first_name"] == "Ben")
    assert "Only an admin" in words_of(
        Chat(house.root, ben["id"], ben["id"]).ask("/schedule BTC every 4h @signals")
    )


def test_status_names_every_venue(ada: Chat) -> None:
    text = words_of(ada.ask("/status"))
    for part in ("Binance", "OKX", "Bybit", "Outbox", "Market time"):
        assert part in text


def test_a_venue_in_trouble_is_named_and_the_others_go_on(house: House, ada: Chat) -> None:
    """Of all kinds of trouble (the matrix of faults has them) the one that takes longest to be noticed."""
    for fault in ("silence", "socket_closed"):
        house.fault("okx", fault, 50)
    deadline = time.monotonic() + 50
    while "OKX is late, its share is grey" not in (text := words_of(ada.ask("/map BTC"))) or (
        "OKX: candles late for" not in words_of(ada.ask("/status"))
    ):
        assert time.monotonic() < deadline, text
        time.sleep(3)
    assert "Binance" in text
    for fault in ("silence", "socket_closed"):
        house.fault("okx", fault, 0)
    deadline = time.monotonic() + 100  # a venue that failed often rests for a minute
    while "OKX is late" in (text := words_of(ada.ask("/map BTC"))):
        assert time.monotonic() < deadline, text
        time.sleep(3)


def test_the_token_is_in_no_line_of_the_log(house: House) -> None:
    assert house.bot is not None
    assert not any("1:sandbox" in line for line in house.bot.log)
    assert get(f"{house.root}/api/chats")


def test_no_stack_trace_reached_the_log(house: House) -> None:
    assert house.bot is not None
    assert not any("Traceback" in line for line in house.bot.log), "".join(house.bot.log[-40:])
