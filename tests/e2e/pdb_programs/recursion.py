"""A function that calls itself."""


def factorial(number):
    if number <= 1:
        return 1
    rest = factorial(number - 1)
    return number * rest


result = factorial(6)
print(result)
