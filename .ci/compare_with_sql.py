"""Compares a month, a quarter and a fiscal year of a generated export of five years with SQL, through the demo."""

import datetime
import decimal
import json
import pathlib
import sqlite3
import subprocess
import tempfile

ROWS = 5_000
FIRST = datetime.date(2014, 1, 1)
DAYS = 5 * 365
# The fiscal year starts in July and is named after its end.
PERIODS = {
    "2016-08": ("2016-08-01", "2016-08-31"),
    "2016-Q3": ("2016-01-01", "2016-03-31"),
    "FY17": ("2016-07-01", "2017-06-30"),
    "2016-W26": ("2016-06-27", "2016-07-03"),
}


def sales():
    """Returns rows of day, person, team and cents. They are the same on each run."""
    state = 1
    for _ in range(ROWS):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        random = state >> 16
        day = FIRST + datetime.timedelta(days=random % DAYS)
        yield str(day), f"Person {random // 7 % 40}", f"Team {random // 11 % 5}", random // 13 % 1_000_000 - 10_000


def main():
    rows = list(sales())
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE sales (day TEXT, person TEXT, team TEXT, cents INTEGER)")
    database.executemany("INSERT INTO sales VALUES (?, ?, ?, ?)", rows)
    with tempfile.TemporaryDirectory() as folder:
        export = pathlib.Path(folder, "export.csv")
        lines = [f"{day},{person},{team},{decimal.Decimal(cents).scaleb(-2)}" for day, person, team, cents in rows]
        export.write_text("Close Date,Rep,Region,Amount\n" + "\n".join(lines) + "\n")
        for period, days in PERIODS.items():
            command = ["cargo", "demo", "--", "--once", "--data", export, "--report", "--period", period]
            command += ["--fiscal-year-start", "7"]
            output = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
            report = json.loads(output)
            found = {entry["name"]: decimal.Decimal(entry["amount"]) for entry in report["entries"]}
            query = "SELECT person, SUM(cents) FROM sales WHERE day BETWEEN ? AND ? GROUP BY person"
            expected = {person: decimal.Decimal(cents).scaleb(-2) for person, cents in database.execute(query, days)}
            assert found == expected, (period, found, expected)
            assert decimal.Decimal(report["total"]) == sum(expected.values()), period
            print(f"{period} ({days[0]} to {days[1]}): {len(found)} people, {report['total']}, as by SQL")


if __name__ == "__main__":
    main()
