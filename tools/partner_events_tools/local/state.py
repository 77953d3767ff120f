"""What others need to know of the running stack: `.local/stack.json`, for its owner only."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from partner_events_tools.local.errors import CannotRun

OWNER_ONLY = 0o600


@dataclass(frozen=True, slots=True, kw_only=True)
class StackState:
    """The demo fills the fields that have no value right after the deploy.

    `console_url` stays null until the product has a console.
    """

    api_url: str
    emulator_url: str
    receiver_url: str
    stack_name: str
    region: str
    team_id: str = ""
    api_key: str = ""
    console_url: str | None = None
    cid: str | None = None

    @classmethod
    def read(cls, path: Path) -> Self:
        try:
            return cls(**json.loads(path.read_text()))
        except FileNotFoundError:
            raise CannotRun("The local stack is not running: start it with `make up`.") from None

    def write(self, path: Path) -> None:
        """Replace the file in one step, so that a reader never sees half of it."""
        draft = path.with_suffix(".draft")
        draft.unlink(missing_ok=True)
        draft.touch(mode=OWNER_ONLY)
        draft.write_text(f"{json.dumps(asdict(self), indent=2)}\n")
        draft.replace(path)
