"""Runs named checks of one client and prints a line for each: `ok name` or `FAILED name: reason`."""
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
