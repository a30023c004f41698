"""Real Grapes (grenache-grape) on loopback or in a network namespace."""

import http.client
import json
import os
import subprocess

from lib import js
from lib.waiting import wait_until

GENERATION = "grenache-1.0"


class Grape:
    def __init__(self, name, folder, ports, host="127.0.0.1"):
        self.name = name
        self.host = host
        self.api_port = ports.take()
        self.dht_port = ports.take()
        self._log_path = os.path.join(folder, f"{name}.log")
        self._process = None

    @property
    def url(self):
        return f"http://{self.host}:{self.api_port}"

    @property
    def dht(self):
        return f"{self.host}:{self.dht_port}"

    def spawn(self, bootstrap, forget_after_ms=120_000):
        """`bootstrap`: Grapes that it asks first; itself if it shall be alone. A peer that was not
        announced for `forget_after_ms` is forgotten."""
        program = os.path.join(js.packages(GENERATION), "grenache-grape", "bin", "grape.js")
        with open(self._log_path, "ab") as log:
            self._process = subprocess.Popen(
                [js.node_binary(), program, "--dp", str(self.dht_port), "--aph",
                 str(self.api_port), "--bn", ",".join(grape.dht for grape in bootstrap),
                 "--dpa", str(forget_after_ms), "--check_maxPayloadSize", "8192"],
                env={"PATH": os.environ["PATH"]}, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        return self

    def wait_ready(self, seconds=15):
        """Until it has somebody to store announces at."""
        wait_until(lambda: isinstance(self.announce("ready", self.api_port), int), seconds,
                   f"{self.name} takes announces", 0.1)
        return self

    def kill(self):
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def ask(self, call, argument):
        """The JSON of its answer: a text is an error."""
        connection = http.client.HTTPConnection(self.host, self.api_port, timeout=10)
        try:
            connection.request("POST", f"/{call}", json.dumps({"rid": "1", "data": argument}))
            return json.loads(connection.getresponse().read())
        except (http.client.HTTPException, ValueError) as error:
            raise ConnectionError(f"{self.name}: {error!r}") from error
        finally:
            connection.close()

    def announce(self, service, port):
        return self.ask("announce", [service, port])

    def lookup(self, service):
        return self.ask("lookup", service)


class Grapes:
    """Some that know each other, or one alone."""

    def __init__(self, scene, count=2):
        self._all = [Grape(f"grape{number}", scene.folder, scene.ports)
                     for number in range(1, count + 1)]

    def __getitem__(self, index):
        return self._all[index]

    def start(self, **terms):
        for grape in self._all:
            others = [other for other in self._all if other is not grape]
            grape.spawn(others or [grape], **terms)
        for grape in self._all:
            grape.wait_ready()
        return self

    def kill(self):
        for grape in self._all:
            grape.kill()

    def environment(self):
        """Variables of a node that uses them."""
        return {"DISCOVERY_GRENACHE": "true",
                "GRAPE_URL": ",".join(grape.url for grape in self._all),
                "GRAPE_DHT": ",".join(grape.dht for grape in self._all)}
