import os

import cv2
import jwt
import yaml
from dateutil.parser import parse
from dotenv import load_dotenv
from fastapi import FastAPI, File
from PIL import Image

from pictures import faces

load_dotenv()
api = FastAPI()
SECRET = os.getenv("JWT_SECRET", "change me")


@api.post("/faces")
def find(picture: bytes = File()):
    return faces(picture)


@api.get("/")
def index():
    return {"now": str(parse("2024-01-01"))}
