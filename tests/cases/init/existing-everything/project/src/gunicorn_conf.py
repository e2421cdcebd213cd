bind = "0.0.0.0:5555"
workers = 2
