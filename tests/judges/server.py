"""A server that a judge starts for itself, on a free loopback port, and how long anything is waited for."""

import socket
import subprocess
import time
import urllib.error
import urllib.request

# On a machine that is slow and busy, whatever is waited for may take so long. Only what fails takes it.
PATIENCE_S = 300
STARTS = 3  # a port that was free may be taken before the server has it


class Failed(Exception):
    """A server refused or did not come up; the message says why."""


class Server:
    """Runs from `with` to the end of the block."""

    def __init__(self, log_path, ready_path):
        self.log_path, self.ready_path = log_path, ready_path
        self.process = self.port = None

    def command(self):
        """The words that start it on `self.port`, and what else its process is given."""
        raise NotImplementedError

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self):
        for _ in range(STARTS):
            self.port = free_port()
            words, given = self.command()
            with self.log_path.open("w") as log:
                self.process = subprocess.Popen(words, stdout=log, stderr=log, **given)
            try:
                if self._is_ready():
                    return self
            except BaseException:
                self.stop()
                raise
            self.stop()
        raise Failed(f"{' '.join(words[1:3])[:40]} did not come up: {self.last_words()}")

    def __exit__(self, *_):
        self.stop()

    def _is_ready(self):
        deadline = time.monotonic() + PATIENCE_S
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(self.url + self.ready_path, timeout=PATIENCE_S):
                    return True
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        return False

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def last_words(self):
        return " / ".join(self.log_path.read_text(errors="replace").splitlines()[-3:])


def free_port():
    """A port of the loopback interface that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
