"""confluent-kafka-python's own integration tests (`tests/integration`), run with the installed confluent-kafka."""
from cluster import bundled
import pytest_suite

PROJECT, VERSION = "confluentinc/confluent-kafka-python", "v2.15.0"
DEADLINE = 180
SETTINGS = {"num.partitions": 4}
TARGETS = [f"tests/integration/{name}" for name in ["admin", "consumer", "producer"]]
LEFT_OUT = {"sasl_cluster": "needs SASL"}


def run(options):
    place = pytest_suite.stage(options, "tests")
    with bundled(options.klamm, options.work, SETTINGS) as cluster:
        for protocol in ("classic", "consumer"):
            environment = {"BROKERS": cluster.bootstrap, "TEST_CONSUMER_GROUP_PROTOCOL": protocol}
            for outcome in pytest_suite.run(options, place, TARGETS, environment, LEFT_OUT):
                outcome.name += f" ({protocol})"
                yield outcome
