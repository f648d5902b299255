"""Sums a CSV by week, salesperson and team, and prints the seconds of the best run: reader.py NAME FILE RUNS."""

import sys
import time


def duckdb(path):
    import duckdb

    connection = duckdb.connect(config={"threads": 2})
    connection.execute(
        "SELECT date_trunc('week', sold_at), salesperson, team, sum(amount), count(*) FROM read_csv(?, columns="
        "{'sold_at': 'DATE', 'salesperson': 'VARCHAR', 'team': 'VARCHAR', 'amount': 'DECIMAL(18,4)'}) GROUP BY ALL",
        [path],
    ).fetchall()


def polars(path):
    import os

    os.environ["POLARS_MAX_THREADS"] = "2"
    import polars as pl

    schema = {"sold_at": pl.Date, "salesperson": pl.String, "team": pl.String, "amount": pl.Decimal(18, 4)}
    sales = pl.scan_csv(path, schema=schema)
    keys = [pl.col("sold_at").dt.truncate("1w"), "salesperson", "team"]
    sales.group_by(keys).agg(pl.col("amount").sum(), pl.len()).collect(engine="streaming")


def pandas(path):
    from decimal import Decimal

    import pandas as pd

    sales = pd.read_csv(path, converters={"amount": Decimal}, parse_dates=["sold_at"])
    week = sales["sold_at"].dt.to_period("W-SUN")
    sales.groupby([week, "salesperson", "team"])["amount"].agg(["sum", "count"])


name, path, runs = sys.argv[1:]
best = float("inf")
for _ in range(int(runs)):
    started = time.perf_counter()
    globals()[name](path)
    best = min(best, time.perf_counter() - started)
print(best)
