def price(number):
    total = number * 2
    return total
