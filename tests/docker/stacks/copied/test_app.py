import os
import unittest


class Copied(unittest.TestCase):
    def test_it_is_there(self):
        self.assertTrue(os.path.exists("app.py"))
