"""A throttled move onto an added broker under load: reassign.py KLAMM CLUSTER_DIR [MIB] [THROTTLE] [kill]

A topic of 12 partitions with MIB mebibytes (default 32) is moved onto a fourth broker: first held back and cancelled
half-way, then completed at THROTTLE (default 200MiB a second), then moved back while `execute --wait` looks on; with
`kill` the controller is killed meanwhile. Prints one JSON line; exit code 1 when an acknowledged record is missing or
doubled, a replica is not where it belongs, or a throttle is left on a topic or broker. A doubled record is one whichever
side it comes from; `newEpochs` says how often, and why first, librdkafka gave up its sequences, after which its broker
cannot know a repetition.
"""
import json
import logging
import os
import subprocess
import sys
import threading
import time

from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, ConfigResource, NewTopic

klamm, directory = sys.argv[1:3]
mib = int(sys.argv[3]) if len(sys.argv) > 3 else 32
throttle = sys.argv[4] if len(sys.argv) > 4 else "200MiB"
kills = sys.argv[5:] == ["kill"]
TOPIC, PARTITIONS, FILLER = "moved", 12, os.urandom(32 << 10)
bootstrap = None


def run(*arguments, status=0):
    place = ["--cluster-dir", directory] if arguments[0] == "cluster" else ["--bootstrap-server", bootstrap]
    done = subprocess.run([klamm, *arguments, *place], capture_output=True, text=True, timeout=300)
    if status is not None and done.returncode != status:
        raise AssertionError(f"klamm {' '.join(arguments)}: {done.returncode} {done.stdout} {done.stderr}")
    return done


def described(*arguments):
    return json.loads(run(*arguments, "--output", "json").stdout)


def until(condition, limit, what):
    start, last = time.monotonic(), None
    while time.monotonic() - start < limit:
        try:
            if condition():
                return round(time.monotonic() - start, 3)
        except Exception as error:
            last = error
        time.sleep(0.05)
    raise AssertionError(f"not within {limit} s: {what} {last or ''}")


class NewEpochs(logging.Handler):
    """Hears from librdkafka when it goes on with a new producer epoch."""

    def __init__(self):
        super().__init__()
        self.reasons = []

    def emit(self, record):
        said = record.getMessage()
        if "epoch bump" in said or "failed due to" in said:
            self.reasons.append(said)


class Load(threading.Thread):
    """Numbered records, some hundred a second, and the list of those acknowledged with the time each took."""

    def __init__(self):
        super().__init__(daemon=True)
        self.running, self.number, self.acked, self.error = True, 0, [], None
        self.took = []
        self.new_epochs = NewEpochs()
        logger = logging.getLogger("librdkafka")
        logger.setLevel(logging.DEBUG)
        logger.propagate = False
        logger.addHandler(self.new_epochs)
        self.producer = Producer({"bootstrap.servers": bootstrap, "acks": "all", "enable.idempotence": True,
                                  "linger.ms": 2, "message.timeout.ms": 120000, "retry.backoff.ms": 20,
                                  "queue.buffering.max.kbytes": 65536, "debug": "eos"}, logger=logger)

    def send(self, filler=b""):
        number, at = self.number, time.monotonic()
        self.number += 1

        def report(error, message):
            if error:
                self.error = self.error or error
            else:
                self.acked.append((message.partition(), message.offset(), number))
                self.took.append(time.monotonic() - at)

        while True:
            try:
                return self.producer.produce(TOPIC, value=b"%d " % number + filler, partition=number % PARTITIONS,
                                             on_delivery=report)
            except BufferError:
                self.producer.poll(0.1)

    def fill(self, size):
        for _ in range(size // len(FILLER)):
            self.send(FILLER)
            self.producer.poll(0)
        assert self.producer.flush(300) == 0
        self.took.clear()

    def run(self):
        while self.running:
            self.send()
            self.producer.poll(0)
            if self.number % 10 == 0:
                time.sleep(0.01)
        assert self.producer.flush(120) == 0

    def end(self):
        self.running = False
        self.join(150)


def read_back():
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "reader", "enable.auto.commit": False})
    ends = {p: consumer.get_watermark_offsets(TopicPartition(TOPIC, p), timeout=20)[1] for p in range(PARTITIONS)}
    consumer.assign([TopicPartition(TOPIC, p, 0) for p in range(PARTITIONS)])
    read, deadline = {}, time.monotonic() + 300
    while len(read) < sum(ends.values()) and time.monotonic() < deadline:
        for message in consumer.consume(1000, 0.5):
            assert not message.error(), message.error()
            number, filler = message.value().split(b" ", 1)
            assert filler in (b"", FILLER), "a record has other bytes"
            read[(message.partition(), message.offset())] = int(number)
    consumer.close()
    return read


def replicas():
    topic = described("topics", "describe", TOPIC)[0]
    return {p["partition"]: (p["replicas"], sorted(p["isr"])) for p in topic["partitions"]}


def is_at(plan):
    return all(now == (plan[p], sorted(plan[p])) for p, now in replicas().items())


def is_on(plan):
    """The same brokers in any order: a move that is cancelled leaves them as its target had them (KIP-455)."""
    return all(sorted(now) == isr == sorted(plan[p]) for p, (now, isr) in replicas().items())


def throttles():
    """What is left on any topic or broker, asked without Klamm."""
    admin = AdminClient({"bootstrap.servers": bootstrap})
    metadata = admin.list_topics(timeout=20)
    wanted = [ConfigResource(ConfigResource.Type.TOPIC, name) for name in metadata.topics]
    wanted += [ConfigResource(ConfigResource.Type.BROKER, str(broker)) for broker in metadata.brokers]
    left = []
    for resource in wanted:
        for config in admin.describe_configs([resource])[resource].result(20).values():
            if ".replication.throttled." in config.name and config.source in (1, 2):
                left.append(f"{resource} {config.name}={config.value}")
    return left


def plan_file(name, plan):
    path = os.path.join(directory, name)
    with open(path, "w") as file:
        json.dump({"version": 1, "partitions": [
            {"topic": TOPIC, "partition": p, "replicas": r} for p, r in plan.items()]}, file)
    return path


def bytes_on(broker):
    return sum(d["bytes"] for d in described("logdirs", "list") if d["broker"] == broker)


def main():
    global bootstrap
    bootstrap = json.loads(run("cluster", "status", "--output", "json").stdout)["bootstrapServers"]
    admin = AdminClient({"bootstrap.servers": bootstrap})
    admin.create_topics([NewTopic(TOPIC, PARTITIONS, 3, config={"min.insync.replicas": "2"})])[TOPIC].result(20)
    until(lambda: all(len(r[1]) == 3 for r in replicas().values()), 20, "full ISR")
    result = {"mib": mib, "throttle": throttle}
    load = Load()
    begin = time.monotonic()
    load.fill(mib << 20)
    result["fillSeconds"] = round(time.monotonic() - begin, 2)
    load.start()
    run("cluster", "add-broker")
    until(lambda: any(b["id"] == 4 and not b["isFenced"] for b in described("brokers", "list")["brokers"]), 30,
          "broker 4")

    before = {p: r for p, (r, _) in replicas().items()}
    after = {p: [4] + r[1:] for p, r in before.items()}
    there, back = plan_file("there.json", after), plan_file("back.json", before)

    # A throttle that cannot be set whole is not set at all, and nothing moves: one of its lists is full already.
    full = ",".join(f"{partition}:1" for partition in range(100000, 103640))
    run("configs", "alter", "--topic", TOPIC, "--set", f"leader.replication.throttled.replicas={full}")
    refused = run("reassign", "execute", there, "--throttle", "1MiB", status=1).stderr
    assert f"topic {TOPIC}: INVALID_CONFIG" in refused and "nothing is started" in refused, refused
    listed = described("reassign", "list")
    assert listed == {"reassignments": [], "throttles": [
        {"resource": f"topic {TOPIC}", "leader.replication.throttled.replicas": full}]}, listed
    run("reassign", "throttle", "none")
    assert throttles() == [], throttles()

    # Held back, watched and cancelled half-way. Kafka's throttle lets ten seconds' worth through at once, and then every
    # ten seconds at least what one fetch brings.
    slow = str((mib << 20) // 40)
    waiting = subprocess.Popen(
        [klamm, "reassign", "execute", there, "--throttle", slow, "--wait",
         "--bootstrap-server", bootstrap], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    until(lambda: bytes_on(4) > (mib << 20) // 3, 60, "a third is copied")
    seen = []
    while not any(line.startswith("moved ") for line in seen):
        line = waiting.stderr.readline()
        assert line, f"execute ended: {seen}"
        seen.append(line.strip())
    result["progress"] = seen[-1]
    listed = described("reassign", "list")
    assert len(listed["reassignments"]) == PARTITIONS, listed
    assert {t["resource"] for t in listed["throttles"]} == {"topic " + TOPIC, *(f"broker {b}" for b in range(1, 5))}
    assert "moving" in run("reassign", "verify", there, status=1).stdout
    result["cancelledAtMiB"] = bytes_on(4) >> 20
    run("reassign", "cancel", there)
    assert waiting.wait(60) == 1, "what was waited for was cancelled"
    until(lambda: is_on(before), 30, "the replicas of before")
    assert throttles() == [], throttles()

    # Completed, with a throttle that is changed while it runs; verify takes it away.
    begin, load.took[:] = time.monotonic(), []
    stopped = run("reassign", "execute", there, "--throttle", slow, "--wait", "--wait-timeout", "0.1", status=3)
    assert "timed out: the end of the moves" in stopped.stderr and "reassign verify" in stopped.stderr, stopped.stderr
    saved = json.loads(stopped.stdout)
    assert {p["partition"]: sorted(p["replicas"]) for p in saved["partitions"]} == {
        p: sorted(r) for p, r in before.items()}
    run("reassign", "throttle", throttle)
    until(lambda: run("reassign", "verify", there, status=None).returncode == 0, 600, "the end of the moves")
    result["moveSeconds"] = round(time.monotonic() - begin, 2)
    took = sorted(load.took[:])
    result["produceP99MsDuringMove"] = round(took[len(took) * 99 // 100] * 1000, 1) if took else None
    until(lambda: is_at(after), 30, "the replicas as planned")
    assert throttles() == [], throttles()

    # And back, waited for to the end, also when the controller is killed and started again.
    begin = time.monotonic()
    waiting = subprocess.Popen(
        [klamm, "reassign", "execute", back, "--throttle", "1KiB", "--wait", "--bootstrap-server", bootstrap],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    until(lambda: described("reassign", "list")["reassignments"], 30, "moves")
    if kills:
        controller = str(described("quorum", "describe")["leaderId"])
        run("cluster", "kill", controller)
        run("cluster", "restart", controller)
    # It has nothing to do when the moves have ended meanwhile.
    run("reassign", "throttle", throttle, status=None)
    said = waiting.communicate(timeout=300)
    assert waiting.returncode == 0, said
    result["backSeconds"] = round(time.monotonic() - begin, 2)
    until(lambda: is_at(before), 60, "the replicas of before, all in sync")
    assert throttles() == [], throttles()

    sent = len(load.acked)
    until(lambda: len(load.acked) > sent + 50, 60, "production goes on")
    load.end()
    read = read_back()
    where = {number: place for place, number in read.items()}

    def is_stored(partition, offset, number):
        # After a change of leader librdkafka may learn from a later batch that an earlier one was stored, but not where.
        found = where.get(number, (None, None))
        return found[0] == partition and offset in (found[1], None)

    lost = [a for a in load.acked if not is_stored(*a)]
    result.update({"acknowledged": len(load.acked), "read": len(read), "lost": len(lost),
                   "doubled": len(read) - len(set(read.values())), "failed": str(load.error or "")})
    reasons = load.new_epochs.reasons
    result["newEpochs"] = {"count": sum("epoch bump" in r for r in reasons), "first": reasons[0] if reasons else None}
    doubled = sorted((number, place) for place, number in read.items() if where[number] != place)
    if doubled:
        result["doubledAt"] = [{"number": n, "stored": [place, where[n]]} for n, place in doubled[:5]]
    if lost:
        result["examples"] = [{"acknowledged": a, "stored": where.get(a[2])} for a in lost[:5]]
    ok = not lost and result["doubled"] == 0 and not load.error and len(load.acked) == load.number
    print(json.dumps(result))
    sys.exit(0 if ok else 1)


main()
