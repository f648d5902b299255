"""Sums a file by week, salesperson and team.

`reader.py NAME FILE RUNS` prints the seconds of the best run and the peak memory in bytes.
"""

import resource
import sys
import time

READ_CSV = (
    "read_csv(?, columns={'sold_at': 'DATE', 'salesperson': 'VARCHAR', 'team': 'VARCHAR', 'amount': 'DECIMAL(18,4)'})"
)


def duckdb(path):
    import duckdb

    connection = duckdb.connect(config={"threads": 2})
    source = "read_parquet(?)" if path.endswith(".parquet") else READ_CSV
    connection.execute(
        f"SELECT date_trunc('week', sold_at), salesperson, team, sum(amount), count(*) FROM {source} GROUP BY ALL",
        [path],
    ).fetchall()


def parquet(path):
    """Converts the CSV to a Parquet file next to it."""
    import duckdb

    to = path.removesuffix(".csv") + ".parquet"
    duckdb.execute(f"COPY (SELECT * FROM {READ_CSV}) TO '{to}' (FORMAT parquet)", [path])


def polars(path):
    import os

    os.environ["POLARS_MAX_THREADS"] = "2"
    import polars as pl

    schema = {"sold_at": pl.Date, "salesperson": pl.String, "team": pl.String, "amount": pl.Decimal(18, 4)}
    sales = pl.scan_parquet(path) if path.endswith(".parquet") else pl.scan_csv(path, schema=schema)
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
print(best, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
