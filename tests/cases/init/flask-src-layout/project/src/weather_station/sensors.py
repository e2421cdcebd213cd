import requests


def read(unit):
    return requests.get("http://sensor.local", params={"unit": unit}, timeout=3).text
