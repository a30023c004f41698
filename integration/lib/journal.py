"""What is in a node's journal, read beside the running program or after it."""

import hashlib
import json
import sqlite3
from dataclasses import dataclass

_DECODER = json.JSONDecoder()


@dataclass
class Batch:
    home: str
    first: int
    last: int
    previous: bytes
    texts: list
    hash: bytes


def open_journal(path):
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)
    connection.row_factory = sqlite3.Row
    return connection


def entry_texts(array):
    """The very texts of the entries, as they were hashed."""
    texts = []
    at = 1
    while at < len(array) - 1:
        _, end = _DECODER.raw_decode(array, at)
        texts.append(array[at:end])
        at = end + 1
    return texts


def batches(connection, home=None):
    query = "SELECT * FROM batch"
    arguments = ()
    if home is not None:
        query += " WHERE home = ?"
        arguments = (bytes.fromhex(home),)
    for row in connection.execute(query + " ORDER BY home, last_seq", arguments):
        yield Batch(row["home"].hex(), row["first_seq"], row["last_seq"], row["previous"],
                    entry_texts(row["entries"]), row["hash"])


def genesis_hash(home):
    return hashlib.sha256(b"syrah feed 1\n" + bytes.fromhex(home)).digest()


def next_hash(previous, text):
    return hashlib.sha256(previous + text.encode()).digest()


def public_id(home, seq):
    digits = home[:16] + f"{seq:016x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
