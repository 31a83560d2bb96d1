"""librdkafka's own tests (`tests/`), those that need brokers; the ones with its mock cluster are left out."""
import os
import re
import shutil
import subprocess

from cluster import bundled
from outcomes import Outcome, chosen

PROJECT, VERSION = "confluentinc/librdkafka", "v2.15.0"
DEADLINE = 300
# Of 0113, which has some forty parts.
LONGER = {"0113": 1200}
FOLDER = os.path.dirname(os.path.abspath(__file__))
# As its own test clusters are set up (its tests/scenarios and cluster_testing.py), else with Kafka's defaults.
SETTINGS = {"num.partitions": 4, "group.initial.rebalance.delay.ms": 3000,
            "replica.selector.class": "org.apache.kafka.common.replica.RackAwareReplicaSelector"}
SCENARIOS = {"default": {}, "noautocreate": {"auto.create.topics.enable": "false"}}
KAFKA = "4.0.0"
# What runs a second time, with the new group protocol (KIP-848), as `consumer:…`.
NEW_PROTOCOL = ["0018", "0019", "0026", "0029", "0030", "0033", "0045", "0050", "0056", "0059", "0060", "0064", "0083",
                "0089", "0091", "0093", "0102", "0112", "0113", "0118", "0122", "0127", "0130", "0137"]
# Tests that end at the first of many parts that cannot pass: each part runs by itself.
SPLIT = ["0081"]


def run(options):
    folder = os.path.join(options.source, "tests")
    program = os.path.join(folder, "test-runner")
    if not os.path.exists(program):
        raise SystemExit(f"{program} does not exist: --source is for a checkout in which librdkafka's tests are built")
    options.klamm = os.path.abspath(shutil.which(options.klamm))
    if not os.path.exists(os.path.join(options.work, "src")):  # 0053 reads ../src/statistics_schema.json
        os.symlink(os.path.join(options.source, "src"), os.path.join(options.work, "src"))
    for scenario, more in SCENARIOS.items():
        numbers = [number for number in numbered(folder, scenario) if chosen(number, options.tests)]
        again = NEW_PROTOCOL if scenario == "default" else []
        again = [number for number in again if chosen(f"consumer:{number}", options.tests)]
        if not numbers and not again:
            continue
        with bundled(options.klamm, options.work, {**SETTINGS, **more}) as cluster:
            bootstrap = cluster.bootstrap
            for number in numbers:
                for part in parts(folder, number) if number in SPLIT else [""]:
                    yield from one(program, number, part, scenario, bootstrap, options)
            for number in again:
                for outcome in one(program, number, "", scenario, bootstrap, options, "consumer"):
                    outcome.name = f"consumer:{outcome.name}"
                    yield outcome


def numbered(folder, scenario):
    """The numbers of the test files that have tests with brokers in a scenario, from the table in its test.c."""
    with open(os.path.join(folder, "test.c")) as file:
        table = file.read().split("struct test tests[]")[1].split("{NULL}")[0]
    numbers = set()
    for entry in re.split(r"\b_TEST\(", table)[1:]:
        flags = entry.split(",")[1]
        named = re.search(r'\.scenario = "([^"]*)"', entry)
        left_out = re.search(r"TEST_F_(LOCAL|MANUAL|KNOWN_ISSUE)\b", flags)
        if not left_out and scenario in (named.group(1).split(",") if named else ["default"]):
            numbers.add(entry[:4])
    return sorted(numbers)


def parts(folder, number):
    """The functions of a test file that are subtests."""
    name = next(name for name in os.listdir(folder) if name.startswith(number) and name.endswith((".c", ".cpp")))
    with open(os.path.join(folder, name)) as file:
        functions = re.split(r"^static void\s+(?=\w+\()", file.read(), flags=re.M)[1:]
    return [function.split("(")[0] for function in functions if "SUB_TEST" in function]


def one(program, number, part, scenario, bootstrap, options, protocol="classic"):
    """Runs the tests of one number, or a part of them; their names are librdkafka's, as in 0081_admin."""
    base = os.path.join(options.work, "-".join(filter(None, [number, part, scenario, protocol])))
    os.makedirs(base, exist_ok=True)
    configuration = os.path.join(base, "test.conf")
    with open(configuration, "w") as file:
        file.write(f"bootstrap.servers={bootstrap}\ntest.timeout.multiplier=2\ntest.topic.random=true\n")
    libraries = ":".join(os.path.join(options.source, name) for name in ("src", "src-cpp"))
    environment = {**os.environ, "TESTS": number, "RDKAFKA_TEST_CONF": configuration, "TEST_KAFKA_VERSION": KAFKA,
                   "KAFKA_PATH": FOLDER, "KLAMM": options.klamm, "BROKERS": bootstrap, "LD_LIBRARY_PATH": libraries}
    environment.pop("CI", None)
    environment["TEST_CONSUMER_GROUP_PROTOCOL"] = protocol
    deadline = max(options.deadline, LONGER.get(number, 0))
    if part:
        environment["SUBTESTS"] = part + ":"
    with open(os.path.join(base, "log"), "w") as log:
        try:
            subprocess.run([program, "-L", "-p1", "-s", scenario], cwd=base, env=environment,
                           stdin=subprocess.DEVNULL, stdout=log, stderr=log, timeout=deadline)
            died = "it ended without a summary"
        except subprocess.TimeoutExpired:
            died = f"not within {deadline:.0f} s"
    with open(log.name, errors="replace") as file:
        text = re.sub("\x1b\\[[0-9;]*m", "", file.read())
    outcomes = list(told(number, text)) or [Outcome(running(text) or number, "failed", f"{died}: {failure(text)}")]
    for outcome in outcomes:
        if part:
            outcome.name += "/" + part
            left_out = re.search(r"\[ [^\]\n]*: SKIP: (.*) \]$", text, re.M)
            if left_out and outcome.state == "passed":
                outcome.state, outcome.reason = "skipped", left_out.group(1)
        yield outcome


def told(number, text):
    """What the summary at the end of a log says."""
    for name, word, seconds, reason in re.findall(rf"^\| ({number}_\S+) *\| *(.+?) \| *([\d.]+)s \|(.*)$", text, re.M):
        if word == "SKIPPED" and (not reason.strip() or "negative test flags" in reason):
            continue
        if word == "FAILED":
            reason = failure(text)
        yield Outcome(name, {"PASSED": "passed", "SKIPPED": "skipped"}.get(word, "failed"), reason, float(seconds))


def running(text):
    """The test that a log ends in."""
    found = re.findall(r"Running test (\S+)", text)
    return found[-1] if found else None


def failure(text):
    found = re.search(r'### Test "[^"]*" failed at (\S+?:\d+).*\n(.*)', text)
    return f"{found.group(2)} ({found.group(1)})" if found else text[-300:]
