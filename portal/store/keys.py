"""Every key of the table (docs/access-patterns.md lists who uses which).

Keys of an office are *relative*: `OfficeTable` puts the office in front, so a caller cannot express another tenant's.
Keys of identity stand alone: they are needed before a tenant is known.
"""

from __future__ import annotations

from datetime import date

from portal.aws import Key
from portal.domain.documents import Ref
from portal.domain.periods import Period

INDEX = "by_office"
END = "\U0010ffff"  # sorts after every sort key of its prefix


def of_office(office: str, relative_pk: str) -> str:
    """The partition of a tenant. Used by `OfficeTable` only."""
    return f"O#{office}#{relative_pk}"


# An office's own keys, relative to the office


def office_details() -> Key:
    """The office itself."""
    return Key("OFFICE", "OFFICE")


def office_and_its_people() -> tuple[str, str, str]:
    """The office, its agents and its staff together: partition and range."""
    return "OFFICE", "AGENT#", END


def agent(agent_id: str) -> Key:
    """An agent: its token's hash, what it last told, what it last finished."""
    return Key("OFFICE", f"AGENT#{agent_id}")


def agents() -> tuple[str, str, str]:
    """All agents of the office: partition and range."""
    return "OFFICE", "AGENT#", f"AGENT#{END}"


def agent_problems(agent_id: str) -> Key:
    """What an agent could not read, and what the server refused of it."""
    return Key("PROBLEMS", agent_id)


def problems() -> tuple[str, str, str]:
    """Problems of all agents of the office: partition and range."""
    return "PROBLEMS", "", END


def identifier(id_type: str, number: str) -> Key:
    """Claims a number (NIP, PESEL, …) for one firm of the office, or for a partner of it."""
    return Key("ID", f"{id_type}#{number}")


def identifiers() -> tuple[str, str, str]:
    """All numbers of the office's firms: partition and range."""
    return "ID", "", END


def directory_part(shard: int) -> Key:
    """Some of the office's firms, as lists need them."""
    return Key("OFFICE", f"{shard:02d}")


def directory_room() -> Key:
    """Changes with every firm that an office with a limit takes on, so that two never take the last place."""
    return Key("ROOM", "ROOM")


def directory() -> tuple[str, str, str]:
    """All firms of the office, as lists need them: partition and range."""
    return "OFFICE", "0", "9"


def directory_and_agents() -> tuple[str, str, str]:
    """The same and, its neighbours, the agents: partition and range."""
    return "OFFICE", "0", f"AGENT#{END}"


def logo(digest: str) -> Key:
    """The office's picture; apart from the office, which every request reads. A wrong digest finds nothing to read."""
    return Key("LOGO", digest)


def office_event(event: str) -> Key:
    """Something done to the office, its staff, agents or settings."""
    return Key("EVENTS", event)


def firm_event(firm_id: str, event: str) -> Key:
    """Something done to a firm, its people or settings."""
    return Key(f"F#{firm_id}", f"E#{event}")


def firm_events(firm_id: str, since: str = "", before: str = "") -> tuple[str, str, str]:
    """Everything done to a firm, its people and settings, from one event to another: partition and range."""
    return f"F#{firm_id}", f"E#{since}", f"E#{before or END}"


def export(export_id: str) -> Key:
    """Everything of the office as one file: asked for, being made, or made."""
    return Key("EXPORTS", export_id)


def exports() -> tuple[str, str, str]:
    """All of them: partition and range."""
    return "EXPORTS", "", END


def export_under_way() -> Key:
    """Which export is being made: there is one at a time."""
    return Key("EXPORTING", "EXPORTING")


def whole_firm(firm_id: str) -> tuple[str, str, str]:
    """Everything of a firm: partition and range."""
    return f"F#{firm_id}", "", END


def staff_member(person: str) -> Key:
    """One of the office's staff."""
    return Key("OFFICE", f"STAFF#{person}")


def staff() -> tuple[str, str, str]:
    """All of the office's staff: partition and range."""
    return "OFFICE", "STAFF#", f"STAFF#{END}"


def firm(firm_id: str) -> Key:
    """A firm's own item."""
    return Key(f"F#{firm_id}", "FIRM")


def firm_month(firm_id: str, period: Period) -> Key:
    """All records of one firm and month, in one item."""
    return Key(f"F#{firm_id}", f"M#{period}")


def firm_months(firm_id: str, first: Period, last: Period) -> tuple[str, str, str]:
    """Months of a firm: partition and range."""
    return f"F#{firm_id}", f"M#{first}", f"M#{last}"


def older_steps(firm_id: str, period: Period, revision: int) -> Key:
    """Steps of a month's history that no longer fit into its item."""
    return Key(f"F#{firm_id}", f"H#{period}#{revision:08d}")


def firm_history(firm_id: str, first: Period, last: Period) -> tuple[str, str, str]:
    """Moved-out steps from a month on, and months up to another: partition and range.

    One range, because the two kinds are neighbours; it holds some months besides, which are cheap to pass over.
    """
    return f"F#{firm_id}", f"H#{first}", f"M#{last}"


def firm_user(firm_id: str, person: str) -> Key:
    """A person of a firm, as the office lists it."""
    return Key(f"F#{firm_id}", f"U#{person}")


def firm_users(firm_id: str) -> tuple[str, str, str]:
    """All people of a firm: partition and range."""
    return f"F#{firm_id}", "U#", f"U#{END}"


def document(firm_id: str, ref: Ref) -> Key:
    """A document, or where it moved when its month was changed."""
    return Key(f"F#{firm_id}", f"D#{ref}")


def documents(firm_id: str, period: Period) -> tuple[str, str, str]:
    """A firm's documents of a month: partition and range."""
    return f"F#{firm_id}", f"D#{period}-", f"D#{period}-{END}"


def document_range(firm_id: str, first: Period, last: Period) -> tuple[str, str, str]:
    """A firm's documents of some months: partition and range."""
    return f"F#{firm_id}", f"D#{first}-", f"D#{last}-{END}"


def document_preview(firm_id: str, document_id: str) -> Key:
    """A structured invoice as pages show it, read from a document's content on arrival."""
    return Key(f"F#{firm_id}", f"DP#{document_id}")


def document_twin(firm_id: str, fingerprint: str, document_id: str) -> Key:
    """A document among those with the same content, or the same seller, number and gross."""
    return Key(f"F#{firm_id}", f"DF#{fingerprint}#{document_id}")


def document_twins(firm_id: str, fingerprint: str) -> tuple[str, str, str]:
    """All of those: partition and range."""
    return f"F#{firm_id}", f"DF#{fingerprint}#", f"DF#{fingerprint}#{END}"


def document_month(firm_id: str, period: Period) -> Key:
    """Whether a firm's month of documents is open."""
    return Key(f"F#{firm_id}", f"DM#{period}")


def document_rules(firm_id: str) -> Key:
    """How the office works with a firm's documents, and which it expects."""
    return Key(f"F#{firm_id}", "DR")


# Everything of invoices begins with V: an I would lie in the range of `firm_history`.


def invoice(firm_id: str, invoice_id: str) -> Key:
    """An invoice or a draft: its number and what happens to it; what it says stands apart."""
    return Key(f"F#{firm_id}", f"V#{invoice_id}")


def invoice_content(firm_id: str, invoice_id: str) -> Key:
    """What stands on an invoice; once it is issued this is never written again."""
    return Key(f"F#{firm_id}", f"VC#{invoice_id}")


def invoice_counter(firm_id: str, code: str, scope: str) -> Key:
    """How far the numbers of a series have come in a month, in a year or ever."""
    return Key(f"F#{firm_id}", f"VN#{code}#{scope}")


def invoice_number(firm_id: str, number: str) -> Key:
    """Claims a number for one invoice of the firm, whatever series it came from."""
    return Key(f"F#{firm_id}", f"VO#{number}")


def invoice_request(firm_id: str, digest: str) -> Key:
    """What became of a request that may be sent twice."""
    return Key(f"F#{firm_id}", f"VR#{digest}")


def invoice_settings(firm_id: str) -> Key:
    """What the firm's invoices begin with, and their series."""
    return Key(f"F#{firm_id}", "VS")


def invoice_token(firm_id: str, token: str) -> Key:
    """A token of one of the firm's programs: its hash, and when it was last used."""
    return Key(f"F#{firm_id}", f"VT#{token}")


def invoice_token_room(firm_id: str) -> Key:
    """Changes with every token that the firm is given, so that two never take the last place."""
    return Key(f"F#{firm_id}", "VTR")


def invoice_tokens(firm_id: str) -> tuple[str, str, str]:
    """All tokens of the firm and, their neighbour, what changes with each: partition and range."""
    return f"F#{firm_id}", "VT#", "VTR"


def invoice_logo(firm_id: str, digest: str) -> Key:
    """The picture on the firm's invoices; apart from the settings, which every form reads."""
    return Key(f"F#{firm_id}", f"VL#{digest}")


def counterparty(firm_id: str, counterparty_id: str) -> Key:
    """Whom the firm sells to."""
    return Key(f"F#{firm_id}", f"VB#{counterparty_id}")


def counterparties(firm_id: str) -> tuple[str, str, str]:
    """All of those: partition and range."""
    return f"F#{firm_id}", "VB#", f"VB#{END}"


def product(firm_id: str, product_id: str) -> Key:
    """What the firm sells."""
    return Key(f"F#{firm_id}", f"VG#{product_id}")


def products(firm_id: str) -> tuple[str, str, str]:
    """All of that: partition and range."""
    return f"F#{firm_id}", "VG#", f"VG#{END}"


def recurring(firm_id: str, template: str) -> Key:
    """An invoice that is made again and again, with when and with what it says."""
    return Key(f"F#{firm_id}", f"VY#{template}")


def recurring_all(firm_id: str) -> tuple[str, str, str]:
    """All of those: partition and range."""
    return f"F#{firm_id}", "VY#", f"VY#{END}"


def recurring_run(firm_id: str, template: str, period: date) -> Key:
    """What became of it on one planned day."""
    return Key(f"F#{firm_id}", f"VZ#{template}#{period}")


def recurring_runs(firm_id: str, template: str) -> tuple[str, str, str]:
    """All of that: partition and range."""
    return f"F#{firm_id}", f"VZ#{template}#", f"VZ#{template}#{END}"


def archive(archive_id: str) -> Key:
    """Files of documents as one ZIP: asked for, being made, or made."""
    return Key("ARCHIVES", archive_id)


def archives() -> tuple[str, str, str]:
    """All of them: partition and range."""
    return "ARCHIVES", "", END


def archive_slot(slot: int) -> Key:
    """Which archive of the office has one of the few places among those that are made at the same time."""
    return Key("ARCHIVING", f"{slot}")


def firm_archive(firm_id: str, archive_id: str) -> Key:
    """The same for somebody of the firm: a month of its documents."""
    return Key(f"F#{firm_id}", f"A#{archive_id}")


def firm_archives(firm_id: str) -> tuple[str, str, str]:
    """All of those: partition and range."""
    return f"F#{firm_id}", "A#", f"A#{END}"


def firm_archive_slot(firm_id: str, slot: int) -> Key:
    """Which of those has one of the firm's places."""
    return Key(f"F#{firm_id}", f"AS#{slot}")


# The index, relative to the office


def document_listed(status: str, ref: Ref, firm_id: str) -> Key:
    """A document among all of the office with its status, by month and arrival."""
    return Key(f"DOCS#{status}", f"{ref}#{firm_id}")


def documents_listed(status: str, first: Period | None = None, last: Period | None = None) -> tuple[str, str, str]:
    """Documents of the office with a status, of these months or all: partition and range."""
    return f"DOCS#{status}", f"{first}-" if first else "", f"{last}-{END}" if last else END


def invoice_listed(firm_id: str, issued_on: str, invoice_id: str) -> Key:
    """An issued invoice among those of its firm, by day."""
    return Key(f"F#{firm_id}", f"V#{issued_on}#{invoice_id}")


def invoices_listed(firm_id: str, first: str = "", last: str = "") -> tuple[str, str, str]:
    """Issued invoices of a firm whose days begin like this to like that: partition and range."""
    return f"F#{firm_id}", f"V#{first}", f"V#{last}{END}"


def draft_listed(firm_id: str, invoice_id: str) -> Key:
    """A draft among those of its firm."""
    return Key(f"F#{firm_id}", f"VD#{invoice_id}")


def drafts_listed(firm_id: str) -> tuple[str, str, str]:
    """All of those: partition and range."""
    return f"F#{firm_id}", "VD#", f"VD#{END}"


def event_by_time(event: str) -> Key:
    """An event among all of the office."""
    return Key("EVENTS", event)


def events_by_time(since: str = "", before: str = "") -> tuple[str, str, str]:
    """Events of the office and all its firms, from one to another: partition and range."""
    return "EVENTS", since, before or END


def month_waiting(period: Period, firm_id: str) -> Key:
    """A month with records to approve; it is in this partition only while it has some."""
    return Key("WAITING", f"{period}#{firm_id}")


def all_waiting() -> tuple[str, str, str]:
    """All months of the office with records to approve, oldest first: partition and range."""
    return "WAITING", "", END


def waiting_of(period: Period) -> tuple[str, str, str]:
    """The same of one period."""
    return "WAITING", f"{period}#", f"{period}#{END}"


# Identity, before a tenant is known


def person(person_id: str) -> Key:
    """A person."""
    return Key(f"P#{person_id}", "PERSON")


def email(address: str) -> Key:
    """Whose e-mail address this is."""
    return Key(f"E#{address}", "PERSON")


def session(person_id: str, secret_hash: str) -> Key:
    """A signed-in device of a person."""
    return Key(f"P#{person_id}", f"S#{secret_hash}")


def sessions(person_id: str) -> tuple[str, str, str]:
    """All signed-in devices of a person: partition and range."""
    return f"P#{person_id}", "S#", f"S#{END}"


def device(person_id: str, mark_hash: str) -> Key:
    """A browser that the person once signed in with."""
    return Key(f"P#{person_id}", f"D#{mark_hash}")


def devices(person_id: str) -> tuple[str, str, str]:
    """All browsers that the person once signed in with: partition and range."""
    return f"P#{person_id}", "D#", f"D#{END}"


def passkey(person_id: str, passkey_id: str) -> Key:
    """A passkey of a person."""
    return Key(f"P#{person_id}", f"K#{passkey_id}")


def passkeys(person_id: str) -> tuple[str, str, str]:
    """All passkeys of a person: partition and range."""
    return f"P#{person_id}", "K#", f"K#{END}"


def office_membership(person_id: str, office: str) -> Key:
    """The person works in the office."""
    return Key(f"P#{person_id}", f"B#O#{office}")


def firm_membership(person_id: str, firm_id: str) -> Key:
    """The person belongs to the firm."""
    return Key(f"P#{person_id}", f"B#F#{firm_id}")


def memberships(person_id: str) -> tuple[str, str, str]:
    """Everything a person belongs to: partition and range."""
    return f"P#{person_id}", "B#", f"B#{END}"


def lapsed_office_membership(person_id: str, office: str) -> Key:
    """The person worked in the office, and may again: access is switched off."""
    return Key(f"P#{person_id}", f"X#O#{office}")


def lapsed_firm_membership(person_id: str, firm_id: str) -> Key:
    """The person belonged to the firm, and may again: access is switched off."""
    return Key(f"P#{person_id}", f"X#F#{firm_id}")


def everything_of_person(person_id: str) -> tuple[str, str, str]:
    """A person with all that is kept under them: partition and range."""
    return f"P#{person_id}", "", END


def challenge(challenge_id: str) -> Key:
    """What a mailed link and code are compared with: their hashes."""
    return Key(f"C#{challenge_id}", "CHALLENGE")


def attempts(what: str, whose: str) -> Key:
    """Counts what was tried for an address, from a network, with a code."""
    return Key(f"T#{what}#{whose}", "TRIES")


def ceremony(challenge_hash: str) -> Key:
    """Random bytes that a passkey is asked to sign, once."""
    return Key(f"W#{challenge_hash}", "CEREMONY")


def register_answer(nip: str, day: str) -> Key:
    """What the public register of VAT payers said of a number on a day: nobody's data, the same for every office."""
    return Key(f"REG#{nip}", f"{day}")


def exchange_rate(currency: str, day: str) -> Key:
    """The NBP's rate of a currency of a day: nobody's data, the same for every firm."""
    return Key(f"NBP#{currency}", day)


def person_mails(person_id: str) -> Key:
    """What became of mails to a person."""
    return Key(f"P#{person_id}", "MAIL")


def uploads_awaited(hour: str, batch: str) -> Key:
    """Uploads that were signed in an hour together: looked at a day later, whether all came."""
    return Key(f"AWAITED#{hour}", batch)


def uploads_of_hour(hour: str) -> tuple[str, str, str]:
    """All that were signed in an hour: partition and range."""
    return f"AWAITED#{hour}", "", END


def invoice_link(link_id: str) -> Key:
    """By what a buyer without an account sees an invoice: in which office and firm it is."""
    return Key(f"L#{link_id}", "LINK")


def agenda_entry(on: date, entry: str) -> Key:
    """Something to be done for a firm on a day."""
    return Key("AGENDA", f"{on}#{entry}")


def agenda(until: date) -> tuple[str, str, str]:
    """All of it up to a day: partition and range."""
    return "AGENDA", "", f"{until}#{END}"


def job(job_id: str) -> Key:
    """Something long to do, written with the change that it follows from."""
    return Key(f"JOB#{job_id}", "JOB")


def outbox(message: str) -> Key:
    """A mail to send, written with the change that it follows from."""
    return Key(f"OUT#{message}", "MAIL")
