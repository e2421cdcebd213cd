print("no debugger of its own")
