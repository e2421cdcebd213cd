"""Comprehensions of all kinds, and a lambda."""


def squares(limit):
    listed = [number**2 for number in range(limit)]
    mapped = {number: number**2 for number in listed}
    kinds = {number % 3 for number in mapped}
    total = sum(number for number in listed if number % 2)
    shift = lambda number: number + total
    return [shift(number) for number in sorted(kinds)]


print(squares(5))
