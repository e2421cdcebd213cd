from django.test import TestCase


class QuestionTest(TestCase):
    def test_nothing(self):
        pass
