workers = 1
timeout = 120
