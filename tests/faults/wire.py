"""HTTP by hand, one request per connection."""

import json
import re
import socket

from tests.faults.misbehaviour import http


def answer(connection: socket.socket, data: object, *, status: int = 200) -> None:
    connection.sendall(http(status, json.dumps(data).encode()))


def read_request(connection: socket.socket) -> bytes:
    return read_body(connection, read_head(connection))


def read_head(connection: socket.socket) -> bytes:
    """Read up to the blank line and not a byte further."""
    head = b""
    while b"\r\n\r\n" not in head:
        waiting = connection.recv(65536, socket.MSG_PEEK)
        end = (head + waiting).find(b"\r\n\r\n")
        wanted = len(waiting) if end < 0 else end + 4 - len(head)
        piece = connection.recv(wanted)
        if not piece:
            raise ConnectionError("the other end went away")
        head += piece
    return head


def read_body(connection: socket.socket, head: bytes) -> bytes:
    found = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    left, body = int(found[1]) if found else 0, b""
    while len(body) < left:
        piece = connection.recv(left - len(body))
        if not piece:
            raise ConnectionError("the other end went away inside the body")
        body += piece
    return body


def wait_for_the_other_end(connection: socket.socket, most: float) -> None:
    connection.settimeout(most)
    try:
        connection.recv(1)
    except TimeoutError:
        return
