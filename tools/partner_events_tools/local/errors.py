"""What can keep the local stack from running, in words for the person who typed the command.

CannotRun                something is missing or in the way
├── CommandFailed        a program that we ran ended with an error
└── NeverAnswered        a process was started and stayed silent, or died
"""


class CannotRun(Exception):
    """The message is one clear sentence, shown without a traceback."""


class CommandFailed(CannotRun):
    pass


class NeverAnswered(CannotRun):
    pass
