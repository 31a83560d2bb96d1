"""Runs the pytest tests of a project, each with a deadline, whatever becomes of the process."""
import json
import os
import shutil
import subprocess
import sys

from outcomes import Outcome, chosen

FOLDER = os.path.dirname(os.path.abspath(__file__))
# A test that does not end at its deadline takes the process with it after so many seconds more.
GRACE = 15


def stage(options, folder):
    """Copies the folder of tests away from the sources beside it: what is tested is the installed package."""
    place = os.path.join(options.work, "stage")
    shutil.copytree(os.path.join(options.source, folder), os.path.join(place, folder), dirs_exist_ok=True)
    return place


def run(options, place, targets, environment, left_out, arguments=()):
    """Yields an Outcome for every test of the files `targets` below `place`.

    Tests whose process died or did not end count as failed, and those after them run in another process. `left_out`
    gives the reasons why tests are skipped, by a fixture of theirs or a part of their name.
    """
    environment = {**os.environ, **environment, "KLAMM_DEADLINE": str(options.deadline),
                   "KLAMM_LEFT_OUT": json.dumps(left_out), "PYTHONPATH": os.pathsep.join([FOLDER, place]),
                   "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-p", "pytest_outcomes", "-p", "no:cacheprovider", "-q", *arguments]
    done = set()
    for target in targets:
        names = collected(command, place, target, environment, options)
        while True:
            left = [name for name in names if chosen(name, options.tests) and name not in done]
            if not left:
                break
            for outcome in attempt(command, place, left, environment, options):
                done.add(outcome.name)
                yield outcome


def collected(command, place, target, environment, options):
    listing = os.path.join(options.work, "collected")
    result = subprocess.run([*command, "--collect-only", target], cwd=place, text=True, capture_output=True,
                            env={**environment, "KLAMM_COLLECTED": listing})
    if result.returncode not in (0, 5):
        raise SystemExit(f"{target} cannot be read: {result.stdout}{result.stderr}")
    with open(listing) as file:
        return file.read().splitlines()


def attempt(command, place, names, environment, options):
    """Runs tests in one process and yields what it wrote of each, then the one it died in as failed."""
    story = os.path.join(options.work, "outcomes")
    log = os.path.join(options.work, "log")
    open(story, "w").close()
    with open(log, "a") as output:
        process = subprocess.Popen([*command, *names], cwd=place, stdout=output, stderr=output,
                                   stdin=subprocess.DEVNULL, env={**environment, "KLAMM_OUTCOMES": story})
        process.wait()
    running, any_outcome = None, False
    with open(story) as file:
        for line in file:
            event = json.loads(line)
            running = event["name"] if "state" not in event else None
            if running is None:
                any_outcome = True
                yield Outcome(**event)
    if running is None and not any_outcome:
        raise SystemExit(f"no test ran: see {log}")
    if running is not None:
        yield Outcome(running, "failed", f"the process ended in it, {process.returncode}, or not within the deadline")
