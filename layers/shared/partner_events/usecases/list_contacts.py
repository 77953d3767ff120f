"""List contacts: the one with an external id or e-mail, or page by page."""

from collections.abc import Mapping

from partner_events.directory_ports import ContactStore
from partner_events.domain.contact import Contact, ContactDetails
from partner_events.domain.ids import TeamId
from partner_events.domain.page import Page


def list_contacts(
    filters: Mapping[str, str],
    *,
    team: TeamId,
    limit: int,
    cursor: str | None,
    contacts: ContactStore,
) -> Page[Contact]:
    """Filter by `external_id`, `email`, `tag` and `status`; a contact must pass all of them."""
    asked = ContactDetails(external_id=filters.get("external_id"), email=filters.get("email"))
    tag, status = filters.get("tag"), filters.get("status")
    if "external_id" not in filters and "email" not in filters:
        return contacts.list(team, limit=limit, cursor=cursor, tag=tag, status=status)
    holders = contacts.find(team, asked.identities) if asked.identities else {}
    all_lead_to_one = len(holders) == len(filters.keys() & {"external_id", "email"})
    found = contacts.get(team, next(iter(holders.values()))) if all_lead_to_one else None
    fits = (
        found is not None
        and len(set(holders.values())) == 1
        and (tag is None or tag in found.tags)
        and status in (None, found.status)
    )
    return Page([found] if found and fits else [], None)
