"""Transactions while brokers are killed, then a checked read back: exactly_once.py KLAMM CLUSTER_DIR

Producers write numbered transactions, some of them aborted, and a worker copies what is committed to another topic in
transactions of its own. Meanwhile the broker that coordinates the worker's transactions gets SIGKILL and comes back,
then one that leads partitions. Prints one JSON line with the verdict; exit code 1 when a read_committed consumer sees a
record of an aborted transaction, misses or doubles one of a committed transaction, or sees a transaction in part; or
when the copy is not exactly what was committed. `stuckCalls` counts calls of librdkafka that did not come back in three
times their own timeout, after which the worker went on with a new producer (`CompatibilityTests/Findings.md`).
"""
import collections
import json
import os
import subprocess
import sys
import threading
import time

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

klamm, directory = sys.argv[1:3]
TOPIC, COPY, PARTITIONS, EACH, PRODUCERS = "exactly-once", "exactly-once-copy", 6, 9, 2
PATIENCE = {"reconnect.backoff.ms": 20, "reconnect.backoff.max.ms": 200, "retry.backoff.ms": 20,
            "retry.backoff.max.ms": 200, "socket.timeout.ms": 5000}


def cluster(*arguments):
    done = subprocess.run([klamm, "cluster", *arguments, "--cluster-dir", directory], capture_output=True, text=True,
                          timeout=60)
    if done.returncode != 0:
        raise AssertionError(f"klamm cluster {' '.join(arguments)}: {done.returncode} {done.stderr}")
    return done.stdout


def until(condition, limit, what):
    start = time.monotonic()
    while time.monotonic() - start < limit:
        try:
            if condition():
                return time.monotonic() - start
        except KafkaException:
            pass
        time.sleep(0.02)
    raise AssertionError(f"not within {limit} s: {what}")


class Stuck(Exception):
    """A call into librdkafka does not come back."""


def bounded(call, limit=30):
    """What `call` returns or raises, if it does within `limit` seconds."""
    outcome = []

    def run():
        try:
            outcome.append((call(), None))
        except BaseException as error:
            outcome.append((None, error))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(limit)
    if not outcome:
        raise Stuck()
    value, error = outcome[0]
    if error:
        raise error
    return value


class Transactions(threading.Thread):
    """Somebody with a transactional id: begins again with a new producer whenever librdkafka says that it must."""

    def __init__(self, bootstrap, name):
        super().__init__(daemon=True)
        self.bootstrap, self.name_, self.running, self.error, self.fresh = bootstrap, name, True, None, 0

    def open(self):
        # A transaction that nobody ends must not outlast the test.
        self.producer = Producer({"bootstrap.servers": self.bootstrap, "transactional.id": self.name_, "linger.ms": 2,
                                  "transaction.timeout.ms": 30000, **PATIENCE})
        self.fresh += 1
        self.again(lambda: self.producer.init_transactions(10))

    def again(self, step):
        """Repeats a step while its error is of the passing kind."""
        end = time.monotonic() + 90
        while True:
            try:
                return step()
            except KafkaException as error:
                if not error.args[0].retriable() or time.monotonic() > end:
                    raise

    def finish(self, commit):
        """Ends the transaction; returns what came of it: committed, aborted or unknown."""
        try:
            self.again(lambda: (self.producer.commit_transaction if commit else self.producer.abort_transaction)(10))
            return "committed" if commit else "aborted"
        except KafkaException as error:
            if error.args[0].txn_requires_abort():
                self.again(lambda: self.producer.abort_transaction(10))
                return "aborted"
            # Fatal: whether the decision was stored is for the coordinator to know.
            self.open()
            return "unknown" if commit else "aborted"

    def run(self):
        try:
            self.open()
            self.work()
        except Exception as error:
            self.error = error

    def end(self):
        self.running = False
        self.join(120)
        if self.error:
            raise self.error
        if self.is_alive():
            raise AssertionError(f"{self.name_} does not come to an end")


class Load(Transactions):
    def __init__(self, bootstrap, name):
        super().__init__(bootstrap, name)
        self.outcomes = {}

    def work(self):
        number = 0
        while self.running:
            key = f"{self.name_}.{number}"
            number += 1
            try:
                self.producer.begin_transaction()
                for index in range(EACH):
                    self.producer.produce(TOPIC, f"{key}.{index}", partition=index % PARTITIONS)
                if number % 4 == 0:
                    self.producer.flush(30)
                self.outcomes[key] = self.finish(commit=number % 4 != 0)
            except KafkaException as error:
                self.outcomes[key] = "aborted"
                if error.args[0].txn_requires_abort():
                    self.finish(commit=False)
                else:
                    self.open()
            time.sleep(0.005)


class Copy(Transactions):
    def __init__(self, bootstrap, name):
        super().__init__(bootstrap, name)
        self.copied = 0
        self.stuck = []

    def work(self):
        reader = Consumer({"bootstrap.servers": self.bootstrap, "group.id": "copy", "enable.auto.commit": False,
                           "isolation.level": "read_committed", "auto.offset.reset": "earliest",
                           "session.timeout.ms": 30000, **PATIENCE})
        reader.subscribe([TOPIC])
        while self.running:
            messages = [m for m in reader.consume(50, 0.2) if not m.error()]
            if not messages:
                continue
            done = False
            try:
                self.producer.begin_transaction()
                for message in messages:
                    self.producer.produce(COPY, message.value(), partition=message.partition())
                positions, member = reader.position(reader.assignment()), reader.consumer_group_metadata()
                send = self.producer.send_offsets_to_transaction
                self.again(lambda: bounded(lambda: send(positions, member, 10)))
                done = self.finish(commit=True) == "committed"
            except Stuck:
                # Kept, as it cannot be closed; its successor fences it.
                self.stuck.append(self.producer)
                self.open()
            except KafkaException as error:
                if error.args[0].txn_requires_abort():
                    self.finish(commit=False)
                else:
                    self.open()
            if done:
                self.copied += len(messages)
                continue
            # Go on where the last committed transaction ended.
            for position in self.again(lambda: reader.committed(reader.assignment(), timeout=10)):
                reader.seek(TopicPartition(position.topic, position.partition, max(position.offset, 0)))
        reader.close()


def read_back(bootstrap, topic):
    reader = Consumer({"bootstrap.servers": bootstrap, "group.id": "nobody", "enable.auto.commit": False,
                       "isolation.level": "read_committed", "enable.partition.eof": True})
    reader.assign([TopicPartition(topic, p, 0) for p in range(PARTITIONS)])
    values, ended, deadline = [], set(), time.monotonic() + 60
    while len(ended) < PARTITIONS:
        if time.monotonic() > deadline:
            raise AssertionError(f"the end of {topic} is not reached: {ended}")
        for message in reader.consume(1000, 0.2):
            if not message.error():
                values.append(message.value().decode())
            elif message.error().code() == KafkaError._PARTITION_EOF:
                ended.add(message.partition())
    reader.close()
    return values


def java_hash(text):
    value = 0
    for character in text:
        value = (value * 31 + ord(character)) & 0xFFFFFFFF
    return abs(value - (1 << 32) if value >= 1 << 31 else value)


def main():
    bootstrap = json.loads(cluster("status", "--output", "json"))["bootstrapServers"]
    admin = AdminClient({"bootstrap.servers": bootstrap, "reconnect.backoff.max.ms": 200, "socket.timeout.ms": 1000,
                         "topic.metadata.refresh.interval.ms": 500})
    settings = {"min.insync.replicas": "2"}
    for future in admin.create_topics([NewTopic(t, PARTITIONS, 3, config=settings) for t in (TOPIC, COPY)]).values():
        future.result(20)

    def partitions(topic):
        return admin.list_topics(topic, timeout=2).topics[topic].partitions

    def healthy():
        topics = [TOPIC, COPY, "__transaction_state", "__consumer_offsets"]
        return all(len(p.isrs) == 3 for t in topics for p in partitions(t).values())

    loads = [Load(bootstrap, f"load{i}") for i in range(PRODUCERS)]
    copy = Copy(bootstrap, "copy")
    for thread in loads + [copy]:
        thread.start()

    def committed():
        for thread in loads + [copy]:
            if thread.error:
                raise thread.error
        return sum(o == "committed" for load in loads for o in load.outcomes.values())

    def goes_on(what):
        before, copied = committed(), copy.copied
        until(lambda: committed() > before + 30 and copy.copied > copied + 100, 90, what)

    goes_on("transactions are committed")
    until(healthy, 30, "full ISR")
    state = partitions("__transaction_state")
    coordinator = state[java_hash("copy") % len(state)].leader
    cluster("kill", str(coordinator))
    goes_on("transactions go on after their coordinator was killed")
    cluster("restart", str(coordinator))
    until(healthy, 60, "full ISR")
    leaders = [p.leader for p in partitions(TOPIC).values() if p.leader != coordinator]
    leader = max(set(leaders), key=leaders.count)
    cluster("kill", str(leader))
    goes_on("transactions go on after a leader was killed")
    cluster("restart", str(leader))
    until(healthy, 60, "full ISR")
    goes_on("transactions go on with everybody back")
    for load in loads:
        load.end()

    # Nothing stays open: what a producer left behind is aborted by its successor or by its timeout.
    outcomes = {key: outcome for load in loads for key, outcome in load.outcomes.items()}
    read = read_back(bootstrap, TOPIC)
    seen = collections.Counter(read)
    whole = collections.Counter(value.rsplit(".", 1)[0] for value in seen)
    result = {
        "coordinator": coordinator, "leader": leader, "producersOpened": sum(t.fresh for t in loads + [copy]),
        "committed": sum(o == "committed" for o in outcomes.values()),
        "aborted": sum(o == "aborted" for o in outcomes.values()),
        "unknown": sum(o == "unknown" for o in outcomes.values()),
        "doubled": sum(count - 1 for count in seen.values()),
        "missing": sum(whole[key] != EACH for key, o in outcomes.items() if o == "committed"),
        "inPart": sum(count != EACH for count in whole.values()),
        "abortedSeen": sum(outcomes.get(key) == "aborted" for key in whole),
        "strangers": sum(key not in outcomes for key in whole),
    }
    copied = []

    def copied_all():
        copied[:] = read_back(bootstrap, COPY)
        return len(copied) >= len(read)
    until(copied_all, 90, "the copy of everything")
    copy.end()
    result["stuckCalls"] = len(copy.stuck)
    result["read"], result["copiedRight"] = len(read), sorted(read_back(bootstrap, COPY)) == sorted(read)
    result["ok"] = result["copiedRight"] and not any(
        result[key] for key in ["doubled", "missing", "inPart", "abortedSeen", "strangers"])
    print(json.dumps(result), flush=True)
    # Without the destructors: that of a producer with a stuck call would wait for it.
    os._exit(0 if result["ok"] else 1)


main()
