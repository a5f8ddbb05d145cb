"""An event of SES as EventBridge hands it over; whatever else stands in it is not looked at."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from portal.domain.mails import Event, Fate, Reason

_CONFIGURATION_SET = "ses:configuration-set"
_CLOCKS_DIFFER = timedelta(minutes=5)
_PERMANENT = {"Suppressed": Reason.SUPPRESSED, "OnAccountSuppressionList": Reason.SUPPRESSED}
_TRANSIENT = {
    "MailboxFull": Reason.MAILBOX_FULL,
    "MessageTooLarge": Reason.TOO_LARGE,
    "ContentRejected": Reason.REFUSED,
    "AttachmentRejected": Reason.REFUSED,
}

Tag = Annotated[str, StringConstraints(max_length=256)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Mail(_Part):
    tags: dict[str, Annotated[list[Tag], Field(min_length=1, max_length=1)]]


class _Bounce(_Part):
    kind: str = Field(alias="bounceType")
    sub_kind: str = Field(alias="bounceSubType", default="")
    timestamp: AwareDatetime

    @property
    def reason(self) -> Reason:
        """Why it came back."""
        if self.kind == "Permanent":
            return _PERMANENT.get(self.sub_kind, Reason.NO_MAILBOX)
        if self.kind == "Transient":
            return _TRANSIENT.get(self.sub_kind, Reason.TEMPORARY)
        return Reason.UNKNOWN


class _Complaint(_Part):
    feedback: str | None = Field(alias="complaintFeedbackType", default=None)
    timestamp: AwareDatetime


class _Delivery(_Part):
    timestamp: AwareDatetime


class _Detail(_Part):
    kind: Literal["Bounce", "Complaint", "Delivery"] = Field(alias="eventType")
    mail: _Mail
    bounce: _Bounce | None = None
    complaint: _Complaint | None = None
    delivery: _Delivery | None = None


class Told(_Part):
    """The event. Made by SES only: nobody else can send one in the name of `aws.ses`."""

    source: Literal["aws.ses"]
    detail: _Detail

    def of_mail_sent_with(self, configuration_set: str) -> bool:
        """Whether it is about a mail of this portal."""
        return self.tag(_CONFIGURATION_SET) == configuration_set

    def tag(self, name: str) -> str:
        """A tag of the mail, empty without one."""
        return self.detail.mail.tags.get(name, [""])[0]

    def about(self, message: str, now: datetime) -> Event | None:
        """What it says of the mail; None: it lacks what its kind says, or comes from the future.

        A moment in the future would outlive everything that is told later.
        """
        found = _found(message, self.detail)
        return found if found and found.at <= now + _CLOCKS_DIFFER else None


def _found(message: str, detail: _Detail) -> Event | None:
    if detail.kind == "Bounce" and detail.bounce:
        return Event(message, Fate.BOUNCED, detail.bounce.timestamp, detail.bounce.reason)
    if detail.kind == "Complaint" and detail.complaint:
        # "not-spam" is the opposite of a complaint: a person took a mail out of the spam folder.
        reason = None if detail.complaint.feedback == "not-spam" else Reason.SPAM
        return Event(message, Fate.COMPLAINED, detail.complaint.timestamp, reason)
    if detail.kind == "Delivery" and detail.delivery:
        return Event(message, Fate.DELIVERED, detail.delivery.timestamp)
    return None
