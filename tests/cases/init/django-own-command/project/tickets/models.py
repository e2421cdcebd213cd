from django.db import models


class Ticket(models.Model):
    holder = models.CharField(max_length=200)
