"""confluent-kafka (librdkafka) transactions against a cluster: librdkafka_transactions.py BOOTSTRAP PREFIX"""
import sys

from confluent_kafka import Consumer, IsolationLevel, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic, OffsetSpec

from checks import Checks, same, until

bootstrap, prefix = sys.argv[1], sys.argv[2]
checks = Checks("librdkafka-transactions")
admin = AdminClient({"bootstrap.servers": bootstrap})
topic, output, group = prefix + "-txn", prefix + "-txn-out", prefix + "-txn-group"


def create_topics():
    futures = admin.create_topics([NewTopic(name, num_partitions=3, replication_factor=3) for name in (topic, output)])
    for future in futures.values():
        future.result(timeout=15)
    until(lambda: all(len(p.isrs) == 3 for name in (topic, output)
                      for p in admin.list_topics(name, timeout=5).topics[name].partitions.values()), 10, "full ISR")


def producer(name, **config):
    made = Producer({"bootstrap.servers": bootstrap, "transactional.id": f"{prefix}-{name}", **config})
    made.init_transactions(30)
    return made


def send(made, values, to=None):
    made.begin_transaction()
    for index, value in enumerate(values):
        made.produce(to or topic, value, partition=index % 3)


def read(name, level="read_committed"):
    """Everything up to the ends that this isolation level has."""
    reader = Consumer({"bootstrap.servers": bootstrap, "group.id": prefix + "-nobody", "enable.auto.commit": False,
                       "isolation.level": level, "enable.partition.eof": True})
    reader.assign([TopicPartition(name, p, 0) for p in range(3)])
    values, ended = [], set()

    def all_read():
        for message in reader.consume(500, 0.2):
            if not message.error():
                values.append(message.value().decode())
            elif message.error().code() == KafkaError._PARTITION_EOF:
                ended.add(message.partition())
            else:
                raise AssertionError(str(message.error()))
        return len(ended) == 3
    until(all_read, 30, f"the end of {name}")
    reader.close()
    return sorted(values)


def commit():
    made = producer("p")
    send(made, ["c%d" % i for i in range(30)])
    made.commit_transaction(30)
    send(made, ["d%d" % i for i in range(30)])
    made.commit_transaction(30)
    same(read(topic), sorted(f"{k}{i}" for k in "cd" for i in range(30)), "committed records")


def abort():
    made = producer("p")
    send(made, ["a%d" % i for i in range(30)])
    same(made.flush(20), 0, "messages left in the queue")
    made.abort_transaction(30)
    send(made, ["e%d" % i for i in range(3)])
    made.commit_transaction(30)
    same(read(topic), sorted([f"{k}{i}" for k in "cd" for i in range(30)] + ["e0", "e1", "e2"]), "committed records")
    same(len(read(topic, "read_uncommitted")), 93, "all records")


def open_transaction():
    made = producer("open")
    send(made, ["o%d" % i for i in range(3)])
    same(made.flush(20), 0, "messages left in the queue")
    last = lambda level: {tp.partition: f.result(10).offset for tp, f in admin.list_offsets(
        {TopicPartition(topic, p): OffsetSpec.latest() for p in range(3)}, isolation_level=level).items()}
    stable, high = last(IsolationLevel.READ_COMMITTED), last(IsolationLevel.READ_UNCOMMITTED)
    same({p: high[p] - stable[p] for p in high}, {0: 1, 1: 1, 2: 1}, "records behind the last stable offset")
    same([v for v in read(topic) if v.startswith("o")], [], "open records seen")
    same([v for v in read(topic, "read_uncommitted") if v.startswith("o")], ["o0", "o1", "o2"], "open records")
    made.abort_transaction(30)


def fencing():
    old = producer("fenced")
    send(old, ["old%d" % i for i in range(3)])
    same(old.flush(20), 0, "messages left in the queue")
    new = producer("fenced")
    send(new, ["new%d" % i for i in range(3)])
    try:
        old.commit_transaction(30)
        raise AssertionError("the fenced producer committed")
    except KafkaException as error:
        same(error.args[0].code(), KafkaError._FENCED, "error")
        same(error.args[0].fatal(), True, "fatal")
    new.commit_transaction(30)
    seen = read(topic)
    same([v for v in seen if v.startswith(("old", "new"))], ["new0", "new1", "new2"], "records of both")


def consume_transform_produce():
    """Exactly once from one topic to the other, with aborted attempts in between."""
    made = producer("ctp")
    reader = Consumer({"bootstrap.servers": bootstrap, "group.id": group, "enable.auto.commit": False,
                       "isolation.level": "read_committed", "auto.offset.reset": "earliest"})
    reader.subscribe([topic])
    expected = [v.upper() for v in read(topic)]
    rounds, seen = 0, 0
    while seen < len(expected):
        messages = until(lambda: reader.consume(10, 1), 30, "input")
        rounds += 1
        made.begin_transaction()
        for message in messages:
            made.produce(output, message.value().decode().upper(), partition=message.partition())
        made.send_offsets_to_transaction(reader.position(reader.assignment()), reader.consumer_group_metadata(), 30)
        if rounds % 3 == 2:
            made.abort_transaction(30)
            for position in reader.committed(reader.assignment(), timeout=10):
                reader.seek(TopicPartition(position.topic, position.partition, max(position.offset, 0)))
        else:
            made.commit_transaction(30)
            seen += len(messages)
    same(rounds > 3, True, "several transactions")
    same(read(output), sorted(expected), "transformed records")
    reader.close()


def timeout():
    made = producer("late", **{"transaction.timeout.ms": 2000})
    send(made, ["late%d" % i for i in range(3)])
    same(made.flush(20), 0, "messages left in the queue")
    described = lambda: [v for v in read(topic, "read_uncommitted") if v.startswith("late")]
    same(len(described()), 3, "records of the late transaction")
    # A record behind it becomes visible only when the coordinator has aborted it.
    behind = Producer({"bootstrap.servers": bootstrap})
    for partition in range(3):
        behind.produce(topic, "behind", partition=partition)
    same(behind.flush(20), 0, "messages left in the queue")
    until(lambda: read(topic).count("behind") == 3, 40, "the abort of the late transaction")
    same([v for v in read(topic) if v.startswith("late")], [], "late records seen")


for check in [create_topics, commit, abort, open_transaction, fencing, consume_transform_produce, timeout]:
    checks.run(check.__name__, check)
checks.end()
