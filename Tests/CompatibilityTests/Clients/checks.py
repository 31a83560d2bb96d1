"""Runs named checks of one client and prints a line for each: `ok name` or `FAILED name: reason`."""
import json
import subprocess
import sys
import time
import traceback

CODECS = ["none", "gzip", "snappy", "lz4", "zstd"]


class Checks:
    def __init__(self, client):
        self.client = client
        self.failed = 0

    def run(self, name, body):
        try:
            body()
            print(f"ok {self.client}.{name}", flush=True)
        except BaseException as error:  # a check must never take the others with it
            self.failed += 1
            reason = f"{type(error).__name__}: {error}".replace("\n", " ")
            print(f"FAILED {self.client}.{name}: {reason}", flush=True)
            traceback.print_exc(file=sys.stderr)

    def end(self):
        sys.exit(1 if self.failed else 0)


def until(condition, seconds, what):
    """Polls `condition` until it gives something true; fails after `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds} s: {what}")


def same(actual, expected, what):
    if actual != expected:
        raise AssertionError(f"{what}: {actual!r}, expected {expected!r}")


def described(klamm, bootstrap, group):
    """What `klamm groups describe` tells of a group: (committed, end, lag) by partition."""
    done = subprocess.run([klamm, "groups", "describe", group, "--bootstrap-server", bootstrap, "--output", "json"],
                          capture_output=True, text=True, timeout=30)
    same(done.returncode, 0, f"exit code; {done.stderr}")
    return {row["partition"]: (row["committed"], row["end"], row["lag"]) for row in json.loads(done.stdout)}


def agree(told, committed, ends):
    """Holds what Klamm tells of a group against a client's own view, by partition."""
    same(told, {p: (offset, ends[p], ends[p] - offset) for p, offset in committed.items()}, "committed, end and lag")
    same(any(lag > 0 for _, _, lag in told.values()), True, f"some lag in {told}")
