"""Takes files from the queue: each worker those whose names fall to its number."""

import os
import signal
import socket
import sys
import time
import zlib

QUEUE = os.environ.get("QUEUE", "queue")
PAUSE = float(os.environ.get("PAUSE", "1"))
WORKERS = 4
NUMBER = int(os.environ.get("TSM_INSTANCE", "0"))


def notify(message):
    """Says something to whoever has started it, as sd_notify(3) does."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    # A name that begins with '@' is one of the abstract namespace.
    if address.startswith("@"):
        address = "\0" + address[1:]
    for kind in (socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
        try:
            with socket.socket(socket.AF_UNIX, kind) as sender:
                sender.connect(address)
                sender.send(message.encode())
            return
        except OSError:
            continue


def work():
    for name in sorted(os.listdir(QUEUE)):
        if zlib.crc32(name.encode()) % WORKERS == NUMBER:
            os.remove(os.path.join(QUEUE, name))
            print(f"worker {NUMBER} has done {name}", flush=True)


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
os.makedirs(QUEUE, exist_ok=True)
notify("READY=1\nSTATUS=waiting for work")
while True:
    work()
    notify("WATCHDOG=1")
    time.sleep(PAUSE)
