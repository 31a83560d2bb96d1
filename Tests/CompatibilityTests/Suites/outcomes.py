"""What tests came to, and the list of those that must pass."""
import collections
import dataclasses


@dataclasses.dataclass
class Outcome:
    name: str
    state: str  # passed, failed or skipped
    reason: str = ""
    seconds: float = 0

    def __str__(self):
        word = {"passed": "ok", "failed": "FAILED", "skipped": "skipped"}[self.state]
        reason = ": " + " ".join(self.reason.split())[:300] if self.reason and self.state != "passed" else ""
        return f"{word} {self.name} ({self.seconds:.1f} s){reason}"


class Allowed:
    """`Allowed.txt`: a comment line, then the names of tests that pass. Lines are only added."""

    def __init__(self, path):
        self.path = path
        with open(path) as file:
            self.lines = file.read().splitlines()
        self.names = [line for line in self.lines if line and not line.startswith("#")]

    def add(self, names):
        heading = [line for line in self.lines if line.startswith("#")]
        with open(self.path, "w") as file:
            file.write("\n".join(heading + sorted({*self.names, *names})) + "\n")


def chosen(name, beginnings):
    return not beginnings or any(name.startswith(beginning) for beginning in beginnings)


def settle(found, allowed, beginnings, update):
    """Prints the count and what differs from the list; True when every test of the list that was to run has passed."""
    passed = {outcome.name for outcome in found if outcome.state == "passed"}
    missing = [name for name in allowed.names if chosen(name, beginnings) and name not in passed]
    new = sorted(passed.difference(allowed.names))
    for name in missing:
        print(f"{name} is in Allowed.txt and does not pass")
    if new:
        names = " ".join(new[:20]) + (" …" if len(new) > 20 else "")
        print(f"{len(new)} pass and {'are added to' if update else 'are not in'} Allowed.txt: {names}")
    if update:
        allowed.add(new)
    count = collections.Counter(outcome.state for outcome in found)
    print(f"{count['passed']} passed, {count['failed']} failed, {count['skipped']} skipped")
    return not missing
