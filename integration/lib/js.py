"""JavaScript programs beside the nodes: what runs in the field, not what we believe of it.

Their packages are in integration/js/<generation>/node_modules, where `./test` installs them."""

import json
import os
import shutil
import subprocess
import threading
import unittest

from lib.waiting import wait_until

FOLDER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "js")
GENERATIONS = ("grenache-0.7", "grenache-1.0")


def node_binary():
    path = shutil.which("node")
    if path is None:
        raise unittest.SkipTest("there is no `node`; it is in the package nodejs")
    return path


def packages(generation):
    """The folder node_modules of a generation of packages."""
    path = os.path.join(FOLDER, generation, "node_modules")
    if not os.path.isdir(path):
        raise AssertionError(f"no packages: run `npm ci` in {os.path.dirname(path)}")
    return path


class Program:
    """One that talks in lines of JSON, both ways. Ends when its input does, or with end()."""

    def __init__(self, generation, script, *words, log_path=os.devnull):
        surroundings = {"PATH": os.environ["PATH"], "NODE_PATH": packages(generation)}
        with open(log_path, "ab") as log:
            self._process = subprocess.Popen(
                [node_binary(), os.path.join(FOLDER, script), *map(str, words)], env=surroundings,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True)
        self.said = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self._process.stdout:
            self.said.append(json.loads(line))

    def tell(self, value):
        self._process.stdin.write(json.dumps(value) + "\n")
        self._process.stdin.flush()

    def next_after(self, count, seconds, what):
        """What it says after that many lines."""
        return wait_until(lambda: self.said[count:], seconds, what)[0]

    def end(self):
        self._process.kill()
        self._process.wait()
        self._reader.join()
        self._process.stdin.close()
        self._process.stdout.close()


class OldNode(Program):
    """A node of the old network."""

    def __init__(self, generation, grape, port, answers="processed", log_path=os.devnull):
        super().__init__(generation, "old_node.js", grape.url, port, answers, log_path=log_path)
        self.id = None

    def wait_ready(self, seconds=15):
        ready = wait_until(lambda: self._of("ready"), seconds, "the old node is announced")
        self.id = ready[0]["id"]
        return self

    def _of(self, kind):
        return [line for line in list(self.said) if line["at"] == kind]

    def heard(self, kind):
        """The payloads of the messages of one type that came to it."""
        return [line["payload"]["payload"] for line in self._of("heard")
                if line["payload"].get("type") == kind]

    def results(self):
        """What the others answered, message by message."""
        return [line["results"] for line in self._of("told")]


class Caller(Program):
    """A client of Grenache RPC."""

    def __init__(self, generation, grape, log_path=os.devnull):
        super().__init__(generation, "rpc_client.js", grape.url, log_path=log_path)

    def call(self, key, payload, **more):
        """Error (or None) and result of one call."""
        before = len(self.said)
        self.tell({"key": key, "payload": payload, **more})
        said = self.next_after(before, 15, f"the call of {key} is over")
        return said["error"], said.get("result")
