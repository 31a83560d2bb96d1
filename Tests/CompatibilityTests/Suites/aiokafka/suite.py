"""aiokafka's own tests (`tests/`), run with the installed aiokafka and with fixtures that need no container."""
import os
import shutil

from cluster import bundled
import pytest_suite

PROJECT, VERSION = "aio-libs/aiokafka", "v0.14.0"
DEADLINE = 150
# As its own container: one broker.
BROKERS = 1
SETTINGS = {"num.partitions": 2}
FILES = ["admin", "client", "consumer", "coordinator", "fetcher", "pep492", "producer", "sasl", "sender",
         "transactional_consumer", "transactional_producer"]


def run(options):
    place = pytest_suite.stage(options, "tests")
    fixtures = os.path.join(os.path.dirname(os.path.abspath(__file__)), "conftest.py")
    shutil.copy(fixtures, os.path.join(place, "tests", "conftest.py"))
    with bundled(options.klamm, options.work, SETTINGS, BROKERS) as cluster:
        yield from pytest_suite.run(
            options, place, [f"tests/test_{name}.py" for name in FILES], {"KLAMM_BOOTSTRAP": cluster.bootstrap}, {},
            ["-o", "asyncio_mode=auto", "-o", "markers=ssl: needs certificates"])
