"""Delete a contact and free its external id, e-mail and phone for others."""

from partner_events.directory_ports import ContactStore
from partner_events.domain.errors import Overtaken
from partner_events.domain.ids import ContactId, TeamId
from partner_events.ports import AlreadyThere
from partner_events.usecases.create_contact import OVERTAKEN, TRIES


def delete_contact(id: ContactId, *, team: TeamId, contacts: ContactStore) -> None:
    """Deleting again is no error. Raises `Overtaken` if it kept changing meanwhile."""
    for _ in range(TRIES):
        current = contacts.get(team, id)
        if current is None:
            return
        try:
            contacts.delete(current)
        except AlreadyThere:
            continue
        return
    raise Overtaken(OVERTAKEN)
