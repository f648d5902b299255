# What is written in two places is the same in both. Offline: `terraform test`.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  package_dir          = "tests/packages"
  slack_signing_secret = "8f742231b10e8888abcd99yyyzzz85a5"
}

run "the_example_has_every_variable" {
  command = plan

  assert {
    condition = setsubtract(
      flatten(regexall("(?m)^variable \"([a-z_]+)\"", file("${path.module}/variables.tf"))),
      flatten(regexall("(?m)^(?:# )?([a-z_]+) +=", file("${path.module}/terraform.tfvars.example"))),
    ) == toset(["slack_signing_secret"])
    error_message = "terraform.tfvars.example is to have every variable but the secret, which belongs into no file."
  }
}

run "every_validation_is_tested" {
  command = plan

  assert {
    condition = length(setsubtract(
      [
        for block in split("\nvariable ", file("${path.module}/variables.tf")) :
        regex("^\"([a-z_]+)\"", block)[0] if strcontains(block, "validation {")
      ],
      flatten(regexall("expect_failures = \\[var\\.([a-z_]+)\\]", file("${path.module}/tests/validation.tftest.hcl"))),
    )) == 0
    error_message = "Each validation is to have a value that it refuses, in validation.tftest.hcl."
  }
}

run "every_metric_is_written_by_a_function_and_looked_at" {
  command = plan

  assert {
    condition = toset(flatten([
      for file in ["recompute/src/metrics.rs", "slash-command/src/handler.rs"] :
      regexall("\\.with\\(\"([A-Za-z]+)\", Unit::", file("${path.module}/../functions/${file}"))
      ])) == toset(concat(
      [for alarm in local.alarms : alarm.metric if alarm.namespace == "Standings"],
      flatten(regexall("\\[\"Standings\", \"([A-Za-z]+)\"", file("${path.module}/dashboard.tf"))),
    ))
    error_message = "Alarms and dashboard are to use the metrics that the functions write, and all of them."
  }
}
