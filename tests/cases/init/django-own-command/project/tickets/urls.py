from django.urls import path

from tickets.views import count

urlpatterns = [path("", count)]
