"""Says how much waits in the queue."""

import os

queue = os.environ.get("QUEUE", "queue")
waiting = len(os.listdir(queue)) if os.path.isdir(queue) else 0
print(f"{waiting} files wait in {queue}")
