# -*- coding: latin-1 -*-
NAME = 'ä'
