"""Does something five times a second, without being asked."""

import os
import time


def tick(count):
    where = os.environ.get("WHERE", "nowhere")
    return where, count  # stop: tick


if __name__ == "__main__":
    number = 0
    while True:
        time.sleep(0.2)
        number += 1
        tick(number)
