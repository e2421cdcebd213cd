from django.http import HttpResponse
from django.views import View


def index(request):
    """The newest questions."""
    return HttpResponse("questions")


def detail(request, question):
    return HttpResponse(question)


class About(View):
    def get(self, request):
        return HttpResponse("about")
