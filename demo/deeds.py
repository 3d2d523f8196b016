"""What the demo's people do for and as villagers: publish, answer, take relief in, ask, report.

Calls demo.
"""

import html
import json
import re
from collections.abc import Callable
from datetime import timedelta
from functools import cached_property, partial
from typing import Any

from demo import relief_sheets
from demo.cast import VILLAGE
from demo.days import today
from demo.editions import ANSWER, EXAMPLE, LATE_DAYS, QUESTION, REPORT, RESOLUTION, Edition
from demo.people import Browser, Staff
from demo.photo import jpeg
from demo.processes import DemoError, wait_until
from demo.state import DemoState

CLERK, REVIEWER, OFFICER, INSPECTOR = "p-sun", "p-wang", "p-feng", "p-wu"
POINT = "sunrise-room"
_CELL = re.compile(r'name="((?:cell-\d+-\d+|title))"[^>]*? value="([^"]*)"')
_CARD = re.compile(r'户编号 ([^<]+)</p>\s*<p class="relief-code">([\d ]+)</p>')
_CODE = re.compile(r">((?:\d{4} ){3}\d{4})<")


class Deeds:
    """By the sites' own pages; whoever does it is logged in when he is needed first."""

    def __init__(self, state: DemoState) -> None:
        self._state = state
        self.public = Browser(state, "public")

    @cached_property
    def _clerk(self) -> Staff:
        return Staff(self._state, self._state.person(CLERK))

    @cached_property
    def _reviewer(self) -> Staff:
        return Staff(self._state, self._state.person(REVIEWER))

    @cached_property
    def _officer(self) -> Staff:
        return Staff(self._state, self._state.person(OFFICER))

    def publish(self, one: Edition) -> None:
        """From the empty form to the reviewer's signature, which publishes."""
        begun = {"item": one.item, "day": one.day.isoformat(), "called": one.called}
        if one.of:
            begun["event"] = self._event_of(one.of)
        draft = self._clerk.do("/affairs/new", begun)
        files = {"sheet": ("table.csv", one.sheet, "text/csv")} if one.heads else {}
        if one.photo:
            files["pages"] = ("lamp.jpg", jpeg(), "image/jpeg")
        text = "\n".join((EXAMPLE, *one.text))
        self._review(draft, {"title": one.title, "text": text}, files=files)

    def leave_late(self) -> None:
        """Something happened, and stays a draft until it is late."""
        day = today() - timedelta(days=LATE_DAYS)
        fields = {"item": "resolutions", "day": day.isoformat(), "called": RESOLUTION}
        self._clerk.do("/affairs/new", fields)

    def ask(self) -> str:
        """A villager asks about the newest spending; the receipt code."""
        series = self._newest("finance-spending")
        fields = {"words": QUESTION, "name": "", "phone": ""}
        return self._coded(self.public, f"/ask/{series}/", fields)

    def answer(self) -> None:
        """The clerk answers it, and publishes the month's 回音壁."""
        found = re.search(r"/affairs/questions/\d+/answer", self._clerk.get("/affairs/questions/"))
        if found is not None:
            self._clerk.do(found[0], {"answer": ANSWER})
        month = today().strftime("%Y-%m")
        draft = self._clerk.do("/affairs/questions/month", {"month": month})
        values = {
            name: html.unescape(value) for name, value in _CELL.findall(self._clerk.get(draft))
        }
        self._review(draft, values | {"title": f"{values['title']}（示例）", "text": EXAMPLE})

    def relief(self) -> dict[str, Callable[[], object]]:
        """By name what is to be done, in this order."""
        return {
            "funds": partial(self._take, "funds", relief_sheets.funds()),
            "projects": partial(self._take, "projects", relief_sheets.projects(today())),
            "people": self._people,
            "card": self._cards,
        }

    def report(self) -> str:
        """Somebody reports something, without his name; the receipt code. The inspector's desk,
        opened before, tells the hotline which villages there are.
        """
        Staff(self._state, self._state.person(INSPECTOR)).get("/hotline/")
        hotline = Browser(self._state, "hotline")
        fields = {"concern": "matter", "village": VILLAGE, "words": REPORT, "who": "anonymous"}
        form = f"/report/?concern=matter&village={VILLAGE}"
        return self._coded(hotline, form, fields)

    def appointment(self) -> str:
        """Somebody will come on the first day that is offered; the receipt code."""
        days = f"/v/{VILLAGE}/appointment/{POINT}/"
        found = re.search(rf"{days}[\d-]+/", self.public.get(days))
        if found is None:
            raise DemoError(f"{days} offers no day")
        offered = re.search(r'name="time" value="([^"]+)"', self.public.get(found[0]))
        if offered is None:
            raise DemoError(f"{found[0]} offers no time")
        who = {"name": "何示例", "phone": "13800000000", "service": "别的事"}
        return self._coded(self.public, found[0], {"time": offered[1], **who})

    def _review(self, draft: str, fields: dict[str, str], **given: Any) -> None:
        """Checked, decided where something waits, put to review, and signed."""
        next_page = self._clerk.do(draft, {**fields, "check": "1"}, **given)
        if next_page != draft:
            waiting = re.findall(r'name="(word-\d+)" value="publish"', self._clerk.get(next_page))
            choices = dict.fromkeys(waiting, "publish")
            why = {one.replace("word", "reason"): "自己画的示例图片" for one in waiting}
            self._clerk.do(next_page, choices | why)
        self._reviewer.review(self._clerk.do(f"{draft}submit", {}))

    def _event_of(self, title: str) -> str:
        """The number by which a further report of what that one is about is begun."""
        page = self._clerk.get("/affairs/")
        row = re.search(rf'href="(/affairs/\d+/)">(?:(?!</a>).)*{re.escape(title)}', page, re.S)
        found = row and re.search(r"event=(\d+)", self._clerk.get(row[1]))
        if not found:
            raise DemoError(f"{title} is not published")
        return found[1]

    def _newest(self, item: str) -> str:
        """The series published last of that item, once the public sees it."""
        found: list[str] = []

        def there() -> bool:
            page = json.loads(self.public.get(f"/v/{VILLAGE}/affairs/latest.json"))
            found[:] = [one["id"] for one in page["releases"] if one["item"] == item]
            return len(found) > 1

        wait_until(there, 30, f"{item} is not on the villagers' pages")
        return found[0]

    def _take(self, kind: str, sheet: bytes) -> str:
        """The page of the list."""
        given = {"sheet": (f"{kind}.csv", sheet, "text/csv")}
        read = self._officer.do(f"/relief/take/{kind}/", {}, files=given)
        return self._officer.do(read, {"take": "1"}).partition("?")[0]

    def _people(self) -> None:
        """Taken in, handed to the village, and published by it for the notice's days."""
        taken = self._take("benefits", relief_sheets.people(today()))
        self._officer.do(f"{taken}hand", {"village": VILLAGE})
        drafts = re.findall(
            r'href="(/affairs/drafts/\d+/)"><strong>([^<]*（第 \d+ 号）)',
            self._clerk.get("/affairs/"),
        )
        if not drafts:
            raise DemoError("the list of people was not handed over")
        draft, title = drafts[0]
        self._review(draft, {"title": f"{title}（示例）", "text": EXAMPLE})

    def _cards(self) -> str:
        token = {"csrfmiddlewaretoken": self._officer.token, "village": VILLAGE}
        printed = _CARD.findall(self._officer.post("/relief/cards/", data=token).text)
        if not printed:
            raise DemoError("no household's card was printed")
        return str(dict(printed)["示例-1"])

    @staticmethod
    def _coded(site: Browser, form: str, fields: dict[str, str]) -> str:
        """Send a villager's form; the receipt code that he is told."""
        drawn = re.search(r'name="drawn" value="([^"]+)"', site.get(form))
        if drawn is None:
            raise DemoError(f"{form} is no form")
        path = form.partition("?")[0]
        answer = site.post(path, data={**fields, "drawn": html.unescape(drawn[1])})
        code = _CODE.search(answer.text)
        if code is None:
            raise DemoError(f"{path} gave no receipt code")
        return code[1]
