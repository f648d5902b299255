"""The slash command as a typical Python Lambda: slack-bolt verifies the signature, boto3 reads the report."""

import json
import os

import boto3
from slack_bolt import App
from slack_bolt.adapter.aws_lambda import SlackRequestHandler

app = App(
    signing_secret=os.environ["SLACK_SIGNING_SECRET"],
    token="xoxb-local",
    token_verification_enabled=False,
    process_before_response=True,
)
table = boto3.resource("dynamodb").Table(os.environ["REPORTS_TABLE"])


@app.command("/standings")
def standings(ack):
    report = json.loads(table.get_item(Key={"pk": "latest#company"})["Item"]["report"])
    # An entry is stored as a row: rank, name, team, amount, ...
    lines = [f"{rank}. {name}  {amount}" for rank, name, _team, amount, *_ in report["entries"][:15]]
    ack("\n".join(lines))


# Without the middleware that would call Slack to authorize the app.
app._middleware_list = [part for part in app._middleware_list if "Authorization" not in type(part).__name__]


def handler(event, context):
    return SlackRequestHandler(app=app).handle(event, context)
