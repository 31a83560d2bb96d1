"""Fetching from the nearest replica (KIP-392): librdkafka_rack.py BOOTSTRAP PREFIX KLAMM DIRECTORY

Brokers 1, 2, 3 of the bundled cluster stand in the racks a, b, c.
"""
import glob
import json
import subprocess
import sys

from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from checks import Checks, same, until

bootstrap, prefix, klamm, directory = sys.argv[1:5]
checks = Checks("librdkafka-rack")
topic = prefix + "-topic"


def cluster(*words):
    done = subprocess.run([klamm, "cluster", *words, "--cluster-dir", directory], capture_output=True, text=True,
                          timeout=60)
    same(done.returncode, 0, f"exit code of klamm cluster {words[0]}; {done.stderr}")
    return done.stdout


def sent():
    """Bytes that each broker has sent to clients."""
    return {b["id"]: b["bytesOut"] for b in json.loads(cluster("status", "--output", "json"))["brokers"]}


def the_nearest_replica():
    for path in glob.glob(directory + "/broker-*/server.properties"):
        with open(path, "a") as file:
            file.write("replica.selector.class=org.apache.kafka.common.replica.RackAwareReplicaSelector\n")
    cluster("restart", "1", "2", "3")
    admin = AdminClient({"bootstrap.servers": bootstrap})
    # Broker 1 leads.
    admin.create_topics([NewTopic(topic, 1, replica_assignment=[[1, 2, 3]])])[topic].result(timeout=15)
    until(lambda: len(admin.list_topics(topic, timeout=5).topics[topic].partitions[0].isrs) == 3, 20, "full ISR")
    producer = Producer({"bootstrap.servers": bootstrap, "acks": "all"})
    for _ in range(100):
        producer.produce(topic, b"x" * 1000)
    same(producer.flush(20), 0, "messages left in the queue")
    before = sent()
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": prefix, "client.rack": "c",
                         "enable.auto.commit": False})
    consumer.assign([TopicPartition(topic, 0, 0)])
    read = 0

    def all_read():
        nonlocal read
        read += sum(1 for message in consumer.consume(200, 0.2) if not message.error())
        return read == 100
    until(all_read, 20, "100 records")
    consumer.close()
    until(lambda: sent().get(3, 0) - before.get(3, 0) >= 100_000, 10, "bytes from the broker in the rack")
    same(sent()[1] - before[1] < 100_000, True, "the leader sent less")


checks.run("the_nearest_replica", the_nearest_replica)
checks.end()
