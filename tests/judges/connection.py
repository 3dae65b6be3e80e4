"""One WebSocket connection to the emulator."""

import json
import socket

from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, CloseConnection, Request, TextMessage

from server import PATIENCE_S


class Connection:
    """Open from the start, unless the API refuses it; to be closed."""

    def __init__(self, host, port, target, headers=()):
        self.client = WSConnection(ConnectionType.CLIENT)
        self.line = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
        extra = [(name.encode(), value.encode()) for name, value in dict(headers).items()]
        self.line.sendall(self.client.send(Request(host=host, target=target, extra_headers=extra)))
        answer = self._next()
        self.is_taken = isinstance(answer, AcceptConnection)
        self.status = 101 if self.is_taken else getattr(answer, "status_code", None)

    def ask(self, message):
        """What comes back for a message, as data; None where the connection ends."""
        self.line.sendall(self.client.send(TextMessage(data=message)))
        text = ""
        while isinstance(answer := self._next(), TextMessage):
            text += answer.data
            if answer.message_finished:
                return json.loads(text)
        return None

    def _next(self):
        """The next event; None where nothing more comes."""
        while True:
            for event in self.client.events():
                return event
            received = self.line.recv(4096)
            if not received:
                return None
            self.client.receive_data(received)

    def close(self):
        if self.is_taken:
            self.line.sendall(self.client.send(CloseConnection(code=1000)))
            self.line.recv(4096)
        self.line.close()
