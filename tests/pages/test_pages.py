"""Every page is rendered: well-formed, usable without script, safe with hostile texts, and right in what it says."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from functions.desktop.views import ClientTable
from portal import pages, storage
from portal.config import settings
from portal.domain.records import Kind
from portal.pages import Problem, Refilled
from portal.views import ClientMonth, ClientRecord
from tests.pages.page_examples import (
    AT_FIRM,
    AT_OFFICE,
    CLIENT,
    HOSTILE,
    LONG,
    OFFICE,
    Example,
    examples,
    figures,
    firm,
    published,
)

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = examples()
VOID = {"meta", "link", "img", "input", "br", "hr", "wbr", "use", "path", "circle", "rect"}
NBSP = "\u00a0"


def render(example: Example) -> str:
    return pages.render(
        example.template or example.view.template,
        view=example.view,
        shell=example.shell,
        path=example.path,
        now=example.now,
        refilled=example.refilled,
        notice=example.notice,
    )


class Page(HTMLParser):
    """A page's elements, checked for nesting while it is read."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == [], f"left open: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> repeats an attribute: {names}"
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        assert self._open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def all(self, *tags: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.elements if tag in tags]

    @property
    def text(self) -> str:
        return re.sub(r"[ \n]+", " ", "".join(self.words))


@pytest.fixture(scope="module")
def rendered() -> dict[str, str]:
    return {name: render(example) for name, example in EXAMPLES.items()}


@pytest.fixture(params=sorted(EXAMPLES))
def page(request: pytest.FixtureRequest, rendered: dict[str, str]) -> Page:
    return Page(rendered[request.param])


@pytest.fixture
def html(request: pytest.FixtureRequest, rendered: dict[str, str]) -> str:
    return rendered[request.param]


def test_every_template_has_an_example() -> None:
    used = {example.template or example.view.template for example in EXAMPLES.values()}
    folder = ROOT / "templates"
    whole = {path.relative_to(folder).as_posix() for path in folder.rglob("*.html")}
    frames = {"layout.html", "office/firm.html"}
    assert used == {name for name in whole if not name.startswith(("parts/", "mail/"))} - frames


def test_language_title_and_one_heading(page: Page) -> None:
    assert page.all("html") == [{"lang": "pl"}]
    assert len(page.all("title")) == len(page.all("main")) == len(page.all("h1")) == 1


def test_headings_leave_no_level_out(page: Page) -> None:
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h[1-6]", tag)]
    # An error summary stands above the page's own heading.
    after_first = levels[levels.index(1) :]
    assert all(later - earlier <= 1 for earlier, later in pairwise(after_first))


def test_nothing_inline_that_the_policy_forbids(page: Page) -> None:
    for tag, attributes in page.elements:
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")], tag
    assert page.all("style") == []
    scripts = [script["src"] for script in page.all("script")]
    assert scripts[0] == "/static/app.js?v=test"
    others = ("again", "firm", "invoice", "logo", "passkeys", "queue", "share", "upload")
    assert set(scripts[1:]) <= {f"/static/{name}.js?v=test" for name in others}
    assert all(link["href"].startswith("/static/") and link["href"].endswith("?v=test") for link in page.all("link"))
    bucket = storage.origin(settings().documents_bucket) + "/"  # page pictures, from where the policy allows them
    ours = re.compile(rf"/static/|/logos/|(/offices/\w+)?/firms/\w+/invoices/logo/|{re.escape(bucket)}")
    assert all(ours.match(image["src"]) for image in page.all("img"))


def test_ids_are_unique_and_references_lead_somewhere(page: Page) -> None:
    ids = Counter(attributes["id"] for _, attributes in page.elements if "id" in attributes)
    assert [name for name, count in ids.items() if count > 1] == []
    assert not [name for name in ids if re.search(r"\s", name)]
    for _, attributes in page.elements:
        targets = " ".join(attributes.get(name, "") for name in ("for", "form", "aria-describedby", "aria-labelledby"))
        assert [target for target in targets.split() if target not in ids] == []
        if attributes.get("href", "").startswith("#"):
            assert attributes["href"][1:] in ids


def test_every_field_has_a_label(page: Page, request: pytest.FixtureRequest) -> None:
    labelled = {label.get("for") for label in page.all("label")}
    for field in page.all("input", "select", "textarea"):
        if field.get("type") in ("hidden", "checkbox", "search"):
            continue  # these two stand inside their label
        assert field["id"] in labelled


def test_every_form_but_a_search_posts_to_a_route(page: Page) -> None:
    for form in page.all("form"):
        assert form["method"] == ("get" if form.get("role") == "search" else "post")
        # A file of a browser without script goes straight to the storage.
        bucket = storage.origin(settings().documents_bucket) + "/"
        assert form["action"].startswith("/") or form["action"] == bucket


def test_every_button_and_link_says_something(rendered: dict[str, str]) -> None:
    for text in rendered.values():
        for said in re.findall(r"<(?:button|a|summary)\b[^>]*>(.*?)</(?:button|a|summary)>", text, re.S):
            assert re.sub(r"<[^>]*>|\s", "", said)


def test_hostile_texts_stay_texts(page: Page, rendered: dict[str, str]) -> None:
    assert not [attributes for attributes in page.all("img") if attributes.get("src") == "x"]
    assert "49" not in re.findall(r"7\*7|\b49\b", page.text)
    for text in rendered.values():
        assert "<script>" not in text
        assert HOSTILE not in text


def test_hostile_and_long_texts_are_shown_whole(rendered: dict[str, str]) -> None:
    assert HOSTILE in Page(rendered["office-records-taxes-hostile"]).text
    assert LONG in Page(rendered["office-firm_settings"]).text


@pytest.mark.parametrize("name", [name for name, example in EXAMPLES.items() if example.refilled])
def test_a_refusal_is_told_on_top(name: str, rendered: dict[str, str]) -> None:
    example, page = EXAMPLES[name], Page(rendered[name])
    problem = example.refilled.problem
    assert problem
    for field in problem.fields:
        assert field.detail in page.text
        if example.template != "error.html":
            assert any(link.get("href", "").endswith(field.field) for link in page.all("a"))
            marked = [item for item in page.all("input", "select", "textarea") if item.get("aria-invalid")]
            assert field.field in [item["name"] for item in marked]


def test_a_refused_form_keeps_what_was_typed(rendered: dict[str, str]) -> None:
    page = Page(rendered["office-firm_new-refused"])
    typed = {
        item["name"]: item.get("value") for item in page.all("input") if "id" in item and item["id"] == item["name"]
    }
    assert typed["number"] == "5120079195"
    assert typed["name"] == HOSTILE
    assert [option["value"] for option in page.all("option") if "selected" in option] == ["nip", "budget_unit", ""]
    assert f"1\n{HOSTILE}" in "".join(page.words)


def test_the_row_that_was_refused_is_open_and_takes_the_current_version(rendered: dict[str, str]) -> None:
    row = re.search(
        r'<details class="pop" name="row" open>(.*?)</details>', rendered["office-records-taxes-row-refused"], re.S
    )
    assert row
    page = Page(row[1])
    values = {item["name"]: item.get("value") for item in page.all("input")}
    assert values["form"] == "CIT"
    assert values["amount"] == "12,3x"
    assert values["seen_version"] == "2"


def test_approvals_name_record_and_version(rendered: dict[str, str]) -> None:
    page = Page(rendered["office-records-taxes"])
    ticks = [item["value"] for item in page.all("input") if "data-pick" in item]
    waiting = ["2026-10.tax.VAT-7.@2", "2026-10.tax.CIT.@2", "2026-10.tax.PIT-8AR.@2", "2026-11.tax.VAT-7.@2"]
    assert ticks == waiting
    assert [item["value"] for item in page.all("button") if item.get("name") == "only"] == waiting
    hidden = [item["value"] for item in page.all("input") if item["type"] == "hidden" and item["name"] == "records"]
    assert hidden == waiting
    assert "Zatwierdź wszystkie (4)" in page.text
    assert {item["value"] for item in page.all("input") if item.get("name") == "back"} == {f"{AT_FIRM}/taxes?year=2026"}


def test_the_office_sees_old_and_new(rendered: dict[str, str]) -> None:
    text = Page(rendered["office-records-taxes"]).text
    assert f"99{NBSP}999{NBSP}999,99było 3{NBSP}210,00" in text
    assert "Zatwierdź korektę" in text
    assert "automatycznie" in text
    assert "nadpłata 880,00" in text
    assert "wpisane ręcznie" in text
    assert "I kwartał 2026" in text


def test_statements_add_up_and_show_a_loss_by_word(rendered: dict[str, str]) -> None:
    text = Page(rendered["office-records-statements"]).text
    assert "Razem 2026" in text
    assert f"było 200{NBSP}000,00" in text
    assert "strata" in Page(rendered["office-month-full"]).text


def test_an_empty_year_says_what_will_come(rendered: dict[str, str]) -> None:
    assert "W tym roku nie ma jeszcze danych" in rendered["office-records-empty"]
    assert "<table" not in rendered["office-records-empty"]


def test_months_that_have_not_begun_are_left_out(rendered: dict[str, str]) -> None:
    text = Page(rendered["office-records-taxes"]).text
    assert "Lipiec" in text
    assert "Grudzień" not in text


def test_a_month_approves_records_of_firms_and_all_as_opened(rendered: dict[str, str]) -> None:
    page = Page(rendered["office-month-full"])
    ticks = [item["value"] for item in page.all("input") if "data-pick" in item]
    assert "01J0FIRM1/2026-10.tax.VAT-7.@2" in ticks
    seen_at = [item["value"] for item in page.all("input") if item.get("name") == "seen_at"]
    assert seen_at == ["2026-11-24T09:30:00+00:00"]
    assert "Zatwierdź cały miesiąc (37)" in page.text
    assert "37 pozycji do zatwierdzenia w 21 firmach" in page.text


def test_a_page_of_a_month_without_rows_still_leads_on(rendered: dict[str, str]) -> None:
    page = Page(rendered["office-month-empty-page"])
    assert [link["href"] for link in page.all("a") if link.get("rel") == "next"][-1].endswith("?waiting=1&after=next")


def test_the_list_of_firms_keeps_words_and_order_from_page_to_page(rendered: dict[str, str]) -> None:
    page = Page(rendered["office-firms-full"])
    kept = "/offices/01J0OFFICE/firms?q=%C3%B3%2B%26&sort=waiting&down=1"
    leads = {link["rel"]: link["href"] for link in page.all("a") if "rel" in link}
    assert leads == {"prev": kept, "next": f"{kept}&page=3"}
    assert "1999 firm · strona 2 z 20" in page.text


def test_a_heading_orders_the_list_and_says_how_it_stands(rendered: dict[str, str]) -> None:
    page = Page(rendered["office-firms-full"])
    assert [head["aria-sort"] for head in page.all("th") if "aria-sort" in head] == ["descending"]
    assert f"{AT_OFFICE}/firms?q=%C3%B3%2B%26&sort=waiting" in [link.get("href") for link in page.all("a")]
    assert f"{AT_OFFICE}/firms?q=%C3%B3%2B%26&sort=changed&down=1" in [link.get("href") for link in page.all("a")]


def test_a_module_that_does_not_count_is_no_module(rendered: dict[str, str]) -> None:
    assert "nie działa na wersji testowej" in Page(rendered["office-firms-suspended"]).text
    assert "nie działa na wersji testowej" not in Page(rendered["office-firms-full"]).text
    filled = Page(rendered["office-firm_new-filled"])
    assert [item for item in filled.all("input") if item.get("name") == "invoices" and "disabled" in item]


def test_the_client_sees_what_to_pay_and_how(rendered: dict[str, str]) -> None:
    page = Page(rendered["client-desktop-full"])
    copied = [item["data-copy"] for item in page.all("button") if "data-copy" in item]
    assert copied[:3] == ["82600000020260017772273629", "Składki ZUS 10.2026", "5902,11"]
    assert {"26M10", "VAT-7", "5120079194", "/TI/N5120079194/OKR/26M10/SFP/VAT-7"} <= set(copied)
    assert "4 dni po terminie" in page.text
    assert "jutro" in page.text
    assert f"Korekta: było 3{NBSP}210,00{NBSP}zł, jest 3{NBSP}450,00{NBSP}zł" in page.text
    assert "Biuro nie podało jeszcze numeru rachunku" in page.text
    assert "CIT za październik" in page.text
    days = [item["value"] for item in page.all("input") if item.get("name") == "paid_on" and item["type"] == "hidden"]
    assert days[0] == "2026-11-24"
    assert days[-1] == ""


def test_a_suspended_firm_offers_no_changes(rendered: dict[str, str]) -> None:
    page = Page(rendered["client-desktop-suspended"])
    assert [form["action"] for form in page.all("form")] == ["/sign-out"]
    assert "Firma jest zawieszona" in page.text


def test_the_client_sees_corrections_and_withdrawals(rendered: dict[str, str]) -> None:
    text = Page(rendered["client-records-taxes"]).text
    assert f"Korekta: było 3{NBSP}210,00{NBSP}zł, jest 3{NBSP}450,00{NBSP}zł" in text
    assert "Wycofano" in text
    assert "Powód: Zły okres w programie." in text
    statements = Page(rendered["client-records-statements"]).text
    assert f"Korekta przychodów: było 14{NBSP}000,00{NBSP}zł, jest 15{NBSP}000,00{NBSP}zł" in statements


def test_the_client_never_sees_the_office_side(rendered: dict[str, str]) -> None:
    for name in ("client-records-taxes", "client-desktop-full"):
        assert "Do zatwierdzenia" not in rendered[name]
        assert "Anna Kowal" not in rendered[name]


def test_a_corrected_overpayment_keeps_its_word() -> None:
    side = published(figures(0, "K", surplus=5000), corrects=figures(7000))
    record = ClientRecord(
        record="r", kind=Kind.TAX, form="CIT", subject="", period="2026-09", due=None, published=side, withdrawn=None
    )
    table = ClientTable(
        firm=firm(),
        kind=Kind.TAX,
        year=2026,
        this_year=2026,
        months=[ClientMonth(period="2026-09", records=[record])],
        totals=None,
    )
    text = Page(render(Example(table, CLIENT, "/firms/01J0FIRM/taxes"))).text
    assert f"Korekta: było 70,00{NBSP}zł, jest nadpłata 50,00{NBSP}zł" in text


def test_errors_lead_back_only_within_the_portal(rendered: dict[str, str]) -> None:
    assert f'href="{AT_FIRM}/taxes?year=2026"' in rendered["error-changed"]
    missing = EXAMPLES["error-changed"]
    for away in ("//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"):
        refilled = pages.Refilled(missing.refilled.problem, {"back": away})
        text = render(Example(missing.view, OFFICE, "/x", template="error.html", refilled=refilled))
        assert "evil" not in text
        assert "javascript:" not in text


@pytest.mark.parametrize(
    "notice",
    (  # noqa: SIM905 - a list of words reads better as a line
        "approved entered withdrawn saved added invited deactivated revoked paid unpaid status signed-out "
        "devices confirmed passkey-added passkey-renamed passkey-removed logo logo-removed invoice-logo own-firm "
        "handed-over documents-complete message-sent share-missed "
        "documents-advanced document-to-process document-to-review document-approved document-rejected "
        "document-question document-message document-removed document-kept document-month invoice-saved invoice-issued "
        "invoice-draft-removed invoice-paid invoice-unpaid invoice-cancelled "
        "recurring-made recurring-run recurring-removed"
    ).split(),
)
def test_every_notice_has_a_sentence(notice: str) -> None:
    text = render(Example(EXAMPLES["auth-sign_in"].view, OFFICE, "/", notice=notice))
    assert len(Page(text).all("main")) == 1
    assert 'role="status"' in text


def test_an_unknown_notice_says_nothing() -> None:
    text = render(Example(EXAMPLES["auth-sign_in"].view, OFFICE, "/", notice="<b>made up</b>"))
    assert 'role="status"' not in text
    assert "made up" not in text


def test_static_files_stay_small_and_alone() -> None:
    css = (ROOT / "static/app.css").read_text(encoding="utf-8")
    script = (ROOT / "static/app.js").read_text(encoding="utf-8")
    # Under 6 kB compressed, of the 40 that a first visit may have (bench: pages); 4,000 of it are for documents.
    assert len(css) <= 21_000
    assert len(script) <= 4_500
    assert not re.search(r"https?:|@import", css)
    assert "innerHTML" not in script


def test_all_script_of_a_first_visit_is_small_and_harmless() -> None:
    read = {file.name: file.read_bytes() for file in (ROOT / "static").glob("*.js")}
    # The page with the most of it is the client's of documents, with the service worker that it installs.
    for names in (("app.js", "passkeys.js"), ("app.js", "queue.js", "upload.js", "sw.js")):
        assert sum(len(gzip.compress(read[name])) for name in names) <= 10_000
    assert not any(word in script for script in read.values() for word in (b"innerHTML", b"eval(", b"document.write"))


def test_the_app_can_be_installed() -> None:
    told = json.loads((ROOT / "static/manifest.webmanifest").read_text(encoding="utf-8"))
    assert (told["display"], told["scope"], told["share_target"]["action"]) == ("standalone", "/", "/share")
    for icon in told["icons"]:
        assert (ROOT / icon["src"].lstrip("/")).is_file()
    worker = (ROOT / "static/sw.js").read_text(encoding="utf-8")
    kept = re.search(r"const files = \[(.*?)\]", worker)
    assert kept
    offline = Page(render(EXAMPLES["client-offline"]))
    needed = {link["href"] for link in offline.all("link") if link["rel"] == "stylesheet"}
    needed |= {script["src"] for script in offline.all("script")}
    assert {re.sub(r"^/static/|[?].*", "", address) for address in needed} <= set(json.loads(f"[{kept[1]}]"))


def test_what_must_be_confirmed_first_leads_there_and_back() -> None:
    form = Refilled(Problem(403, "confirm-needed", "Zanim to zrobisz, potwierdź, że to Ty."))
    shown = Page(render(replace(EXAMPLES["office-agents-full"], refilled=form, path=f"{AT_FIRM}/users")))
    assert [link["href"] for link in shown.all("a") if link.get("href", "").startswith("/confirm")] == [
        f"/confirm?back={AT_FIRM}/users"
    ]
    alone = Page(render(EXAMPLES["error-confirm-needed"]))
    assert [link["href"] for link in alone.all("a") if link.get("href", "").startswith("/confirm")] == [
        "/confirm?back=/passkeys"
    ]


def test_one_page_stays_light(rendered: dict[str, str]) -> None:
    assert max(len(text) for text in rendered.values()) < 120_000


def test_a_buyers_page_leads_nowhere_but_to_the_print(rendered: dict[str, str]) -> None:
    for name in (name for name in EXAMPLES if name.startswith("invoice-shared")):
        page = Page(rendered[name])
        assert [one["href"] for one in page.all("a")] == ["#content", "/", "/l/01J0L.abc/invoice/pdf"]
        assert page.all("form") == []


def test_pages_of_invoices_stay_on_their_side(rendered: dict[str, str]) -> None:
    for name, example in EXAMPLES.items():
        if not name.startswith("invoice-") or name.startswith("invoice-shared"):
            continue
        page = Page(rendered[name])
        leads = [one["href"] for one in page.all("a")] + [one["action"] for one in page.all("form")]
        leads += [one["data-home"] for one in page.all("form") if "data-home" in one]
        within = [lead for lead in leads if "invoices" in lead or "new" in lead or "data" in lead]
        assert within
        assert [lead for lead in within if not lead.startswith(example.view.place.home)] == []
        aside = ("/sign-out", "/devices", "/", "#", AT_OFFICE if example.view.place.office else "/firms/01J0FIRM")
        assert [lead for lead in leads if not lead.startswith(aside)] == []


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36", "Chrome, Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 15_1) Version/18.1 Safari/605.1.15", "Safari, macOS"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Mobile Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        ("curl/8.9", "curl/8.9"),
        ("", ""),
    ],
)
def test_a_device_is_named_as_people_say_it(user_agent: str, name: str) -> None:
    assert pages.device_name(user_agent) == name
