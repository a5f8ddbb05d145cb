"""HTML: Jinja2 templates, the texts of the screens, and how money, days and periods are written in Polish."""

from __future__ import annotations

import gettext
import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, ModuleLoader, StrictUndefined

from portal import clock
from portal.config import settings
from portal.domain import identifiers, money
from portal.domain.errors import CODES, Refusal, _
from portal.domain.periods import WARSAW, Period
from portal.domain.records import QUARTERLY_FORMS

_ROOT = Path(__file__).resolve().parent.parent
_COMPILED = _ROOT / "compiled_templates"
LOCAL_PATH = r"^/([\w?&=.-][\w/?&=.-]*)?$"
"""An address inside the portal: what a form may name as its way back."""

_ROW_DIGITS = 3  # a form shows a thousand rows, whatever was sent
_SOON = 6  # days told in words
_MONTHS = (
    _("styczeń"),
    _("luty"),
    _("marzec"),
    _("kwiecień"),
    _("maj"),
    _("czerwiec"),
    _("lipiec"),
    _("sierpień"),
    _("wrzesień"),
    _("październik"),
    _("listopad"),
    _("grudzień"),
)
# In this order: most browsers also claim to be an older one.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
_QUARTERS = ("I", "II", "III", "IV")


@dataclass(frozen=True, slots=True)
class Shell:
    """What stands around a page: who is signed in, and where. All empty on public pages.

    `logo`: digest of the office's picture, empty without one. `partner`: a person who sees a part of the firm only.
    """

    person: str = ""
    office: str = ""
    office_name: str = ""
    logo: str = ""
    firm: str = ""
    firm_name: str = ""
    administrator: bool = False
    partner: bool = False

    @property
    def side(self) -> str:
        """`office`, `client`, or `public`."""
        if self.firm:
            return "client"
        return "office" if self.office else "public"


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One refused field: its name in the form (may be empty), the code and the translated sentence."""

    field: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A refusal as JSON (RFC 9457) and as a page show it."""

    status: int
    code: str
    detail: str
    fields: Sequence[FieldProblem] = ()


@dataclass(frozen=True, slots=True)
class Refilled:
    """A form that was refused: what was typed, and why it was refused, for showing the form again."""

    problem: Problem | None = None
    typed: Mapping[str, str] = field(default_factory=dict)
    listed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    path: str = ""
    """The address of the page that shows the form."""

    def value(self, name: str, otherwise: object = "") -> str:
        """What was typed into the field, or else the given value."""
        return self.typed.get(name, str(otherwise))

    def rows(self, name: str, otherwise: int) -> int:
        """How many rows the form had whose fields are called `lines.0.price`, or else so many."""
        rows = [typed.split(".")[1] for typed in self.typed if typed.startswith(f"{name}.")]
        numbers = [int(row) for row in rows if row.isdecimal() and len(row) <= _ROW_DIGITS]
        return 1 + max(numbers, default=-1) if self.problem else otherwise

    def ticked(self, name: str, otherwise: Sequence[str]) -> Sequence[str]:
        """Which of several boxes of one name were ticked, or else the given ones."""
        return self.listed.get(name, ()) if self.problem else otherwise

    @property
    def way_back(self) -> str:
        """Where the form came from, if that is a page of ours; else nothing."""
        back = self.typed.get("back", "")
        return back if re.fullmatch(LOCAL_PATH, back) and back != "/" else ""

    def error(self, name: str) -> str:
        """The sentence at the field, or nothing."""
        return next((entry.detail for entry in self.problem.fields if entry.field == name), "") if self.problem else ""


def render(
    template: str,
    *,
    view: object,
    shell: Shell,
    path: str,
    now: datetime,
    refilled: Refilled | None = None,
    notice: str = "",
) -> str:
    """A page. `view` is the route's answer, `path` the address shown, `notice` names what was just done."""
    page = _environment().get_template(template)
    return page.render(
        v=view,
        shell=shell,
        path=path,
        today=clock.today(now),
        form=replace(refilled or Refilled(), path=path),
        notice=notice,
        release=settings().release,
    )


def render_text(template: str, values: Mapping[str, Any]) -> str:
    """A mail's body or subject."""
    return _environment().get_template(template).render(**values).strip()


def compile_templates(into: Path, wanted: Container[str]) -> None:
    """Write these templates as Python modules, for a package in which they stand beside `portal/`."""
    kept = wanted.__contains__
    _environment().compile_templates(into / _COMPILED.name, filter_func=kept, zip=None, ignore_errors=False)


def every_template() -> list[str]:
    """The names of all templates."""
    return _environment().list_templates()


def templates_used_by(template: str) -> set[str]:
    """The names of what a template extends, includes and imports, all of them where it chooses one of several.

    Raises ValueError where it computes a name.
    """
    from jinja2 import nodes  # noqa: PLC0415 - only a build asks, and a cold start need not pay for it

    loader, environment = _environment().loader, _environment()
    source, _, _ = loader.get_source(environment, template) if loader else ("", None, None)
    found: set[str] = set()
    kinds = (nodes.Extends, nodes.FromImport, nodes.Import, nodes.Include)
    references: Iterable[Any] = environment.parse(source).find_all(kinds)
    for node in references:
        wanted = node.template
        named = [wanted] if isinstance(wanted, nodes.Const) else list(wanted.find_all(nodes.Const))
        if not named:
            raise ValueError(f"{template} computes the name of another template")
        found |= {str(one.value) for one in named}
    return found


def translate(text: str) -> str:
    """A marked text in the language of the screen."""
    return _translations().gettext(text)


def sentence(refusal: Refusal) -> str:
    """What people read of a refusal."""
    return translate(refusal.code.sentence).format(**refusal.values)


def refusal(code: str) -> str:
    """What a code says: for a page that checks by the same rule before it is sent."""
    return translate(CODES[code].sentence)


def day(value: date) -> str:
    """`20.12.2026`."""
    return f"{value.day}.{value.month:02d}.{value.year}"


def moment(value: datetime) -> str:
    """`12.10.2026 14:03` by the clock in Poland."""
    local = value.astimezone(WARSAW)
    return f"{day(local.date())} {local.hour:02d}:{local.minute:02d}"


def moment_day(value: datetime) -> str:
    """The day of a moment by the calendar in Poland."""
    return day(value.astimezone(WARSAW).date())


def near(value: date, today: date) -> str:
    """A day as people say it: „dziś", „jutro", „za 3 dni", „2 dni po terminie"; farther ones as `do 20.12.2026`."""
    texts = _translations()
    days = (value - today).days
    if days == 0:
        return texts.gettext("dziś")
    if days == 1:
        return texts.gettext("jutro")
    if days < 0:
        return texts.ngettext("%(num)s dzień po terminie", "%(num)s dni po terminie", -days) % {"num": -days}
    if days <= _SOON:
        return texts.ngettext("za %(num)s dzień", "za %(num)s dni", days) % {"num": days}
    return texts.gettext("do %(day)s") % {"day": day(value)}


def device_name(user_agent: str) -> str:
    """A browser's `User-Agent` as people say it: `Firefox, Windows`; what is not known stays as it came, shortened."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return ", ".join(part for part in (browser, system) if part) or user_agent[:60]


def last_month(today: date) -> str:
    """The month that offices are settling now: the one before the present one."""
    return str(Period.of(today).plus(-1))


def month_name(period: str | Period) -> str:
    """`październik`."""
    return translate(_MONTHS[_as_period(period).month - 1])


def period_name(period: str | Period, form: str = "") -> str:
    """`październik 2026`; of a quarterly tax `III kwartał 2026`."""
    value = _as_period(period)
    if form in QUARTERLY_FORMS:
        return translate("%(quarter)s kwartał %(year)s") % {"quarter": _QUARTERS[value.quarter - 1], "year": value.year}
    return f"{month_name(value)} {value.year}"


def _as_period(period: str | Period) -> Period:
    return period if isinstance(period, Period) else Period.parse(period)


@lru_cache(maxsize=1)
def _translations() -> gettext.NullTranslations:
    return gettext.translation("portal", _ROOT / "locales", languages=["pl"])


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        # A package of a function holds the templates as Python: compiling them takes longer than a page.
        loader=ModuleLoader(_COMPILED) if _COMPILED.exists() else FileSystemLoader(_ROOT / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_translations(_translations(), newstyle=True)  # type: ignore[attr-defined] # by the extension
    environment.filters |= {
        "zloty": money.zloty,
        "plain": money.plain,
        "day": day,
        "moment": moment,
        "moment_day": moment_day,
        "near": near,
        "last_month": last_month,
        "device_name": device_name,
        "month_name": month_name,
        "period_name": period_name,
        "nip": identifiers.nip_written,
        "number": identifiers.number_written,
        "refusal": refusal,
        "account": identifiers.account_written,
    }
    return environment
