"""Exceptions that are caught, raised anew and cleaned up after."""


class OutOfStock(Exception):
    """There is none left."""


def take(stock, name):
    try:
        stock[name] -= 1
        if stock[name] < 0:
            raise OutOfStock(name)
    except KeyError:
        return "unknown"
    finally:
        stock["asked"] = stock.get("asked", 0) + 1
    return "taken"


def main():
    stock = {"tea": 1}
    answers = [take(stock, "tea"), take(stock, "milk")]
    try:
        take(stock, "tea")
    except OutOfStock as error:
        answers.append(repr(error))
    return answers


print(main())
