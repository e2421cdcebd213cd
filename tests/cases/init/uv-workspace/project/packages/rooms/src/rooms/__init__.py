def names():
    return ['kitchen']
