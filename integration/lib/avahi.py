"""Avahi's own daemon and tools as a witness of what is announced on a network.

    with Network(2) as network, Witness(network.hosts[1]) as witness:
        ...
        services = wait_until(witness.browse, 10, "the node is announced")

The daemon and its D-Bus are private: nothing of the machine's own is used or disturbed. Needs the
packages avahi-daemon, avahi-utils and dbus.
"""

import dataclasses
import os
import re
import shutil
import subprocess
import tempfile

from lib.namespaces import Unavailable
from lib.waiting import wait_until

SERVICE_TYPE = "_syrah._tcp"
TOOLS = {"avahi-daemon": "avahi-daemon", "avahi-browse": "avahi-utils",
         "avahi-publish": "avahi-utils", "dbus-daemon": "dbus"}


@dataclasses.dataclass(frozen=True)
class Service:
    """One service as one interface and IP version shows it."""
    interface: str
    protocol: str  # IPv4 or IPv6
    name: str
    host: str
    address: str
    port: int
    txt: dict


class Witness:
    def __init__(self, host):
        for tool, package in TOOLS.items():
            if shutil.which(tool) is None:
                raise Unavailable(f"there is no `{tool}`; it is in the package {package}")
        self.host = host
        self._folder = tempfile.mkdtemp(prefix="syrah-avahi-")
        self._processes = []
        self._log = open(os.path.join(self._folder, "log"), "wb")
        self._bus = os.path.join(self._folder, "bus")
        self._environment = dict(os.environ, DBUS_SYSTEM_BUS_ADDRESS=f"unix:path={self._bus}")
        try:
            self._open()
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        for process in reversed(self._processes):
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._processes.clear()
        self._log.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def browse(self, service_type=SERVICE_TYPE):
        """All services known now."""
        done = self.host.run(["avahi-browse", "--resolve", "--parsable", "--terminate",
                              service_type], env=self._environment, capture_output=True,
                             text=True, timeout=30)
        return [_service(line) for line in done.stdout.splitlines() if line.startswith("=")]

    def publish(self, name, port, txt, service_type=SERVICE_TYPE):
        """Announces a service until the returned process is terminated, or the witness is closed."""
        words = ["avahi-publish", "--service", name, service_type, str(port)]
        return self._start(words + [f"{key}={value}" for key, value in txt.items()])

    def log(self):
        with open(self._log.name, encoding="utf-8", errors="replace") as file:
            return file.read()

    def _start(self, words):
        process = self.host.start(words, env=self._environment, stdin=subprocess.DEVNULL,
                                  stdout=self._log, stderr=self._log)
        self._processes.append(process)
        return process

    def _open(self):
        configuration = os.path.join(self._folder, "avahi.conf")
        with open(configuration, "w", encoding="utf-8") as file:
            file.write("[server]\nhost-name=witness\nuse-ipv4=yes\nuse-ipv6=yes\n"
                       "[publish]\npublish-workstation=no\npublish-hinfo=no\n")
        self._start(["dbus-daemon", "--session", "--nofork", "--nopidfile",
                     f"--address=unix:path={self._bus}"])
        wait_until(lambda: os.path.exists(self._bus), 10, "the private bus is there")
        # It keeps its pid and socket in one fixed place, which a mount hides from all others.
        daemon = ("mkdir -p /run/avahi-daemon && mount -t tmpfs tmpfs /run/avahi-daemon && exec "
                  'avahi-daemon --file "$0" --no-drop-root --no-chroot --no-rlimits')
        self._start(["sh", "-c", daemon, configuration])
        wait_until(self._answers, 15, "the daemon answers")

    def _answers(self):
        if self._processes[-1].poll() is not None:
            raise AssertionError(f"avahi-daemon ended: {self.log()}")
        try:
            self.browse()
            return True
        except subprocess.CalledProcessError:
            return False


def _service(line):
    _, interface, protocol, name, _, _, host, address, port, txt = line.split(";", 9)
    pairs = (item.partition("=") for item in re.findall(r'"((?:[^"\\]|\\.)*)"', txt))
    return Service(interface, protocol, _plain(name), host, address, int(port),
                   {key: value for key, _, value in pairs})


def _plain(name):
    """\\032 stands for a space; a backslash hides any other character from being special."""
    return re.sub(r"\\(\d{3}|.)", lambda m: chr(int(m[1])) if len(m[1]) == 3 else m[1], name)
