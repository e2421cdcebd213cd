def broken(:
    print 'python 2'
