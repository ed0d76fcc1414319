"""Ends well where the service answers."""

import os
from urllib.request import urlopen

with urlopen(f"http://127.0.0.1:{os.environ['PORT']}/", timeout=3) as answer:
    assert answer.status == 200
