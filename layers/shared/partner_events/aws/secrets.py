"""Secrets under the stack's KMS key, each bound to its team by the encryption context.

pk        sk        what it holds
SYSTEM    PEPPER    the pepper of the API keys' hashes, encrypted
"""

from contextlib import suppress
from secrets import token_bytes
from typing import TYPE_CHECKING

from partner_events.aws.table import NEW, ConditionFailed, Table
from partner_events.domain.ids import TeamId

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

PEPPER_CONTEXT = {"purpose": "api-key-pepper"}
OPENED = 1_000  # how many opened secrets an environment keeps


class KmsSecretBox:
    """A ciphertext opens to the same secret for ever, so what was opened once is remembered."""

    def __init__(self, kms: "KMSClient", key_id: str, table: Table) -> None:
        self._kms = kms
        self._key_id = key_id
        self._table = table
        self._opened: dict[tuple[TeamId, bytes], str] = {}
        self._pepper: bytes | None = None

    def seal(self, secret: str, *, team: TeamId) -> bytes:
        return self._encrypt(secret.encode(), {"team": team})

    def open(self, sealed: bytes, *, team: TeamId) -> str:
        secret = self._opened.get((team, sealed))
        if secret is None:
            if len(self._opened) >= OPENED:
                self._opened.clear()
            secret = self._decrypt(sealed, {"team": team}).decode()
            self._opened[team, sealed] = secret
        return secret

    def pepper(self) -> bytes:
        if self._pepper is None:
            row = self._table.get("SYSTEM", "PEPPER")
            if row is None:
                raise LookupError("the stack has no pepper yet: create a team first")
            self._pepper = self._decrypt(row["sealed"], PEPPER_CONTEXT)
        return self._pepper

    def ensure_pepper(self) -> None:
        """Make the pepper, once in the life of a stack."""
        sealed = self._encrypt(token_bytes(32), PEPPER_CONTEXT)
        with suppress(ConditionFailed):  # it is there: another one would lock every key out
            self._table.put({"pk": "SYSTEM", "sk": "PEPPER", "sealed": sealed}, only_if=NEW)

    def _encrypt(self, plain: bytes, context: dict[str, str]) -> bytes:
        answer = self._kms.encrypt(KeyId=self._key_id, Plaintext=plain, EncryptionContext=context)
        return answer["CiphertextBlob"]

    def _decrypt(self, sealed: bytes, context: dict[str, str]) -> bytes:
        answer = self._kms.decrypt(CiphertextBlob=sealed, EncryptionContext=context)
        return answer["Plaintext"]
