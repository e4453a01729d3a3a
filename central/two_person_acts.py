"""What is done once another account has agreed to a proposal, and who may agree. A second person gives the same command
as the first, or agrees by the proposal's number: both lead here to the same functions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from central import two_person_rule
from central.centre import Centre
from central.devices import decommissioning, registry
from central.documents import catalogue_publication, shops
from central.money import shop_float
from central.releases import rollout
from central.requests import approvals, erasure, officer_decision, queue, review, staff_requests
from central.requests.review import Decision, Seen
from central.requests.staff_requests import Refusal
from central.staff import accounts
from central.staff.accounts import Bounds
from central.staff.acts import Act, Role
from central.staff.people import Person, Scope
from central.store.interface import Session
from central.two_person_rule import Proposal
from protocol import members
from protocol.errors import Refused
from protocol.texts import Bilingual

Doing = Callable[[Centre, Session, Proposal, str], object]


@dataclass(frozen=True, slots=True)
class TwoPersonAct:
    """Who may agree, and what is then done; None where it needs a file, and with it the command. `tells`: its answer is
    a code, which is told once.
    """

    act: Act
    do: Doing | None
    tells: bool = False


def _add(centre: Centre, session: Session, wanted: Proposal, staff: str) -> object:
    names = Bilingual(wanted.said["name_ar"], wanted.said["name_en"])
    return accounts.add(centre, session, wanted.subject, names, staff)


def _reset(centre: Centre, session: Session, wanted: Proposal, staff: str) -> object:
    return accounts.reset(centre, session, wanted.subject, staff)


def _grant(centre: Centre, session: Session, wanted: Proposal, staff: str) -> object:
    said = wanted.said
    authorities, services, governorates = (tuple(said[name]) for name in ("authorities", "services", "governorates"))
    bounds = Bounds(authorities, services, governorates, said["limit_pt"])
    return accounts.grant(centre, session, wanted.subject, Role(said["role"]), bounds, staff)


def _reverse(centre: Centre, session: Session, wanted: Proposal, staff: str) -> object:
    said = wanted.said
    return shop_float.reverse(centre, session, wanted.subject, said["reference"], said["because"], staff)


def _erase(centre: Centre, session: Session, wanted: Proposal, staff: str) -> object:
    device = registry.find(session, wanted.subject)
    return decommissioning.erase_by_two(centre, session, device, staff, wanted.said["loss"], wanted.said["epoch"])


def _replace(centre: Centre, session: Session, wanted: Proposal, staff: str) -> object:
    said = dict(wanted.said)
    seen = Seen(said.pop("decisions"), said.pop("because"))
    return officer_decision.reverse(
        centre, session, review.find(session, wanted.subject), members.read(Decision, said), staff, seen
    )


def _send(centre: Centre, session: Session, wanted: Proposal, staff: str) -> object:
    return shops.notice_to_all(centre, session, Bilingual(wanted.said["text_ar"], wanted.said["text_en"]), staff)


def _publish(centre: Centre, session: Session, wanted: Proposal, staff: str) -> object:
    said = wanted.said
    return catalogue_publication.publish_waiting(
        centre, session, int(wanted.subject), said["sha256"], staff, said["reach"]
    )  # fmt: skip


def _promote(centre: Centre, session: Session, wanted: Proposal, staff: str) -> object:
    return rollout.promote_by_two(centre, session, wanted.subject, wanted.said["percent"], staff)


def _resume(centre: Centre, session: Session, wanted: Proposal, staff: str) -> object:
    return rollout.resume_by_two(centre, session, wanted.subject, staff)


def _forget_citizen(centre: Centre, session: Session, wanted: Proposal, staff: str) -> object:
    meant = staff_requests.meant(session, wanted.subject)
    return erasure.erase_by_two(centre, session, meant, wanted.said["days"], staff)


def _override(centre: Centre, session: Session, wanted: Proposal, staff: str) -> object:
    told = approvals.override_by_two(centre, session, approvals.find(session, wanted.subject), staff)
    return told and told[0]


ACTS: Final[Mapping[str, TwoPersonAct]] = {
    "account.added": TwoPersonAct(Act.ACCOUNTS_MANAGE, _add, tells=True),
    "account.reset": TwoPersonAct(Act.ACCOUNTS_MANAGE, _reset, tells=True),
    "account.granted": TwoPersonAct(Act.ACCOUNTS_MANAGE, _grant),
    "float.reversed": TwoPersonAct(Act.MONEY_REVERSE, _reverse),
    "device.erased": TwoPersonAct(Act.DEVICE_REMOVE, _erase),
    officer_decision.REPLACED: TwoPersonAct(Act.REQUEST_REVERSE, _replace),
    "personal.erased": TwoPersonAct(Act.REQUEST_ERASE, _forget_citizen),
    "notice.sent": TwoPersonAct(Act.NOTICE_ALL, _send),
    "catalogue.published": TwoPersonAct(Act.CATALOGUE_PUBLISH, _publish),
    "release.promoted": TwoPersonAct(Act.RELEASE_WIDEN, _promote),
    "release.resumed": TwoPersonAct(Act.RELEASE_WIDEN, _resume),
    "approval.overridden": TwoPersonAct(Act.APPROVAL_OVERRIDE, _override, tells=True),
    "backup.opened": TwoPersonAct(Act.CENTRE_RUN, None),
}


def _scope(session: Session, wanted: Proposal) -> Scope | None:
    """What it is about, as far as a grant may be bounded by that."""
    if wanted.act in (officer_decision.REPLACED, "personal.erased"):
        meant = staff_requests.meant(session, wanted.subject)
        return Scope() if isinstance(meant, Refusal) else queue.scope_of(meant)
    if wanted.act in ("device.erased", "approval.overridden"):
        named = wanted.subject if wanted.act == "device.erased" else wanted.subject.partition("-")[0]
        return Scope(
            governorate=shops.governorate(session, registry.latest(session, registry.find(session, named)).shop)
        )
    return Scope(amount_pt=wanted.said["amount_pt"]) if wanted.act == "float.reversed" else None


def waiting(centre: Centre, session: Session, person: Person) -> list[Proposal]:
    """What he has proposed or may agree to."""
    return [
        one for one in two_person_rule.waiting(centre, session)
        if one.staff == person.account or person.may(ACTS[one.act].act, _scope(session, one))
    ]  # fmt: skip


def approve(centre: Centre, session: Session, person: Person, n: int) -> tuple[Proposal, str]:
    """Agree: it is done in this commit. Returns what was wanted, and a code, where one is told.

    Raises Refused ``proposal_over``, ``not_allowed``, ``second_person``, ``proposal_by_command``, and whatever the act
    itself does.
    """
    found = two_person_rule.find(centre, session, n)
    known = ACTS[found.act]
    person.need(known.act, _scope(session, found))
    if found.staff == person.account:
        raise Refused("second_person", staff=person.account)
    if known.do is None:
        raise Refused("proposal_by_command", act=found.act)
    with two_person_rule.agreeing(n):
        answer = known.do(centre, session, found, person.account)
    two_person_rule.refuse_unless_ended_by(session, n, person.account)
    return found, str(answer) if known.tells and answer else ""


def withdraw(centre: Centre, session: Session, person: Person, n: int) -> None:
    """By whoever proposed it, or may agree to it. Raises Refused ``proposal_over``, ``not_allowed``."""
    found = two_person_rule.find(centre, session, n)
    if found.staff != person.account:
        person.need(ACTS[found.act].act, _scope(session, found))
    two_person_rule.withdraw(centre, session, n, person.account)
