"""sarama's own functional tests (`functional_*_test.go`), with stand-ins for Toxiproxy and for `docker compose`."""
import os
import shutil

import go_suite
from cluster import bundled
from toxiproxy import proxied

PROJECT, VERSION = "IBM/sarama", "bd98b3aec67780cf514f219ed0342c5c1d9e1b75"
DEADLINE = 300
FOLDER = os.path.dirname(os.path.abspath(__file__))
BROKERS = 5
# Where its tests look for a broker.
PORT = "2909{id}"
# As its docker-compose.yml and Kafka's own file have it. Brokers reach each other through the proxies, too.
SETTINGS = {"advertised.listeners": f"PLAINTEXT://127.0.0.1:{PORT}", "broker.rack": "{id}",
            "default.replication.factor": 2, "offsets.topic.replication.factor": 2,
            "transaction.state.log.replication.factor": 2, "transaction.state.log.min.isr": 1,
            "auto.create.topics.enable": "false",
            "replica.selector.class": "org.apache.kafka.common.replica.RackAwareReplicaSelector"}
KAFKA = "4.0.0"


def run(options):
    program = os.path.join(options.source, "sarama.test")
    if not os.path.exists(program):
        raise SystemExit(f"{program} does not exist: --source is for a checkout in which the functional tests are built")
    names = go_suite.names(options.source, files="functional_*_test.go")
    with bundled(options.klamm, options.work, {}, BROKERS) as cluster:
        proxies = {f"kafka{broker['id']}": (PORT.format(**broker), broker["port"])
                   for broker in cluster.status()["brokers"]}
        with proxied(proxies) as toxiproxy:
            cluster.command("stop")
            cluster.configure(SETTINGS)
            cluster.command("start")
            environment = {"TOXIPROXY_ADDR": toxiproxy, "KAFKA_VERSION": KAFKA, "CLUSTER": cluster.directory,
                           "KLAMM": os.path.abspath(shutil.which(options.klamm)),
                           "PATH": os.pathsep.join([os.path.join(FOLDER, "bin"), os.environ["PATH"]])}
            yield from go_suite.run(options, program, names, environment)
