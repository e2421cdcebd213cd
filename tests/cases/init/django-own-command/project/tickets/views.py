from django.http import JsonResponse

from tickets.models import Ticket


def count(request):
    tickets = Ticket.objects.count()
    return JsonResponse({"tickets": tickets})
