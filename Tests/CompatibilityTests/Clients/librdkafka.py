"""confluent-kafka (librdkafka) against a cluster: librdkafka.py BOOTSTRAP PREFIX KLAMM"""
import sys

from confluent_kafka import Consumer, ConsumerGroupTopicPartitions, KafkaError, KafkaException, Producer
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient, ConfigResource, ConfigEntry, NewPartitions, NewTopic
from confluent_kafka.admin import AclBindingFilter, AclOperation, AclPermissionType, ResourcePatternType, ResourceType
from confluent_kafka.admin import AlterConfigOpType, OffsetSpec
from confluent_kafka.admin import ScramCredentialInfo, ScramMechanism
from confluent_kafka.admin import UserScramCredentialDeletion, UserScramCredentialUpsertion

from checks import CODECS, Checks, agree, described, same, until

bootstrap, prefix, klamm = sys.argv[1:4]
checks = Checks("librdkafka")
admin = AdminClient({"bootstrap.servers": bootstrap})
topic, group = prefix + "-topic", prefix + "-group"


def wait(futures):
    return {key: future.result(timeout=15) for key, future in futures.items()}


def create_topic():
    wait(admin.create_topics([NewTopic(topic, num_partitions=6, replication_factor=3)], operation_timeout=10))
    described = until(lambda: admin.list_topics(topic, timeout=5).topics.get(topic), 10, "topic in metadata")
    until(lambda: all(len(p.isrs) == 3 for p in admin.list_topics(topic, timeout=5).topics[topic].partitions.values()),
          10, "full ISR")
    same(len(described.partitions), 6, "partitions")


def produce(config, keys, value):
    delivered, errors = [], []

    def report(error, message):
        (errors if error else delivered).append(error or (message.partition(), message.offset()))

    producer = Producer({"bootstrap.servers": bootstrap, "acks": "all", **config})
    for key in keys:
        producer.produce(topic, key=key, value=value, on_delivery=report)
    same(producer.flush(20), 0, "messages left in the queue")
    same(errors, [], "errors")
    same(len(set(delivered)), len(keys), "distinct positions")


def produce_codecs():
    for codec in CODECS:
        produce({"compression.type": codec}, [f"{codec}-{i}" for i in range(200)], codec.encode() * 50)


def produce_idempotent():
    produce({"enable.idempotence": True, "linger.ms": 5}, [f"idem-{i}" for i in range(500)], b"once")


def consumer(**config):
    return Consumer({"bootstrap.servers": bootstrap, "group.id": group, "auto.offset.reset": "earliest",
                     "enable.auto.commit": False, "session.timeout.ms": 6000, **config})


def poll(member, seen, commit=True):
    messages = member.consume(200, 0.05)
    for message in messages:
        if message.error():
            raise AssertionError(str(message.error()))
        seen.append((message.partition(), message.offset(), message.key()))
    if messages and commit:
        member.commit(asynchronous=True)


def consume_group():
    seen = []
    members = [consumer(**{"client.id": f"m{i}"}) for i in range(2)]
    for member in members:
        member.subscribe([topic])

    def owned():
        for member in members:
            poll(member, seen)
        return [len(member.assignment()) for member in members]

    until(lambda: sorted(owned()) == [3, 3], 30, "two members with three partitions each")
    members.append(consumer(**{"client.id": "m2"}))
    members[2].subscribe([topic])
    until(lambda: owned() == [2, 2, 2], 30, "three members with two partitions each")
    members.pop(0).close()
    until(lambda: sorted(owned()) == [3, 3], 30, "two members after one left")

    def everything():
        owned()
        return len({(p, o) for p, o, _ in seen}) == 1500
    until(everything, 30, f"all 1500 records")
    for member in members:
        try:
            member.commit(asynchronous=False)
        except KafkaException as error:
            if error.args[0].code() != KafkaError._NO_OFFSET:
                raise
        member.close()


def committed():
    admin_offsets = wait(admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions(group)]))[group]
    offsets = {tp.partition: tp.offset for tp in admin_offsets.topic_partitions if tp.topic == topic}
    ends = wait(admin.list_offsets({TopicPartition(topic, p): OffsetSpec.latest() for p in range(6)}))
    same(offsets, {tp.partition: info.offset for tp, info in ends.items()}, "committed and end offsets")
    same(sum(offsets.values()), 1500, "records")


def list_and_describe():
    groups = admin.list_consumer_groups().result(timeout=10)
    same(group in [g.group_id for g in groups.valid], True, "group listed")
    described = admin.describe_consumer_groups([group])[group].result(timeout=10)
    same(described.state.name, "EMPTY", "state")
    cluster = admin.describe_cluster().result(timeout=10)
    same(len(cluster.nodes), 3, "nodes")


def reset_offsets():
    request = ConsumerGroupTopicPartitions(group, [TopicPartition(topic, p, 0) for p in range(6)])
    wait(admin.alter_consumer_group_offsets([request]))
    member, seen = consumer(), []
    member.subscribe([topic])

    def all_again():
        poll(member, seen, commit=False)
        return len(seen) >= 1500
    until(all_again, 30, "everything again")
    member.close()


def klamm_agrees():
    """Some partitions are behind, one is at its end, one has no position: Klamm must see what the client sees."""
    member = consumer()
    ends = {p: member.get_watermark_offsets(TopicPartition(topic, p), timeout=10)[1] for p in range(6)}
    asked = {p: ends[p] if p == 0 else ends[p] // (p + 1) for p in range(5)}
    other = consumer(**{"group.id": group + "-lag"})
    other.commit(offsets=[TopicPartition(topic, p, o) for p, o in asked.items()], asynchronous=False)
    known = other.committed([TopicPartition(topic, p) for p in range(6)], timeout=10)
    committed = {tp.partition: tp.offset for tp in known if tp.offset >= 0}
    same(committed, asked, "the client's own view")
    agree(described(klamm, bootstrap, group + "-lag"), committed, ends)
    member.close()
    other.close()


def configs():
    resource = ConfigResource(ConfigResource.Type.TOPIC, topic)
    before = wait(admin.describe_configs([resource]))[resource]
    same(before["retention.ms"].value, "604800000", "retention.ms")
    change = ConfigResource(ConfigResource.Type.TOPIC, topic, incremental_configs=[
        ConfigEntry("retention.ms", "123456", incremental_operation=AlterConfigOpType.SET)])
    wait(admin.incremental_alter_configs([change]))
    until(lambda: wait(admin.describe_configs([resource]))[resource]["retention.ms"].value == "123456",
          10, "changed retention.ms")


def create_partitions():
    wait(admin.create_partitions([NewPartitions(topic, 8)]))
    until(lambda: len(admin.list_topics(topic, timeout=5).topics[topic].partitions) == 8, 10, "eight partitions")


def delete_records():
    result = wait(admin.delete_records([TopicPartition(topic, 0, 5)]))
    same([info.low_watermark for info in result.values()], [5], "low watermark")


def without_security():
    everything = AclBindingFilter(ResourceType.ANY, None, ResourcePatternType.ANY, None, None, AclOperation.ANY,
                                  AclPermissionType.ANY)
    try:
        rules = admin.describe_acls(everything).result(timeout=15)
        same(rules, [], "rules")
    except KafkaException as error:
        same(error.args[0].name(), "SECURITY_DISABLED", "error")


def credentials():
    user, sha256, sha512 = prefix + "-user", ScramMechanism.SCRAM_SHA_256, ScramMechanism.SCRAM_SHA_512

    def alter(alteration):
        return admin.alter_user_scram_credentials([alteration])[user]

    def kept():
        described = admin.describe_user_scram_credentials().result(timeout=15)
        return {i.mechanism: i.iterations for i in described[user].scram_credential_infos} if user in described else {}

    def refused(future):
        try:
            future.result(timeout=15)
        except KafkaException as error:
            return error.args[0].name()
        return None

    same(refused(admin.describe_user_scram_credentials([user])[user]), "RESOURCE_NOT_FOUND", "before there is any")
    for mechanism, iterations in [(sha256, 4096), (sha512, 8192), (sha256, 16384)]:
        change = UserScramCredentialUpsertion(user, ScramCredentialInfo(mechanism, iterations), b"secret")
        alter(change).result(timeout=15)
    same(kept(), {sha256: 16384, sha512: 8192}, "credentials")
    few = UserScramCredentialUpsertion(user, ScramCredentialInfo(sha256, 4095), b"secret")
    same(refused(alter(few)), "UNACCEPTABLE_CREDENTIAL", "too few iterations")
    alter(UserScramCredentialDeletion(user, sha512)).result(timeout=15)
    same(kept(), {sha256: 16384}, "credentials after one was deleted")
    same(refused(alter(UserScramCredentialDeletion(user, sha512))), "RESOURCE_NOT_FOUND", "deleted twice")
    alter(UserScramCredentialDeletion(user, sha256)).result(timeout=15)
    same(kept(), {}, "credentials after both were deleted")


def delete_group():
    wait(admin.delete_consumer_groups([group]))
    until(lambda: group not in [g.group_id for g in admin.list_consumer_groups().result(timeout=10).valid], 10, "gone")


def delete_topic():
    wait(admin.delete_topics([topic], operation_timeout=10))
    until(lambda: topic not in admin.list_topics(timeout=5).topics, 10, "topic gone")


for check in [create_topic, produce_codecs, produce_idempotent, consume_group, committed, list_and_describe,
              reset_offsets, klamm_agrees, configs, create_partitions, delete_records, without_security,
              credentials, delete_group, delete_topic]:
    checks.run(check.__name__, check)
checks.end()
