from django.shortcuts import render


def home(request):
    title = "A page with a style"
    return render(request, "pages/home.html", {"title": title})
