"""Hostile and clumsy clients beside a good one: hostile.py KLAMM CLUSTER_DIR [FRAMES] [SEED]

To a running cluster go, one after the other, FRAMES frames of real clients with bytes changed, cut, repeated and spliced;
slow senders that give a byte a second; 5,000 connections that say nothing; and 1,000 clients that come again and again.
Meanwhile a good client produces with acks=all and reads back. Prints one JSON line with the memory of the first broker
(MB) after each; exit code 1 when the good client was ever refused, waited more than ten seconds, or lost a record, when a
broker ended, or when memory passes the bound.
"""
import json
import os
import random
import resource
import socket
import struct
import subprocess
import sys
import threading
import time

from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

klamm, directory = sys.argv[1], sys.argv[2]
frames = int(sys.argv[3]) if len(sys.argv) > 3 else 20_000
seed = int(sys.argv[4]) if len(sys.argv) > 4 else random.randrange(1 << 32)
dice = random.Random(seed)
TESTS = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
IDLE, CLIENTS, TOPIC = 5_000, 1_000, "good"
# What a broker may grow by (MB): 16 KiB for each idle connection, and room for what is under way.
GROWTH = IDLE * 16 // 1024 + 64


def status():
    words = [klamm, "cluster", "status", "--output", "json", "--cluster-dir", directory]
    return json.loads(subprocess.run(words, capture_output=True, text=True, check=True).stdout)


def pids(status):
    return [broker["pid"] for broker in status["brokers"]]


def memory(pid):
    with open(f"/proc/{pid}/status") as file:
        return next(int(line.split()[1]) // 1024 for line in file if line.startswith("VmRSS:"))


class Good(threading.Thread):
    def __init__(self, bootstrap):
        super().__init__(daemon=True)
        self.running, self.sent, self.stored, self.failed, self.slowest = True, 0, 0, [], 0.0
        self.producer = Producer({"bootstrap.servers": bootstrap, "acks": "all", "message.timeout.ms": 30000,
                                  "log_level": 2})

    def run(self):
        while self.running:
            began, done = time.monotonic(), []
            self.producer.produce(TOPIC, value=str(self.sent), on_delivery=lambda error, _: done.append(error))
            self.producer.flush(35)
            self.slowest = max(self.slowest, time.monotonic() - began)
            self.sent += 1
            if done == [None]:
                self.stored += 1
            else:
                self.failed.append(str(done))
            time.sleep(0.02)


def captured():
    with open(os.path.join(TESTS, "KafkaProtocolTests/Vectors/frames_captured.json")) as file:
        return [bytes.fromhex(v["request_hex"]) for v in json.load(file)["vectors"] if v.get("request_hex")]


def mutated(frame, others):
    body = bytearray(frame[4:])
    for _ in range(dice.choice([1, 1, 2, 5, 20])):
        at = dice.randrange(len(body))
        kind = dice.randrange(6)
        if kind == 0:
            body[at] ^= 1 << dice.randrange(8)
        elif kind == 1:
            body[at] = dice.choice([0, 1, 0x7f, 0x80, 0xff])
        elif kind == 2:
            body[at:at + 4] = struct.pack(">i", dice.choice([-1, -2, 0, 1, 2**31 - 1, -2**31, 1 << 20]))
        elif kind == 3:
            del body[at:at + dice.randrange(1, 9)]
        elif kind == 4:
            body[at:at] = body[at:at + dice.randrange(1, 40)]
        else:
            other = dice.choice(others)
            body[at:] = other[dice.randrange(len(other)):]
        if not body:
            body = bytearray(b"\0")
    # Sometimes the size is a lie too.
    size = len(body) if dice.random() < 0.9 else dice.choice([0, len(body) + 5, len(body) // 2, 2**31 - 1, -1])
    return struct.pack(">i", size) + bytes(body)


def hostile(ports):
    seeds = captured()
    connection, used = None, 0
    for number in range(frames):
        try:
            if connection is None:
                connection, used = socket.create_connection(("127.0.0.1", dice.choice(ports)), 5), 0
                connection.settimeout(0.002)
            connection.sendall(mutated(dice.choice(seeds), seeds))
            used += 1
            if connection.recv(65536) == b"" or used > 20:
                connection = connection.close()
        except TimeoutError:
            pass
        except OSError:
            connection = connection and connection.close()


def slow(port, count, seconds):
    held = [socket.create_connection(("127.0.0.1", port), 5) for _ in range(count)]
    frame = struct.pack(">ihhih", 1000, 3, 9, 1, -1) + b"\0" * 990
    for at in range(seconds):
        for connection in held:
            connection.send(frame[at:at + 1])
        time.sleep(1)
    return held


def come_again(port, rounds):
    ask = struct.pack(">hhih", 18, 0, 7, -1)
    for _ in range(rounds):
        held = []
        for _ in range(CLIENTS):
            held.append(socket.create_connection(("127.0.0.1", port), 10))
            held[-1].sendall(struct.pack(">i", len(ask)) + ask)
        for connection in held:
            connection.settimeout(20)
            assert connection.recv(4096), "a client that came again was not answered"
            connection.close()


def main():
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(IDLE + 3_000, most), most))
    before = status()
    ports, pid = [b["port"] for b in before["brokers"]], pids(before)[0]
    bootstrap = before["bootstrapServers"]
    admin = AdminClient({"bootstrap.servers": bootstrap})
    admin.create_topics([NewTopic(TOPIC, 1, min(3, len(ports)))])[TOPIC].result(20)
    good, sizes = Good(bootstrap), {"atFirst": memory(pid)}
    good.start()
    hostile(ports)
    sizes["afterFrames"] = memory(pid)
    held = slow(ports[0], 200, 10)
    sizes["slow"] = memory(pid)
    for _ in range(IDLE):
        held.append(socket.create_connection(("127.0.0.1", ports[0]), 10))
    time.sleep(2)
    sizes["idle"] = memory(pid)
    come_again(ports[0], 5)
    sizes["comeAgain"] = memory(pid)
    for connection in held:
        connection.close()
    time.sleep(2)
    sizes["atLast"] = memory(pid)
    good.running = False
    good.join(40)
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "reader", "enable.auto.commit": False})
    consumer.assign([TopicPartition(TOPIC, 0, 0)])
    read, deadline = set(), time.monotonic() + 30
    while len(read) < good.stored and time.monotonic() < deadline:
        read |= {m.value().decode() for m in consumer.consume(1000, 0.5) if not m.error()}
    result = {"seed": seed, "frames": frames, "memory": sizes, "bound": sizes["atFirst"] + GROWTH,
              "stored": good.stored, "read": len(read), "failed": good.failed[:3],
              "slowestSeconds": round(good.slowest, 3), "sameProcesses": pids(before) == pids(status())}
    result["ok"] = (not good.failed and len(read) >= good.stored > 0 and good.slowest < 10 and result["sameProcesses"]
                    and max(sizes.values()) <= result["bound"])
    print(json.dumps(result))
    sys.exit(0 if result["ok"] else 1)


main()
