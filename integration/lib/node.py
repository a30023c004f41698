"""Node processes on loopback, each with a data folder, two ports and a log of its own."""

import json
import os
import random
import secrets
import base64
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

from lib.client import Client
from lib.waiting import PATIENCE, wait_until

PRODUCT = "AAPL-USD"
INSTRUMENTS = "AAPL-USD:0.01:1"
# Of the surroundings, nodes see only these: whatever else is set must not change a test.
KEPT_VARIABLES = ("PATH", "HOME", "LANG", "TMPDIR", "ASAN_OPTIONS", "UBSAN_OPTIONS",
                  "TSAN_OPTIONS", "LSAN_OPTIONS")


def syrah_binary():
    path = os.environ.get("SYRAH_BINARY")
    if not path or not os.access(path, os.X_OK):
        sys.exit("name the program in SYRAH_BINARY, or give --syrah PATH")
    return os.path.abspath(path)


class Ports:
    """Ports below the range that the system hands out for outgoing connections."""

    def __init__(self):
        self._next = random.Random(os.getpid() * 7919 + time.monotonic_ns()).randrange(10240, 30000)

    def take(self):
        while True:
            self._next = self._next + 1 if self._next < 32000 else 10240
            with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
                tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    tcp.bind(("127.0.0.1", self._next))
                    udp.bind(("127.0.0.1", self._next))
                    return self._next
                except OSError:
                    continue


class Node:
    """One node: may be started, ended and started again on the same data folder."""

    api_host = "127.0.0.1"

    def __init__(self, folder, name, ports, environment, account=None):
        self.name = name
        self.data_dir = os.path.join(folder, name)
        self.log_path = os.path.join(folder, f"{name}.log")
        self.p2p_port = ports.take()
        self.api_port = ports.take()
        self.environment = {
            "P2P_HOST": "127.0.0.1", "P2P_PORT": str(self.p2p_port),
            "API_PORT": str(self.api_port), "DATA_DIR": self.data_dir,
            "INSTRUMENTS": INSTRUMENTS, "DISCOVERY_MDNS": "false", "DISCOVERY_GRENACHE": "false",
            "PEER_RECONNECT_INTERVAL": "1000",
            # Loads and questions by the thousand are what most tests are made of.
            "API_KEY_RATE": "1000000", "API_ADDRESS_RATE": "1000000"}
        self.environment.update(environment)
        self.process = None
        if account is not None:
            self._write_key(account)
        self.api = self.client()

    @property
    def address(self):
        return f"127.0.0.1:{self.p2p_port}"

    @property
    def url(self):
        return f"http://127.0.0.1:{self.api_port}"

    @property
    def key_file(self):
        return os.path.join(self.data_dir, "api-key.json")

    @property
    def journal(self):
        return os.path.join(self.data_dir, "journal.db")

    def client(self, seconds=10):
        return Client(self.api_port, self.key_file, seconds, self.api_host)

    def _write_key(self, account):
        os.makedirs(self.data_dir, mode=0o700, exist_ok=True)
        with open(self.key_file, "w", encoding="utf-8") as file:
            json.dump({"key": secrets.token_hex(16), "passphrase": secrets.token_hex(16),
                       "secret": base64.b64encode(secrets.token_bytes(32)).decode(),
                       "account": account}, file)

    # --- its life ---

    def command(self):
        return [syrah_binary(), "node"]

    def spawn(self, **changes):
        """Starts the process and does not wait for anything."""
        surroundings = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
        surroundings.update(self.environment)
        surroundings.update(changes)
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(self.command(), env=surroundings,
                                            stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        return self

    def start(self, seconds=15):
        self.spawn()
        self.wait_ready(seconds)
        return self

    def wait_ready(self, seconds=15):
        wait_until(lambda: self._alive() and self.api.healthy(), seconds, f"{self.name} is ready")

    def _alive(self):
        status = self.process.poll()
        if status is not None:
            raise AssertionError(f"{self.name} ended with status {status}: {self.last_line()}")
        return True

    def running(self):
        return self.process is not None and self.process.poll() is None

    def kill(self):
        """kill -9: no last words, no last write."""
        self._end(signal.SIGKILL)

    def stop(self, seconds=10):
        """SIGTERM. The status it ends with, and the seconds that it took."""
        begin = time.monotonic()
        status = self._end(signal.SIGTERM, seconds)
        return status, time.monotonic() - begin

    def wait_exit(self, seconds=15):
        return self.process.wait(seconds * PATIENCE)

    def _end(self, number, seconds=10):
        self.api.close()
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(seconds * PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"{self.name} did not end on signal {number}") from None

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    # --- what it shows ---

    def log(self):
        try:
            with open(self.log_path, encoding="utf-8", errors="replace") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def last_line(self):
        lines = self.log().splitlines()
        return lines[-1] if lines else "(no log)"

    def id(self):
        return self.api.node()["id"]

    def digest(self, product=PRODUCT):
        return self.api.digest(product)

    def rss_kib(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            for line in file:
                if line.startswith("VmRSS:"):
                    return int(line.split()[1])
        return 0


class Scene:
    """The nodes of one test, in one folder, which stays if the test fails."""

    def __init__(self, title):
        root = os.environ.get("SYRAH_TEST_DIR") or None
        self.folder = tempfile.mkdtemp(prefix=f"syrah-{title}-", dir=root)
        self.nodes = []
        self.ports = Ports()

    def node(self, name, peers=(), account=None, **environment):
        """A node that is not started yet. Each has an account of its own name unless told."""
        if peers:
            environment["BOOTSTRAP_PEERS"] = ",".join(peer.address for peer in peers)
        node = Node(self.folder, name, self.ports, environment, account or f"of-{name}")
        self.nodes.append(node)
        return node

    def triangle(self, **environment):
        """Three nodes that all know each other, started."""
        nodes = []
        for name in ("a", "b", "c"):
            nodes.append(self.node(name, peers=list(nodes), **environment).start())
        self.wait_connected(nodes)
        return nodes

    def wait_connected(self, nodes, peers=None, seconds=15):
        wanted = len(nodes) - 1 if peers is None else peers
        for node in nodes:
            wait_until(lambda node=node: node.api.node()["peers"] >= wanted, seconds,
                       f"{node.name} has {wanted} peers")

    def wait_books_equal(self, nodes, seconds=10, product=PRODUCT):
        """The digest of all books, once it is one and the same."""
        def equal():
            digests = {node.digest(product) for node in nodes}
            return digests.pop() if len(digests) == 1 else None
        return wait_until(equal, seconds, "books are equal")

    def wait_settled(self, nodes, seconds=20):
        """No question between homes is open, and everyone has everything."""
        def settled():
            if any(node.api.holds() for node in nodes):
                return False
            seen = [{feed["home"]: feed["seq"] for feed in node.api.node()["feeds"]}
                    for node in nodes]
            return all(feeds == seen[0] for feeds in seen)
        wait_until(settled, seconds, "all feeds are everywhere and no hold is open")
        return self.wait_books_equal(nodes)

    def collect_logs(self):
        """All logs in one folder that stays."""
        target = tempfile.mkdtemp(prefix=f"{os.path.basename(self.folder)}-failed-",
                                  dir=os.environ.get("SYRAH_TEST_DIR") or None)
        for name in os.listdir(self.folder):
            if name.endswith(".log"):
                shutil.copy(os.path.join(self.folder, name), target)
        for node in self.nodes:
            if os.path.exists(node.journal):
                shutil.copytree(node.data_dir, os.path.join(target, node.name),
                                dirs_exist_ok=True)
        return target

    def end(self, failed=False):
        for node in self.nodes:
            node.api.close()
            if node.running():
                node.process.kill()
                node.process.wait()
        if failed:
            print(f"\nlogs and data folders of all nodes: {self.collect_logs()}", file=sys.stderr)
        shutil.rmtree(self.folder, ignore_errors=True)
