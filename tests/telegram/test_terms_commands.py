"""How a chat says how it is told: in private, in a group's topic, for a channel, and on panels of buttons."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from told_room import ADA, BEN, BTC, CHANNEL, ETH, GROUP, HOME, Scene, ToldMarket, ToldMembers

from bot.language import Language
from bot.look import Look, PaletteName, Theme
from bot.rules.kinds import Kind, Loudness
from bot.rules.preview import Preview
from bot.rules.quiet_hours import QuietHours
from bot.rules.sessions import Session
from bot.store import outbox, subscriptions
from bot.store.chat_terms import ChatTerms
from bot.store.database import Database
from bot.store.destination import Destination
from bot.store.letter import Kind as LetterKind
from bot.store.letter import Letter
from bot.telegram.asking import Asking
from bot.telegram.commands.table import COMMANDS
from bot.telegram.room import Room
from bot.telegram.words import parse_request
from bot.wording.buttons import Keyboard, line_of
from bot.wording.refusal import Refusal
from bot.wording.terms_buttons import OFFERED, Menu, choice_keyboard

TOPIC = Destination(GROUP.chat_id, 7)
HOUR = 3_600_000
NOW = ToldMarket().now_ms()
# A private chat, a group's topic, and a channel that is spoken of in private.
PLACES = {
    "private": (HOME, "private", HOME, ""),
    "topic": (TOPIC, "supergroup", TOPIC, ""),
    "channel": (HOME, "private", CHANNEL, " @signals"),
}


@pytest.fixture
async def scene(sqlite_url: str) -> AsyncIterator[Scene]:
    database = Database.open(sqlite_url)
    yield Scene(Room(ToldMarket(), database, ToldMembers(), "somebot", 0))
    await database.close()


def lines_of(keyboard: Keyboard) -> list[str]:
    return [line_of(key.data) or "" for row in keyboard for key in row]


def line_with(keyboard: Keyboard, words: str) -> str:
    (line,) = [line for line in lines_of(keyboard) if line.startswith(words)]
    return line


async def letters(scene: Scene) -> list[Letter]:
    async with scene.room.database.begin() as tx:
        claimed = await outbox.claim(tx, 10**15, 1, "test", 10)
    return [one.letter for one in claimed]


@pytest.mark.parametrize("place", PLACES)
async def test_everything_is_set_where_it_was_meant_for(scene: Scene, place: str) -> None:
    here, kind, there, channel = PLACES[place]
    for line in ("/hours 23-7 Berlin", "/budget 5", "/event 4h", "/snooze 2h", "/digest asia ny"):
        answer = await scene.say(line + channel, here, kind)
        assert ("@signals" in answer.text) is bool(channel)
        assert lines_of(answer.keyboard) == [f"settings{channel}"]
    terms = await scene.terms(there)
    assert (terms.time_zone, terms.quiet) == ("Europe/Berlin", QuietHours(23 * 60, 7 * 60))
    assert (terms.budget, terms.event_until_ms, terms.snoozed_until_ms) == (5, NOW + 4 * HOUR, NOW + 2 * HOUR)
    assert terms.sessions == (Session.ASIA, Session.NEW_YORK)
    for elsewhere in {HOME, TOPIC, GROUP, CHANNEL} - {there}:
        assert (await scene.terms(elsewhere)).budget is None
    for line in ("/hours off", "/budget off", "/event off", "/snooze off", "/digest off", "/timezone UTC+3"):
        await scene.say(line + channel, here, kind)
    terms = await scene.terms(there)
    assert (terms.time_zone, terms.quiet, terms.budget) == ("Etc/GMT-3", None, None)
    assert (terms.event_until_ms, terms.snoozed_until_ms, terms.sessions) == (0, 0, ())


@pytest.mark.parametrize(
    "line",
    [
        *(
            "/snooze 2h",
            "/snooze off",
            "/hours 23-7",
            "/timezone Berlin",
            "/budget 5",
            "/event 4h",
            "/digest asia",
            "/palette exchange",
            "/theme light",
            "/language ru",
        ),
        *("/snooze", "/hours", "/timezone", "/budget", "/event", "/digest", "/kinds BTC"),
    ],
)
async def test_members_of_a_group_set_nothing(scene: Scene, line: str) -> None:
    await scene.say("/subscribe BTC", TOPIC, "supergroup")
    with pytest.raises(Refusal, match="Only admins"):
        await scene.say(line, TOPIC, "supergroup", BEN)
    with pytest.raises(Refusal, match="Only an admin"):
        await scene.say(f"{line} @signals", Destination(BEN), "private", BEN)
    assert await scene.terms(TOPIC) == type(await scene.terms(TOPIC))(TOPIC)


async def test_one_pair_is_snoozed_and_the_others_go_on(scene: Scene) -> None:
    await scene.say("/subscribe BTC ETH")
    answer = await scene.say("/snooze BTC 2h")
    assert "Alerts on BTC/USDT are snoozed" in answer.text
    assert await snoozes(scene) == {BTC: NOW + 2 * HOUR, ETH: 0}
    assert (await scene.terms()).snoozed_until_ms == 0
    await scene.say("/snooze BTC off")
    assert await snoozes(scene) == {BTC: 0, ETH: 0}


async def test_ending_the_snooze_ends_those_of_pairs_too(scene: Scene) -> None:
    await scene.say("/subscribe BTC ETH")
    await scene.say("/snooze BTC ETH 2h")
    await scene.say("/snooze 8h")
    assert "come again" in (await scene.say("/snooze off")).text
    assert await snoozes(scene) == {BTC: 0, ETH: 0}
    assert (await scene.terms()).snoozed_until_ms == 0


async def test_a_pair_that_is_not_watched_cannot_be_snoozed(scene: Scene) -> None:
    await scene.say("/subscribe BTC")
    with pytest.raises(Refusal, match="nothing to snooze"):
        await scene.say("/snooze BTC ETH 2h")
    assert await snoozes(scene) == {BTC: 0}


@pytest.mark.parametrize("line", ["/snooze 31d", "/snooze BTC 60d", "/event 10m", "/event 2d"])
async def test_spans_have_limits(scene: Scene, line: str) -> None:
    await scene.say("/subscribe BTC")
    with pytest.raises(Refusal, match="from"):
        await scene.say(line)


@pytest.mark.parametrize(
    ("line", "says", "offers"),
    [
        ("/snooze", "For how long", "set snooze 1h"),
        ("/snooze 2", "needs a unit", None),
        ("/event", "For how long", "set event 4h"),
        ("/event BTC 4h", "For how long", "set event 4h"),
        ("/hours", "Which hours", "set hours 23-7"),
        ("/hours 25-7", "could not read", "set hours 23-7"),
        ("/hours 23-7 berln", "Did you mean", "hours 23:00–07:00 Europe/Berlin"),
        ("/timezone", "Which time zone", "set zone Europe/Berlin"),
        ("/timezone berln", "Did you mean", "timezone Europe/Berlin"),
        ("/timezone atlantisburg", "offset", "set zone UTC"),
        ("/budget", "How many", "set budget 5"),
        ("/budget 0", "no budget", "set budget 5"),
        ("/budget many", "no budget", "set budget 5"),
        ("/palette", "Which colours", "set palette exchange"),
        ("/palette pink", "no palette", "set palette colour-blind"),
        ("/theme", "Dark or light", "set theme light"),
        ("/theme dim", "no theme", "set theme dark"),
        ("/language", "Which language", "set language ru"),
        ("/language tlh", "no language", "set language zh"),
        ("/digest", "Which sessions", "settings"),
        ("/digest moon", "no session", "settings"),
    ],
)
async def test_what_cannot_be_followed_is_asked_back(
    scene: Scene, line: str, says: str, offers: str | None
) -> None:
    with pytest.raises(Refusal, match=says) as refused:
        await scene.say(line)
    assert offers is None or offers in lines_of(refused.value.keyboard)


async def test_a_choice_that_is_offered_works(scene: Scene) -> None:
    with pytest.raises(Refusal) as refused:
        await scene.say("/hours 23-7 berln @signals")
    await scene.say(line_with(refused.value.keyboard, "hours"))
    terms = await scene.terms(CHANNEL)
    assert (terms.time_zone, terms.quiet) == ("Europe/Berlin", QuietHours(23 * 60, 7 * 60))


async def test_five_a_day_is_a_budget_of_five(scene: Scene) -> None:
    await scene.say("/budget 5 a day")
    assert (await scene.terms()).budget == 5


LOOKS = [
    ("/palette exchange", "palette", PaletteName.EXCHANGE),
    ("/palette colour blind", "palette", PaletteName.COLOUR_BLIND),
    ("/палитра дальтоник", "palette", PaletteName.COLOUR_BLIND),
    ("/配色 默认", "palette", PaletteName.SEED),
    ("/theme light", "theme", Theme.LIGHT),
    ("/тема светлая", "theme", Theme.LIGHT),
    ("/tema oscuro", "theme", Theme.DARK),
    ("/主题 浅色", "theme", Theme.LIGHT),
    ("/language ru", "language", Language.RUSSIAN),
    ("/язык испанский", "language", Language.SPANISH),
    ("/idioma Español", "language", Language.SPANISH),
    ("/语言 中文", "language", Language.CHINESE),
    ("/lang English", "language", Language.ENGLISH),
]


@pytest.mark.parametrize(("line", "field", "meant"), LOOKS)
@pytest.mark.parametrize("place", PLACES)
async def test_a_look_and_a_language_are_set_in_any_language(
    scene: Scene, place: str, line: str, field: str, meant: str
) -> None:
    here, kind, there, channel = PLACES[place]
    asking = Asking(line + channel, here, kind, ADA)
    answer = await COMMANDS[parse_request(line).command or ""](scene.room, asking)
    assert getattr(await scene.terms(there), field) == meant
    assert ("@signals" in answer.text) is bool(channel)
    for elsewhere in {HOME, TOPIC, GROUP, CHANNEL} - {there}:
        assert await scene.terms(elsewhere) == ChatTerms(elsewhere)


async def test_the_answer_says_what_a_language_changes(scene: Scene) -> None:
    said = (await scene.say("/language ru")).text
    assert "captions of maps" in said
    assert "stay English so far" in said


@pytest.mark.parametrize("place", PLACES)
async def test_pictures_have_a_panel_of_their_own(scene: Scene, place: str) -> None:
    here, kind, there, channel = PLACES[place]
    panel = await scene.say(f"/settings{channel}", here, kind)
    panel = await scene.turn(line_with(panel.keyboard, "set menu pictures"), here, kind)
    for choice in ("palette colour-blind", "theme light", "language es"):
        panel = await scene.turn(line_with(panel.keyboard, f"set {choice}"), here, kind)
        assert panel.in_place
        assert panel.toast
    marked = [key.text for row in panel.keyboard for key in row if key.text.startswith("✅")]
    assert marked == ["✅ Longs blue, shorts orange", "✅ Light", "✅ Español"]
    assert "longs blue, shorts orange, light; captions: Español" in panel.text
    terms = await scene.terms(there)
    assert (terms.look, terms.language) == (Look(PaletteName.COLOUR_BLIND, Theme.LIGHT), Language.SPANISH)
    back = await scene.turn(line_with(panel.keyboard, "set menu main"), here, kind)
    assert line_with(back.keyboard, "set test")


@pytest.mark.parametrize("place", PLACES)
async def test_the_settings_change_in_place(scene: Scene, place: str) -> None:
    here, kind, there, channel = PLACES[place]
    panel = await scene.say(f"/settings{channel}", here, kind)
    assert not panel.in_place
    for menu, choice in MENUS.items():
        opened = await scene.turn(line_with(panel.keyboard, f"set menu {menu}"), here, kind)
        assert opened.in_place
        panel = await scene.turn(line_with(opened.keyboard, choice), here, kind)
        assert panel.in_place
        assert panel.toast
        assert ("@signals" in panel.text) is bool(channel)
    for session in ("asia", "london", "asia"):
        panel = await scene.turn(line_with(panel.keyboard, f"set digest {session}"), here, kind)
    terms = await scene.terms(there)
    assert (terms.time_zone, terms.quiet, terms.budget) == ("Asia/Tokyo", QuietHours(23 * 60, 7 * 60), 5)
    assert (terms.event_until_ms, terms.snoozed_until_ms) == (NOW + 4 * HOUR, NOW + 8 * HOUR)
    assert terms.sessions == (Session.LONDON,)
    assert "Tokyo" in panel.text
    assert "23:00–07:00" in panel.text


MENUS = {
    "zone": "set zone Asia/Tokyo",
    "hours": "set hours 23-7",
    "budget": "set budget 5",
    "snooze": "set snooze 8h",
    "event": "set event 4h",
}
SUBMENUS = (*MENUS, "pictures")


async def test_every_button_of_the_settings_is_understood(scene: Scene) -> None:
    panel = await scene.say("/settings @signals")
    lines = set(lines_of(panel.keyboard))
    for menu in SUBMENUS:
        lines |= set(
            lines_of(
                (await scene.turn(line_with(panel.keyboard, f"set menu {menu}"), HOME, "private")).keyboard
            )
        )
    assert len(lines) > 30
    for line in sorted(lines):
        assert (await scene.turn(line, HOME, "private")).text


@pytest.mark.parametrize(
    "line", ["set", "set menu", "set nonsense 1", "set digest moon", "kind", "kind x near", "kind 1 nonsense"]
)
async def test_a_line_that_no_button_has_changes_nothing(scene: Scene, line: str) -> None:
    with pytest.raises(Refusal):
        await scene.turn(line, HOME, "private")


async def test_who_is_no_admin_any_more_turns_nothing(scene: Scene) -> None:
    """The panel was shown to an admin; what counts is who taps, at that moment."""
    await scene.say("/subscribe BTC", TOPIC, "supergroup")
    settings = await scene.say("/settings", TOPIC, "supergroup")
    kinds = await scene.say("/kinds BTC", TOPIC, "supergroup")
    members = scene.room.members
    assert isinstance(members, ToldMembers)
    members.admins.clear()
    for line in [*lines_of(settings.keyboard), *lines_of(kinds.keyboard)]:
        with pytest.raises(Refusal, match="Only admins"):
            await scene.turn(line, TOPIC, "supergroup")
    with pytest.raises(Refusal, match="Only admins"):
        await scene.tap(f"hush {BTC} 1h", TOPIC, "supergroup")
    assert await letters(scene) == []
    assert await snoozes(scene, TOPIC) == {BTC: 0}


async def test_a_channels_panel_in_private_is_for_its_admins_at_the_moment_of_the_tap(scene: Scene) -> None:
    panel = await scene.say("/settings @signals")
    members = scene.room.members
    assert isinstance(members, ToldMembers)
    members.admins.clear()
    with pytest.raises(Refusal, match="Only an admin"):
        await scene.turn(line_with(panel.keyboard, "set digest asia"), HOME, "private")
    assert (await scene.terms(CHANNEL)).sessions == ()


async def test_readers_of_a_group_may_look_at_its_settings(scene: Scene) -> None:
    await scene.say("/hours 23-7", TOPIC, "supergroup")
    assert "23:00–07:00" in (await scene.say("/settings", TOPIC, "supergroup", BEN)).text
    with pytest.raises(Refusal):
        await scene.say("/settings @signals", Destination(BEN), "private", BEN)


@pytest.mark.parametrize("place", PLACES)
async def test_a_test_alert_goes_through_the_outbox(scene: Scene, place: str) -> None:
    here, kind, there, channel = PLACES[place]
    await scene.say(f"/subscribe BTC{channel}", here, kind)
    panel = await scene.say(f"/settings{channel}", here, kind)
    sent = await scene.turn(line_with(panel.keyboard, "set test"), here, kind)
    assert "on its way" in sent.toast
    (letter,) = await letters(scene)
    assert (letter.destination, letter.kind) == (there, LetterKind.ALERT)
    assert "Test alert" in letter.text
    assert "BTC/USDT" in letter.text


async def test_the_button_under_an_alert_snoozes_its_pair_or_all(scene: Scene) -> None:
    await scene.say("/subscribe BTC ETH", TOPIC, "supergroup")
    said = await scene.tap(f"hush {BTC} 1h", TOPIC, "supergroup")
    assert "BTC/USDT" in said
    assert await snoozes(scene, TOPIC) == {BTC: NOW + HOUR, ETH: 0}
    await scene.tap("hush 1h", TOPIC, "supergroup")
    assert (await scene.terms(TOPIC)).snoozed_until_ms == NOW + HOUR
    with pytest.raises(Refusal, match="Only admins"):
        await scene.tap("hush 1h", TOPIC, "supergroup", BEN)


@pytest.mark.parametrize("place", PLACES)
async def test_kinds_are_turned_in_place(scene: Scene, place: str) -> None:
    here, kind, there, channel = PLACES[place]
    answer = await scene.say(f"/subscribe BTC{channel}", here, kind)
    opened = await scene.ask_by_button(line_with(answer.keyboard, "kinds"), here, kind)
    assert not opened.in_place
    assert (await scene.only(there)).rules.loudness_of(Kind.NEAR) is Loudness.ON
    seen = []
    for _ in range(3):
        opened = await scene.turn(
            line_with(opened.keyboard, f"kind {(await scene.only(there)).id} near"), here, kind
        )
        assert opened.in_place
        seen.append((await scene.only(there)).rules.loudness_of(Kind.NEAR))
    assert seen == [Loudness.SILENT, Loudness.OFF, Loudness.ON]
    assert len(lines_of(opened.keyboard)) == len(Kind)


async def test_a_button_turns_no_kind_of_another_chat(scene: Scene) -> None:
    await scene.say("/subscribe BTC", TOPIC, "supergroup")
    number = (await scene.only(TOPIC)).id
    with pytest.raises(Refusal, match="is off"):
        await scene.turn(f"kind {number} near", HOME, "private")
    with pytest.raises(Refusal, match="is off"):
        await scene.turn("kind 99999 near", TOPIC, "supergroup")


async def test_turning_a_kind_leaves_the_rules_as_they_were(scene: Scene) -> None:
    await scene.say("/subscribe BTC swing 2% 3 a day")
    before = (await scene.only(HOME)).rules
    await scene.turn(f"kind {(await scene.only(HOME)).id} gap", HOME, "private")
    assert (await scene.only(HOME)).rules == before.with_loudness({Kind.GAP: Loudness.ON})


async def test_subscribing_prints_the_numbers(scene: Scene) -> None:
    text = (await scene.say("/subscribe BTC")).text
    assert "within <b>1.5 × ATR</b> of a High or Extreme zone" in text
    assert "at most once per 4 h about the same stretch, at most 8 a day" in text
    await scene.say("/budget 5")
    assert "at most 5 a day in this chat" in (await scene.say("/subscribe BTC scalper")).text


async def test_subscribing_says_what_a_leverage_counts(scene: Scene) -> None:
    text = (await scene.say("/subscribe BTC 20x+")).text
    assert "20x lies inside the band 10–25x, which counts whole" in text
    assert "over 10x" in text
    assert "lies inside" not in (await scene.say("/subscribe BTC 25x+")).text


@pytest.mark.parametrize(
    ("threshold", "says", "kept"),
    [
        (None, "too little of this pair's past is stored", 0.0),
        (0.0, "no zone has to be left out", 0.0),
        (85.0, "from the 85th percentile of size", 85.0),
    ],
)
async def test_a_daily_budget_chooses_its_zones_by_the_past(
    scene: Scene, threshold: float | None, says: str, kept: float
) -> None:
    market = scene.room.market
    assert isinstance(market, ToldMarket)
    market.threshold = threshold
    assert says in (await scene.say("/subscribe BTC 3 a day")).text
    rules = (await scene.only(HOME)).rules
    assert (rules.budget, rules.least_percentile) == (3, kept)
    await scene.say("/subscribe BTC 2%")
    rules = (await scene.only(HOME)).rules
    assert (rules.budget, rules.least_percentile) == (3, kept)


async def test_subscribing_shows_what_it_would_have_told(scene: Scene) -> None:
    assert "not known yet" in (await scene.say("/subscribe BTC")).text
    market = scene.room.market
    assert isinstance(market, ToldMarket)
    market.past = Preview(7.0, (NOW - 30 * HOUR, NOW - HOUR))
    assert "In the last 7 days it would have told you 2 times" in (await scene.say("/subscribe ETH")).text


async def test_alerts_list_has_the_kinds(scene: Scene) -> None:
    await scene.say("/subscribe BTC ETH")
    listed = await scene.say("/alerts")
    assert [line.split(" ")[0] for line in lines_of(listed.keyboard)] == ["off", "kinds", "off", "kinds"]


def test_no_button_is_too_long() -> None:
    """A key that does not fit is left out; none of these may be."""
    far = str(-1001234567890)
    for menu in set(Menu) - {Menu.MAIN, Menu.PICTURES}:
        assert len(flat(choice_keyboard(menu, far))) >= len(OFFERED[menu])


def flat(keyboard: Keyboard) -> list[object]:
    return [key for row in keyboard for key in row]


async def snoozes(scene: Scene, where: Destination = HOME) -> dict[str, int]:
    async with scene.room.database.read() as tx:
        return {one.symbol: one.snoozed_until_ms for one in await subscriptions.of_destination(tx, where)}
