import asyncio
import json
import re
from html.parser import HTMLParser

import pytest

from sekimori.sim.page.wording import WORDS


class Reader(HTMLParser):
    """Collects ids, labels' targets, and addresses of other things."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.targets: set[str] = set()
        self.loaded: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if "id" in given:
            self.ids.append(given["id"])
        for name in ("for", "aria-labelledby", "aria-describedby"):
            self.targets |= set(given.get(name, "").split())
        if tag in {"script", "link", "img"}:
            self.loaded |= {given[name] for name in ("src", "href") if name in given}


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_the_page_is_whole_in_both_languages(simulator, http, language):
    answer = await http.get("/", params={"lang": language})
    page = Reader(answer.text)
    assert f'<html lang="{language}">' in answer.text
    assert len(page.ids) == len(set(page.ids))
    assert page.targets <= set(page.ids)
    for address in page.loaded:
        assert (await http.get(address)).status_code == 200
    for technique in simulator.control.techniques.values():
        assert technique.title[language] in answer.text
    assert "U0SEC" in answer.text
    assert "U0STRANGER" not in answer.text


async def test_nothing_is_loaded_from_elsewhere(http):
    answer = await http.get("/")
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    for name in ("page.js", "blocks.js", "mrkdwn.js", "page.css"):
        text = (await http.get(f"/static/{name}")).text
        assert not re.search(r"(src|href|url\(|import|fetch\()\s*[=:(]?\s*[\"']https?:", text), name
        assert "innerHTML" not in text


def test_both_languages_have_the_same_words():
    assert WORDS["ja"].keys() == WORDS["en"].keys()


async def test_each_sees_what_they_would_see_in_slack(http):
    async def channels(viewer: str) -> list[str]:
        state = (await http.get("/sim/state", params={"as": viewer})).json()
        return [one["id"] for one in state["conversations"]]

    assert await channels("U0SEC") == ["C0SHARED", "D0SEC"]
    assert await channels("U0SATO") == ["C0SHARED", "C0SECURITY", "D0SATO"]
    assert await channels("U0ADMIN") == ["C0SECURITY", "D0ADMIN"]
    assert (await http.get("/sim/state", params={"as": "U0BOT"})).status_code == 404


async def test_uploads_come_with_their_description(http, slack):
    await slack.files_upload_v2(content=b"\x89PNG", filename="week.png", alt_txt="来週の予定", channel="C0SHARED")
    state = (await http.get("/sim/state", params={"as": "U0SEC"})).json()
    [message] = state["conversations"][0]["messages"]
    assert message["files"][0]["alt_txt"] == "来週の予定"
    assert (await http.get(message["files"][0]["url_private"])).content == b"\x89PNG"


async def test_the_log_is_shown_with_what_was_called(http, simulator):
    await simulator.control.detonate("unrecorded_graph_call")
    state = (await http.get("/sim/state", params={"as": "U0SEC"})).json()
    assert [record["operation"] for record in state["records"]] == ["Sign-in activity", "Microsoft Graph Activity"]
    assert state["records"][1]["what"].endswith("/users/sato@fabrikam.example/calendar/getSchedule")


async def test_a_notice_comes_when_something_is_said(http, simulator, receiver):
    async with http.stream("GET", "/sim/stream") as stream:
        lines = stream.aiter_lines()
        assert await anext(lines) == "retry: 500"
        await simulator.control.say("U0SEC", "C0SHARED", "hello")
        async with asyncio.timeout(3):
            while not (line := await anext(lines)):
                pass
        assert line == "data: message"


async def test_the_pages_data_cannot_end_its_script(http):
    text = (await http.get("/")).text
    data = re.search(r'id="page-data">(.*?)</script>', text, re.DOTALL).group(1)
    assert "<" not in data
    assert json.loads(data)["bot"]["id"] == "U0BOT"
