"""kafka-python transactions against a cluster: kafka_python_transactions.py BOOTSTRAP PREFIX"""
import sys

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient, NewTopic
from kafka.errors import KafkaError
from kafka.structs import OffsetAndMetadata

from checks import Checks, same, until

bootstrap, prefix = sys.argv[1], sys.argv[2]
checks = Checks("kafka-python-transactions")
topic, group = prefix + "-txn", prefix + "-txn-group"


def create_topic():
    client = KafkaAdminClient(bootstrap_servers=bootstrap)
    client.create_topics([NewTopic(topic, 2, 3)])
    until(lambda: topic in client.list_topics(), 10, "topic listed")
    client.close()


def producer(name):
    made = KafkaProducer(bootstrap_servers=bootstrap, transactional_id=f"{prefix}-{name}")
    made.init_transactions()
    return made


def read(level="read_committed"):
    reader = KafkaConsumer(bootstrap_servers=bootstrap, isolation_level=level, auto_offset_reset="earliest",
                           enable_auto_commit=False)
    partitions = [TopicPartition(topic, p) for p in range(2)]
    reader.assign(partitions)
    reader.seek_to_beginning(*partitions)
    ends = reader.end_offsets(partitions)
    values = []

    def all_read():
        for records in reader.poll(200).values():
            values.extend(r.value.decode() for r in records)
        return all(reader.position(p) >= ends[p] for p in partitions)
    until(all_read, 20, f"the end of {topic}: {ends}")
    reader.close()
    return sorted(values)


def commit_and_abort():
    made = producer("p")
    made.begin_transaction()
    for i in range(10):
        made.send(topic, b"c%d" % i)
    made.commit_transaction()
    made.begin_transaction()
    made.send(topic, b"aborted").get(20)
    made.abort_transaction()
    made.begin_transaction()
    made.send(topic, b"d")
    made.commit_transaction()
    made.close()
    same(read(), [f"c{i}" for i in range(10)] + ["d"], "committed records")
    same(len(read("read_uncommitted")), 12, "all records")


def fencing():
    old = producer("fenced")
    old.begin_transaction()
    old.send(topic, b"old").get(20)
    new = producer("fenced")
    new.begin_transaction()
    new.send(topic, b"new").get(20)
    try:
        old.commit_transaction()
        raise AssertionError("the fenced producer committed")
    except KafkaError:
        pass
    new.commit_transaction()
    new.close()
    same([v for v in read() if v in ("old", "new")], ["new"], "records of both")


def offsets_in_transactions():
    made = producer("offsets")
    reader = KafkaConsumer(bootstrap_servers=bootstrap, group_id=group, enable_auto_commit=False)
    partition = TopicPartition(topic, 0)

    def position():
        return reader.committed(partition)

    made.begin_transaction()
    made.send_offsets_to_transaction({partition: OffsetAndMetadata(5, "", -1)}, group)
    made.abort_transaction()
    same(position(), None, "position after an abort")
    made.begin_transaction()
    made.send_offsets_to_transaction({partition: OffsetAndMetadata(7, "", -1)}, group)
    made.commit_transaction()
    until(lambda: position() == 7, 10, "position after a commit")
    reader.close()
    made.close()


for check in [create_topic, commit_and_abort, fencing, offsets_in_transactions]:
    checks.run(check.__name__, check)
checks.end()
