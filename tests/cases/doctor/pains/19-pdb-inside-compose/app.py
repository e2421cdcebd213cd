def read_message():
    import pdb; pdb.set_trace()
