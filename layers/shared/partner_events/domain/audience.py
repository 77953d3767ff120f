"""An audience: the contacts for whom a workflow is asked to run (S-40)."""

from dataclasses import dataclass

from partner_events.domain.contact import Contact


@dataclass(frozen=True, slots=True)
class Audience:
    """The contacts that have all of `tags`; without tags it is everybody."""

    tags: frozenset[str] = frozenset()

    def includes(self, contact: Contact) -> bool:
        return self.tags <= contact.tags
