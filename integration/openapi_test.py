#!/usr/bin/env python3
"""docs/openapi.json against a running node: every operation in it answers with what it says."""

import json
import os
from urllib.parse import quote

from lib import case, js
from lib.node import PRODUCT
from lib.waiting import wait_until

DOCUMENT = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))),
                        "docs", "openapi.json")


def pointer(*steps):
    return "#/" + "/".join(quote(step.replace("~", "~0").replace("/", "~1")) for step in steps)


class OpenApiTest(case.SceneCase):
    def setUp(self):
        super().setUp()
        with open(DOCUMENT, encoding="utf-8") as file:
            self.paths = json.load(file)["paths"]
        self.schemas = js.Program("ajv", "fits_schema.js", DOCUMENT)
        self.addCleanup(self.schemas.end)
        self.a = self.scene.node("a").start()
        self.b = self.scene.node("b", peers=[self.a]).start()
        self.scene.wait_connected([self.a, self.b])
        self.left = {(method, path) for path, methods in self.paths.items() for method in methods}

    def check(self, method, path, body=None, query="", **names):
        """Asks for it; the answer must be the one that is documented and fit its schema."""
        self.left.discard((method, path))
        operation = self.paths[path][method]
        target = path.format(**names) + query
        signed = "security" in operation
        text = json.dumps(body).encode() if body is not None else b""
        headers = self.a.api.key().headers(method.upper(), target, text) if signed else {}
        status, headers, answer = self.a.api.exchange(method.upper(), target, text, headers)
        told = next(iter(operation["responses"]))
        if str(status) != told:
            told = "default"
        for header in operation["responses"][told].get("headers", {}):
            self.assertTrue(header in headers or header == "CB-AFTER", (target, headers))
        self.fits(("paths", path, method, "responses", told), json.loads(answer), target)
        if body is not None:
            self.fits(("paths", path, method, "requestBody"), body, target)
        return status, json.loads(answer)

    def fits(self, steps, body, target):
        before = len(self.schemas.said)
        at = pointer(*steps, "content", "application/json", "schema")
        self.schemas.tell({"at": at, "body": body})
        said = self.schemas.next_after(before, 10, "the schema is looked at")
        self.assertEqual(said["errors"], [], (target, body))

    def ask_what_only_a_node_tells(self):
        mine = self.a.api.place(PRODUCT, "buy", 1, "1.00")["id"]
        for path in ("/node/orders/{id}", "/node/orders/{id}/why", "/node/orders/{id}/provenance"):
            self.done("get", path, id=mine)
        self.done("get", "/node/orders")
        self.done("get", "/node/feeds")
        self.done("get", "/node/feeds/{home}", home=self.b.id())
        self.done("get", "/node/names")
        self.assertEqual(self.check("delete", "/node/names/{name}", name="nobody")[0], 404)
        self.done("get", "/orders/cancel-after")
        self.done("post", "/orders/cancel-after", {"timeout": 60})
        self.done("post", "/orders/cancel-after", {"timeout": 0})
        key = self.done("post", "/node/keys", {"permissions": ["view"]})["key"]
        self.done("get", "/node/keys")
        self.done("delete", "/node/keys/{key}", key=key)
        self.a.api.cancel(mine)

    def done(self, *words, **more):
        status, answer = self.check(*words, **more)
        self.assertLess(status, 300, (words, answer))
        return answer

    def place(self, side, price, size="1", **more):
        return self.done("post", "/orders", {"product_id": PRODUCT, "side": side, "price": price,
                                             "size": size, **more})

    def test_every_operation_answers_as_documented(self):
        self.trade()
        self.market()
        self.orders()
        self.node()
        self.assertEqual(self.left, set(), "operations that nobody asked for")

    def trade(self):
        self.b.api.place(PRODUCT, "sell", 2, "100.00")
        wait_until(lambda: self.a.api.book(PRODUCT)["asks"], 5, "a shows the order")
        self.place("buy", "100.00")
        wait_until(lambda: self.a.api.fills(), 5, "a has a fill")

    def market(self):
        names = {"product_id": PRODUCT}
        self.done("get", "/products")
        self.assertTrue(self.done("get", "/products/spark-lines")[PRODUCT])
        self.done("get", "/products/{product_id}", **names)
        for level in (1, 2, 3):
            self.done("get", "/products/{product_id}/book", query=f"?level={level}", **names)
        self.assertTrue(self.done("get", "/products/{product_id}/trades", **names))
        self.assertTrue(self.done("get", "/products/{product_id}/candles", **names))
        for rest in ("ticker", "stats"):
            self.done("get", f"/products/{{product_id}}/{rest}", **names)
        self.done("get", "/currencies")
        self.done("get", "/currencies/{currency_id}", currency_id="USD")
        self.done("get", "/time")
        self.assertEqual(self.check("get", "/products/{product_id}", product_id="X-Y")[0], 404)

    def orders(self):
        resting = self.place("buy", "50.00", client_oid="mine-1", time_in_force="GTT",
                             cancel_after="hour")
        self.place("sell", "200.00", stop="loss", stop_price="10.00", client_oid="mine-2")
        self.done("post", "/orders", {"product_id": PRODUCT, "side": "buy", "type": "market",
                                      "funds": "100"})
        self.done("put", "/orders/{order_id}", {"price": "51.00"}, order_id=resting["id"])
        self.done("get", "/orders/{order_id}", order_id=resting["id"])
        self.done("get", "/orders/client:{client_oid}", client_oid="mine-1")
        self.assertEqual(len(self.done("get", "/orders", query="?status=all")), 4)
        self.done("delete", "/orders/{order_id}", order_id=resting["id"])
        self.done("delete", "/orders/client:{client_oid}", client_oid="mine-2")
        self.place("buy", "50.00")
        self.assertEqual(len(self.done("delete", "/orders")), 1)
        self.assertTrue(self.done("get", "/fills"))
        accounts = self.done("get", "/accounts")
        self.done("get", "/accounts/{account_id}", account_id=accounts[0]["id"])
        self.done("get", "/fees")
        self.assertEqual(self.check("post", "/orders", {"product_id": "X-Y", "side": "buy"})[0],
                         400)

    def node(self):
        self.done("get", "/node")
        self.done("get", "/node/peers")
        self.done("get", "/node/holds")
        self.ask_what_only_a_node_tells()
        self.assertEqual(self.check("post", "/node/holds/{hold}/abandon", hold=99)[0], 404)
        nobody = f"127.0.0.1:{self.scene.ports.take()}"
        self.done("post", "/node/peers", {"address": nobody})
        self.done("delete", "/node/peers/{peer}", peer=self.b.id())
        self.done("get", "/health")


if __name__ == "__main__":
    case.main()
