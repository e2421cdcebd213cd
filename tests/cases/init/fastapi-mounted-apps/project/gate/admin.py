from fastapi import FastAPI

admin = FastAPI()


@admin.get("/")
def index():
    return "admin"
