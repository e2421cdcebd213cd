from flask import Blueprint, jsonify

from ..models import Book

books = Blueprint("books", __name__)


@books.get("/")
def all_books():
    return jsonify([book.title for book in Book.query])


@books.get("/<int:number>")
def one(number):
    return Book.query.get_or_404(number).title
