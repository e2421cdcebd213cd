import os
import socket
import time

import pytest

from shop import price


def test_store_is_there():
    socket.create_connection(("store", 6379), 5).close()


def test_wrong():
    paid = 41
    assert price(paid) == 83


@pytest.mark.skipif("SLOW" not in os.environ, reason="it waits")
def test_slow():
    print("begun", flush=True)
    time.sleep(100)
