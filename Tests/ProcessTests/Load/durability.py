"""Production with acks=all under a fault, then a checked read back: durability.py KLAMM CLUSTER_DIR SCENARIO [SECONDS]

Scenarios: kill_leader, kill_controller, pause_leader, kill_all. Prints one JSON line with the verdict; exit code 1 when
a record that was acknowledged is missing, doubled or out of order, or when the cluster did not recover in time.
"""
import json
import os
import signal
import subprocess
import sys
import threading
import time

from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, ConfigResource, NewTopic

klamm, directory, scenario = sys.argv[1:4]
seconds = float(sys.argv[4]) if len(sys.argv) > 4 else 3.0
TOPIC, PARTITIONS, GROUP = f"durability-{scenario.replace('_', '-')}", 6, f"durability-{scenario}"


def cluster(*arguments):
    done = subprocess.run([klamm, "cluster", *arguments, "--cluster-dir", directory], capture_output=True, text=True,
                          timeout=60)
    if done.returncode != 0:
        raise AssertionError(f"klamm cluster {' '.join(arguments)}: {done.returncode} {done.stderr}")
    return done.stdout


def quorum_leader(bootstrap):
    out = subprocess.run([klamm, "quorum", "describe", "--bootstrap-server", bootstrap, "--output", "json"],
                         capture_output=True, text=True, timeout=30)
    return json.loads(out.stdout)["leaderId"]


def until(condition, limit, what):
    start = time.monotonic()
    while time.monotonic() - start < limit:
        try:
            if condition():
                return time.monotonic() - start
        except Exception as error:
            last = error
        time.sleep(0.02)
    raise AssertionError(f"not within {limit} s: {what}")


class Load(threading.Thread):
    """Numbered records, each partition with its own sequence, and the list of those acknowledged."""

    def __init__(self, bootstrap):
        super().__init__(daemon=True)
        self.running, self.acked, self.failed, self.error = True, [], 0, None
        self.producer = Producer({"bootstrap.servers": bootstrap, "acks": "all", "enable.idempotence": True,
                                  "linger.ms": 2, "message.timeout.ms": 60000, "retry.backoff.ms": 20,
                                  "retry.backoff.max.ms": 200, "reconnect.backoff.ms": 20,
                                  "reconnect.backoff.max.ms": 200})

    def report(self, number, error, message):
        if error:
            self.failed += 1
        else:
            self.acked.append((message.partition(), message.offset(), number))

    def run(self):
        try:
            number = 0
            while self.running:
                self.producer.produce(TOPIC, value=b"%d" % number, partition=number % PARTITIONS,
                                      on_delivery=lambda e, m, n=number: self.report(n, e, m))
                number += 1
                self.producer.poll(0)
                if number % 20 == 0:
                    time.sleep(0.01)
            self.left = self.producer.flush(60)
        except Exception as error:
            self.error = error

    def end(self):
        self.running = False
        self.join(90)
        if self.error:
            raise self.error


def read_back(bootstrap):
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "reader", "enable.auto.commit": False})
    ends = {p: consumer.get_watermark_offsets(TopicPartition(TOPIC, p), timeout=20)[1] for p in range(PARTITIONS)}
    consumer.assign([TopicPartition(TOPIC, p, 0) for p in range(PARTITIONS)])
    read, deadline = [], time.monotonic() + 60
    while len(read) < sum(ends.values()) and time.monotonic() < deadline:
        for message in consumer.consume(1000, 0.5):
            if message.error():
                raise AssertionError(str(message.error()))
            read.append((message.partition(), message.offset(), int(message.value())))
    consumer.close()
    return read


def verdict(acked, read):
    stored = {(partition, offset): number for partition, offset, number in read}
    lost = [a for a in acked if stored.get((a[0], a[1])) != a[2]]
    numbers = [number for _, _, number in read]
    doubled = len(numbers) - len(set(numbers))
    disorder = 0
    for p in range(PARTITIONS):
        own = [number for partition, _, number in sorted(read) if partition == p]
        disorder += sum(1 for a, b in zip(own, own[1:]) if b < a)
    return {"acknowledged": len(acked), "read": len(read), "lost": len(lost), "doubled": doubled,
            "outOfOrder": disorder}


def main():
    status = json.loads(cluster("status", "--output", "json"))
    bootstrap = status["bootstrapServers"]
    admin = AdminClient({"bootstrap.servers": bootstrap, "reconnect.backoff.max.ms": 200,
                         # A paused broker keeps its connections: only a timeout makes the client ask another.
                         "socket.timeout.ms": 1000, "topic.metadata.refresh.interval.ms": 500})
    new = NewTopic(TOPIC, PARTITIONS, 3, config={"min.insync.replicas": "2", "retention.ms": "987654321"})
    admin.create_topics([new])[TOPIC].result(20)

    def partitions():
        return admin.list_topics(TOPIC, timeout=2).topics[TOPIC].partitions.values()

    until(lambda: len(partitions()) == PARTITIONS and all(len(p.isrs) == 3 for p in partitions()), 20, "full ISR")
    load = Load(bootstrap)
    load.start()
    until(lambda: len(load.acked) > 200, 30, "records acknowledged")
    leaders = [p.leader for p in partitions()]
    victim = max(set(leaders), key=leaders.count)
    if scenario == "kill_controller":
        victim = quorum_leader(bootstrap)
    result = {"scenario": scenario, "victim": victim}
    if scenario == "kill_all":
        committed = Consumer({"bootstrap.servers": bootstrap, "group.id": GROUP, "enable.auto.commit": False})
        committed.commit(offsets=[TopicPartition(TOPIC, 0, 7)], asynchronous=False)
        committed.close()
        for broker in status["brokers"]:
            os.kill(broker["pid"], signal.SIGKILL)
        begin = time.monotonic()
        cluster("start")
        result["startSeconds"] = round(time.monotonic() - begin, 3)
    elif scenario == "pause_leader":
        cluster("pause", str(victim))
        begin = time.monotonic()
        result["newLeaderSeconds"] = round(until(
            lambda: all(p.leader not in (-1, victim) for p in partitions()), 20, "new leaders"), 3)
        time.sleep(max(0, 10 - (time.monotonic() - begin)))
        cluster("resume", str(victim))
    else:
        cluster("kill", str(victim))
        result["newLeaderSeconds"] = round(until(
            lambda: all(p.leader not in (-1, victim) for p in partitions()), 20, "new leaders"), 3)
        time.sleep(seconds)
        cluster("restart", str(victim))
    result["fullIsrSeconds"] = round(until(
        lambda: all(len(p.isrs) == 3 for p in partitions()), 60, "full ISR"), 3)
    before = len(load.acked)
    until(lambda: len(load.acked) > before + 200, 60, "production goes on")
    load.end()
    result.update(verdict(load.acked, read_back(bootstrap)))
    result["failed"], result["unsent"] = load.failed, load.left
    ok = result["lost"] == 0 and result["doubled"] == 0 and result["outOfOrder"] == 0
    if scenario == "kill_all":
        resource = ConfigResource(ConfigResource.Type.TOPIC, TOPIC)
        config = admin.describe_configs([resource])[resource].result(20)
        result["configKept"] = config["retention.ms"].value == "987654321"
        again = Consumer({"bootstrap.servers": bootstrap, "group.id": GROUP, "enable.auto.commit": False})
        result["committed"] = again.committed([TopicPartition(TOPIC, 0)], timeout=20)[0].offset
        again.close()
        ok = ok and result["configKept"] and result["committed"] == 7
    result["ok"] = ok
    print(json.dumps(result))
    sys.exit(0 if ok else 1)


main()
