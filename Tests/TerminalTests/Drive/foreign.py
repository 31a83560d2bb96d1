"""The real screen on a cluster that is not ours: foreign.py KLAMM

librdkafka's mock cluster answers metadata, produce, fetch and a few group calls, and lacks nearly every admin call.
What it cannot tell must show as `?`, `—` or in words; nothing may break or hang. Prints `ok step` for each step.
"""
import re
import sys

from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient

from screen import Screen, frame, step

klamm = sys.argv[1]
mock = AdminClient({"test.mock.num.brokers": 3, "bootstrap.servers": "x", "log_level": 0})
servers = ",".join(f"{b.host}:{b.port}" for b in mock.list_topics(timeout=10).brokers.values())
producer = Producer({"bootstrap.servers": servers, "log_level": 0})


def send(first, count):
    for number in range(first, first + count):
        producer.produce("orders", key=f"key-{number % 3}", value=f"message number {number}")
    assert producer.flush(20) == 0, "the mock cluster did not take the messages"


send(0, 10)
screen = Screen([klamm, "--bootstrap-server", servers])


def opened(key, *words):
    screen.keys("Esc", key)
    for word in words:
        frame(screen, screen.until(word, 20))


def metadata():
    screen.until("brokers 3/3", 20)
    opened("1", "Health", lambda text: re.search(r"offline partitions +0", text))
    opened("2", "HOST:PORT", *servers.split(","))
    opened("3", lambda text: re.search(r"orders +4 +3 ", text), lambda text: re.search(r"orders.* 10 ", text))
    opened("4", lambda text: re.search(r"orders +0 ", text))
    step("metadata")


def unknown():
    """Calls that the mock lacks: log directories, quorum, moves."""
    opened("3", lambda text: re.search(r"orders.* 10 +\?", text))
    opened("7", "No partition is moving")
    opened("9", "This cluster does not answer DescribeQuorum")
    opened("2")
    screen.keys("K")
    screen.until("Klamm did not start", 10)
    screen.keys("Esc")
    step("unknown")


def tail():
    opened("6", "orders")
    screen.keys("Enter")
    screen.until("following", 20)
    screen.until("message number 9", 20)
    send(10, 10)
    frame(screen, screen.until("message number 19", 20))
    screen.keys("Enter")
    screen.until("partition", 10)
    screen.keys("Esc")
    step("tail")


def fill(name, text):
    """Types into a field of a form, going on until the text stands in it."""
    for _ in range(12):
        screen.type(text)
        screen.pump(0.3)
        if re.search(rf"│ {name} +{text}", screen.text()):
            return
        screen.keys(*["Backspace"] * len(text), "Tab")
    raise AssertionError(f"no way to the field {name}\n{screen.text()}")


def produce():
    screen.keys("P")
    screen.until("Produce to orders", 10)
    fill("value", "typed here")
    screen.keys("Enter")
    screen.until("klamm produce orders", 10)
    screen.keys("y")
    frame(screen, screen.until("typed here", 20))
    step("produce")


def leave():
    screen.keys("C-c")
    status = screen.end(20)
    assert status == 0, f"exit code {status}"
    assert screen.canonical(), "the terminal is left raw"
    step("leave")


try:
    metadata()
    unknown()
    tail()
    produce()
    leave()
except AssertionError as error:
    print(f"FAILED: {error}", flush=True)
    screen.kill()
    sys.exit(1)
