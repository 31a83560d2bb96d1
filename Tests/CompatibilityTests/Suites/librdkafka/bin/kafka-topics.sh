#!/usr/bin/env python3
"""Kafka's kafka-topics.sh as librdkafka's tests call it, by way of `klamm topics` (the program is in KLAMM)."""
import argparse
import os

parser = argparse.ArgumentParser()
parser.add_argument("--bootstrap-server", required=True)
parser.add_argument("--topic", required=True)
for action in ("create", "alter", "delete"):
    parser.add_argument(f"--{action}", dest="action", action="store_const", const=action)
parser.add_argument("--partitions")
parser.add_argument("--replication-factor")
parser.add_argument("--config", action="append", default=[])
called = parser.parse_args()
command = [os.environ["KLAMM"], "topics", called.action, called.topic, "--bootstrap-server", called.bootstrap_server]
for option in ("partitions", "replication_factor"):
    if getattr(called, option):
        command += ["--" + option.replace("_", "-"), getattr(called, option)]
for config in called.config:
    command += ["--config", config]
os.execvp(command[0], command)
