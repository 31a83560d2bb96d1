"""Runs the tests of a Go package that stand built as a test program (`go test -c`), each in a process of its own."""
import glob
import os
import re
import subprocess

from outcomes import Outcome, chosen


def run(options, program, names, environment):
    for name in names:
        if chosen(name, options.tests):
            yield one(options, program, name, {**os.environ, **environment})


def names(folder, needs="", files="*_test.go"):
    """The tests in some files of a folder whose text matches `needs`."""
    for path in sorted(glob.glob(os.path.join(folder, files))):
        with open(path) as file:
            parts = re.split(r"^(?=func )", file.read(), flags=re.M)
        for part in parts:
            found = re.match(r"func (Test\w+)\(\w+ \*testing\.T\)", part)
            if found and re.search(needs, part):
                yield found.group(1)


def one(options, program, name, environment):
    path = os.path.join(options.work, f"{name}.log")
    with open(path, "w") as log:
        try:
            subprocess.run([program, "-test.run", f"^{name}$", "-test.v", "-test.timeout", f"{options.deadline:.0f}s"],
                           cwd=os.path.dirname(program), env=environment, stdin=subprocess.DEVNULL, stdout=log,
                           stderr=log, timeout=options.deadline + 30)
        except subprocess.TimeoutExpired:
            pass
    with open(path, errors="replace") as file:
        return told(name, file.read())


def told(name, text):
    """What a log says of a test; its reason is what the test said, without the client's own log lines."""
    ended = re.search(rf"^--- (PASS|FAIL|SKIP): {name} \(([\d.]+)s\)", text, re.M)
    said = re.findall(r"^ +\w+_test\.go:\d+: .*", text, re.M)
    if not ended:
        panic = re.search(r"^panic: .*", text, re.M)
        return Outcome(name, "failed", panic.group(0) if panic else "it did not end")
    state = {"PASS": "passed", "FAIL": "failed", "SKIP": "skipped"}[ended.group(1)]
    return Outcome(name, state, " ".join(said[:3]), float(ended.group(2)))
