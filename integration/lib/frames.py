"""Frames and messages of the protocol between nodes, and a peer that speaks the basic dialect."""

import json
import socket
import struct
import threading
import time

from lib.waiting import PATIENCE

HEADER = struct.Struct(">I")
FRAME_BYTES_MAX = 1024 * 1024

# What a basic peer knows. It ends the connection when anything else comes.
BASIC_TYPES = {"handshake", "handshake_ack", "heartbeat", "heartbeat_ack", "disconnect",
               "peer_exchange_request", "peer_exchange", "order", "trade", "cancel_order",
               "orderbook_sync_request", "orderbook_sync_response", "error"}


def now_ms():
    return int(time.time() * 1000)


def frame(content):
    if not isinstance(content, bytes):
        content = json.dumps(content).encode()
    return HEADER.pack(len(content)) + content


def message(kind, node_id="a-basic-peer", **members):
    return {"type": kind, "nodeId": node_id, "timestamp": now_ms(), **members}


def handshake(node_id="a-basic-peer", port=0, **members):
    capabilities = {"supportsOrderMatching": True, "supportsPeerExchange": True,
                    "supportsOrderbookSync": True}
    return message("handshake", node_id, version="1.0.0", port=port, capabilities=capabilities,
                   **members)


class Wire:
    """A raw connection to a node's port for peers."""

    def __init__(self, port=None, connected=None, seconds=10):
        self.socket = connected or socket.create_connection(("127.0.0.1", port), timeout=seconds)
        self.socket.settimeout(seconds * PATIENCE)

    def send(self, data):
        """False if the other side has closed already: it may, as soon as it has seen enough."""
        try:
            self.socket.sendall(data)
            return True
        except OSError:
            return False

    def receive(self):
        """The next message; None when the connection is over."""
        header = self._exactly(HEADER.size)
        if header is None:
            return None
        size = HEADER.unpack(header)[0]
        if not 0 < size <= FRAME_BYTES_MAX:
            raise AssertionError(f"the node announced a frame of {size} bytes")
        text = self._exactly(size)
        return None if text is None else json.loads(text.decode("utf-8"))

    def receive_all(self):
        """All messages until the other side closes; fails if it does not."""
        messages = []
        while True:
            received = self.receive()
            if received is None:
                return messages
            messages.append(received)

    def _exactly(self, size):
        data = b""
        while len(data) < size:
            try:
                part = self.socket.recv(size - len(data))
            except ConnectionError:
                return None
            if not part:
                return None
            data += part
        return data

    def close(self):
        self.socket.close()


class BasicPeer:
    """As the nodes in the field: strict about what it hears, and it never proves anything."""

    def __init__(self, name="a-basic-peer", port=0):
        self.name = name
        self.port = port
        self.heard = []
        self.complaints = []
        self.open = threading.Event()
        self.closed = threading.Event()
        self._lock = threading.Lock()
        self._wire = None
        self._listener = None

    def dial(self, port):
        self._wire = Wire(port)
        self._say(handshake(self.name, self.port))
        self._follow(dialled=True)
        return self

    def listen(self, port):
        self.port = port
        self._listener = socket.create_server(("127.0.0.1", port))
        self._listener.settimeout(15 * PATIENCE)

        def accept():
            try:
                connected, _ = self._listener.accept()
            except OSError:
                return
            self._wire = Wire(connected=connected, seconds=60)
            self._follow(dialled=False)
        threading.Thread(target=accept, daemon=True).start()
        return self

    def _follow(self, dialled):
        self._wire.socket.settimeout(None)
        threading.Thread(target=self._read, args=(dialled,), daemon=True).start()

    def _say(self, content):
        with self._lock:
            return self._wire.send(frame(content))

    def say(self, kind, **members):
        return self._say(message(kind, self.name, **members))

    def _read(self, dialled):
        try:
            while True:
                received = self._wire.receive()
                if received is None:
                    return
                self._judge(received)
                self.heard.append(received)
                if received["type"] == "handshake":
                    self._say(message("handshake_ack", self.name) if dialled
                              else handshake(self.name, self.port))
                    self.open.set()
                elif received["type"] == "heartbeat":
                    self.say("heartbeat_ack")
        except (OSError, ValueError, AssertionError) as error:
            self.complaints.append(repr(error))
        finally:
            self.closed.set()

    def _judge(self, received):
        if received.get("type") not in BASIC_TYPES:
            self.complaints.append(f"unknown type: {received}")
        stamp = received.get("timestamp")
        if not isinstance(stamp, (int, float)) or stamp == 0:
            self.complaints.append(f"bad timestamp: {received}")

    def of(self, kind):
        return [received for received in list(self.heard) if received["type"] == kind]

    def order(self, order_id, side, amount, price, pair="AAPL/USD", status="pending"):
        return self.say("order", order={
            "id": order_id, "userId": "somebody", "side": side, "amount": amount, "price": price,
            "pair": pair, "timestamp": now_ms(), "status": status})

    def close(self):
        if self._listener:
            self._listener.close()
        if self._wire:
            # shutdown ends the read of the other thread, close alone would not
            try:
                self._wire.socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            self._wire.close()
