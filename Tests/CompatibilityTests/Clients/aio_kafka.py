"""aiokafka against a cluster: aio_kafka.py BOOTSTRAP PREFIX KLAMM"""
import asyncio
import sys

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.structs import TopicPartition

from checks import CODECS, Checks, agree, described, same

bootstrap, prefix, klamm = sys.argv[1:4]
checks = Checks("aiokafka")
topic, group = prefix + "-topic", prefix + "-group"


async def until(condition, seconds, what):
    end = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < end:
        if await condition():
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"not within {seconds} s: {what}")


async def create_topic():
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic(topic, 6, 3)])

    async def listed():
        return topic in await admin.list_topics()
    await until(listed, 10, "topic listed")
    await admin.close()


async def produce(count, **config):
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", **config)
    await producer.start()
    results = await asyncio.gather(*[producer.send_and_wait(topic, b"value" * 20, key=b"%d" % i)
                                     for i in range(count)])
    same(len({(r.partition, r.offset) for r in results}), count, "distinct positions")
    await producer.stop()


async def produce_codecs():
    for codec in CODECS:
        await produce(100, compression_type=None if codec == "none" else codec)


async def produce_idempotent():
    await produce(300, enable_idempotence=True)


async def consume_group():
    seen, tasks, members = set(), [], []

    async def start():
        member = AIOKafkaConsumer(topic, bootstrap_servers=bootstrap, group_id=group, auto_offset_reset="earliest",
                                  enable_auto_commit=False, session_timeout_ms=6000, heartbeat_interval_ms=500)
        await member.start()
        members.append(member)

        async def loop():
            while True:
                for partition, records in (await member.getmany(timeout_ms=200)).items():
                    seen.update((partition.partition, r.offset) for r in records)
                try:
                    await member.commit()
                except Exception:
                    pass
        tasks.append(asyncio.create_task(loop()))

    async def owned(expected):
        return sorted(len(m.assignment()) for m in members) == expected

    await start()
    await start()
    await until(lambda: owned([3, 3]), 40, "two members")
    await start()
    await until(lambda: owned([2, 2, 2]), 40, "three members")
    tasks.pop(0).cancel()
    await members.pop(0).stop()
    await until(lambda: owned([3, 3]), 40, "two members after one left")

    async def all_seen():
        return len(seen) == 800
    await until(all_seen, 30, "all 800 records")
    for task in tasks:
        task.cancel()
    for member in members:
        await member.commit()
        await member.stop()


async def committed():
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    offsets = await admin.list_consumer_group_offsets(group)
    same(sum(o.offset for tp, o in offsets.items() if tp.topic == topic), 800, "committed records")
    listed = await admin.list_consumer_groups()
    same(group in str(listed), True, "group listed")
    described = await admin.describe_consumer_groups([group])
    same("Empty" in str(described), True, f"Empty in {described}")
    await admin.close()


async def seek():
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=group, enable_auto_commit=False)
    await consumer.start()
    partitions = [TopicPartition(topic, p) for p in range(6)]
    consumer.assign(partitions)
    await consumer.commit({p: 0 for p in partitions})
    same([await consumer.committed(p) for p in partitions], [0] * 6, "committed after the reset")
    ends = await consumer.end_offsets(partitions)
    same(sum(ends.values()), 800, "end offsets")
    await consumer.stop()


async def klamm_agrees():
    """Some partitions are behind, one is at its end, one has no position: Klamm must see what the client sees."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=group + "-lag", enable_auto_commit=False)
    await consumer.start()
    partitions = [TopicPartition(topic, p) for p in range(6)]
    consumer.assign(partitions)
    ends = {tp.partition: end for tp, end in (await consumer.end_offsets(partitions)).items()}
    asked = {p: ends[p] if p == 0 else ends[p] // (p + 1) for p in range(5)}
    await consumer.commit({TopicPartition(topic, p): o for p, o in asked.items()})
    known = {tp.partition: await consumer.committed(tp) for tp in partitions}
    committed = {p: offset for p, offset in known.items() if offset is not None}
    same(committed, asked, "the client's own view")
    agree(described(klamm, bootstrap, group + "-lag"), committed, ends)
    await consumer.stop()


async def delete():
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    await admin.delete_topics([topic])

    async def gone():
        return topic not in await admin.list_topics()
    await until(gone, 10, "topic gone")
    await admin.close()


for check in [create_topic, produce_codecs, produce_idempotent, consume_group, committed, seek, klamm_agrees, delete]:
    checks.run(check.__name__, lambda: asyncio.run(check()))
checks.end()
