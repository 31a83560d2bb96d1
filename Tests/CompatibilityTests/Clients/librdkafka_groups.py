"""confluent-kafka with the new consumer protocol (KIP-848): librdkafka_groups.py BOOTSTRAP PREFIX KLAMM CLUSTER_DIR"""
import json
import subprocess
import sys
import time

from confluent_kafka import (Consumer, ConsumerGroupState, ConsumerGroupType, KafkaError, KafkaException, Producer,
                             TopicPartition)
from confluent_kafka.admin import (AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, NewPartitions, NewTopic,
                                   ResourceType)

from checks import Checks, same, until

bootstrap, prefix, klamm, directory = sys.argv[1:5]
checks = Checks("librdkafka-groups")
admin = AdminClient({"bootstrap.servers": bootstrap})
topic, group = prefix + "-topic", prefix + "-group"
produced = 0
seen, members = [], []


def wait(futures):
    return {key: future.result(timeout=20) for key, future in futures.items()}


def run(*arguments):
    done = subprocess.run([klamm, *arguments, "--output", "json"], capture_output=True, text=True, timeout=60)
    same(done.returncode, 0, f"exit code of klamm {' '.join(arguments)}; {done.stderr}")
    return json.loads(done.stdout) if done.stdout.strip() else None


def create_topics():
    wait(admin.create_topics([NewTopic(topic, num_partitions=6, replication_factor=3)], operation_timeout=10))
    until(lambda: all(len(p.isrs) == 3 for p in admin.list_topics(topic, timeout=5).topics[topic].partitions.values()),
          20, "full ISR")


def produce(count):
    global produced
    producer = Producer({"bootstrap.servers": bootstrap, "acks": "all", "enable.idempotence": True})
    for index in range(produced, produced + count):
        producer.produce(topic, key=str(index), value=b"v")
    same(producer.flush(60), 0, "messages left in the queue")
    produced += count


def member(name, **config):
    # What the member has read is committed before a partition goes to another.
    def lost(consumer, partitions):
        commit(consumer)

    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": group, "group.protocol": "consumer",
                         "client.id": name, "auto.offset.reset": "earliest", "enable.auto.commit": False, **config})
    consumer.subscribe([topic], on_revoke=lost)
    return consumer


def commit(consumer):
    # A coordinator that moves is asked again; what was read is known to be committed before anybody else reads on.
    end = time.monotonic() + 60
    while True:
        try:
            return consumer.commit(asynchronous=False)
        except Exception as error:
            if "_NO_OFFSET" in str(error) or time.monotonic() > end:
                return None
            time.sleep(0.2)


def poll():
    for consumer in members:
        messages = [m for m in consumer.consume(200, 0.05) if not m.error()]
        seen.extend(int(m.key()) for m in messages)
        if messages:
            commit(consumer)


def shares():
    poll()
    owned = [p.partition for consumer in members for p in consumer.assignment()]
    same(len(owned), len(set(owned)), f"partitions with one owner of {owned}")
    return sorted(len(consumer.assignment()) for consumer in members)


def all_read():
    until(lambda: poll() or len(set(seen)) == produced, 60, f"{produced} messages read")
    same(len(seen), produced, "messages read, each once")


def share_and_move():
    produce(600)
    members.extend([member("m0"), member("m1"), member("m2")])
    until(lambda: shares() == [2, 2, 2], 60, "three members with two partitions each")
    all_read()
    members.append(member("m3"))
    until(lambda: shares() == [1, 1, 2, 2], 60, "four members")
    produce(600)
    all_read()
    members.pop(0).close()
    until(lambda: shares() == [2, 2, 2], 60, "three members again")
    produce(300)
    all_read()
    wait(admin.create_partitions([NewPartitions(topic, 9)]))
    until(lambda: shares() == [3, 3, 3], 60, "the new partitions are shared")


def described():
    listed = wait({"": admin.list_consumer_groups()})[""].valid
    found = {entry.group_id: (entry.type, entry.state) for entry in listed}
    same(found[group], (ConsumerGroupType.CONSUMER, ConsumerGroupState.STABLE), "type and state")
    told = wait(admin.describe_consumer_groups([group]))[group]
    same(told.type, ConsumerGroupType.CONSUMER, "type")
    same(told.partition_assignor, "uniform", "assignor")
    same(sorted(m.client_id for m in told.members), ["m1", "m2", "m3"], "members")
    same(sorted(p.partition for m in told.members for p in m.assignment.topic_partitions), list(range(9)), "partitions")
    mine = run("groups", "members", group, "--bootstrap-server", bootstrap)[0]
    same((mine["state"], mine["assignor"]), ("Stable", "uniform"), "what klamm tells")
    same(sorted(len(m["partitions"]) for m in mine["members"]), [3, 3, 3], "partitions by klamm")
    types = {g["id"]: g["type"] for g in run("groups", "list", "--bootstrap-server", bootstrap)}
    same(types[group].lower(), "consumer", "type by klamm")


def coordinator_dies():
    told = wait(admin.describe_consumer_groups([group]))[group]
    run("cluster", "kill", str(told.coordinator.id), "--cluster-dir", directory)
    produce(900)
    until(lambda: shares() == [3, 3, 3] and len(set(seen)) == produced, 90, "everything read meanwhile")
    same(len(seen), produced, "messages read, each once")
    members.append(member("m4"))
    until(lambda: shares() == [2, 2, 2, 3], 90, "a member joins at the new coordinator")
    run("cluster", "start", "--cluster-dir", directory)
    produce(300)
    all_read()
    members.pop(0).close()
    until(lambda: shares() == [3, 3, 3], 60, "a member has left")
    # Not by the admin client: its list_consumer_group_offsets crashes on NOT_COORDINATOR (librdkafka 2.16).
    stored = members[0].committed([TopicPartition(topic, p) for p in range(9)], 20)
    same(sum(p.offset for p in stored), produced, "committed in all")


def regex():
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": group + "-regex", "group.protocol": "consumer",
                         "auto.offset.reset": "earliest"})
    consumer.subscribe([f"^{prefix}-to.*"])
    until(lambda: consumer.consume(10, 0.1) is not None and len(consumer.assignment()) == 9, 40, "topics by expression")
    consumer.close()


def classic_and_back():
    while members:
        members.pop().close()
    produce(90)
    for protocol in ["classic", "consumer"]:
        consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": group, "group.protocol": protocol,
                             "auto.offset.reset": "error", "enable.auto.commit": False})
        consumer.subscribe([topic])
        members.append(consumer)
        until(lambda: shares() == [9], 60, f"{protocol}: all partitions")
        all_read()
        members.pop().close()
        produce(90)
        kinds = {e.group_id: e.type for e in wait({"": admin.list_consumer_groups()})[""].valid}
        same(kinds[group].name, protocol.upper(), "type")
    consumer = member("last")
    members.append(consumer)
    all_read()
    members.pop().close()


def group_configs():
    resource, key = ConfigResource(ResourceType.GROUP, group), "consumer.heartbeat.interval.ms"

    def alter(value, operation):
        entry = ConfigEntry(key, value, incremental_operation=operation)
        wait(admin.incremental_alter_configs(
            [ConfigResource(ResourceType.GROUP, group, incremental_configs=[entry])]))

    def described():
        entry = wait(admin.describe_configs([resource]))[resource][key]
        return entry.value, entry.is_default

    same(described(), ("5000", True), "default")
    alter("7000", AlterConfigOpType.SET)
    until(lambda: described() == ("7000", False), 10, "7000 of the group's own")
    try:
        alter("1", AlterConfigOpType.SET)
        raise AssertionError("1 ms was taken")
    except KafkaException as refused:
        same(refused.args[0].code(), KafkaError.INVALID_CONFIG, "error of 1 ms")
    alter(None, AlterConfigOpType.DELETE)
    until(lambda: described() == ("5000", True), 10, "the default again")


def delete():
    # A client of its own: the other still takes the broker that died for the coordinator, and asks it once.
    fresh = AdminClient({"bootstrap.servers": bootstrap})
    wait(fresh.delete_consumer_groups([group, group + "-regex"]))
    left = {entry.group_id for entry in wait({"": admin.list_consumer_groups()})[""].valid}
    same(left & {group, group + "-regex"}, set(), "groups left")


for check in [create_topics, share_and_move, described, coordinator_dies, regex, classic_and_back, group_configs,
              delete]:
    checks.run(check.__name__, check)
checks.end()
