"""kcat against a cluster: kcat.py BOOTSTRAP PREFIX KLAMM"""
import json
import subprocess
import sys

from checks import Checks, agree, described, same

bootstrap, prefix, klamm = sys.argv[1:4]
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


def klamm_agrees():
    """A group that has read 300 of the records, by the offsets that kcat printed and asked for."""
    group = prefix + "-lag"
    out = kcat("-G", group, "-o", "beginning", "-X", "auto.offset.reset=earliest", "-c", "300", "-q", "-f", "%p %o\n",
               topic)
    read = [tuple(map(int, line.split())) for line in out.splitlines()]
    same(len(read), 300, "records")
    committed = {p: max(o for q, o in read if q == p) + 1 for p, _ in read}
    ends = {p: int(kcat("-Q", "-t", f"{topic}:{p}:-1").split()[-1]) for p in committed}
    agree(described(klamm, bootstrap, group), committed, ends)


for check in [produce_by_auto_creation, metadata, consume, consume_in_group, query_offsets, klamm_agrees]:
    checks.run(check.__name__, check)
checks.end()
