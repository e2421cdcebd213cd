"""A bounded load: as many requests as two clients get answered within a burst."""

import socket
import threading
import time

REQUEST = "GET {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
CLIENTS = 2  # one waits in the listener's queue while the other is served: the server is what limits


def burst(port: int, seconds: float, path: str = "/") -> tuple[int, float]:
    """Send requests one after the other from each client; give how many were answered, and in what time."""
    begin = time.perf_counter()
    end = begin + seconds
    answered: list[int] = []
    clients = [threading.Thread(target=_client, args=(port, end, answered, path)) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    if len(answered) < CLIENTS:
        message = "a client of the load got an answer that was none"
        raise RuntimeError(message)
    return sum(answered), time.perf_counter() - begin


def _client(port: int, end: float, answered: list[int], path: str) -> None:
    request = REQUEST.format(path).encode()
    count = 0
    while time.perf_counter() < end:
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            connection.sendall(request)
            answer = b""
            while data := connection.recv(4096):
                answer += data
        if answer.split(b" ", 2)[1:2] != [b"200"]:
            return
        count += 1
    answered.append(count)
