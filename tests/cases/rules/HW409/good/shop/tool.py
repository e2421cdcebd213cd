def stop_in(frame):
    import pdb
    pdb.Pdb().set_trace(frame)
    pdb.set_trace(frame)
