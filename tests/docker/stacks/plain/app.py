"""Does something five times a second; ends on SIGTERM with a word, unless it is told to be stubborn."""

import signal
import sys
import time


def tick(count):
    return count  # stop: tick


def say(text):
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def leave(*_):
    say("asked to end")
    sys.exit(7)


if "--stubborn" in sys.argv:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
else:
    signal.signal(signal.SIGTERM, leave)
say(f"ticking {sys.stdout.isatty()}")
count = 0
while True:
    time.sleep(0.2)
    count += 1
    tick(count)
