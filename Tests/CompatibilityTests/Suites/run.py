"""Runs the test suite of a client's own project against bundled brokers: run.py SUITE [TEST…] [options], see --help.

Every test of the suite's `Allowed.txt` must pass (exit code 1 otherwise); those that pass and do not stand there are
named, and added by --update. The suite's sources are no part of Klamm: they are fetched from its public repository, or
--source names a checkout of them. Suites in a compiled language run the test program that stands built in the checkout,
so they need --source.
"""
import argparse
import importlib.util
import os
import signal
import sys
import tempfile

import outcomes
import sources

FOLDER = os.path.dirname(os.path.abspath(__file__))
SUITES = sorted(name for name in os.listdir(FOLDER) if os.path.exists(os.path.join(FOLDER, name, "suite.py")))


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("suite", choices=SUITES)
    parser.add_argument("tests", nargs="*", help="only tests whose names begin with one of these")
    parser.add_argument("--source", help="a checkout of the suite's project; Findings.md names the version")
    parser.add_argument("--klamm", default="klamm", help="the program to test (default: klamm on the PATH)")
    parser.add_argument("--work", help="where logs and clusters go, kept afterwards (default: a temporary folder)")
    parser.add_argument("--deadline", type=float, help="seconds for one test, instead of the suite's own")
    parser.add_argument("--update", action="store_true", help="adds tests that pass to Allowed.txt")
    return parser.parse_args()


def module(name):
    """The module of a suite; its folder may be called like a Python package."""
    spec = importlib.util.spec_from_file_location("suite", os.path.join(FOLDER, name, "suite.py"))
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def main():
    chosen = options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the cluster is stopped
    suite = module(chosen.suite)
    allowed = outcomes.Allowed(os.path.join(FOLDER, chosen.suite, "Allowed.txt"))
    with tempfile.TemporaryDirectory(prefix="klamm-suite-") as temporary:
        chosen.work = os.path.abspath(chosen.work or temporary)
        chosen.deadline = chosen.deadline or suite.DEADLINE
        os.makedirs(chosen.work, exist_ok=True)
        chosen.source = sources.checkout(chosen.source, suite.PROJECT, suite.VERSION, chosen.work)
        found = []
        for outcome in suite.run(chosen):
            print(outcome, flush=True)
            found.append(outcome)
    sys.exit(0 if outcomes.settle(found, allowed, chosen.tests, chosen.update) else 1)


if __name__ == "__main__":
    main()
