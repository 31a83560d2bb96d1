"""Dashboards and commands while brokers die under them: under_faults.py KLAMM CLUSTER_DIR MINUTES [SEED]

Starts the bundled cluster of CLUSTER_DIR and `chaos.py` on it for so many minutes. Meanwhile three dashboards of three
sizes are worked in by dice (keys that look, plans that are not confirmed, other sizes, a terminal that is not read for
a while), commands run one after the other, and `events --follow` and `consume --follow` run all the time. A fourth
dashboard is started again and again and ended by each way there is. Prints one JSON line; exit code 1 when anything
crashes, hangs, takes more than a while to answer a key, leaves the terminal raw or grows, or chaos.py finds fault.
"""
import collections
import itertools
import json
import os
import pathlib
import random
import re
import signal
import subprocess
import sys
import threading
import time

from screen import Screen

klamm, directory, minutes = sys.argv[1], sys.argv[2], float(sys.argv[3])
seed = int(sys.argv[4]) if len(sys.argv) > 4 else random.randrange(1 << 32)
CHAOS = pathlib.Path(__file__).parents[2] / "ProcessTests" / "Load" / "chaos.py"
# How long (seconds) a key may take to show on the busy machine, a command to end, and a program to go.
ANSWER, COMMAND, GOODBYE = 10, 120, 20
# Keys that change nothing by themselves; capitals open plans, which Esc leaves.
LOOKING = [*"123456789", *"jkgGhlnszrafpmteciowdbTu/?!*[]", "Up", "Down", "Left", "Right", "Tab", "Enter", "Space"]
PLANS = [*"KSUZALWNCRPXDOE"]
SIZES = {"wide": [(200, 60), (160, 50), (240, 70)], "usual": [(120, 34), (110, 30), (132, 40)],
         "small": [(80, 24), (60, 20), (40, 10), (30, 6), (90, 24)]}
COMMANDS = ["check", "topics list", "topics describe chaos", "groups list", "groups describe chaos", "brokers list",
            "configs describe --topic chaos", "quorum describe", "logdirs list", "producers chaos", "transactions list",
            "features describe",
            "events", "reassign list", "cluster status"]
ENDS = ["q", "C-c", signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGABRT, signal.SIGSEGV]
faults, began = [], time.monotonic()
stop = threading.Event()


def fault(who, what):
    faults.append(f"{time.monotonic() - began:.0f} s, {who}: {what}")
    print(faults[-1], file=sys.stderr, flush=True)


def leave(screen, key):
    """Leaves whatever is open, then the program. A busy program may read Esc and a key at once: Alt and a key."""
    for _ in range(3):
        screen.keys("Esc")
        screen.pump(0.3)
    screen.pump(0.7)
    screen.keys(key)


class Memory:
    """Resident memory (KiB) of a process over its life: flat is when the last quarter needs no more than the second."""

    def __init__(self):
        self.samples = []

    def look(self, pid):
        try:
            text = pathlib.Path(f"/proc/{pid}/status").read_text()
        except OSError:
            return
        if found := re.search(r"VmRSS:\s+(\d+)", text):
            self.samples.append(int(found[1]))

    def verdict(self, who):
        quarter = len(self.samples) // 4
        if not quarter:
            return {}
        quarters = [sorted(self.samples[n * quarter:(n + 1) * quarter])[quarter // 2] for n in range(4)]
        if quarters[3] > quarters[1] * 1.25 + 4096:
            fault(who, f"grows from {quarters[1]} to {quarters[3]} KiB")
        return {"quartersMiB": [round(median / 1024, 1) for median in quarters],
                "mostMiB": round(max(self.samples) / 1024, 1)}


class Worker(threading.Thread):
    """Something that is done over and over until the time is up; what goes wrong in it is a fault under its name."""

    def __init__(self, name):
        super().__init__(name=name, daemon=True)
        self.dice, self.count = random.Random(f"{seed} {name}"), collections.Counter()

    def run(self):
        try:
            while not stop.is_set():
                self.act()
            self.end()
        except Exception as error:
            fault(self.name, f"{type(error).__name__} {error}")

    def end(self):
        pass


class Looker(Worker):
    """Works in one dashboard all the time."""

    def __init__(self, name, *arguments):
        super().__init__(name)
        self.command, self.memory, self.slowest, self.waits = [klamm, *arguments], Memory(), 0.0, []
        self.screen = Screen(self.command, *SIZES[name][0])

    def act(self):
        screen, dice = self.screen, self.dice
        what = dice.choices(["look", "plan", "size", "deaf", "answer"], [40, 4, 2, 1, 6])[0]
        self.count[what] += 1
        if what == "look":
            screen.keys(dice.choice(LOOKING))
        elif what == "plan":
            screen.keys("Esc", dice.choice(PLANS))
            screen.pump(0.3)
            screen.keys("Esc", "Esc")
        elif what == "size":
            screen.resize(*dice.choice(SIZES[self.name]))
        elif what == "deaf":
            stop.wait(dice.choice([0.5, 3]))
        else:
            self.answer()
        screen.pump(dice.choice([0.05, 0.2, 0.5]))
        self.memory.look(screen.pid)
        pid, status = os.waitpid(screen.pid, os.WNOHANG)
        if pid:
            # The list of keys runs any of them, so that dice can leave by it.
            self.count["left"] += 1
            if status != 0:
                fault(self.name, f"ended with status {status}\n{screen.text()}")
            self.screen = Screen(self.command, *SIZES[self.name][0])

    def answer(self):
        """Goes to the Brokers screen and back, and takes the time until each shows."""
        self.screen.resize(*SIZES[self.name][0])
        for key, word in (("2", "▸ brokers"), ("1", "▸ overview")):
            for _ in range(3):
                self.screen.keys("Esc")
                self.screen.pump(0.3)
            before = time.monotonic()
            self.screen.keys(key)
            try:
                self.screen.until(word, ANSWER)
            except AssertionError:
                # Read together with the Esc before it, a key is another key; a program that hangs takes neither.
                self.count["again"] += 1
                before = time.monotonic()
                self.screen.keys(key)
                self.screen.until(word, ANSWER)
            self.waits.append(time.monotonic() - before)

    def end(self):
        self.answer()
        leave(self.screen, "q")
        status = self.screen.end(GOODBYE)
        if status != 0 or not self.screen.canonical():
            fault(self.name, f"q gives {status}, canonical {self.screen.canonical()}")

    def result(self):
        waits = sorted(self.waits)
        return {**self.count, **self.memory.verdict(self.name), "keyMs": {
            "p50": round(waits[len(waits) // 2] * 1000), "max": round(waits[-1] * 1000)}}


class Leaver(Worker):
    """Starts dashboards and ends them by every way there is; the terminal must be as before."""

    def __init__(self, name, *arguments):
        super().__init__(name)
        self.command, self.ways = [klamm, *arguments], itertools.cycle(ENDS)

    def act(self):
        way = next(self.ways)
        screen = Screen(self.command, 100, 30)
        screen.until(lambda text: "klamm ▸" in text, 30)
        for _ in range(self.dice.randrange(20)):
            screen.keys(self.dice.choice(LOOKING))
        if isinstance(way, str):
            leave(screen, way)
        else:
            screen.kill(way)
        status = screen.end(GOODBYE)
        name = way if isinstance(way, str) else way.name
        self.count[name] += 1
        expected = {"SIGABRT": [-6], "SIGSEGV": [-11]}.get(name, [0, 129, 130, 131, 143])
        if status not in expected:
            fault(self.name, f"{name} gives {status}")
        if screen.left():
            fault(self.name, f"{name} leaves the terminal with {screen.left()}")
        os.close(screen.master)
        stop.wait(2)


class Caller(Worker):
    """Runs commands one after the other: each ends in time with a documented exit code."""

    def act(self):
        command = self.dice.choice(COMMANDS)
        where = ["--cluster-dir", directory] if command.startswith("cluster") else ["--bootstrap-server", bootstrap]
        done = subprocess.run([klamm, *command.split(), *where], capture_output=True, text=True, timeout=COMMAND)
        self.count[done.returncode] += 1
        if not 0 <= done.returncode <= 3 or (done.returncode == 2 and not command.startswith("check")):
            fault(self.name, f"{command} gives {done.returncode}: {done.stderr[-2000:]}")
        if done.returncode and not done.stderr + done.stdout:
            fault(self.name, f"{command} gives {done.returncode} without a word")
        stop.wait(0.5)


class Follower(Worker):
    """A command that runs all the time: it must not end, and what it tells must go on."""

    def __init__(self, name, *arguments):
        super().__init__(name)
        self.memory, self.lines = Memory(), 0
        self.process = subprocess.Popen([klamm, *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for _ in self.process.stdout:
            self.lines += 1

    def act(self):
        self.memory.look(self.process.pid)
        stop.wait(5)
        if self.process.poll() is not None:
            raise AssertionError(f"ended with {self.process.returncode} after {self.lines} lines")

    def end(self):
        before, deadline = self.lines, time.monotonic() + 60
        while self.name == "consume" and self.lines == before and time.monotonic() < deadline:
            time.sleep(0.1)
        if self.name == "consume" and self.lines == before:
            fault(self.name, "gives no more records")
        self.process.terminate()
        self.process.wait(GOODBYE)

    def result(self):
        return {"lines": self.lines, **self.memory.verdict(self.name)}


subprocess.run([klamm, "cluster", "start", "--cluster-dir", directory, "--port", "0"], check=True, capture_output=True,
               timeout=60)
status = subprocess.run([klamm, "cluster", "status", "--cluster-dir", directory, "--output", "json"], check=True,
                        capture_output=True, text=True, timeout=60)
bootstrap = json.loads(status.stdout)["bootstrapServers"]
server = ["--bootstrap-server", bootstrap]
try:
    chaos = subprocess.Popen([sys.executable, CHAOS, klamm, directory, f"{minutes}m", str(seed)],
                             stdout=subprocess.PIPE, text=True)
    while subprocess.run([klamm, "topics", "describe", "chaos", *server], capture_output=True).returncode:
        time.sleep(0.1)
    lookers = [Looker("wide", "--cluster-dir", directory), Looker("usual", *server), Looker("small", *server)]
    followers = [Follower("events", "events", "--follow", "--output", "json", *server),
                 Follower("consume", "consume", "chaos", *server)]
    leaver, caller = Leaver("leaver", *server), Caller("caller")
    workers = [*lookers, *followers, leaver, caller]
    for worker in workers:
        worker.start()
    while time.monotonic() - began < minutes * 60 and chaos.poll() is None:
        time.sleep(1)
    stop.set()
    for worker in workers:
        worker.join(300)
        if worker.is_alive():
            fault(worker.name, "hangs")
    found = chaos.communicate(timeout=900)[0]
    if chaos.returncode != 0:
        fault("chaos", f"exit code {chaos.returncode}")
    result = {"seed": seed, "minutes": minutes, "chaos": json.loads(found or "null"),
              **{worker.name: worker.result() for worker in [*lookers, *followers]},
              "ends": leaver.count, "commands": caller.count, "faults": faults, "ok": not faults}
    print(json.dumps(result))
finally:
    stop.set()
    chaos.kill()
    subprocess.run([klamm, "cluster", "stop", "--cluster-dir", directory], capture_output=True, timeout=60)
sys.exit(1 if faults else 0)
