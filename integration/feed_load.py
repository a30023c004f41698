#!/usr/bin/env python3
"""Many clients of the feed while orders come at a steady pace. Prints the figures.

Half of the clients follow level2, half full. Fails if a sequence has a gap, a client is closed or the
node's memory grows by more than the orders account for."""

import argparse
import json
import os
import subprocess
import sys
import threading

from lib.node import Scene

# Of the node while the second half of the load goes in: what the orders and their clients' queues
# may take, beside the noise of an allocator.
GROWTH_BYTES_MAX = 48 << 20


class Memory(threading.Thread):
    """The resident size of a process, ten times a second."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self._path = f"/proc/{pid}/statm"
        self._stopping = threading.Event()
        self.sizes = []

    def run(self):
        while not self._stopping.wait(0.1):
            with open(self._path, encoding="ascii") as file:
                self.sizes.append(int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE"))

    def stop(self):
        self._stopping.set()
        self.join()


def load(scene, options):
    node = scene.node("a").start()
    memory = Memory(node.process.pid)
    memory.start()
    done = subprocess.run(
        [options.feed_load, node.api_host, str(node.api_port), node.key_file,
         str(options.clients), str(options.orders), str(options.seconds)],
        stdout=subprocess.PIPE, timeout=600, check=False)
    memory.stop()
    if done.returncode != 0:
        raise AssertionError(f"status {done.returncode}: {done.stdout.decode()}")
    figures = json.loads(done.stdout)
    half = memory.sizes[len(memory.sizes) // 2]
    figures.update(memory_half_mb=half >> 20, memory_end_mb=memory.sizes[-1] >> 20,
                   memory_most_mb=max(memory.sizes) >> 20)
    if memory.sizes[-1] - half > GROWTH_BYTES_MAX:
        raise AssertionError(f"memory grows: {figures}")
    status, _ = node.stop()
    if status != 0:
        raise AssertionError(f"the node ended with status {status}: {node.last_line()}")
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--syrah", required=True, help="the program")
    parser.add_argument("--feed-load", required=True, help="the syrah-feed-load program")
    parser.add_argument("--clients", type=int, default=500)
    parser.add_argument("--orders", type=int, default=2000, help="requests a second")
    parser.add_argument("--seconds", type=int, default=10)
    options = parser.parse_args()
    os.environ["SYRAH_BINARY"] = os.path.abspath(options.syrah)
    scene = Scene("feed_load")
    try:
        figures = load(scene, options)
    except BaseException:
        scene.end(failed=True)
        raise
    scene.end()
    json.dump(figures, sys.stdout)
    print()


if __name__ == "__main__":
    main()
