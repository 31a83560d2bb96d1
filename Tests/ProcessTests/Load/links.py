"""Links between real brokers cut under load, and the whole history checked: links.py KLAMM DIR CUTS [SEED]

Three brokers, each in a network namespace of its own, under the load of chaos.py. Links are cut, in both directions or in
one, between two brokers, around one, or around one with its clients too; frames get lost without a word, as with a bad
switch. Some brokers are killed meanwhile. By dice the voters stay configured, or are taken into the metadata log before
(kraft.version 1). After CUTS cuts all is mended, everything must come to rest, and every record is read back. Prints one
JSON line as chaos.py does. Needs root and the commands unshare and ip; leaves nothing behind: the namespaces live and die
with this process.
"""
import collections
import os
import signal
import subprocess
import sys
import time

if os.environ.get("KLAMM_LINKS") != "inside":
    os.environ["KLAMM_LINKS"] = "inside"
    os.execvp("unshare", ["unshare", "--net", "--mount", sys.executable, *sys.argv])

import chaos
from chaos import dice, klamm, directory

BROKERS = (1, 2, 3)
CLIENTS = 254
NOBODY = "02:00:00:00:00:99"
SETTINGS = """\
node.id={id}
cluster.id=links-under-test-aaaaa
listeners=PLAINTEXT://{address}:9092
controller.quorum.voters={voters}
log.dirs={data}
broker.session.timeout.ms=1500
broker.heartbeat.interval.ms=300
replica.lag.time.max.ms=3000
controller.quorum.election.timeout.ms=150
controller.quorum.fetch.timeout.ms=1000
controller.quorum.election.backoff.max.ms=300
controller.quorum.request.timeout.ms=1000
default.replication.factor=3
group.initial.rebalance.delay.ms=0
offsets.topic.num.partitions=3
"""


def ip(*words, namespace=None):
    inside = ["ip", "netns", "exec", namespace] if namespace else []
    subprocess.run([*inside, "ip", *words], check=True)


def address(node):
    return f"10.66.0.{node}"


def hardware(node):
    return f"02:00:00:00:00:{node:02x}"


class Network:
    """A bridge with one cable to each broker, and the clients on the bridge itself."""

    def __init__(self):
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/run"], check=True)
        ip("link", "set", "lo", "up")
        ip("link", "add", "wire", "address", hardware(CLIENTS), "type", "bridge")
        ip("address", "add", f"{address(CLIENTS)}/24", "dev", "wire")
        ip("link", "set", "wire", "up")
        for node in BROKERS:
            name = f"broker{node}"
            ip("netns", "add", name)
            ip("link", "add", f"to{node}", "type", "veth",
               "peer", "name", "eth0", "address", hardware(node), "netns", name)
            ip("link", "set", f"to{node}", "master", "wire", "up")
            ip("address", "add", f"{address(node)}/24", "dev", "eth0", namespace=name)
            for device in ("lo", "eth0"):
                ip("link", "set", device, "up", namespace=name)
        for one in (*BROKERS, CLIENTS):
            for other in (*BROKERS, CLIENTS):
                self.set(one, other, True)

    def set(self, sender, receiver, works):
        """Lets frames arrive, or go to a hardware address that nobody has."""
        if sender != receiver:
            inside = sender in BROKERS
            ip("neigh", "replace", address(receiver), "lladdr", hardware(receiver) if works else NOBODY,
               "dev", "eth0" if inside else "wire", "nud", "permanent", namespace=f"broker{sender}" if inside else None)


class Processes:
    def __init__(self):
        self.running = {}
        voters = ",".join(f"{node}@{address(node)}:9092" for node in BROKERS)
        for node in BROKERS:
            place = os.path.join(directory, f"broker-{node}")
            os.makedirs(place, exist_ok=True)
            with open(os.path.join(place, "server.properties"), "w") as file:
                file.write(SETTINGS.format(id=node, address=address(node), voters=voters, data=place + "/data"))

    def start(self, node):
        place = os.path.join(directory, f"broker-{node}")
        with open(place + "/broker.log", "ab") as log:
            self.running[node] = subprocess.Popen(
                ["ip", "netns", "exec", f"broker{node}", klamm, "broker", "--config", place + "/server.properties"],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def kill(self, node):
        process = self.running.pop(node)
        process.kill()
        process.wait()

    def end(self):
        for node in list(self.running):
            self.kill(node)


class Cuts:
    """Cuts links, one fault at a time, and mends them before the next."""

    def __init__(self, heart):
        self.heart, self.done, self.count = heart, 0, collections.Counter()
        self.waits = collections.defaultdict(list)

    def act(self):
        fault = dice.choices(["pair", "oneWay", "around", "alone", "deaf", "killBeside"], [4, 4, 3, 3, 2, 2])[0]
        self.count[fault] += 1
        self.heart.begin()
        getattr(self, fault)(*dice.sample(BROKERS, 3))
        self.done += 1
        before = self.heart.last
        chaos.until(lambda: self.heart.last > before, chaos.SETTLE, f"a record is acknowledged after {fault}")
        self.waits[fault].append(round(self.heart.longest, 3))
        time.sleep(dice.choice([0, 0.5, 2]))

    def cut(self, links, seconds=None):
        for sender, receiver in links:
            network.set(sender, receiver, False)
        time.sleep(seconds or dice.choice([0.3, 1, 2, 5, 8]))
        for sender, receiver in links:
            network.set(sender, receiver, True)

    def pair(self, one, other, _):
        self.cut([(one, other), (other, one)])

    def oneWay(self, one, other, _):
        self.cut([(one, other)])

    def around(self, one, second, third):
        """Its clients still reach it, and it reaches no other broker."""
        self.cut([(one, second), (one, third), (second, one), (third, one)])

    def deaf(self, one, second, third):
        """It sends, and hears no other broker."""
        self.cut([(second, one), (third, one)])

    def alone(self, one, second, third):
        others = [second, third, CLIENTS]
        self.cut([(one, other) for other in others] + [(other, one) for other in others])

    def killBeside(self, one, second, third):
        """A broker dies while two others do not hear each other, and comes back before they do."""
        links = [(one, second), (second, one)]
        for sender, receiver in links:
            network.set(sender, receiver, False)
        time.sleep(dice.choice([0.3, 2]))
        processes.kill(third)
        time.sleep(dice.choice([0, 1]))
        processes.start(third)
        self.cut(links)


signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
network, processes = Network(), Processes()
try:
    for node in BROKERS:
        processes.start(node)
    addresses = ",".join(f"{address(node)}:9092" for node in BROKERS)
    admin = chaos.AdminClient({"bootstrap.servers": addresses, "log_level": 0})
    chaos.until(lambda: len(admin.list_topics(timeout=2).brokers) == len(BROKERS), 30, "all brokers are there")
    if dice.choice([False, True]):
        chaos.run("features", "upgrade", "kraft.version", "1", "--bootstrap-server", addresses)
    chaos.play(addresses, lambda _, heart: Cuts(heart), lambda: None)
finally:
    processes.end()
