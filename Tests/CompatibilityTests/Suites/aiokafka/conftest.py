"""Fixtures that aiokafka's tests get in place of those that start a Docker container."""
import asyncio
import gc
import os
import uuid

import pytest

KAFKA = "3.9.0"


class Missing:
    """What brokers without security cannot have: a test that touches it is skipped."""

    def __init__(self, what):
        self._what = what

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        pytest.skip(f"needs {self._what}")

    def __truediv__(self, name):
        pytest.skip(f"needs {self._what}")


@pytest.fixture(scope="class")
def loop():
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield loop
    if not loop.is_closed():
        loop.call_soon(loop.stop)
        loop.run_forever()
        loop.close()
    gc.collect()
    asyncio.set_event_loop(None)


@pytest.fixture(scope="session")
def session_id():
    return str(uuid.uuid4())


@pytest.fixture(scope="session")
def ssl_folder():
    return Missing("TLS")


@pytest.fixture(scope="class")
def setup_test_class_serverless(request, loop):
    request.cls.loop = loop


@pytest.fixture(scope="class")
def setup_test_class(request, loop):
    host, port = os.environ["KLAMM_BOOTSTRAP"].split(",")[0].split(":")
    test = request.cls
    test.loop, test.kafka_version = loop, KAFKA
    test.kafka_host, test.kafka_port, test.hosts = host, int(port), [f"{host}:{port}"]
    test.kafka_ssl_port = test.kafka_sasl_plain_port = test.kafka_sasl_ssl_port = 1
    test.ssl_folder = Missing("TLS")
    test.acl_manager = Missing("ACLs")
    test.kerberos_utils = Missing("Kerberos")
    test.kafka_config = Missing("SASL users")
