"""kafka-python against a cluster: kafka_python.py BOOTSTRAP PREFIX KLAMM"""
import sys
import threading
import time

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient, NewTopic
from kafka.errors import CommitFailedError, RebalanceInProgressError
from kafka.structs import OffsetAndMetadata

from checks import CODECS, Checks, agree, described, same, until

bootstrap, prefix, klamm = sys.argv[1:4]
checks = Checks("kafka-python")
topic, group = prefix + "-topic", prefix + "-group"


def admin():
    return KafkaAdminClient(bootstrap_servers=bootstrap)


def create_topic():
    client = admin()
    client.create_topics([NewTopic(topic, 6, 3)])
    until(lambda: topic in client.list_topics(), 10, "topic listed")
    client.close()


def produce(count, **config):
    producer = KafkaProducer(bootstrap_servers=bootstrap, acks="all", **config)
    futures = [producer.send(topic, key=b"%d" % i, value=b"value" * 20) for i in range(count)]
    producer.flush(20)
    positions = {(f.get(10).partition, f.get(10).offset) for f in futures}
    same(len(positions), count, "distinct positions")
    producer.close()


def produce_codecs():
    for codec in CODECS:
        produce(100, compression_type=None if codec == "none" else codec, enable_idempotence=False)


def produce_idempotent():
    produce(300, enable_idempotence=True)


class Member(threading.Thread):
    def __init__(self, name):
        super().__init__(daemon=True)
        self.seen, self.stop, self.error, self.owned = [], threading.Event(), None, 0
        self.member_name, self.consumer, self.joined = name, None, (None, 0.0)

    def hangs(self):
        """Whether it has had its answers to JoinGroup and SyncGroup for 5 s and does nothing with them (Findings.md)."""
        task = getattr(self.consumer and self.consumer._coordinator, "_join_task", None)
        if task is None or not task.is_done:
            self.joined = (None, 0.0)
        elif task is not self.joined[0]:
            self.joined = (task, time.monotonic())
        return self.joined[0] is not None and time.monotonic() - self.joined[1] > 5

    def run(self):
        try:
            self.consumer = consumer = KafkaConsumer(
                topic, bootstrap_servers=bootstrap, group_id=group, client_id=self.member_name,
                auto_offset_reset="earliest", enable_auto_commit=False, session_timeout_ms=6000,
                heartbeat_interval_ms=500)
            while not self.stop.is_set():
                for partition, records in consumer.poll(200).items():
                    self.seen += [(partition.partition, r.offset) for r in records]
                self.owned = len(consumer.assignment())
                try:
                    if self.owned:
                        consumer.commit()
                except (CommitFailedError, RebalanceInProgressError):
                    pass  # others come and go; the next round commits
            consumer.close()
        except Exception as error:
            self.error = error


def consume_group():
    members = [Member(f"m{i}") for i in range(2)]
    for member in members:
        member.start()

    gone = []

    def owned():
        for index, member in enumerate(members):
            if member.error:
                raise member.error
            if member.hangs():
                print(f"{member.member_name} hangs by itself; another one takes its place", flush=True)
                member.stop.set()
                gone.append(member)
                members[index] = Member(member.member_name + "-again")
                members[index].start()
        return sorted(member.owned for member in members)

    until(lambda: owned() == [3, 3], 40, "two members")
    members.append(Member("m2"))
    members[2].start()
    until(lambda: owned() == [2, 2, 2], 40, "three members")
    gone.append(members.pop(0))
    gone[-1].stop.set()
    gone[-1].join(20)
    until(lambda: owned() == [3, 3], 40, "two members after one left")
    until(lambda: owned() and len({p for m in members + gone for p in m.seen}) == 800, 30, "all 800 records")
    for member in members:
        member.stop.set()
        member.join(20)


def committed():
    client = admin()
    offsets = client.list_group_offsets(group) if hasattr(client, "list_group_offsets") \
        else client.list_consumer_group_offsets(group)
    offsets = offsets.get(group, offsets)
    same(sum(o.offset for tp, o in offsets.items() if tp.topic == topic), 800, "committed records")
    client.close()


def list_and_describe():
    client = admin()
    listed = client.list_groups() if hasattr(client, "list_groups") else client.list_consumer_groups()
    same(group in str(listed), True, "group listed")
    described = client.describe_groups([group]) if hasattr(client, "describe_groups") \
        else client.describe_consumer_groups([group])
    same("Empty" in str(described), True, f"Empty in {described}")
    client.describe_cluster()
    client.close()


def reset_offsets():
    consumer = KafkaConsumer(bootstrap_servers=bootstrap, group_id=group, enable_auto_commit=False)
    partitions = [TopicPartition(topic, p) for p in range(6)]
    consumer.assign(partitions)
    consumer.commit({p: OffsetAndMetadata(0, "", -1) for p in partitions})
    same([consumer.committed(p) for p in partitions], [0] * 6, "committed after the reset")
    consumer.close()


def offsets_for_times():
    consumer = KafkaConsumer(bootstrap_servers=bootstrap)
    found = consumer.offsets_for_times({TopicPartition(topic, p): 0 for p in range(6)})
    same([o.offset for o in found.values()], [0] * 6, "first offsets")
    ends = consumer.end_offsets([TopicPartition(topic, p) for p in range(6)])
    same(sum(ends.values()), 800, "end offsets")
    consumer.close()


def klamm_agrees():
    """Some partitions are behind, one is at its end, one has no position: Klamm must see what the client sees."""
    consumer = KafkaConsumer(bootstrap_servers=bootstrap, group_id=group + "-lag", enable_auto_commit=False)
    partitions = [TopicPartition(topic, p) for p in range(6)]
    consumer.assign(partitions)
    ends = {tp.partition: end for tp, end in consumer.end_offsets(partitions).items()}
    asked = {p: ends[p] if p == 0 else ends[p] // (p + 1) for p in range(5)}
    consumer.commit({TopicPartition(topic, p): OffsetAndMetadata(o, "", -1) for p, o in asked.items()})
    known = {tp.partition: consumer.committed(tp) for tp in partitions}
    committed = {p: offset for p, offset in known.items() if offset is not None}
    same(committed, asked, "the client's own view")
    agree(described(klamm, bootstrap, group + "-lag"), committed, ends)
    consumer.close()


def delete():
    client = admin()
    (client.delete_groups if hasattr(client, "delete_groups") else client.delete_consumer_groups)([group])
    client.delete_topics([topic])
    until(lambda: topic not in client.list_topics(), 10, "topic gone")
    client.close()


for check in [create_topic, produce_codecs, produce_idempotent, consume_group, committed, list_and_describe,
              reset_offsets, offsets_for_times, klamm_agrees, delete]:
    checks.run(check.__name__, check)
checks.end()
