"""A client of a node's API, signed as the Coinbase Exchange API wants it."""

import base64
import hashlib
import hmac
import http.client
import json
import time

from lib.waiting import PATIENCE, Refused, Unreachable


class Key:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            members = json.load(file)
        self.key = members["key"]
        self.passphrase = members["passphrase"]
        self.encoded_secret = members["secret"]
        self.secret = base64.b64decode(self.encoded_secret)
        self.account = members["account"]

    def headers(self, method, target, body, timestamp=None, secret=None):
        timestamp = timestamp or f"{time.time():.3f}"
        message = (timestamp + method + target).encode() + body
        digest = hmac.new(secret or self.secret, message, hashlib.sha256).digest()
        return {
            "CB-ACCESS-KEY": self.key,
            "CB-ACCESS-SIGN": base64.b64encode(digest).decode(),
            "CB-ACCESS-TIMESTAMP": timestamp,
            "CB-ACCESS-PASSPHRASE": self.passphrase,
        }


# The node ends connections that were idle for 5 s.
FRESH_SECONDS = 3


class Client:
    """One keep-alive connection. Not for several threads: each makes its own."""

    def __init__(self, port, key_file=None, seconds=10, host="127.0.0.1"):
        self._host = host
        self._port = port
        self._key_file = key_file
        self._key = None
        self._seconds = seconds * PATIENCE
        self._connection = None
        self._used = 0.0

    def key(self):
        if self._key is None:
            self._key = Key(self._key_file)
        return self._key

    def close(self):
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def exchange(self, method, target, body=b"", headers=None):
        """Status, headers and body of the answer, whatever it is."""
        if time.monotonic() - self._used > FRESH_SECONDS:
            self.close()
        self._used = time.monotonic()
        fresh = self._connection is None
        if fresh:
            self._connection = http.client.HTTPConnection(self._host, self._port,
                                                          timeout=self._seconds)
        try:
            self._connection.request(method, target, body=body or None, headers=headers or {})
            answer = self._connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            # The node ends connections that were idle; a question may be repeated.
            if not fresh and method == "GET":
                return self.exchange(method, target, body, headers)
            raise Unreachable(f"{method} {target}: {error!r}") from error

    def call(self, method, target, body=None, signed=False):
        """The JSON of the answer; raises Refused unless its status is 2xx."""
        content = b"" if body is None else json.dumps(body).encode()
        headers = self.key().headers(method, target, content) if signed else {}
        if content:
            headers["Content-Type"] = "application/json"
        status, _, text = self.exchange(method, target, content, headers)
        try:
            value = json.loads(text) if text else None
        except ValueError as error:
            raise Unreachable(f"{method} {target}: not JSON: {text[:80]!r}") from error
        if not 200 <= status < 300:
            raise Refused(status, (value or {}).get("message", ""))
        return value

    # --- the market ---

    def book(self, product, level=3):
        return self.call("GET", f"/products/{product}/book?level={level}")

    def digest(self, product):
        return self.call("GET", f"/products/{product}/book?level=1")["digest"]

    def node(self):
        return self.call("GET", "/node")

    def peers(self):
        return self.call("GET", "/node/peers")["peers"]

    def sources(self):
        lines = self.call("GET", "/node/peers")["sources"]
        return {line["name"]: line for line in lines}

    def grenache(self):
        """What it counts of its talk with Grapes."""
        return self.call("GET", "/node/peers")["grenache"]

    def healthy(self):
        status, _, _ = self.exchange("GET", "/health")
        return status == 200

    # --- own orders ---

    def place(self, product, side, size, price=None, **more):
        order = {"product_id": product, "side": side, "size": str(size)}
        if price is None:
            order["type"] = "market"
        else:
            order.update(type="limit", price=str(price))
        order.update(more)
        return self.call("POST", "/orders", order, signed=True)

    def order(self, order_id):
        return self.call("GET", f"/orders/{order_id}", signed=True)

    def orders(self, status="open", limit=1000):
        return self.call("GET", f"/orders?status={status}&limit={limit}", signed=True)

    def cancel(self, order_id):
        return self.call("DELETE", f"/orders/{order_id}", signed=True)

    def cancel_all(self):
        return self.call("DELETE", "/orders", signed=True)

    def replace(self, order_id, **terms):
        return self.call("PUT", f"/orders/{order_id}",
                         {name: str(value) for name, value in terms.items()}, signed=True)

    def fills(self, limit=100):
        return self.call("GET", f"/fills?limit={limit}", signed=True)

    def unconfirmed_fills(self):
        return self.call("GET", "/fills?unconfirmed=true", signed=True)

    def holds(self):
        return self.call("GET", "/node/holds", signed=True)
