print("no debugger in here: the port is Hatchway's")
