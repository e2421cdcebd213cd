"""A script with something of everything that a terminal debugger may stumble over."""

import time


class Shy:
    """Has no repr to show."""

    def __repr__(self):
        raise RuntimeError("do not look")


def waits(seconds):
    until = time.monotonic() + seconds
    rounds = 0
    print("it waits now")
    while time.monotonic() < until:
        rounds += 1
        time.sleep(0.01)
    return rounds


def main(name="Žofie ☕ 日本"):
    large = "x" * 10_000_000
    shy = Shy()
    count = len(large)
    print(name, count)  # stop: main
    return waits(60)


main()
