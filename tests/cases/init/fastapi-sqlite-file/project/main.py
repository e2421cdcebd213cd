import sqlite3

from fastapi import FastAPI

app = FastAPI()
NOTES = "notes.db"


def notes():
    connection = sqlite3.connect(NOTES)
    connection.execute("create table if not exists note (text)")
    return connection


@app.get("/notes")
def add():
    with notes() as connection:
        connection.execute("insert into note values ('x')")
        count = connection.execute("select count(*) from note").fetchone()[0]
    return {"notes": count}
