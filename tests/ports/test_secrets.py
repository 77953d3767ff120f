"""SecretBox: a secret opens for the team that it was sealed for, and for no other."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from partner_events.aws.secrets import KmsSecretBox
from partner_events.aws.table import Table
from partner_events.ports import SecretBox
from tests.fakes.secrets import PlainSecretBox
from tests.ports.clients import calls_of
from tests.ports.examples import ACME, GLOBEX
from tests.ports.stores import create_tables

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


type Boxes = Callable[[], KmsSecretBox]


@pytest.fixture
def new_box(aws: Callable[[str], Any]) -> Boxes:
    """Make the box of one environment; all of them share the key and the table."""
    key = aws("kms").create_key()["KeyMetadata"]["KeyId"]
    directory = Table(aws("dynamodb"), create_tables(aws("dynamodb"))["Directory"])
    return lambda: KmsSecretBox(aws("kms"), key, directory)


@pytest.fixture
def kms_box(new_box: Boxes) -> KmsSecretBox:
    box = new_box()
    box.ensure_pepper()
    return box


@pytest.fixture(params=["plain", "moto"])
def box(request: pytest.FixtureRequest) -> SecretBox:
    return PlainSecretBox() if request.param == "plain" else request.getfixturevalue("kms_box")


def test_what_was_sealed_opens_for_its_team(box: SecretBox) -> None:
    sealed = box.seal(SECRET, team=ACME)

    assert box.open(sealed, team=ACME) == SECRET
    assert box.open(sealed, team=ACME) == SECRET


def test_what_was_sealed_for_one_team_opens_for_no_other(box: SecretBox) -> None:
    sealed = box.seal(SECRET, team=ACME)
    box.open(sealed, team=ACME)

    with pytest.raises((ClientError, ValueError)):
        box.open(sealed, team=GLOBEX)


def test_the_pepper_is_always_the_same_d_8(box: SecretBox) -> None:
    assert box.pepper() == box.pepper() != b""


def test_a_sealed_secret_does_not_show(kms_box: KmsSecretBox) -> None:
    assert SECRET.encode() not in kms_box.seal(SECRET, team=ACME)


def test_every_environment_has_the_same_pepper_d_8(kms_box: KmsSecretBox, new_box: Boxes) -> None:
    assert new_box().pepper() == kms_box.pepper()
    assert len(kms_box.pepper()) == 32


def test_the_pepper_is_made_once_in_the_life_of_a_stack_d_8(new_box: Boxes) -> None:
    new_box().ensure_pepper()
    first = new_box().pepper()
    new_box().ensure_pepper()

    assert new_box().pepper() == first


def test_a_stack_without_a_pepper_says_so(new_box: Boxes) -> None:
    with pytest.raises(LookupError, match="no pepper"):
        new_box().pepper()


def test_what_was_opened_once_costs_no_second_call(
    kms_box: KmsSecretBox, aws: Callable[[str], Any]
) -> None:
    sealed = kms_box.seal(SECRET, team=ACME)
    with calls_of(aws("kms")) as calls:
        for _ in range(3):
            kms_box.open(sealed, team=ACME)
            kms_box.pepper()

    assert [operation for operation, _ in calls] == ["Decrypt", "Decrypt"]
