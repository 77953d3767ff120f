"""`make simulate`: run many drawn worlds on all processors, or the one of a seed, step by step."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

from tests.crash.promises import BrokenPromise, broken_by, simulate
from tests.crash.simulation import Simulation

RUNS, CHUNK = 100_000, 1_000


def main() -> int:
    parser = ArgumentParser(prog="make simulate", description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--seed", type=int, help="run this one alone, and show what happens")
    given = parser.parse_args()
    return show(given.seed) if given.seed is not None else simulate_all(given.runs)


def simulate_all(runs: int) -> int:
    broken = 0
    with ProcessPoolExecutor() as processes:
        for done, found in enumerate(processes.map(failures, range(0, runs, CHUNK)), start=1):
            broken += len(found)
            for each in found:
                say(each)
            if done % 10 == 0:
                say(f"{done * CHUNK:,} runs, {broken} of them wrong")
    say(f"{runs:,} runs, {broken} of them wrong")
    return min(broken, 1)


def failures(first: int) -> list[str]:
    return [*_failures(first)]


def _failures(first: int) -> Iterator[str]:
    for seed in range(first, first + CHUNK):
        try:
            simulate(seed)
        except BrokenPromise as error:
            yield str(error)


def show(seed: int) -> int:
    """Tell all that happened in one run, and which promises it broke."""
    world = Simulation(seed)
    found = [*broken_by(world)]
    for definition in world.definitions:
        say(f"workflow {definition}")
    for line in world.messages():
        say(line)
    for execution in world.begun():
        way = ", ".join(f"{each.step} {each.status}" for each in execution.history)
        say(f"{execution.workflow} of {execution.trigger} is {execution.status}: {way}")
    for what in found:
        say(f"WRONG: {what}")
    say(f"seed {seed}: {len(found)} promises broken")
    return min(len(found), 1)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
