"""kcat against a cluster: kcat.py BOOTSTRAP PREFIX"""
import json
import subprocess
import sys

from checks import Checks, same, until

bootstrap, prefix = sys.argv[1], sys.argv[2]
checks = Checks("kcat")
topic = prefix + "-topic"


def kcat(*arguments, text=None, timeout=20):
    done = subprocess.run(["kcat", "-b", bootstrap, *arguments], input=text, capture_output=True, text=True,
                          timeout=timeout)
    same(done.returncode, 0, f"exit code; {done.stderr}")
    return done.stdout


def produce_by_auto_creation():
    for codec in ["none", "gzip", "snappy", "lz4", "zstd"]:
        kcat("-P", "-t", topic, "-K:", "-z", codec, "-X", "acks=all",
             text="".join(f"{codec}{i}:value {i}\n" for i in range(100)))


def metadata():
    found = json.loads(kcat("-L", "-J", "-t", topic))
    same(len(found["brokers"]), 3, "brokers")
    same(found["topics"][0]["topic"], topic, "topic")


def consume():
    lines = kcat("-C", "-t", topic, "-o", "beginning", "-e", "-q", "-f", "%k %s\n").splitlines()
    same(len(lines), 500, "records")
    same(lines.count("zstd7 value 7"), 1, "one record")


def consume_in_group():
    out = kcat("-G", prefix + "-group", "-o", "beginning", "-X", "auto.offset.reset=earliest", "-e", "-q", topic)
    same(len(out.splitlines()), 500, "records")


def query_offsets():
    out = kcat("-Q", "-t", f"{topic}:0:-1")
    same(f"{topic} [0] offset" in out, True, out)


for check in [produce_by_auto_creation, metadata, consume, consume_in_group, query_offsets]:
    checks.run(check.__name__, check)
checks.end()
