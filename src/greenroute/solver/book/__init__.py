"""An order book in whole numbers, and the choice of a route for each of its orders.

`book` holds the types. `solve_book` is the table of contents: prices (`book_duals`), bounds of groups and blocks
(`book_groups`, `book_blocks`), local search (`book_search`), exact models. `book_evaluate` judges every choice.
"""
