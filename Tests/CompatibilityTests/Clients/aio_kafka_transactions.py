"""aiokafka transactions against a cluster: aio_kafka_transactions.py BOOTSTRAP PREFIX"""
import asyncio
import sys

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import ProducerFenced
from aiokafka.structs import TopicPartition

from checks import Checks, same

bootstrap, prefix = sys.argv[1], sys.argv[2]
checks = Checks("aiokafka-transactions")
topic, output, group = prefix + "-txn", prefix + "-txn-out", prefix + "-txn-group"


async def create_topics():
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic(name, 2, 3) for name in (topic, output)])
    await admin.close()


async def producer(name):
    made = AIOKafkaProducer(bootstrap_servers=bootstrap, transactional_id=f"{prefix}-{name}")
    await made.start()
    return made


async def read(name, level="read_committed"):
    reader = AIOKafkaConsumer(bootstrap_servers=bootstrap, isolation_level=level, auto_offset_reset="earliest")
    await reader.start()
    partitions = [TopicPartition(name, p) for p in range(2)]
    reader.assign(partitions)
    ends = await reader.end_offsets(partitions)
    values = []
    for partition in partitions:
        await reader.seek_to_beginning(partition)
    end = asyncio.get_running_loop().time() + 20
    while any([await reader.position(p) < ends[p] for p in partitions]):
        if asyncio.get_running_loop().time() > end:
            raise AssertionError(f"the end of {name} is not reached: {ends}")
        for records in (await reader.getmany(timeout_ms=200)).values():
            values += [r.value.decode() for r in records]
    await reader.stop()
    return sorted(values)


async def commit_and_abort():
    made = await producer("p")
    async with made.transaction():
        for i in range(10):
            await made.send_and_wait(topic, b"c%d" % i)
    try:
        async with made.transaction():
            await made.send_and_wait(topic, b"aborted")
            raise InterruptedError
    except InterruptedError:
        pass
    async with made.transaction():
        await made.send_and_wait(topic, b"d")
    await made.stop()
    same(await read(topic), [f"c{i}" for i in range(10)] + ["d"], "committed records")
    same(len(await read(topic, "read_uncommitted")), 12, "all records")


async def fencing():
    old = await producer("fenced")
    await old.begin_transaction()
    await old.send_and_wait(topic, b"old")
    new = await producer("fenced")
    async with new.transaction():
        await new.send_and_wait(topic, b"new")
    try:
        await old.commit_transaction()
        raise AssertionError("the fenced producer committed")
    except ProducerFenced:
        pass
    await new.stop()
    await old.stop()
    values = await read(topic)
    same([v for v in values if v in ("old", "new")], ["new"], "records of both")


async def consume_transform_produce():
    made = await producer("ctp")
    reader = AIOKafkaConsumer(topic, bootstrap_servers=bootstrap, group_id=group, enable_auto_commit=False,
                              isolation_level="read_committed", auto_offset_reset="earliest")
    await reader.start()
    expected = [v.upper() for v in await read(topic)]
    seen = 0
    end = asyncio.get_running_loop().time() + 40
    while seen < len(expected):
        if asyncio.get_running_loop().time() > end:
            raise AssertionError(f"{seen} of {len(expected)} records came")
        batch = await reader.getmany(timeout_ms=500, max_records=4)
        if not batch:
            continue
        async with made.transaction():
            for partition, records in batch.items():
                for record in records:
                    await made.send_and_wait(output, record.value.upper(), partition=partition.partition)
                    seen += 1
            await made.send_offsets_to_transaction(
                {p: records[-1].offset + 1 for p, records in batch.items()}, group)
    same(await read(output), sorted(expected), "transformed records")
    # Markers and aborted records lie behind the last record of a partition.
    positions = [await reader.committed(TopicPartition(topic, p)) for p in range(2)]
    same(all(p is None or p > 0 for p in positions) and any(positions), True, f"committed positions {positions}")
    await reader.stop()
    await made.stop()


for check in [create_topics, commit_and_abort, fencing, consume_transform_produce]:
    checks.run(check.__name__, lambda: asyncio.run(check()))
checks.end()
