"""Threads one after the other, so that the order of things is given."""

import threading


def work(name, results):
    results.append(name.upper())
    return len(results)


results = []
for name in ("first", "second"):
    thread = threading.Thread(target=work, args=(name, results))
    thread.start()
    thread.join()
print(results)
