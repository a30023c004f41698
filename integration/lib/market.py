"""What a node's book shows, and what became of an order."""

from lib.node import PRODUCT
from lib.waiting import wait_until


def bids(node):
    """Price, size and id of each order, without its priority."""
    return [row[:3] for row in node.api.book(PRODUCT)["bids"]]


def asks(node):
    return [row[:3] for row in node.api.book(PRODUCT)["asks"]]


def indications(node):
    return node.api.book(PRODUCT)["indications"]


def in_book(node, order):
    return order["id"] in {row[2] for row in bids(node) + asks(node)}


def final(node, order):
    """The order once nothing of it is pending."""
    def settled():
        now = node.api.order(order["id"])
        return now if now["status"] != "pending" else None
    return wait_until(settled, 10, f"order {order['id']} is not pending any more")
