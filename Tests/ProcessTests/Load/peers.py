"""What other programs need for the same work on the same cluster, beside Klamm's dashboard.

    python3 Tests/ProcessTests/Load/peers.py KLAMM DIRECTORY [TOPICS [SECONDS]]

Starts a bundled cluster in DIRECTORY, makes TOPICS topics of ten partitions (1,000), then runs one program after the
other: Klamm and kaskade (from PyPI) until they show a list of topics, left alone for SECONDS (30); kcat and Klamm's own
command line to list all metadata once. Prints milliseconds, MiB and percent of a core. Programs that are not installed
are left out and said to be. confluent-kafka makes the topics.
"""

import fcntl
import json
import os
import pty
import select
import shutil
import struct
import subprocess
import sys
import termios
import time

from confluent_kafka.admin import AdminClient, NewTopic

PREFIX = "peer-topic-"
AT_ONCE = 50
LONGEST = 60


def main():
    klamm, directory = sys.argv[1:3]
    topics = int(sys.argv[3]) if len(sys.argv) > 3 else 1_000
    seconds = float(sys.argv[4]) if len(sys.argv) > 4 else 30
    own = ["--cluster-dir", directory]
    subprocess.run([klamm, "cluster", "start", "--port", "0"] + own, check=True, stdout=subprocess.DEVNULL)
    try:
        status = subprocess.run(
            [klamm, "cluster", "status", "--output", "json"] + own, check=True, capture_output=True, text=True)
        bootstrap = json.loads(status.stdout)["bootstrapServers"]
        make(bootstrap, topics)
        time.sleep(5)  # for the brokers to come to rest: what is measured is not their work
        print(f"{topics} topics of 10 partitions, 3 brokers; {os.getloadavg()[0]:.1f} other programs at work")
        print(f"{'program':28} {'first rows':>10} {'memory':>8} {'idle':>7}")
        screen("klamm", [klamm, "dashboard", "--bootstrap-server", bootstrap], seconds, keys=b"3")
        if found("kaskade"):
            screen("kaskade admin", ["kaskade", "admin", "-b", bootstrap.split(",")[0]], seconds)
        once("klamm topics list", [klamm, "topics", "list", "--bootstrap-server", bootstrap])
        if found("kcat"):
            once("kcat -L", ["kcat", "-L", "-b", bootstrap])
        brokers(klamm, own, seconds)
    finally:
        subprocess.run([klamm, "cluster", "stop"] + own, stdout=subprocess.DEVNULL)


def found(program):
    if shutil.which(program):
        return True
    print(f"{program:28} is not installed")
    return False


def make(bootstrap, count):
    admin = AdminClient({"bootstrap.servers": bootstrap})
    for first in range(0, count, AT_ONCE):
        names = [f"{PREFIX}{number:05}" for number in range(first, min(first + AT_ONCE, count))]
        made = admin.create_topics([NewTopic(name, 10, 3) for name in names], request_timeout=120)
        for future in made.values():
            future.result()


def screen(name, command, seconds, keys=b""):
    """A program in a terminal of 120 × 34: until it shows a topic, then left alone."""
    began = time.time()
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ["TERM"] = "xterm-256color"
        os.execvp(command[0], command)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 34, 120, 0, 0))
    os.write(terminal, keys)
    seen = b""
    rows = None
    while rows is None and time.time() - began < LONGEST:
        seen += read(terminal, 0.05)
        if PREFIX.encode() in seen:
            rows = time.time() - began
    drain(terminal, 10)  # what begins is not idle
    before = usage(pid)
    drain(terminal, seconds)
    after = usage(pid)
    shown = f"{rows * 1000:.0f} ms" if rows else "none"
    print(f"{name:28} {shown:>10} {after[1]:>4.0f} MiB {100 * (after[0] - before[0]) / seconds:>6.2f}%")
    os.kill(pid, 15)
    drain(terminal, 1)
    os.close(terminal)
    try:
        os.kill(pid, 9)
    except ProcessLookupError:
        pass
    os.waitpid(pid, 0)


def read(terminal, timeout):
    ready, _, _ = select.select([terminal], [], [], timeout)
    try:
        return os.read(terminal, 65536) if ready else b""
    except OSError:
        return b""


def drain(terminal, seconds):
    until = time.time() + seconds
    while time.time() < until:
        read(terminal, min(0.2, max(0.0, until - time.time())))


def usage(pid):
    """Seconds of processor and MiB of memory of a process."""
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    ticks = os.sysconf("SC_CLK_TCK")
    return (int(fields[11]) + int(fields[12])) / ticks, int(fields[21]) * os.sysconf("SC_PAGE_SIZE") / 1048576


def once(name, command):
    began = time.time()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    took = time.time() - began
    assert status == 0, name
    print(f"{name:28} {took * 1000:>7.0f} ms {used.ru_maxrss / 1024:>4.0f} MiB {'':>7}")


def brokers(klamm, own, seconds):
    """What the brokers themselves cost while nobody asks anything."""
    status = subprocess.run(
        [klamm, "cluster", "status", "--output", "json"] + own, check=True, capture_output=True, text=True)
    for broker in json.loads(status.stdout)["brokers"]:
        pid = broker["pid"]
        before = usage(pid)
        time.sleep(seconds / 3)
        after = usage(pid)
        share = 100 * (after[0] - before[0]) / (seconds / 3)
        print(f"{'broker ' + str(broker['id']):28} {'':>10} {after[1]:>4.0f} MiB {share:>6.2f}%")


main()
