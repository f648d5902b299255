# Invalid values of variables fail in `plan`. Offline: `terraform test`.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  package_dir          = "tests/packages"
  slack_signing_secret = "8f742231b10e8888abcd99yyyzzz85a5"
}

run "name_rejects_uppercase" {
  command = plan

  variables {
    name = "St"
  }

  expect_failures = [var.name]
}

run "name_rejects_trailing_hyphen" {
  command = plan

  variables {
    name = "standings-"
  }

  expect_failures = [var.name]
}

run "name_rejects_more_than_32_characters" {
  command = plan

  variables {
    name = "a-name-that-is-much-too-long-for-buckets"
  }

  expect_failures = [var.name]
}

run "region_rejects_a_city" {
  command = plan

  variables {
    region = "Frankfurt"
  }

  expect_failures = [var.region]
}

run "time_zone_rejects_abbreviation" {
  command = plan

  variables {
    time_zone = "CET"
  }

  expect_failures = [var.time_zone]
}

run "time_zone_rejects_city_without_area" {
  command = plan

  variables {
    time_zone = "Berlin"
  }

  expect_failures = [var.time_zone]
}

run "currency_rejects_a_word" {
  command = plan

  variables {
    currency = "euro"
  }

  expect_failures = [var.currency]
}

run "currency_rejects_a_symbol" {
  command = plan

  variables {
    currency = "€"
  }

  expect_failures = [var.currency]
}

run "columns_rejects_unknown_column" {
  command = plan

  variables {
    columns = { seller = "Rep" }
  }

  expect_failures = [var.columns]
}

run "columns_rejects_name_with_comma" {
  command = plan

  variables {
    columns = { amount = "Net, EUR" }
  }

  expect_failures = [var.columns]
}

run "columns_rejects_blank_name" {
  command = plan

  variables {
    columns = { amount = " " }
  }

  expect_failures = [var.columns]
}

run "sales_bucket_rejects_url" {
  command = plan

  variables {
    sales_bucket = "s3://acme/exports"
  }

  expect_failures = [var.sales_bucket]
}

run "sales_prefix_rejects_missing_trailing_slash" {
  command = plan

  variables {
    sales_prefix = "sales"
  }

  expect_failures = [var.sales_prefix]
}

run "sales_prefix_rejects_leading_slash" {
  command = plan

  variables {
    sales_prefix = "/sales/"
  }

  expect_failures = [var.sales_prefix]
}

run "sales_events_rejects_unknown_source" {
  command = plan

  variables {
    sales_events = "sns"
  }

  expect_failures = [var.sales_events]
}

run "sales_expiration_days_rejects_less_than_28" {
  command = plan

  variables {
    sales_expiration_days = 7
  }

  expect_failures = [var.sales_expiration_days]
}

run "sales_expiration_days_rejects_fraction" {
  command = plan

  variables {
    sales_expiration_days = 30.5
  }

  expect_failures = [var.sales_expiration_days]
}

run "slack_signing_secret_rejects_bot_token" {
  command = plan

  variables {
    slack_signing_secret = "xoxb-1234-5678"
  }

  expect_failures = [var.slack_signing_secret]
}

run "slack_signing_secret_rejects_empty_string" {
  command = plan

  variables {
    slack_signing_secret = ""
  }

  expect_failures = [var.slack_signing_secret]
}

run "slack_signing_secret_version_rejects_zero" {
  command = plan

  variables {
    slack_signing_secret_version = 0
  }

  expect_failures = [var.slack_signing_secret_version]
}

run "slack_signing_secret_parameter_rejects_relative_name" {
  command = plan

  variables {
    slack_signing_secret_parameter = "slack-secret"
  }

  expect_failures = [var.slack_signing_secret_parameter]
}

run "slack_command_rejects_missing_slash" {
  command = plan

  variables {
    slack_command = "standings"
  }

  expect_failures = [var.slack_command]
}

run "slack_command_rejects_uppercase" {
  command = plan

  variables {
    slack_command = "/Standings"
  }

  expect_failures = [var.slack_command]
}

run "ranking_style_rejects_unknown_style" {
  command = plan

  variables {
    ranking_style = "blocks"
  }

  expect_failures = [var.ranking_style]
}

run "allowed_rejects_channel_name" {
  command = plan

  variables {
    allowed = { channels = ["#sales"] }
  }

  expect_failures = [var.allowed]
}

run "allowed_rejects_user_name" {
  command = plan

  variables {
    allowed = { users = ["ana"] }
  }

  expect_failures = [var.allowed]
}

run "allowed_rejects_workspace_name" {
  command = plan

  variables {
    allowed = { workspaces = ["acme"] }
  }

  expect_failures = [var.allowed]
}

run "allowed_rejects_workspace_id_as_app" {
  command = plan

  variables {
    allowed = { apps = ["T1"] }
  }

  expect_failures = [var.allowed]
}

run "allowed_rejects_enterprise_with_comma" {
  command = plan

  variables {
    allowed = { enterprises = ["a,b"] }
  }

  expect_failures = [var.allowed]
}

run "architecture_rejects_unknown_instruction_set" {
  command = plan

  variables {
    architecture = "arm"
  }

  expect_failures = [var.architecture]
}

run "recompute_memory_rejects_less_than_512" {
  command = plan

  variables {
    recompute_memory = 128
  }

  expect_failures = [var.recompute_memory]
}

run "recompute_memory_rejects_more_than_10240" {
  command = plan

  variables {
    recompute_memory = 20480
  }

  expect_failures = [var.recompute_memory]
}

run "recompute_timeout_rejects_more_than_900" {
  command = plan

  variables {
    recompute_timeout = 1000
  }

  expect_failures = [var.recompute_timeout]
}

run "recompute_timeout_rejects_less_than_10" {
  command = plan

  variables {
    recompute_timeout = 5
  }

  expect_failures = [var.recompute_timeout]
}

run "recompute_concurrency_rejects_less_than_2" {
  command = plan

  variables {
    recompute_concurrency = 1
  }

  expect_failures = [var.recompute_concurrency]
}

run "batch_size_rejects_more_than_1000" {
  command = plan

  variables {
    batch_size = 5000
  }

  expect_failures = [var.batch_size]
}

run "batch_window_rejects_zero" {
  command = plan

  variables {
    batch_window = 0
  }

  expect_failures = [var.batch_window]
}

run "slash_command_memory_rejects_less_than_128" {
  command = plan

  variables {
    slash_command_memory = 64
  }

  expect_failures = [var.slash_command_memory]
}

run "reserved_concurrency_rejects_zero" {
  command = plan

  variables {
    reserved_concurrency = 0
  }

  expect_failures = [var.reserved_concurrency]
}

run "provisioned_concurrency_rejects_zero" {
  command = plan

  variables {
    provisioned_concurrency = 0
  }

  expect_failures = [var.provisioned_concurrency]
}

run "log_level_rejects_unknown_level" {
  command = plan

  variables {
    log_level = "verbose"
  }

  expect_failures = [var.log_level]
}

run "log_retention_days_rejects_unsupported_retention" {
  command = plan

  variables {
    log_retention_days = 10
  }

  expect_failures = [var.log_retention_days]
}

run "throttle_rate_rejects_zero" {
  command = plan

  variables {
    throttle_rate = 0
  }

  expect_failures = [var.throttle_rate]
}

run "throttle_burst_rejects_fraction" {
  command = plan

  variables {
    throttle_burst = 0.5
  }

  expect_failures = [var.throttle_burst]
}

run "domain_rejects_name_without_dot" {
  command = plan

  variables {
    domain = { name = "example", certificate_arn = "arn:aws:acm:us-east-1:1:certificate/1" }
  }

  expect_failures = [var.domain]
}

run "domain_rejects_invalid_certificate_arn" {
  command = plan

  variables {
    domain = { name = "s.example.com", certificate_arn = "cert" }
  }

  expect_failures = [var.domain]
}

run "alarm_topic_arn_rejects_topic_name" {
  command = plan

  variables {
    alarm_topic_arn = "alarms"
  }

  expect_failures = [var.alarm_topic_arn]
}

run "alarm_email_rejects_address_without_at" {
  command = plan

  variables {
    alarm_email = "ops"
  }

  expect_failures = [var.alarm_email]
}

run "missing_signing_secret_is_rejected" {
  command = plan

  variables {
    slack_signing_secret = null
  }

  expect_failures = [aws_ssm_parameter.slack_signing_secret]
}

run "date_order_rejects_dmy" {
  command = plan

  variables {
    date_order = "dmy"
  }

  expect_failures = [var.date_order]
}

run "sources_rejects_prefix_outside" {
  command = plan

  variables {
    sources = [{ prefix = "other/" }]
  }

  expect_failures = [var.sources]
}

run "sources_rejects_the_prefix_of_all_files" {
  command = plan

  variables {
    sources = [{ prefix = "sales/" }]
  }

  expect_failures = [var.sources]
}

run "sources_rejects_prefix_twice" {
  command = plan

  variables {
    sources = [{ prefix = "sales/a/" }, { prefix = "sales/a/" }]
  }

  expect_failures = [var.sources]
}

run "sources_rejects_time_zone_abbreviation" {
  command = plan

  variables {
    sources = [{ prefix = "sales/a/", time_zone = "CET" }]
  }

  expect_failures = [var.sources]
}

run "sources_rejects_date_order" {
  command = plan

  variables {
    sources = [{ prefix = "sales/a/", date_order = "dmy" }]
  }

  expect_failures = [var.sources]
}

run "sources_rejects_decimal_mark" {
  command = plan

  variables {
    sources = [{ prefix = "sales/a/", decimal_mark = "," }]
  }

  expect_failures = [var.sources]
}

run "sources_rejects_currency_name" {
  command = plan

  variables {
    sources = [{ prefix = "sales/a/", currency = "euro" }]
  }

  expect_failures = [var.sources]
}

run "sources_rejects_unknown_column" {
  command = plan

  variables {
    sources = [{ prefix = "sales/a/", columns = { boss = "Name" } }]
  }

  expect_failures = [var.sources]
}

run "sources_rejects_sales_without_values" {
  command = plan

  variables {
    sources = [{ prefix = "sales/a/", sales = { column = "Stage", values = [] } }]
  }

  expect_failures = [var.sources]
}

run "sales_kms_key_arns_rejects_alias" {
  command = plan

  variables {
    sales_kms_key_arns = ["arn:aws:kms:us-east-1:123456789012:alias/sales"]
  }

  expect_failures = [var.sales_kms_key_arns]
}

run "fiscal_year_start_rejects_a_month_that_does_not_exist" {
  command = plan

  variables {
    fiscal_year_start = 13
  }

  expect_failures = [var.fiscal_year_start]
}

run "fiscal_year_name_rejects_other_words" {
  command = plan

  variables {
    fiscal_year_name = "both"
  }

  expect_failures = [var.fiscal_year_name]
}

run "posts_rejects_name_in_capitals" {
  command = plan

  variables {
    posts = { Monday = { question = "top 5", schedule = "rate(7 days)" } }
  }

  expect_failures = [var.posts]
}

run "posts_rejects_empty_question" {
  command = plan

  variables {
    posts = { monday = { question = " ", schedule = "rate(7 days)" } }
  }

  expect_failures = [var.posts]
}

run "posts_rejects_plain_cron" {
  command = plan

  variables {
    posts = { monday = { question = "top 5", schedule = "0 9 * * 1" } }
  }

  expect_failures = [var.posts]
}

run "posts_rejects_time_zone_abbreviation" {
  command = plan

  variables {
    posts = { monday = { question = "top 5", schedule = "rate(7 days)", time_zone = "CET" } }
  }

  expect_failures = [var.posts]
}

run "posts_rejects_channel_name" {
  command = plan

  variables {
    posts = { monday = { question = "top 5", schedule = "rate(7 days)", channel = "#sales" } }
  }

  expect_failures = [var.posts]
}

run "posts_rejects_fraction_of_a_version" {
  command = plan

  variables {
    posts = { monday = { question = "top 5", schedule = "rate(7 days)", secret_version = 1.5 } }
  }

  expect_failures = [var.posts]
}

run "post_secrets_rejects_a_signing_secret" {
  command = plan

  variables {
    posts        = { monday = { question = "top 5", schedule = "rate(7 days)", secret_version = 1 } }
    post_secrets = { monday = "8f742231b10e8888abcd99yyyzzz85a5" }
  }

  expect_failures = [var.post_secrets]
}

run "posts_reject_a_secret_version_without_a_secret" {
  command = plan

  variables {
    posts = { monday = { question = "top 5", schedule = "rate(7 days)", secret_version = 1 } }
  }

  expect_failures = [aws_ssm_parameter.post["monday"]]
}
