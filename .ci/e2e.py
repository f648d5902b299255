"""End-to-end test: applies terraform/ to a local AWS and uses the packaged functions for a simulated week.

Run it with `.ci/tools.sh e2e python .ci/e2e.py`, after `.ci/package.sh`. It starts a ministack (a local AWS) of its own
on a free port and in a temporary folder, and removes everything afterwards, so that several runs can overlap.
"""

import asyncio
import base64
import concurrent.futures
import contextlib
import datetime
import gzip
import hashlib
import hmac
import http.server
import json
import os
import pathlib
import platform
import random
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import zipfile

import boto3
import httpx2
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client

ROOT = pathlib.Path(__file__).resolve().parent.parent
PACKAGES = ROOT / "target/lambda"
ARCHITECTURE = {"aarch64": "arm64", "arm64": "arm64"}.get(platform.machine(), "x86_64")
FUNCTIONS = ["recompute", "slash-command"]
SECRET = secrets.token_hex(16)
NAME = "standings-e2e"
TIMEOUT = 120  # Seconds until an upload must be visible in a reply. Usually it takes one or two, in months 45.


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class SlackSignature(httpx2.Auth):
    """Signs the requests of a client as Slack does."""

    requires_request_body = True

    def auth_flow(self, request):
        timestamp = str(int(time.time()))
        base = f"v0:{timestamp}:".encode() + request.content
        request.headers["X-Slack-Request-Timestamp"] = timestamp
        request.headers["X-Slack-Signature"] = f"v0={hmac.new(SECRET.encode(), base, hashlib.sha256).hexdigest()}"
        yield request


@contextlib.contextmanager
def step(name):
    """Prints the duration of a step, and the notes that it takes by calling the yielded function."""
    started = time.monotonic()
    notes = []
    try:
        yield notes.append
    except BaseException:
        print(f"{time.monotonic() - started:6.1f} s  FAILED: {name}", flush=True)
        raise
    print(f"{time.monotonic() - started:6.1f} s  {name}" + "".join(f": {note}" for note in notes), flush=True)


class SlackDouble:
    """A server that takes posts as Slack does. It can be down: then it refuses connections."""

    def __init__(self):
        self.port = free_port()
        self.posts = []
        self.server = None
        # Whether it takes a post without responding.
        self.hangs = False

    def up(self):
        double = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                message = json.loads(self.rfile.read(int(self.headers["content-length"])))
                hangs = double.hangs
                double.posts.append((self.path, message["text"]))
                if hangs:
                    time.sleep(5)
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"ok")

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def down(self):
        self.server.shutdown()
        self.server.server_close()


class Deployment:
    """terraform/ applied to a local AWS, with an S3 client that uploads and a Slack client that asks."""

    def __init__(self, folder):
        self.folder = folder
        self.port = free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self.environment = os.environ | {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
        }
        self.terraform_folder = folder / "terraform"
        self.packages = folder / "packages"
        self.outputs = {}
        self.slack = SlackDouble()
        self.slack.up()
        self.variables = {
            "name": NAME,
            "package": f'{{ dir = "{self.packages}" }}',
            "architecture": ARCHITECTURE,
            "batch_window": "1",
            "force_destroy": "true",
            "time_zone": "UTC",
            "alarm_email": "oncall@example.com",
            "mcp": "true",
            "posts": '{ hourly = { question = "last week top 3", schedule = "rate(30 days)" } }',
        }

    # --- The local AWS

    @contextlib.contextmanager
    def aws(self):
        """Runs ministack."""
        for name in ["state", "s3", "tmp"]:
            (self.folder / name).mkdir()
        environment = self.environment | {
            "GATEWAY_PORT": str(self.port),
            "STATE_DIR": str(self.folder / "state"),
            "S3_DATA_DIR": str(self.folder / "s3"),
            "TMPDIR": str(self.folder / "tmp"),
            "SFTP_ENABLED": "0",
            # The functions inherit it.
            "LOCAL_SLACK": f"127.0.0.1:{self.slack.port}",
            # Lambda repeats an asynchronous invocation after one and two more minutes. A post that is being sent must
            # have ended by then, which takes 30 seconds.
            "LAMBDA_ASYNC_RETRY_BASE_SECONDS": "16",
        }
        log = (self.folder / "ministack.log").open("wb")
        command = [sys.executable, str(ROOT / ".ci/local_aws.py")]
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
        self.process_group = server.pid
        try:
            with step("start ministack"):
                self.wait_for("ministack to be healthy", self.is_up)
            yield
        finally:
            # The whole process group, because running functions are children of ministack.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(10)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGKILL)
            server.wait()
            log.close()

    def is_up(self):
        """Returns True or None, as `wait_for` expects."""
        try:
            return urllib.request.urlopen(f"{self.endpoint}/_ministack/health", timeout=2).status == 200 or None
        except OSError:
            return None

    def client(self, service):
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
        return boto3.client(service, endpoint_url=self.endpoint, **keys)

    @staticmethod
    def wait_for(description, probe, timeout=TIMEOUT):
        """Calls `probe` until it returns something other than None, and returns that."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            result = probe()
            if result is not None:
                return result
            time.sleep(0.25)
        raise AssertionError(f"waited {timeout} s for {description}")

    # --- Terraform

    def copy_terraform(self):
        """Copies terraform/ and the packages, so that the test writes nothing into the repository."""
        ignored = shutil.ignore_patterns(".terraform*", "*.tfstate*", "*.tfvars", "tests")
        shutil.copytree(ROOT / "terraform", self.terraform_folder, ignore=ignored)
        self.use_local_aws(self.terraform_folder)
        self.packages.mkdir()
        for function in FUNCTIONS:
            shutil.copy2(PACKAGES / f"{function}-{ARCHITECTURE}.zip", self.packages)

    @staticmethod
    def use_local_aws(folder):
        """Writes the provider settings that a local AWS needs and a real one must not have."""
        (folder / "local_aws.tf").write_text(
            'provider "aws" {\n'
            "  skip_credentials_validation = true\n"
            "  skip_metadata_api_check     = true\n"
            "  s3_use_path_style           = true\n"
            "}\n"
        )

    def terraform(self, *arguments, check=True, **variables):
        variables = self.variables | {"slack_signing_secret": SECRET} | variables
        return self.run_terraform(self.terraform_folder, *arguments, check=check, **variables)

    def run_terraform(self, folder, *arguments, check=True, **variables):
        variables = {f"TF_VAR_{name}": value for name, value in variables.items()}
        environment = self.environment | variables | {"TF_IN_AUTOMATION": "1"}
        command = [str(ROOT / ".ci/terraform.sh"), *arguments]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        process = subprocess.Popen(command, cwd=folder, env=environment, text=True, start_new_session=True, **pipes)
        try:
            stdout, stderr = process.communicate()
        except BaseException:
            # The whole process group, because the provider is a process of its own that would go on running.
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
        with (self.folder / "terraform.log").open("a") as log:
            log.write(f"$ terraform {' '.join(arguments)}\n{stdout}{stderr}\n")
        if check and process.returncode:
            raise AssertionError(f"terraform {arguments[0]} failed:\n{stdout[-6000:]}{stderr[-6000:]}")
        return subprocess.CompletedProcess(command, process.returncode, stdout, stderr)

    def apply(self, **variables):
        arguments = ["apply", "-auto-approve", "-input=false", "-no-color"]
        done = self.terraform(*arguments, check=False, **variables)
        # A busy ministack may create a schedule and respond so late that the SDK asks again. AWS knows repeated
        # requests by their client token; ministack does not, and calls it a conflict.
        conflicts = re.findall(r"ConflictException: Schedule (\S+) already exists", done.stderr)
        for schedule in conflicts:
            print(f"          created twice by a repeated request: {schedule}", flush=True)
            self.client("scheduler").delete_schedule(Name=schedule)
        if done.returncode and not conflicts:
            raise AssertionError(f"terraform apply failed:\n{done.stdout[-6000:]}{done.stderr[-6000:]}")
        if conflicts:
            self.terraform(*arguments, **variables)
        outputs = json.loads(self.terraform("output", "-json").stdout)
        self.outputs = {name: output["value"] for name, output in outputs.items()}

    def plan_changes(self):
        """Returns the changes that an apply would make now, or None."""
        done = self.terraform("plan", "-detailed-exitcode", "-input=false", "-no-color", "-out=plan", check=False)
        if done.returncode == 1:
            raise AssertionError(done.stdout + done.stderr)
        return done.stdout if done.returncode == 2 else None

    # --- Uploads, and requests as Slack sends them

    def put(self, key, body):
        body = body.encode() if isinstance(body, str) else body
        self.client("s3").put_object(Bucket=self.outputs["sales_bucket"], Key=f"sales/{key}", Body=body)

    def delete(self, key):
        self.client("s3").delete_object(Bucket=self.outputs["sales_bucket"], Key=f"sales/{key}")

    def post(self, body, signature=None, path="/slack/commands", timestamp=None):
        timestamp = timestamp or str(int(time.time()))
        if signature is None:
            digest = hmac.new(SECRET.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256).hexdigest()
            signature = f"v0={digest}"
        api = self.outputs["api_id"]
        headers = {
            "Host": f"{api}.execute-api.localhost",
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature,
        }
        request = urllib.request.Request(self.endpoint + path, body.encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def ask(self, text):
        """Sends `/standings TEXT` and returns the reply."""
        fields = {"team_id": "T1", "channel_id": "C1", "user_id": "U1", "command": "/standings", "text": text}
        status, body = self.post(urllib.parse.urlencode(fields))
        assert status == 200, f"{status}: {body}"
        return json.loads(body)

    def call_tool(self, name, **arguments):
        """Calls a tool with a public MCP client, and returns the names of all tools and the text of the result."""

        async def call():
            headers = {"Host": f"{self.outputs['api_id']}.execute-api.localhost"}
            async with httpx2.AsyncClient(auth=SlackSignature(), headers=headers) as http:
                transport = streamable_http_client(f"{self.endpoint}/slack/mcp", http_client=http)
                async with Client(transport) as client:
                    tools = await client.list_tools()
                    result = await client.call_tool(name, arguments)
                    assert not result.is_error, result
                    return [tool.name for tool in tools.tools], result.content[0].text

        return asyncio.run(call())

    def ask_until(self, text, *expected):
        """Repeats a command until its reply contains all expected strings, and returns the text of the reply."""

        def probe():
            reply = self.ask(text)
            content = json.dumps(reply, ensure_ascii=False)
            return reply if all(part in content for part in expected) else None

        return self.wait_for(f"{expected} in the reply to {text!r}", probe)["text"]

    def invoke(self, function, event):
        name = self.outputs["functions"][function]
        response = self.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event))
        payload = json.loads(response["Payload"].read())
        assert "FunctionError" not in response, payload
        return payload

    def logs(self, function):
        client = self.client("logs")
        group = f"/aws/lambda/{NAME}-{function}"
        try:
            pages = client.get_paginator("filter_log_events").paginate(logGroupName=group)
            return [event["message"] for page in pages for event in page["events"]]
        except client.exceptions.ResourceNotFoundException:
            return []

    def take_dead_letter(self):
        """Returns the body of a message in the dead-letter queue, and removes it; or None."""
        client = self.client("sqs")
        url = self.outputs["dead_letters_url"]
        for message in client.receive_message(QueueUrl=url, VisibilityTimeout=5).get("Messages", []):
            client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            return message["Body"]
        return None

    def kill(self, function):
        """Kills all running processes of a function, as a crash would, and returns how many there were."""
        killed = 0
        variable = f"AWS_LAMBDA_FUNCTION_NAME={NAME}-{function}".encode()
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            # A process may end between being listed and being read.
            with contextlib.suppress(OSError):
                is_ours = os.getpgid(int(folder.name)) == self.process_group
                if is_ours and variable in (folder / "environ").read_bytes().split(b"\0"):
                    os.kill(int(folder.name), signal.SIGKILL)
                    killed += 1
        return killed

    def queue(self, name):
        """Returns the URL of a queue and the number of its messages: waiting, being handled and delayed."""
        client = self.client("sqs")
        url = client.get_queue_url(QueueName=name)["QueueUrl"]
        attributes = client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        numbers = [int(attributes[f"ApproximateNumberOfMessages{kind}"]) for kind in ["", "NotVisible", "Delayed"]]
        return url, sum(numbers)


def wait_for_empty_queue(deployment, timeout=TIMEOUT):
    deployment.wait_for("the queue to empty", lambda: deployment.queue(f"{NAME}-sales")[1] == 0 or None, timeout)


def use_for_a_week(deployment):
    today = datetime.datetime.now(datetime.UTC).date()
    monday = today - datetime.timedelta(days=today.weekday() + 7)
    year, number, _ = monday.isocalendar()
    week = f"{year}-W{number:02}"
    header = "sold_at,salesperson,team,amount\n"

    with step("ask before any upload") as note:
        note(deployment.ask_until("", "No sales yet"))

    with step("upload a CSV file and ask") as note:
        deployment.put("monday.csv", f"{header}{monday},Ana Lima,EMEA,100.10\n{monday},Bo Chen,APAC,50\n")
        note(deployment.ask_until("last week", "1. Ana Lima 100.10; 2. Bo Chen 50.00", "150.10 USD"))

    with step("upload gzip, NDJSON, semicolons and a key that S3 events encode") as note:
        deployment.put("a b+c/é (1).csv.gz", gzip.compress(f"{header}{monday},Cy Diaz,LATAM,25.05\n".encode()))
        sale = {"Rep": "Dee", "Revenue": 10.2, "Date": str(monday), "Region": "APAC"}
        deployment.put("export.ndjson", json.dumps(sale) + "\n")
        deployment.put("s.txt", f"Date;Rep;Total\n{monday};Bo Chen;1,000.00\n")
        note(deployment.ask_until(week, "1. Bo Chen 1,050.00; 2. Ana Lima 100.10; 3. Cy Diaz 25.05", "1,185.35 USD"))

    with step("upload a Parquet file of another week") as note:
        deployment.put("p.parquet", (ROOT / "fixtures/sales/2026/46/emea.parquet").read_bytes())
        note(deployment.ask_until("2026-W46 emea top 1", "Siobhán O'Neill"))

    with step("ask for a team") as note:
        note(deployment.ask_until("apac last week", "1. Bo Chen 50.00; 2. Dee 10.20"))

    with step("replace a file") as note:
        deployment.put("monday.csv", f"{header}{monday},Ana Lima,EMEA,2000\n")
        note(deployment.ask_until("last week top 3", "1. Ana Lima 2,000.00; 2. Bo Chen 1,000.00", "3,035.25 USD"))

    with step("ask with me, find, by deals and weeks") as note:
        deployment.ask_until("me is Ana Lima", "From now on you are Ana Lima")
        note(deployment.ask_until("me last week", "Ana Lima is number 1 of 4"))
        deployment.ask_until("find bo last week", "Bo Chen is number 2 of 4")
        deployment.ask_until("last week by deals", "1. Ana Lima 1 deal")
        deployment.ask_until("weeks", "2 weeks have sales", week)

    with step("ask with a client of the Model Context Protocol") as note:
        tools, text = deployment.call_tool("ranking", period="last week", top=2)
        assert tools == ["ranking", "person", "teams", "periods", "status"], tools
        assert "*Ana Lima* led with 2,000.00 USD" in text, text
        note(text.splitlines()[1])

    with step("delete a file") as note:
        deployment.delete("s.txt")
        note(deployment.ask_until("last week", "1. Ana Lima 2,000.00; 2. Cy Diaz 25.05", "2,035.25 USD"))

    with step("ask for a month and a quarter, across the border of both") as note:
        border = f"{header}2019-09-30,Gus Roe,EMEA,100.10\n2019-10-01,Gus Roe,EMEA,20\n2019-10-02,Hal Fox,APAC,30\n"
        deployment.put("border.csv", border)
        deployment.ask_until("2019-W40", "1. Gus Roe 120.10; 2. Hal Fox 30.00")
        deployment.ask_until("september 2019", "1. Gus Roe 100.10. Total 100.10 USD")
        note(deployment.ask_until("Q4 2019", "1. Hal Fox 30.00; 2. Gus Roe 20.00. Total 50.00 USD"))
        # Longer periods follow within a minute, in which the next steps run.
        deployment.put("border.csv", f"{header}2019-10-02,Hal Fox,APAC,31\n")

    with step("reject a bad file, keep the others") as note:
        deployment.put("bad.csv", "who,what\n1,2\n")
        note(deployment.ask_until("status", "bad.csv", "was rejected"))
        deployment.ask_until("last week", "2,035.25 USD")

    with step("receive duplicate notifications, and late ones for a deleted file") as note:
        url, _ = deployment.queue(f"{NAME}-sales")
        for key in ["monday.csv", "s.txt"]:
            record = {
                "eventSource": "aws:s3",
                "eventName": "ObjectCreated:Put",
                "eventTime": "2026-11-20T14:30:05.123Z",
                "s3": {"bucket": {"name": deployment.outputs["sales_bucket"]}, "object": {"key": f"sales/{key}"}},
            }
            for _ in range(3):
                deployment.client("sqs").send_message(QueueUrl=url, MessageBody=json.dumps({"Records": [record]}))
        wait_for_empty_queue(deployment)
        note(deployment.ask_until("last week", "1. Ana Lima 2,000.00; 2. Cy Diaz 25.05", "2,035.25 USD"))

    with step("find a replaced file in its month, and no longer in the one before") as note:
        note(deployment.ask_until("2019-10", "1. Hal Fox 31.00. Total 31.00 USD"))
        deployment.ask_until("september 2019", "No sales in September 2019")
        deployment.delete("border.csv")

    with step("take a notification that SNS has wrapped") as note:
        sns = deployment.client("sns")
        topic = sns.create_topic(Name="exports")["TopicArn"]
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=deployment.outputs["queue_arn"])

        def count():
            return sum("file sales/monday.csv ingested" in line for line in deployment.logs("recompute"))

        before = count()
        record["s3"]["object"]["key"] = "sales/monday.csv"
        sns.publish(TopicArn=topic, Message=json.dumps({"Records": [record]}))
        deployment.wait_for("the file to be read again", lambda: count() > before or None)
        note("read again")

    with step("have an unrecognized message among the dead letters within seconds") as note:
        url, _ = deployment.queue(f"{NAME}-sales")
        attributes = deployment.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        # The timeouts are those of production.
        assert int(attributes["VisibilityTimeout"]) == 6 * 300 + 1, attributes
        deployment.client("sqs").send_message(QueueUrl=url, MessageBody="hello")
        dead = deployment.wait_for("the dead letter", deployment.take_dead_letter)
        assert dead == "hello", dead
        deliveries = sum("unrecognized message" in line for line in deployment.logs("recompute"))
        assert deliveries == 10, deliveries
        deployment.ask_until("status", "message")
        note(f"after {deliveries} deliveries")

    with step("redeploy with events from EventBridge, uploading before and after") as note:
        # A message whose handling was interrupted is redelivered after six times as long (queue.tf). From here on,
        # processes are killed.
        deployment.variables["recompute_timeout"] = "10"
        # An additional file changes the hash of a package, so AWS sees new code.
        for package in deployment.packages.glob("*.zip"):
            with zipfile.ZipFile(package, "a") as archive:
                archive.writestr(zipfile.ZipInfo("deployed", (1980, 1, 1, 0, 0, 0)), "again")
        deployment.put("late.csv", f"{header}{monday},Eve,EMEA,5000\n")
        deployment.variables["sales_events"] = "eventbridge"
        deployment.apply()
        deployment.ask_until("last week", "1. Eve 5,000.00; 2. Ana Lima 2,000.00", "7,035.25 USD")
        deployment.put("d e+f/ü (2).csv", f"{header}{monday},Fay,EMEA,0.75\n")
        note(deployment.ask_until("last week", "7,036.00 USD"))

    with step("rebuild") as note:
        result = deployment.invoke("recompute", {"rebuild": {}})
        assert (result["objects"], result["failed"], result["next"]) == (7, [], None), result
        note(f"{result['objects']} objects")
        deployment.ask_until("last week", "7,036.00 USD")

    with step("find a deleted file in no quarter") as note:
        note(deployment.ask_until("Q4 2019", "No sales in Q4 2019"))

    # A week without sales from the other steps.
    crash_while_uploading(deployment, datetime.date(2025, 1, 6))

    with step("invoke slash-command as the warm-up schedule does") as note:
        schedule = deployment.client("scheduler").get_schedule(Name=f"{NAME}-warmer")
        result = deployment.invoke("slash_command", json.loads(schedule["Target"]["Input"]))
        assert result == {"warmed": True}, result
        note(f"{schedule['ScheduleExpression']} {result}")

    with step("reconcile as the nightly schedule does") as note:
        schedule = deployment.client("scheduler").get_schedule(Name=f"{NAME}-reconcile")
        result = deployment.invoke("recompute", json.loads(schedule["Target"]["Input"]))
        assert result["missed"] == result["failed"] == [] and result["left"] == 0, result
        note(f"{schedule['ScheduleExpression']} {result}")

    with step("refuse a forged signature, an expired one and a changed body") as note:
        body = "command=%2Fstandings&text="
        old = str(int(time.time()) - 600)
        digest = hmac.new(SECRET.encode(), f"v0:{int(time.time())}:{body}".encode(), hashlib.sha256).hexdigest()
        for status, content in [
            *[deployment.post(body, "v0=" + "0" * 64) for _ in range(3)],
            deployment.post(body, timestamp=old),
            deployment.post(body + "teams", f"v0={digest}"),
            deployment.post(body, ""),
        ]:
            assert status == 401 and not content, (status, content)
        note("401 without a body")

    with step("answer ssl_check, and refuse an unknown route") as note:
        assert deployment.post("ssl_check=1&token=x", "") == (200, "")
        status, _ = deployment.post(body, path="/slack/other")
        assert status == 404, status
        note("200 and 404")

    with step("dead-letter queue is empty"):
        _, waiting = deployment.queue(f"{NAME}-dead-letters")
        assert waiting == 0, f"{waiting} messages in the dead-letter queue"

    with step("logs have no error, name or secret") as note:
        lines = deployment.logs("recompute") + deployment.logs("slash-command")
        parsed = [json.loads(line) for line in lines if line.startswith("{")]
        assert any(line.get("message", "").endswith(" ingested") for line in parsed), lines[-20:]
        assert any("_aws" in line and "Lookups" in line for line in parsed), lines[-20:]
        unrecognized = "unrecognized message; it will go to the dead-letter queue"
        errors = [line for line in parsed if line.get("level") == "ERROR" and line.get("message") != unrecognized]
        assert not errors, errors
        note(f"{len(lines)} lines")
        for name in ["Ana Lima", "Bo Chen", SECRET]:
            assert not any(name in line for line in lines), f"{name if name != SECRET else 'the secret'} is in a log"

    with step("raise the alarms for what has happened, and no others") as note:
        raised = alarms_raised(deployment, parsed)
        assert raised == {"rejected-files", "wrong-signatures"}, raised
        note(", ".join(sorted(raised)))

    with step("refuse a response_url that is not Slack's") as note:
        with socket.socket() as elsewhere:
            elsewhere.bind(("127.0.0.1", 0))
            elsewhere.listen()
            elsewhere.settimeout(2)
            for scheme in ["http", "https"]:
                payload = {
                    "type": "block_actions",
                    "user": {"id": "U1"},
                    "response_url": f"{scheme}://127.0.0.1:{elsewhere.getsockname()[1]}/actions/T1/1/x",
                    "actions": [{"action_id": "a", "block_id": "b", "value": "/standings last week"}],
                }
                body = urllib.parse.urlencode({"payload": json.dumps(payload)})
                status, _ = deployment.post(body, path="/slack/interactions")
                assert status == 400, status
            with contextlib.suppress(TimeoutError):
                elsewhere.accept()
                raise AssertionError("a host other than Slack's was called")
        note("400, and no connection")


def alarms_raised(deployment, lines):
    """Returns the alarms that the metrics in the log lines would raise."""
    values = {}
    for line in lines:
        for directive in line.get("_aws", {}).get("CloudWatchMetrics", []):
            for metric in directive["Metrics"]:
                dimensions = frozenset((name, line[name]) for names in directive["Dimensions"] for name in names)
                value = line[metric["Name"]]
                series = values.setdefault((directive["Namespace"], metric["Name"], dimensions), [])
                series += value if isinstance(value, list) else [value]
    raised, watched = set(), 0
    for alarm in deployment.client("cloudwatch").describe_alarms()["MetricAlarms"]:
        dimensions = frozenset((dimension["Name"], dimension["Value"]) for dimension in alarm["Dimensions"])
        series = values.get((alarm["Namespace"], alarm["MetricName"], dimensions), [])
        watched += alarm["Namespace"] == "Standings"
        statistic = {"Sum": sum, "Maximum": max}.get(alarm.get("Statistic"))
        if series and statistic(series) > alarm["Threshold"]:
            raised.add(alarm["AlarmName"].removeprefix(f"{NAME}-"))
    assert watched >= 6, watched
    return raised


def crash_while_uploading(deployment, monday):
    """Kills recompute while files change. Once the queue is empty, replies must be those of the remaining files."""
    year, week_number, _ = monday.isocalendar()
    week = f"{year}-W{week_number:02}"
    teams = {"EMEA": ["Gil", "Hana", "Ida"], "APAC": ["Jun", "Kim", "Lena"]}
    files = {}

    def upload(key):
        files[key] = [(name, team, random.randint(-500, 100_000)) for team, names in teams.items() for name in names]
        rows = [f"{monday},{name},{team},{cents / 100:.2f}\n" for name, team, cents in files[key]]
        deployment.put(key, "sold_at,salesperson,team,amount\n" + "".join(rows))

    with step("kill -9 recompute while 40 files are uploaded, replaced and deleted") as note:
        killed, interrupted = 0, 0
        for number in range(40):
            upload(f"burst/{number}.csv")
            if number % 8 == 7:
                upload(f"burst/{random.randrange(number)}.csv")
                gone = f"burst/{random.choice(range(0, number, 2))}.csv"
                if files.pop(gone, None):
                    deployment.delete(gone)
            if number % 5 == 4:
                time.sleep(random.uniform(0, 0.3))
                killed += deployment.kill("recompute")
        # A message that a killed process was handling stays in the queue, invisible until it is redelivered. Without
        # such a message the kills have hit idle processes only and have tested nothing, so kill until there is one.
        while not interrupted:
            upload("burst/last.csv")
            time.sleep(random.uniform(0.1, 1))
            killed += deployment.kill("recompute")
            time.sleep(2)
            _, interrupted = deployment.queue(f"{NAME}-sales")
        wait_for_empty_queue(deployment, timeout=180)
        note(f"{killed} processes killed, {interrupted} messages redelivered")

    with step("every reply equals the ranking of the remaining files") as note:
        for team in [None, *teams]:
            amounts = {}
            for name, sold_in, cents in [row for rows in files.values() for row in rows]:
                if team in [None, sold_in]:
                    amounts[name] = amounts.get(name, 0) + cents
            top = sorted(amounts.items(), key=lambda pair: (-pair[1], pair[0]))[:3]
            ranking = "; ".join(f"{rank}. {name} {cents / 100:,.2f}" for rank, (name, cents) in enumerate(top, 1))
            text = deployment.ask_until(f"{week} {team or ''}", ranking, f"{sum(amounts.values()) / 100:,.2f} USD")
            if team is None:
                note(text)


def post_while_killed(deployment):
    """Runs scheduled posts while slash-command is killed, and while Slack is down and then does not respond.

    A post arrives once, or not at all: then its outcome is unknown, and the alarm says so.
    """
    scheduler = deployment.client("scheduler")
    schedule = scheduler.get_schedule(Name=f"{NAME}-post-hourly")["Target"]
    assert "<aws.scheduler.scheduled-time>" in schedule["Input"], schedule
    slack = deployment.slack
    started = len(deployment.logs("slash-command"))

    def run(occasion):
        # Each has a webhook of its own, so that the double can tell them apart.
        name = f"hourly-{occasion}"
        parameter = {"Name": f"/{NAME}/posts/{name}", "Type": "SecureString"}
        webhook = f"http://127.0.0.1:{slack.port}/services/T1/{name}"
        deployment.client("ssm").put_parameter(**parameter, Value=webhook)
        event = json.loads(schedule["Input"])
        event["post"] |= {"name": name, "scheduled_at": occasion}
        # As Scheduler invokes it: asynchronously, so that a failed invocation is repeated twice.
        arn = {"FunctionName": schedule["Arn"], "InvocationType": "Event"}
        deployment.client("lambda").invoke(**arn, Payload=json.dumps(event))
        return name

    killed = 0
    down = [run(f"down-{number}") for number in range(2)] if slack.down() is None else []
    time.sleep(2)
    slack.up()
    names = []
    for number in range(20):
        names.append(run(f"killed-{number}"))
        time.sleep(random.uniform(0, 0.15))
        killed += deployment.kill("slash-command")
    calm = [run(f"calm-{number}") for number in range(3)]

    def have_arrived(*wanted):
        arrived = {path.rpartition("/")[2] for path, _ in slack.posts}
        return set(wanted) <= arrived or None

    # Those for which Slack was down arrive when the invocation is repeated. Only then may it hang.
    deployment.wait_for("the posts to arrive", lambda: have_arrived(*calm, *down))
    slack.hangs = True
    hanging = run("hanging")
    deployment.wait_for("the post that gets no response", lambda: have_arrived(hanging))
    slack.hangs = False

    def ended():
        lines = [json.loads(line) for line in deployment.logs("slash-command")[started:] if line.startswith("{")]
        outcomes = {}
        for line in lines:
            fields = line.get("fields", line)
            if "post" in fields:
                outcomes.setdefault(fields["post"], []).append(fields["message"])
        final = {
            name: "unknown" if any("may not have arrived" in text for text in texts) else "sent"
            for name, texts in outcomes.items()
            if any("may not have arrived" in text or text.endswith((": sent", ": sent before")) for text in texts)
        }
        return (final, lines) if {*names, *calm, *down, hanging} <= set(final) else None

    final, lines = deployment.wait_for("all posts to end", ended, timeout=180)
    arrived = [path.rpartition("/")[2] for path, _ in slack.posts]
    for name in [*names, *calm, *down, hanging]:
        times = arrived.count(name)
        assert times <= 1, f"{name} arrived {times} times"
        assert times == 1 or final[name] == "unknown", f"{name} did not arrive, and is {final[name]}"
    assert all(final[name] == "sent" for name in [*calm, *down]), final
    assert final[hanging] == "unknown", final
    assert "posts-unknown" in alarms_raised(deployment, lines)
    text = slack.posts[0][1]
    assert "1. " in text, text
    unknown = sum(final[name] == "unknown" for name in names)
    return f"{killed} processes killed around {len(names)} posts: {len(names) - unknown} sent, {unknown} unknown"


def deploy_the_example(deployment):
    """Deploys an example as a stranger would: the packages of a release, a pipeline of two jobs, without the secret.

    Returns its outputs. It waits most of the time, so that it runs in the background.
    """
    release = deployment.folder / "releases/v0.0.1"
    release.mkdir(parents=True)
    packages = [f"{function}-{ARCHITECTURE}.zip" for function in FUNCTIONS]
    for package in packages:
        shutil.copy2(PACKAGES / package, release)
    sums = [f"{hashlib.sha256((release / package).read_bytes()).hexdigest()}  {package}\n" for package in packages]
    (release / "SHA256SUMS").write_text("".join(sums))
    environment = os.environ | {"STANDINGS_RELEASES": release.parent.as_uri()}
    plan_job, apply_job = deployment.folder / "plan-job", deployment.folder / "apply-job"

    def download():
        command = [sys.executable, str(ROOT / ".ci/download.py"), "v0.0.1", ARCHITECTURE]
        return subprocess.run(command, cwd=plan_job, env=environment, capture_output=True, text=True, check=False)

    ignored = shutil.ignore_patterns(".terraform*", "*.tfstate*", "*.tfvars", "tests")
    shutil.copytree(ROOT / "terraform", plan_job / "terraform", ignore=ignored)
    example = pathlib.Path("terraform/examples/minimal")
    deployment.use_local_aws(plan_job / example)
    with step("example: download the packages of a release") as note:
        done = download()
        assert done.returncode == 0, done.stderr
        (release / packages[0]).write_bytes(b"something else")
        refused = download()
        assert refused.returncode != 0 and "SHA-256" in refused.stderr, refused
        shutil.move(plan_job / "target/packages/v0.0.1", plan_job / example / "packages")
        note("checked, and refused after a change")
    with step("example: plan in one job, and apply in another"):
        parameter = "/slack/example/signing-secret"
        deployment.client("ssm").put_parameter(Name=parameter, Value=SECRET, Type="SecureString")
        variables = {
            "packages": "packages",
            "architecture": ARCHITECTURE,
            "slack_signing_secret_parameter": parameter,
        }
        deployment.run_terraform(plan_job / example, "init")
        deployment.run_terraform(plan_job / example, "plan", "-input=false", "-out=plan", **variables)
        shutil.move(plan_job, apply_job)
        # No variable and no secret: they are in the plan and in the parameter.
        deployment.run_terraform(apply_job / example, "apply", "-input=false", "plan")
    outputs = json.loads(deployment.run_terraform(apply_job / example, "output", "-json").stdout)
    return outputs["standings"]["value"]


def use_the_example(deployment, outputs):
    with step("example: upload a file and ask") as note:
        own, deployment.outputs = deployment.outputs, outputs
        try:
            today = datetime.datetime.now(datetime.UTC).date()
            deployment.put("a.csv", f"Date,Rep,Total\n{today},Ana Lima,7.50\n")
            note(deployment.ask_until("", "1. Ana Lima 7,50. Total 7,50 EUR"))
            assert len(outputs["protected"]) == 3, outputs["protected"]
        finally:
            deployment.outputs = own


def plan_the_other_examples(deployment):
    """Plans the examples that need what only an organization has, with made-up names of it."""
    sales = deployment.client("s3")
    sales.create_bucket(Bucket="acme-exports")
    key = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    packages = str(deployment.packages)
    for name, variables in {
        "existing-bucket": {
            "bucket": "acme-exports",
            "packages": "acme-packages",
            "release": "v0.0.1",
            "kms_key_arn": key,
            "permissions_boundary_arn": "arn:aws:iam::123456789012:policy/boundary",
            "vpc": '{ subnet_ids = ["subnet-0a"], security_group_ids = ["sg-0a"] }',
            "alarm_topic_arn": "arn:aws:sns:us-east-1:123456789012:pager",
        },
        "two-environments": {"packages": json.dumps({"staging": packages, "production": packages})},
    }.items():
        with step(f"plan the example {name}") as note:
            folder = deployment.folder / name
            shutil.copytree(ROOT / "terraform", folder, ignore=shutil.ignore_patterns(".terraform*", "tests"))
            example = folder / "examples" / name
            deployment.use_local_aws(example)
            for package in deployment.packages.glob("*.zip"):
                # The example deploys arm64, whose packages cannot be built everywhere. A plan only reads their hashes.
                for architecture in ["arm64", "x86_64"]:
                    target = deployment.packages / f"{package.name.rpartition('-')[0]}-{architecture}.zip"
                    if not target.exists():
                        shutil.copy2(package, target)
            deployment.run_terraform(example, "init")
            done = deployment.run_terraform(example, "plan", "-input=false", "-no-color", **variables)
            note(next(line for line in done.stdout.splitlines() if line.startswith("Plan:")))


def search_for_secret(deployment):
    """Returns how many files were searched. Fails if one contains the signing secret, plain or in Base64."""
    needles = [SECRET.encode(), base64.b64encode(SECRET.encode())]
    searched = 0
    folders = [deployment.terraform_folder, deployment.packages, deployment.folder / "apply-job"]
    for path in [*(path for folder in folders for path in folder.rglob("*")), deployment.folder / "terraform.log"]:
        if path.is_file() and ".terraform/" not in str(path):
            content = path.read_bytes()
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as archive:
                    content += b"".join(archive.read(name) for name in archive.namelist())
            assert not any(needle in content for needle in needles), f"the secret is in {path}"
            searched += 1
    return searched


def resource_names(deployment):
    """Returns the names of all buckets, functions, tables, queues and log groups."""
    names = [bucket["Name"] for bucket in deployment.client("s3").list_buckets()["Buckets"]]
    names += [function["FunctionName"] for function in deployment.client("lambda").list_functions()["Functions"]]
    names += deployment.client("dynamodb").list_tables()["TableNames"]
    names += deployment.client("sqs").list_queues().get("QueueUrls", [])
    names += [group["logGroupName"] for group in deployment.client("logs").describe_log_groups()["logGroups"]]
    return names


def main():
    for package in [f"{function}-{ARCHITECTURE}.zip" for function in FUNCTIONS]:
        if not (PACKAGES / package).is_file():
            sys.exit(f"{PACKAGES / package} is missing: run .ci/package.sh first")
    # SystemExit runs the clean-up below, as Ctrl-C does.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("e2e: terminated"))
    started = time.monotonic()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="standings-e2e-"))
    deployment = Deployment(folder)
    try:
        with deployment.aws(), concurrent.futures.ThreadPoolExecutor(1) as background:
            try:
                deployment.copy_terraform()
                with step("terraform init"):
                    deployment.terraform("init")
                example = background.submit(deploy_the_example, deployment)
                with step("terraform apply") as note:
                    deployment.apply()
                    note(deployment.outputs["commands_url"])
                with step("terraform plan") as note:
                    changes = deployment.plan_changes()
                    assert changes is None, f"a second apply would change something:\n{changes}"
                    note("no changes")
                with step("terraform apply again"):
                    deployment.apply()
                use_for_a_week(deployment)
                with step("terraform plan after the week") as note:
                    changes = deployment.plan_changes()
                    assert changes is None, f"the deployment has drifted:\n{changes}"
                    note("no changes")
                use_the_example(deployment, example.result())
                # It waits most of the time, and kills only the functions of the first deployment.
                posts = background.submit(post_while_killed, deployment)
                plan_the_other_examples(deployment)
                with step("posts arrive once while slash-command is killed and Slack is down") as note:
                    note(posts.result())
                with step("search state, plan, logs and packages for the secret") as note:
                    note(f"not in {search_for_secret(deployment)} files")
                with step("terraform destroy") as note:
                    deployment.terraform("destroy", "-auto-approve", "-input=false", "-no-color")
                    left = [name for name in resource_names(deployment) if NAME in name]
                    assert not left, f"not destroyed: {left}"
                    note("no resource left")
            except BaseException:
                for function in ["recompute", "slash-command"]:
                    lines = [line.rstrip() for line in deployment.logs(function)][-60:]
                    print(f"--- last log lines of {function}", *lines, sep="\n", file=sys.stderr)
                raise
        print(f"{time.monotonic() - started:6.1f} s  total")
    except AssertionError as error:
        print(f"--- end of ministack's log\n{(folder / 'ministack.log').read_text()[-3000:]}", file=sys.stderr)
        sys.exit(f"e2e failed: {error}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
