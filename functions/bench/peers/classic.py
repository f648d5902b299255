"""The classic design: Pandas reads the week's CSV from S3 at request time, and ranks it."""

import os

import boto3
import pandas as pd

s3 = boto3.client("s3")


def handler(event, context):
    body = s3.get_object(Bucket=os.environ["SALES_BUCKET"], Key="exports/week.csv")["Body"]
    sales = pd.read_csv(body)
    sums = sales.groupby("salesperson")["amount"].sum().nlargest(15)
    text = "\n".join(f"{rank}. {name}  {amount:.2f}" for rank, (name, amount) in enumerate(sums.items(), 1))
    return {"statusCode": 200, "body": text}
