"""The golden vectors as inputs for the fuzzer: seeds.py requests|responses|batches|codecs DIRECTORY"""
import json
import os
import struct
import sys

target, directory = sys.argv[1:]
TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def vectors(path):
    with open(os.path.join(TESTS, path)) as file:
        return json.load(file)["vectors"]


def frames():
    """API key, version, whether it is a request, and the frame without its size."""
    for vector in vectors("KafkaProtocolTests/Vectors/frames_encoded.json"):
        yield vector["api_key"], vector["version"], vector["message"].endswith("Request"), vector["hex"]
    for vector in vectors("KafkaProtocolTests/Vectors/frames_captured.json"):
        for part in ("request", "response"):
            if vector.get(part + "_hex"):
                yield vector["api_key"], vector["version"], part == "request", vector[part + "_hex"]


def batches():
    for path in ("record_batches", "legacy_message_sets"):
        for vector in vectors(f"KafkaRecordsTests/Vectors/{path}.json"):
            if "hex" in vector:
                yield bytes.fromhex(vector["hex"])


def seeds():
    if target == "requests":
        return [bytes.fromhex(text)[4:] for _, _, is_request, text in frames() if is_request]
    if target == "responses":
        return [struct.pack(">hh", api, version) + bytes.fromhex(text)[8:]
                for api, version, is_request, text in frames() if not is_request]
    if target == "batches":
        return list(batches())
    # Batches of magic 2 have their codec in the last bits of the attributes and their records from byte 61 on.
    return [bytes([batch[22] & 7]) + batch[61:] for batch in batches() if len(batch) > 61 and batch[16] == 2]


for number, seed in enumerate(seeds()):
    with open(os.path.join(directory, f"seed-{number:04}"), "wb") as file:
        file.write(seed)
