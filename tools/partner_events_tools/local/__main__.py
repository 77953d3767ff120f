"""`python -m partner_events_tools.local up|down|logs|status`, which is what `make` calls."""

import argparse
import sys

from partner_events_tools.local.console import say
from partner_events_tools.local.demo import curl_line, run_demo
from partner_events_tools.local.errors import CannotRun
from partner_events_tools.local.outbox import EMAILS, TEXTS
from partner_events_tools.local.sam_local import SamLocal
from partner_events_tools.local.stack import ROOT, LocalStack


def up(stack: LocalStack) -> None:
    stack.up()
    SamLocal(stack).set_up()
    present(stack)


def present(stack: LocalStack) -> None:
    """Show that the stack works, where it answers, and how to begin."""
    run_demo(stack)
    status(stack)
    say(f"\nSend an event yourself:\n\n{curl_line(stack.state)}\n")


def down(stack: LocalStack) -> None:
    SamLocal(stack).tear_down()
    say("The local stack is stopped." if stack.down() else "The local stack was not running.")


def logs(stack: LocalStack) -> None:
    for line in stack.logs().follow():
        say(line)


def status(stack: LocalStack) -> None:
    state = stack.state
    say(f"API       {state.api_url}")
    say(f"Emulator  {state.emulator_url}")
    say(f"Receiver  {state.receiver_url}/received")
    say(f"E-mail    {state.emulator_url}{EMAILS}")
    say(f"SMS       {state.emulator_url}{TEXTS}")


COMMANDS = {command.__name__: command for command in (up, down, logs, status)}


def main() -> int:
    parser = argparse.ArgumentParser(prog="partner_events_tools.local", description=__doc__)
    parser.add_argument("command", choices=COMMANDS)
    command = COMMANDS[parser.parse_args().command]
    try:
        command(LocalStack(ROOT / ".local"))
    except CannotRun as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
