# Lists that exist in two places agree. Offline: `terraform test`.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  package              = { dir = "tests/packages" }
  slack_signing_secret = "92f5a1c7e0b3d86447aa5c19fe02d8b3"
  alarm_email          = "oncall@example.com"
  # With all that is optional.
  sales_bucket = "acme-exports"
  expected     = { emea = { prefix = "sales/emea/", every = "day", by = "07:00" } }
  posts        = { monday = { question = "last week top 5", schedule = "cron(0 9 ? * MON *)" } }
}

run "example_lists_every_variable" {
  command = plan

  assert {
    condition = setsubtract(
      flatten([for file in fileset(path.module, "variables*.tf") : regexall("(?m)^variable \"([a-z0-9_]+)\"", file("${path.module}/${file}"))]),
      flatten(regexall("(?m)^(?:# )?([a-z0-9_]+) +=", file("${path.module}/terraform.tfvars.example"))),
    ) == toset(["slack_signing_secret", "post_secrets"])
    error_message = "terraform.tfvars.example must list every variable except slack_signing_secret and post_secrets, which belong in the environment."
  }
}

run "every_validation_has_a_rejected_value" {
  command = plan

  assert {
    condition = alltrue(flatten([
      for file in fileset(path.module, "variables*.tf") : [
        for block in slice(split("\nvariable ", file("${path.module}/${file}")), 1, length(split("\nvariable ", file("${path.module}/${file}")))) :
        length(regexall("validation \\{", block)) <= sum([
          for tests in fileset(path.module, "tests/validation*.tftest.hcl") :
          length(regexall("expect_failures = \\[var\\.${regex("^\"([a-z0-9_]+)\"", block)[0]}\\]", file("${path.module}/${tests}")))
        ])
      ]
    ]))
    error_message = "Every validation of a variable needs a run in one of validation*.tftest.hcl with a value that it rejects."
  }
}

# The arms of `fn name` in the reader look like `Self::SoldAt => "sold_at"`. Without that function, `regex` fails the run.
run "columns_are_those_of_the_reader" {
  command = plan

  assert {
    condition = toset(local.reader_columns) == toset(flatten(regexall(
      "Self::[A-Za-z]+ => \"([a-z_]+)\"",
      regex("(?s)fn name\\(.*?\n    }\n", file("${path.module}/../functions/reader/src/columns/field.rs")),
    )))
    error_message = "local.reader_columns in locals.tf must list the columns of functions/reader/src/columns/field.rs (fn name), no more and no fewer."
  }
}

# The fields of `struct Options` look like `date_order: Option<DateOrderOption>,`.
run "options_of_sources_are_those_of_recompute" {
  command = plan

  assert {
    condition = toset(local.source_options) == toset(flatten(regexall(
      "(?m)^    ([a-z_]+): ",
      regex("(?s)\nstruct Options \\{.*?\n}\n", file("${path.module}/../functions/recompute/src/sources.rs")),
    )))
    error_message = "local.source_options in locals.tf must list the options of functions/recompute/src/sources.rs (struct Options), no more and no fewer."
  }
}

run "the_last_delivery_is_that_of_the_queue" {
  command = plan

  assert {
    condition     = tonumber(regex("MAX_RECEIVES: u32 = ([0-9]+);", file("${path.module}/../functions/recompute/src/redelivery.rs"))[0]) == jsondecode(aws_sqs_queue.sales.redrive_policy).maxReceiveCount
    error_message = "MAX_RECEIVES in functions/recompute/src/redelivery.rs must be maxReceiveCount of queue.tf: the status says which delivery was the last."
  }
}

# fixtures/metrics has the metrics that the tests of both functions saw in the log lines of the binaries, with their dimensions.
run "every_metric_is_written_and_monitored" {
  command = plan

  assert {
    condition = toset(concat([aws_cloudwatch_log_metric_filter.throttled.metric_transformation[0].name], flatten([
      for file in fileset("${path.module}/../fixtures/metrics", "*.json") : keys(jsondecode(file("${path.module}/../fixtures/metrics/${file}")))
      ]))) == toset(concat(
      [for alarm in local.alarms : alarm.metric if alarm.namespace == "Standings"],
      flatten(regexall("\\[\"Standings\", \"([A-Za-z]+)\"", file("${path.module}/dashboard.tf"))),
    ))
    error_message = "The metrics that the functions write must be exactly those of alarms.tf and dashboard.tf (namespace Standings)."
  }

  # A post that may not have arrived cannot be made in a test of the binary, which calls only Slack's hosts.
  assert {
    condition = alltrue([
      for name, alarm in local.alarms : contains(
        jsondecode(file("${path.module}/../fixtures/metrics/${alarm.dimensions.function == local.slash_command_name ? "slash-command" : "recompute"}.json"))[alarm.metric],
        join(",", [for dimension, value in alarm.dimensions : dimension == "function" ? dimension : "${dimension}=${value}"]),
      ) if alarm.namespace == "Standings" && !contains(["posts-unknown", "throttled-requests"], name)
    ])
    error_message = "The dimensions of each alarm of the namespace Standings must be those that a function has been seen to write."
  }
}

# The tables of README.md whose first column is a single name in backticks: Settings, Alarms and Metrics.
run "every_setting_alarm_and_metric_is_documented" {
  command = plan

  assert {
    condition = toset(flatten(regexall("(?m)^\\| `([A-Za-z0-9_-]+)` \\|", file("${path.module}/README.md")))) == toset(concat(
      keys(local.recompute_settings),
      keys(local.slash_command_settings),
      ["SLACK_SIGNING_SECRET", "SLACK_VERIFICATION_TOKEN", "LOCAL_SLACK", "AWS_LAMBDA_LOG_LEVEL", "AWS_LAMBDA_FUNCTION_NAME"],
      keys(local.alarms),
      [for alarm in local.alarms : alarm.metric if alarm.namespace == "Standings"],
      flatten(regexall("\\[\"Standings\", \"([A-Za-z]+)\"", file("${path.module}/dashboard.tf"))),
    ))
    error_message = "The tables Settings, Alarms and Metrics of README.md must list exactly what locals.tf, alarms.tf and dashboard.tf have, and the settings that Terraform does not set."
  }

  assert {
    condition = length(setsubtract(
      flatten(regexall("(?m)^\\| `([A-Z_]+)` \\|", file("${path.module}/README.md"))),
      concat(["AWS_MAX_ATTEMPTS"], flatten([ # read by the SDK
        for file in fileset("${path.module}/../functions", "{lambda,recompute,slash-command}/src/**/*.rs") :
        regexall("\"([A-Z_]+)\"", file("${path.module}/../functions/${file}"))
      ])),
    )) == 0
    error_message = "README.md (Settings) has an environment variable that no function reads."
  }
}
