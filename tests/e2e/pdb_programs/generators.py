"""Generators, and one inside another."""


def numbers(limit):
    for number in range(limit):
        yield number * 10


def doubled(values):
    yield from (value * 2 for value in values)


def main():
    total = 0
    for value in doubled(numbers(3)):
        total += value
    return total


print(main())
