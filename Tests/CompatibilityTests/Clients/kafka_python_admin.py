"""kafka-python's admin client against a cluster: kafka_python_admin.py BOOTSTRAP PREFIX KLAMM DIRECTORY"""
import json
import subprocess
import sys
import time

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import (ACLFilter, ACLOperation, ACLPermissionType, ACLResourcePatternType, KafkaAdminClient, NewTopic,
                         ResourcePatternFilter, ResourceType)
from kafka.errors import SecurityDisabledError
from kafka.protocol.admin import AlterClientQuotasRequest, DescribeClientQuotasRequest

from checks import Checks, same, until

bootstrap, prefix, klamm, directory = sys.argv[1:5]
servers = bootstrap.split(",")
checks = Checks("kafka-python-admin")
admin = KafkaAdminClient(bootstrap_servers=servers)
topic = prefix + "-topic"


def told(*words):
    done = subprocess.run([klamm, *words, "--bootstrap-server", bootstrap, "--output", "json"],
                          capture_output=True, text=True, timeout=30)
    same(done.returncode, 0, f"exit code of klamm {' '.join(words)}; {done.stderr}")
    return json.loads(done.stdout)


def without_security():
    everything = ACLFilter(principal=None, host=None, operation=ACLOperation.ANY,
                           permission_type=ACLPermissionType.ANY,
                           resource_pattern=ResourcePatternFilter(ResourceType.ANY, None, ACLResourcePatternType.ANY))
    try:
        raise AssertionError(f"rules of a cluster without any: {admin.describe_acls(everything)}")
    except SecurityDisabledError:
        pass
    same(admin.describe_user_scram_credentials(), {}, "credentials")


def features():
    described = admin.describe_features()["metadata.version"]
    same(described["finalized"], (21, 21), "finalized")
    shown = {f["name"]: f for f in told("features", "describe")["features"]}["metadata.version"]
    same((shown["min"], shown["max"], shown["finalized"]), described["supported"] + (21,), "what klamm shows")


def log_dirs():
    admin.create_topics([NewTopic(topic, 1, 3)])
    def replica():
        return next((d for d in told("logdirs", "describe", topic) if d["broker"] == 1), None)
    path = until(replica, 10, "the replica of broker 1")["path"]
    moved = admin.alter_replica_log_dirs({(topic, 0, 1): path, (topic, 9, 1): path, (topic, 0, 2): "/nowhere"})
    same(sorted(error.__name__ for error in moved.values()),
         ["LogDirNotFoundError", "NoError", "ReplicaNotAvailableError"], "outcomes")


def set_quota(key, value):
    entity = AlterClientQuotasRequest.EntryData.EntityData(entity_type="client-id", entity_name=prefix)
    change = AlterClientQuotasRequest.EntryData.OpData(key=key, value=float(value or 0), remove=value is None)
    entry = AlterClientQuotasRequest.EntryData(entity=[entity], ops=[change])
    request = AlterClientQuotasRequest(entries=[entry], validate_only=False)
    answer = admin._manager.run(admin._manager.send, request)
    same([entry.error_code for entry in answer.entries], [0], "outcome of the quota")


def quotas_are_kept():
    set_quota("producer_byte_rate", 20000)
    component = DescribeClientQuotasRequest.ComponentData(entity_type="client-id", match_type=0, match=prefix)
    request = DescribeClientQuotasRequest(components=[component], strict=True)
    wanted = [("producer_byte_rate", 20000.0)]

    def kept():
        # Any broker may be asked, and each learns of it in its own time.
        answer = admin._manager.run(admin._manager.send, request)
        return [[(v.key, v.value) for v in e.values] for e in answer.entries] == [wanted]
    until(kept, 10, "the quota")
    until(lambda: [(row["quota"], row["value"]) for row in told("quotas", "list", "--client-id", prefix)] == wanted,
          10, "the quota in what klamm shows")


def producer_is_throttled():
    """200 kB may go at once with 20 kB a second; what goes on to 224 kB waits for more than one."""
    producer = KafkaProducer(bootstrap_servers=servers, client_id=prefix, acks="all", batch_size=0)
    begin = time.monotonic()
    for _ in range(28):
        producer.send(topic, b"x" * 8000).get(20)
    took = time.monotonic() - begin
    producer.close()
    same(1 < took < 20, True, f"seconds for 224 kB: {took:.1f}")
    set_quota("producer_byte_rate", None)


def consumer_is_throttled():
    set_quota("consumer_byte_rate", 20000)
    consumer = KafkaConsumer(bootstrap_servers=servers, client_id=prefix, max_poll_records=1)
    consumer.assign([TopicPartition(topic, 0)])
    consumer.seek_to_beginning()
    read, begin = 0, time.monotonic()
    while read < 28 and time.monotonic() < begin + 30:
        read += sum(len(records) for records in consumer.poll(200).values())
    took = time.monotonic() - begin
    consumer.close()
    set_quota("consumer_byte_rate", None)
    same((read, took > 1), (28, True), f"records, and whether it took its time: {took:.1f} s")


for check in [without_security, features, log_dirs, quotas_are_kept, producer_is_throttled, consumer_is_throttled]:
    checks.run(check.__name__, check)
admin.close()
checks.end()
