"""Opening an office by oneself: a form, a mail with a link, and the office once the link is followed."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from portal import ids, secrets, sign_in
from portal.access import DEVICE_LIMIT
from portal.aws import Table
from portal.config import settings
from portal.domain.events import Origin
from portal.domain.limits import Limit
from portal.domain.offices import Office
from portal.domain.people import Person
from portal.domain.visitors import Visitor
from portal.store import offices
from portal.store.identity import Challenge, Identity, Purpose
from portal.store.office import OfficeTable

LINK_HOURS = 24

# Every office may write to people; nobody needs more of them in a day.
PER_FOUNDER = Limit(free=3, first=timedelta(days=1), longest=timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Founding:
    """What the form tells of the office and its first administrator; `terms`: the version that was accepted."""

    office_name: str
    nip: str
    person_name: str
    email: str
    terms: str


def start(who: Identity, founding: Founding, network: str, now: datetime) -> None:
    """Send a link that opens the office. Nothing is opened before it is followed. Raises `too-many-tries`.

    The answer and the work are the same whether somebody has the address or not: both get a mail. It carries nothing
    that was typed into the form, because anybody can type anything and have it sent to anybody.
    """
    sign_in.count(who, founding.email, network, now)
    known = who.person_by_email(founding.email)
    secret, challenge_id = secrets.new_secret(), ids.new(now)
    challenge = Challenge(
        id=challenge_id,
        purpose=Purpose.SIGN_UP,
        person=known.id if known else "",
        link_hash=secrets.digest(secret),
        code_hash="",
        expires_at=now + timedelta(hours=LINK_HOURS),
        payload=asdict(founding),
    )
    template, to = ("sign_up_known", known) if known else ("sign_up", Person("", founding.email, ""))
    values = {"link": sign_in.link(challenge_id, secret), "hours": LINK_HOURS}
    who.start_challenge(challenge, sign_in.outbox_mail(template, to, values, now))


def finish(who: Identity, challenge: Challenge, visitor: Visitor, now: datetime) -> sign_in.Opened:
    """Open the office and sign its first administrator in, all or nothing.

    Whoever has the address already opens a further office with the account they have; the office lists them under the
    name they typed for it, because names do not travel between offices.

    Raises `link-useless`, `changed-meanwhile`, `too-many-tries`.
    """
    founding = Founding(**challenge.payload)
    # Counted here and not where the link is asked for: there the answer would tell what an address opened.
    who.count("opening", founding.email, PER_FOUNDER, now)
    known = who.person_by_email(founding.email)
    person = known or Person(ids.new(now), founding.email, founding.person_name)
    office = Office(
        id=ids.new(now),
        name=founding.office_name,
        created_at=now,
        nip=founding.nip,
        email=founding.email,
        terms_version=founding.terms,
        terms_at=now,
        terms_by=person.id,
    )
    origin = Origin(person.id, visitor.network, visitor.device[:DEVICE_LIMIT])
    table = OfficeTable(Table(settings().table_name), office.id)
    session, opened = sign_in.opening(who, person, visitor, now)
    panel = f"/offices/{office.id}"
    values = {
        "office_name": office.name,
        "link": f"{settings().base_url}{panel}",
        "agents_link": f"{settings().base_url}{panel}/agents",
    }
    welcome = sign_in.outbox_mail("office_opened", person, values, now)
    there = who.there(person, known=known is not None)
    steps = offices.opening(table, office, replace(person, name=founding.person_name), origin)
    who.use_up(challenge, [*there, *steps, *session, welcome])
    return replace(opened, goes_to=panel)
