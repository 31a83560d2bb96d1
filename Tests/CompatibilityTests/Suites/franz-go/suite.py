"""franz-go's own tests of its client package (`pkg/kgo`), those that need brokers."""
import os

import go_suite
from cluster import bundled

PROJECT, VERSION = "twmb/franz-go", "adb3a18abe14bdb230f1cd738d03623301013d42"
DEADLINE = 300
SETTINGS = {"group.consumer.heartbeat.interval.ms": 1000}
# What a test with brokers calls, in these tests.
BROKERS = r"newTestClient|tmpTopic|newTestConsumer|testChainETL|testTxnEtl|getSeedBrokers"


def run(options):
    folder = os.path.join(options.source, "pkg", "kgo")
    program = os.path.join(folder, "kgo.test")
    if not os.path.exists(program):
        raise SystemExit(f"{program} does not exist: --source is for a checkout in which the package's tests are built")
    with bundled(options.klamm, options.work, SETTINGS) as cluster:
        environment = {"KGO_SEEDS": cluster.bootstrap, "KGO_TEST_STABLE_FETCH": "true", "KGO_LOG_LEVEL": "info"}
        yield from go_suite.run(options, program, go_suite.names(folder, BROKERS), environment)
