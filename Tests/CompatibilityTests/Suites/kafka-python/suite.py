"""kafka-python's own integration tests (`test/integration`), run with the installed kafka-python."""
from cluster import bundled
import pytest_suite

PROJECT, VERSION = "dpkp/kafka-python", "3.0.11"
DEADLINE = 120
# As its own fixture sets its broker up: one, and it takes members with short session timeouts.
BROKERS = 1
SETTINGS = {"num.partitions": 4, "group.min.session.timeout.ms": 1000}
# The version that it works out from the versions of requests that the brokers take.
KAFKA = "4.0.0"
LEFT_OUT = {"test_ssl_integration": "needs TLS", "test_sasl_integration": "needs SASL", "delete_acls": "needs ACLs"}


def run(options):
    with bundled(options.klamm, options.work, SETTINGS, BROKERS) as cluster:
        # KAFKA_ROOT is where a Kafka to start would be; with KAFKA_URI nothing is started.
        environment = {"KAFKA_URI": "kafka://" + cluster.bootstrap.split(",")[0], "KAFKA_VERSION": KAFKA,
                       "KAFKA_ROOT": options.work}
        place = pytest_suite.stage(options, "test")
        yield from pytest_suite.run(options, place, ["test/integration"], environment, LEFT_OUT)
