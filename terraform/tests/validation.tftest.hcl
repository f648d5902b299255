# A wrong value fails in plan, with a sentence that helps. Offline: `terraform test`.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  package_dir          = "tests/packages"
  slack_signing_secret = "8f742231b10e8888abcd99yyyzzz85a5"
}

run "name_1" {
  command = plan

  variables {
    name = "St"
  }

  expect_failures = [var.name]
}

run "name_2" {
  command = plan

  variables {
    name = "standings-"
  }

  expect_failures = [var.name]
}

run "name_3" {
  command = plan

  variables {
    name = "a-name-that-is-much-too-long-for-buckets"
  }

  expect_failures = [var.name]
}

run "region_1" {
  command = plan

  variables {
    region = "Frankfurt"
  }

  expect_failures = [var.region]
}

run "time_zone_1" {
  command = plan

  variables {
    time_zone = "CET"
  }

  expect_failures = [var.time_zone]
}

run "time_zone_2" {
  command = plan

  variables {
    time_zone = "Berlin"
  }

  expect_failures = [var.time_zone]
}

run "currency_1" {
  command = plan

  variables {
    currency = "euro"
  }

  expect_failures = [var.currency]
}

run "currency_2" {
  command = plan

  variables {
    currency = "€"
  }

  expect_failures = [var.currency]
}

run "columns_1" {
  command = plan

  variables {
    columns = { seller = "Rep" }
  }

  expect_failures = [var.columns]
}

run "columns_2" {
  command = plan

  variables {
    columns = { amount = "Net, EUR" }
  }

  expect_failures = [var.columns]
}

run "columns_3" {
  command = plan

  variables {
    columns = { amount = " " }
  }

  expect_failures = [var.columns]
}

run "sales_bucket_1" {
  command = plan

  variables {
    sales_bucket = "s3://acme/exports"
  }

  expect_failures = [var.sales_bucket]
}

run "sales_prefix_1" {
  command = plan

  variables {
    sales_prefix = "sales"
  }

  expect_failures = [var.sales_prefix]
}

run "sales_prefix_2" {
  command = plan

  variables {
    sales_prefix = "/sales/"
  }

  expect_failures = [var.sales_prefix]
}

run "sales_events_1" {
  command = plan

  variables {
    sales_events = "sns"
  }

  expect_failures = [var.sales_events]
}

run "sales_expiration_days_1" {
  command = plan

  variables {
    sales_expiration_days = 7
  }

  expect_failures = [var.sales_expiration_days]
}

run "sales_expiration_days_2" {
  command = plan

  variables {
    sales_expiration_days = 30.5
  }

  expect_failures = [var.sales_expiration_days]
}

run "slack_signing_secret_1" {
  command = plan

  variables {
    slack_signing_secret = "xoxb-1234-5678"
  }

  expect_failures = [var.slack_signing_secret]
}

run "slack_signing_secret_2" {
  command = plan

  variables {
    slack_signing_secret = ""
  }

  expect_failures = [var.slack_signing_secret]
}

run "slack_signing_secret_version_1" {
  command = plan

  variables {
    slack_signing_secret_version = 0
  }

  expect_failures = [var.slack_signing_secret_version]
}

run "slack_signing_secret_parameter_1" {
  command = plan

  variables {
    slack_signing_secret_parameter = "slack-secret"
  }

  expect_failures = [var.slack_signing_secret_parameter]
}

run "slack_command_1" {
  command = plan

  variables {
    slack_command = "standings"
  }

  expect_failures = [var.slack_command]
}

run "slack_command_2" {
  command = plan

  variables {
    slack_command = "/Standings"
  }

  expect_failures = [var.slack_command]
}

run "ranking_style_1" {
  command = plan

  variables {
    ranking_style = "blocks"
  }

  expect_failures = [var.ranking_style]
}

run "allowed_1" {
  command = plan

  variables {
    allowed = { channels = ["#sales"] }
  }

  expect_failures = [var.allowed]
}

run "allowed_2" {
  command = plan

  variables {
    allowed = { users = ["ana"] }
  }

  expect_failures = [var.allowed]
}

run "allowed_3" {
  command = plan

  variables {
    allowed = { workspaces = ["acme"] }
  }

  expect_failures = [var.allowed]
}

run "allowed_4" {
  command = plan

  variables {
    allowed = { apps = ["T1"] }
  }

  expect_failures = [var.allowed]
}

run "allowed_5" {
  command = plan

  variables {
    allowed = { enterprises = ["a,b"] }
  }

  expect_failures = [var.allowed]
}

run "architecture_1" {
  command = plan

  variables {
    architecture = "arm"
  }

  expect_failures = [var.architecture]
}

run "recompute_memory_1" {
  command = plan

  variables {
    recompute_memory = 128
  }

  expect_failures = [var.recompute_memory]
}

run "recompute_memory_2" {
  command = plan

  variables {
    recompute_memory = 20480
  }

  expect_failures = [var.recompute_memory]
}

run "recompute_timeout_1" {
  command = plan

  variables {
    recompute_timeout = 1000
  }

  expect_failures = [var.recompute_timeout]
}

run "recompute_timeout_2" {
  command = plan

  variables {
    recompute_timeout = 5
  }

  expect_failures = [var.recompute_timeout]
}

run "recompute_concurrency_1" {
  command = plan

  variables {
    recompute_concurrency = 1
  }

  expect_failures = [var.recompute_concurrency]
}

run "batch_size_1" {
  command = plan

  variables {
    batch_size = 5000
  }

  expect_failures = [var.batch_size]
}

run "batch_window_1" {
  command = plan

  variables {
    batch_window = 0
  }

  expect_failures = [var.batch_window]
}

run "slash_command_memory_1" {
  command = plan

  variables {
    slash_command_memory = 64
  }

  expect_failures = [var.slash_command_memory]
}

run "reserved_concurrency_1" {
  command = plan

  variables {
    reserved_concurrency = 0
  }

  expect_failures = [var.reserved_concurrency]
}

run "provisioned_concurrency_1" {
  command = plan

  variables {
    provisioned_concurrency = 0
  }

  expect_failures = [var.provisioned_concurrency]
}

run "log_level_1" {
  command = plan

  variables {
    log_level = "verbose"
  }

  expect_failures = [var.log_level]
}

run "log_retention_days_1" {
  command = plan

  variables {
    log_retention_days = 10
  }

  expect_failures = [var.log_retention_days]
}

run "throttle_rate_1" {
  command = plan

  variables {
    throttle_rate = 0
  }

  expect_failures = [var.throttle_rate]
}

run "throttle_burst_1" {
  command = plan

  variables {
    throttle_burst = 0.5
  }

  expect_failures = [var.throttle_burst]
}

run "domain_1" {
  command = plan

  variables {
    domain = { name = "example", certificate_arn = "arn:aws:acm:us-east-1:1:certificate/1" }
  }

  expect_failures = [var.domain]
}

run "domain_2" {
  command = plan

  variables {
    domain = { name = "s.example.com", certificate_arn = "cert" }
  }

  expect_failures = [var.domain]
}

run "alarm_topic_arn_1" {
  command = plan

  variables {
    alarm_topic_arn = "alarms"
  }

  expect_failures = [var.alarm_topic_arn]
}

run "alarm_email_1" {
  command = plan

  variables {
    alarm_email = "ops"
  }

  expect_failures = [var.alarm_email]
}

run "no_secret_at_all" {
  command = plan

  variables {
    slack_signing_secret = null
  }

  expect_failures = [aws_ssm_parameter.slack_signing_secret]
}
