"""The forms of a page, so that a test presses the very buttons that people press."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from tests.functions.gateway import Answer, Browser


@dataclass
class Form:
    """A form as the browser would send it: without the boxes that nobody ticked."""

    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    ticks: dict[str, list[str]] = field(default_factory=dict)

    def send(self, browser: Browser, **typed: object) -> Answer:
        path, _, query = self.action.partition("?")
        given = dict(pair.split("=", 1) for pair in query.split("&") if pair)
        return browser.send("POST", path, query=dict(given), body={**self.fields, **typed})


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.by_id: dict[str, Form] = {}
        self._open: Form | None = None
        self._select: tuple[list[str], int] | None = None
        self._area: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._open)
            if "id" in given:
                self.by_id[given["id"]] = self._open
            return
        form = self.by_id.get(given["form"]) if "form" in given else self._open
        if tag == "option" and self._select:
            values, place = self._select  # several may have one name
            if "selected" in given or len(values) == place:
                values[place:] = [given["value"]]
        elif form is not None and given.get("name"):
            self._control(tag, given, form)

    def _control(self, tag: str, given: dict[str, str], form: Form) -> None:
        name, value = given["name"], given.get("value", "")
        if tag == "select":
            values = form.fields.setdefault(name, [])
            self._select = (values, len(values))
        elif given.get("type") in ("checkbox", "radio"):
            ticked = form.fields if "checked" in given else form.ticks
            ticked.setdefault(name, []).append(value)
        elif tag == "button":
            form.ticks.setdefault(name, []).append(value)
        elif tag in ("input", "textarea"):
            form.fields.setdefault(name, []).append(value)
            self._area = form.fields[name] if tag == "textarea" else None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area[-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area is not None:
            self._area[-1] = self._area[-1].removeprefix("\n")
            self._area = None
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._select = None


def forms(page: Answer) -> list[Form]:
    """Every form of a page."""
    assert page.status < 500, page.text
    reader = _Reader()
    reader.feed(page.text)
    return reader.forms


def forms_to(page: Answer, ending: str) -> list[Form]:
    """The forms whose address ends like this."""
    return [form for form in forms(page) if form.action.partition("?")[0].endswith(ending)]
