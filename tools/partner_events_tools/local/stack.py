"""The local stack as one thing: start it, use it, stop it."""

import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import boto3

from partner_events_tools.local.console import say
from partner_events_tools.local.deploy import SamProject
from partner_events_tools.local.emulator import CREDENTIALS, NO_PROFILES, PREFERRED_PORT, Emulator
from partner_events_tools.local.errors import CannotRun
from partner_events_tools.local.logs import FunctionLogs
from partner_events_tools.local.permissions import allow_what_is_misread
from partner_events_tools.local.ports import LOOPBACK, free_port
from partner_events_tools.local.processes import BackgroundProcess
from partner_events_tools.local.resources import API, outputs_of, physical_ids
from partner_events_tools.local.routes import create_routes
from partner_events_tools.local.state import StackState

ROOT = Path(__file__).parents[3]
STACK_NAME = "partner-events-local"
MAIL_DOMAIN = "mail.example"
PARAMETERS = {
    # The receiver is on a loopback address, which a real stack would never send to.
    "AllowPrivateTargets": "true",
    "MailSender": f"partner-events@{MAIL_DOMAIN}",
}
# The API gets this id by a tag, so that the functions can be told where it answers.
API_ID = "partner-events"
TAGS = {"ms-custom-id": API_ID}
RECEIVER_PORT = 4580


class LocalStack:
    """An emulator, the template deployed on it, and a receiver, under one folder.

    Two stacks with different homes know nothing of each other. `port` is a wish; 0 means any.
    """

    def __init__(
        self,
        home: Path,
        *,
        port: int = PREFERRED_PORT,
        template: Path = ROOT / "template.yaml",
        parameters: Mapping[str, str] = PARAMETERS,
    ) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.home = home
        self.state_file = home / "stack.json"
        self._port = port
        self._parameters = parameters
        self._emulator = Emulator(home, ROOT)
        self._receiver = BackgroundProcess("receiver", home)
        self._project = SamProject(template, home)

    def __enter__(self) -> Self:
        try:
            self.up()
        except BaseException:
            self.down()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.down()

    def up(self) -> None:
        """Start what is not running, and bring the stack to what the template says now."""
        self._emulator.start(self._port)
        self._start_receiver()
        say("Building the functions and layers (sam build) ...")
        self._project.build()
        say(f"Deploying the stack {STACK_NAME} (sam deploy) ...")
        self._deploy()
        self.client("sesv2").create_email_identity(EmailIdentity=MAIL_DOMAIN)
        clients = self.client("cloudformation"), self.client("apigatewayv2")
        say(f"The API answers on {create_routes(*clients, STACK_NAME)} routes.")
        allow_what_is_misread(self.client("cloudformation"), self.client("iam"), STACK_NAME)
        self._write_state()

    def down(self) -> bool:
        """Stop what this stack started, and say whether anything was running."""
        stopped = [self._emulator.stop(), self._receiver.stop()]
        self.state_file.unlink(missing_ok=True)
        return any(stopped)

    @property
    def is_running(self) -> bool:
        return self._emulator.is_running

    @property
    def emulator_url(self) -> str:
        return self._emulator.url

    @property
    def receiver_url(self) -> str:
        running = self._receiver.running()
        if running is None:
            raise CannotRun("The webhook receiver is not running: start it with `make up`.")
        return f"http://{LOOPBACK}:{running.port}"

    @property
    def api_url(self) -> str:
        (api_id,) = physical_ids(self.client("cloudformation"), STACK_NAME, API).values()
        return self._url_of(api_id)

    @property
    def outputs(self) -> dict[str, str]:
        return outputs_of(self.client("cloudformation"), STACK_NAME)

    @property
    def state(self) -> StackState:
        return StackState.read(self.state_file)

    def environment(self) -> dict[str, str]:
        """Return the variables that lead any AWS client to this stack, and nowhere else."""
        return {**CREDENTIALS, **NO_PROFILES, "AWS_ENDPOINT_URL": self.emulator_url}

    def client(self, service: str) -> Any:
        return self.session().client(service, endpoint_url=self.emulator_url)  # type: ignore

    def session(self) -> boto3.Session:
        return boto3.Session(
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
            region_name=CREDENTIALS["AWS_DEFAULT_REGION"],
        )

    def logs(self) -> FunctionLogs:
        return FunctionLogs(self.client("logs"), self.outputs["LogGroup"])

    def _deploy(self) -> None:
        parameters = {
            **self._parameters,
            "EndpointUrl": self.emulator_url,
            "PublicUrl": self._url_of(API_ID),
        }
        self._project.deploy(STACK_NAME, self.emulator_url, parameters=parameters, tags=TAGS)

    def _url_of(self, api_id: str) -> str:
        return f"{self.emulator_url}/_aws/execute-api/{api_id}"

    def _start_receiver(self) -> None:
        if self._receiver.running() is not None:
            return
        port = free_port(RECEIVER_PORT if self._port else 0)
        module = "partner_events_tools.local.receiver"
        self._receiver.start([sys.executable, "-m", module, str(port)], port=port, env={})

    def _write_state(self) -> None:
        """Keep what an earlier demo made: its rows are still there, for the emulator still runs."""
        old = self.state if self.state_file.exists() else None
        StackState(
            api_url=self.api_url,
            emulator_url=self.emulator_url,
            receiver_url=self.receiver_url,
            stack_name=STACK_NAME,
            region=CREDENTIALS["AWS_DEFAULT_REGION"],
            team_id=old.team_id if old else "",
            api_key=old.api_key if old else "",
            cid=old.cid if old else None,
        ).write(self.state_file)
