"""A pytest plugin: writes down what each test came to as it ends, and ends tests at KLAMM_DEADLINE (seconds)."""
import faulthandler
import json
import os
import signal

import pytest

from pytest_suite import GRACE

SECONDS = float(os.environ["KLAMM_DEADLINE"])
# Why tests are left out, by a fixture of theirs or a part of their name.
LEFT_OUT = json.loads(os.environ["KLAMM_LEFT_OUT"])
found = {}


def tell(**event):
    with open(os.environ["KLAMM_OUTCOMES"], "a") as file:
        file.write(json.dumps(event) + "\n")


def pytest_collection_modifyitems(items):
    for item in items:
        for name, reason in LEFT_OUT.items():
            if name in item.fixturenames or name in item.nodeid:
                item.add_marker(pytest.mark.skip(reason=reason))


def pytest_collection_finish(session):
    if "KLAMM_COLLECTED" in os.environ:
        with open(os.environ["KLAMM_COLLECTED"], "w") as file:
            file.writelines(item.nodeid + "\n" for item in session.items)


def expired(*_):
    raise TimeoutError(f"not within {SECONDS:.0f} s")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    tell(name=item.nodeid)
    signal.signal(signal.SIGALRM, expired)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    faulthandler.dump_traceback_later(SECONDS + GRACE, exit=True)
    try:
        return (yield)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        faulthandler.cancel_dump_traceback_later()


def pytest_runtest_logreport(report):
    test = found.setdefault(report.nodeid, {"name": report.nodeid, "state": "passed", "reason": "", "seconds": 0})
    test["seconds"] += report.duration
    if report.skipped and test["state"] == "passed":
        test["state"] = "skipped"
        reason = report.wasxfail if hasattr(report, "wasxfail") else str(report.longrepr[2])
        test["reason"] = reason.removeprefix("Skipped: ")
    if report.failed and test["state"] != "failed":
        crash = getattr(report.longrepr, "reprcrash", None)
        test["state"], test["reason"] = "failed", crash.message if crash else str(report.longrepr)
    if report.when == "teardown":
        tell(**found.pop(report.nodeid))
