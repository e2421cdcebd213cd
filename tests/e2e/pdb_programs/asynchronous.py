"""Coroutines that wait for one another."""

import asyncio


async def fetch(name, delay):
    await asyncio.sleep(delay)
    answer = f"{name} after {delay}"
    return answer


async def main():
    first = await fetch("one", 0.01)
    both = await asyncio.gather(fetch("two", 0.02), fetch("three", 0.03))
    return [first, *both]


print(asyncio.run(main()))
