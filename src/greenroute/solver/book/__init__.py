"""An order book in whole numbers, and the choice of a route for each of its orders.

`book` holds the types, `reduce_book` makes a book smaller. `solve_book` is the table of contents: prices of rows and
budgets (`book_duals`), the bound of pairs of orders and groups (`book_climb`, `book_pairs`, `book_fill`), local search
(`book_anneal`), exact models (`book_blocks`, `book_near`). `book_evaluate` judges every choice.
"""
