def test_view():
    breakpoint()
