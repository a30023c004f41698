#!/usr/bin/env python3
"""Makes a stream (stream.h) of a LOBSTER message file, which has one instrument's real order flow.

usage: lobster_stream.py MESSAGES.csv[.gz] OUT COPIES [LAG]

The flow is that of COPIES instruments, message by message in turn; each is LAG messages behind the
one before it. Executions at one time and in one direction were one taker: it becomes an
immediate-or-cancel order for all of them. Orders from before the file and hidden ones are left out.
"""

import gzip
import struct
import sys

NEW, CANCEL, REPLACE, _, IMMEDIATE = range(5)
SUBMITTED, REDUCED, DELETED, EXECUTED = "1", "2", "3", "4"
TICK = 100  # LOBSTER's prices are dollars times 10,000


def read_rows(path):
    opened = gzip.open(path, "rt") if path.endswith(".gz") else open(path)
    with opened as lines:
        return [line.split(",") for line in map(str.strip, lines) if line]


def messages_of(rows):
    """(type, side, id, price, quantity) with ids from 1."""
    ids, sides, left, prices = {}, {}, {}, {}
    last_id = 0
    messages = []
    at = 0
    while at < len(rows):
        time, kind, order, size, price, direction = rows[at][:6]
        size, price = int(size), int(price) // TICK
        at += 1
        if kind == SUBMITTED:
            last_id += 1
            ids[order], left[order], prices[order] = last_id, size, price
            sides[order] = 0 if direction == "1" else 1
            messages.append((NEW, sides[order], last_id, price, size))
        elif kind == REDUCED and left.get(order, 0) > size:
            left[order] -= size
            messages.append((REPLACE, sides[order], ids[order], prices[order], left[order]))
        elif kind == DELETED and order in ids:
            left[order] = 0
            messages.append((CANCEL, sides[order], ids[order], 0, 0))
        elif kind == EXECUTED:
            taken, worst = 0, price
            at -= 1
            while at < len(rows) and rows[at][:2] == [time, EXECUTED] and rows[at][5] == direction:
                _, _, maker, part, part_price = rows[at][:5]
                part, part_price = int(part), int(part_price) // TICK
                if maker in left:
                    left[maker] -= part
                taken += part
                worst = (min if direction == "1" else max)(worst, part_price)
                at += 1
            last_id += 1
            messages.append((IMMEDIATE, 1 if direction == "1" else 0, last_id, worst, taken))
    return messages, last_id


def main(arguments):
    if len(arguments) not in (3, 4):
        sys.exit(__doc__)
    path, out, copies = arguments[0], arguments[1], int(arguments[2])
    lag = int(arguments[3]) if len(arguments) == 4 else 0
    messages, last_id = messages_of(read_rows(path))
    priced = [price for _, _, _, price, _ in messages if price > 0]
    with open(out, "wb") as stream:
        stream.write(
            struct.pack(
                "<8sIIQQQiiQQ", b"PERFANC1", copies, 0, 0, len(messages) * copies,
                last_id * copies, min(priced), max(priced), 0, 0,
            )
        )
        for step in range(len(messages) + lag * (copies - 1)):
            for copy in range(copies):
                if not 0 <= step - copy * lag < len(messages):
                    continue
                kind, side, order, price, size = messages[step - copy * lag]
                order = (order - 1) * copies + copy + 1
                stream.write(struct.pack("<BBHIQQiI", kind, side, 0, copy, order, 0, price, size))
    print(f"{out}: {len(messages) * copies} messages, prices {min(priced)} to {max(priced)}")


if __name__ == "__main__":
    main(sys.argv[1:])
