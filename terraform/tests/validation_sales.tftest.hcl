# Invalid values of variables about files and Slack fail in `plan`. Offline: `terraform test`.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  package              = { dir = "tests/packages" }
  slack_signing_secret = "8f742231b10e8888abcd99yyyzzz85a5"
  alarm_email          = "oncall@example.com"
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
    sales_bucket = "acme-exports"
    sales_events = "sqs"
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
    sales_bucket       = "acme-exports"
    sales_kms_key_arns = ["arn:aws:kms:us-east-1:123456789012:alias/sales"]
  }

  expect_failures = [var.sales_kms_key_arns]
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

run "sources_rejects_unknown_option" {
  command = plan

  variables {
    sources = [{ prefix = "sales/a/", date_ordr = "day_first" }]
  }

  expect_failures = [var.sources]
}

run "sources_rejects_no_prefix" {
  command = plan

  variables {
    sources = [{ date_order = "day_first" }]
  }

  expect_failures = [var.sources]
}

run "sources_rejects_an_object" {
  command = plan

  variables {
    sources = { prefix = "sales/a/" }
  }

  expect_failures = [var.sources]
}

run "sources_rejects_a_word_as_flag" {
  command = plan

  variables {
    sources = [{ prefix = "sales/a/", utc_times = "maybe" }]
  }

  expect_failures = [var.sources]
}

run "sources_rejects_unknown_key_of_sales" {
  command = plan

  variables {
    sources = [{ prefix = "sales/a/", sales = { column = "Stage", values = ["Won"], value = "Won" } }]
  }

  expect_failures = [var.sources]
}

run "sources_rejects_unknown_currency" {
  command = plan

  variables {
    sources = [{ prefix = "sales/a/", currency = "EUX" }]
  }

  expect_failures = [var.sources]
}

run "sources_rejects_unknown_time_zone" {
  command = plan

  variables {
    sources = [{ prefix = "sales/a/", time_zone = "Europe/Berln" }]
  }

  expect_failures = [var.sources]
}

run "sales_bucket_rejects_two_dots" {
  command = plan

  variables {
    sales_bucket = "acme..exports"
  }

  expect_failures = [var.sales_bucket]
}

run "sales_bucket_rejects_an_ip_address" {
  command = plan

  variables {
    sales_bucket = "192.168.5.4"
  }

  expect_failures = [var.sales_bucket]
}

run "sales_bucket_account_rejects_a_name" {
  command = plan

  variables {
    sales_bucket         = "acme-exports"
    sales_bucket_account = "acme"
  }

  expect_failures = [var.sales_bucket_account]
}

run "sales_bucket_account_rejects_the_created_bucket" {
  command = plan

  variables {
    sales_bucket_account = "999999999999"
  }

  expect_failures = [var.sales_bucket_account]
}

run "sales_kms_key_arns_rejects_the_created_bucket" {
  command = plan

  variables {
    sales_kms_key_arns = ["arn:aws:kms:us-east-1:123456789012:key/1"]
  }

  expect_failures = [var.sales_kms_key_arns]
}

run "sales_events_rejects_replacing_notifications_unasked" {
  command = plan

  variables {
    sales_bucket = "acme-exports"
    sales_events = "s3"
  }

  expect_failures = [var.sales_events]
}

run "sales_events_rejects_notifications_of_another_account" {
  command = plan

  variables {
    sales_bucket                 = "acme-exports"
    sales_bucket_account         = "999999999999"
    sales_events                 = "s3"
    replace_bucket_notifications = true
  }

  expect_failures = [var.sales_events]
}

run "sales_events_rejects_external_events_of_the_created_bucket" {
  command = plan

  variables {
    sales_events = "external"
  }

  expect_failures = [var.sales_events]
}

run "sales_events_rejects_replacing_what_is_not_used" {
  command = plan

  variables {
    sales_bucket                 = "acme-exports"
    replace_bucket_notifications = true
  }

  expect_failures = [var.sales_events]
}

run "replace_bucket_notifications_rejects_the_created_bucket" {
  command = plan

  variables {
    sales_events                 = "s3"
    replace_bucket_notifications = true
  }

  expect_failures = [var.replace_bucket_notifications]
}

run "sales_topic_arn_rejects_missing" {
  command = plan

  variables {
    sales_bucket = "acme-exports"
    sales_events = "sns"
  }

  expect_failures = [var.sales_topic_arn]
}

run "sales_topic_arn_rejects_other_events" {
  command = plan

  variables {
    sales_bucket    = "acme-exports"
    sales_topic_arn = "arn:aws:sns:us-east-1:123456789012:exports"
  }

  expect_failures = [var.sales_topic_arn]
}

run "sales_topic_arn_rejects_a_fifo_topic" {
  command = plan

  variables {
    sales_bucket    = "acme-exports"
    sales_events    = "sns"
    sales_topic_arn = "arn:aws:sns:us-east-1:123456789012:exports.fifo"
  }

  expect_failures = [var.sales_topic_arn]
}

run "sales_expiration_days_rejects_an_existing_bucket" {
  command = plan

  variables {
    sales_bucket          = "acme-exports"
    sales_expiration_days = 90
  }

  expect_failures = [var.sales_expiration_days]
}

run "slack_signing_secret_rejects_a_placeholder" {
  command = plan

  variables {
    slack_signing_secret = "00000000000000000000000000000000"
  }

  expect_failures = [var.slack_signing_secret]
}

run "slack_signing_secret_rejects_a_second_place_for_it" {
  command = plan

  variables {
    slack_signing_secret_parameter = "/slack/secret"
  }

  expect_failures = [var.slack_signing_secret]
}

run "posts_rejects_unknown_option" {
  command = plan

  variables {
    posts = { monday = { question = "top 5", schedule = "rate(7 days)", timezone = "UTC" } }
  }

  expect_failures = [var.posts]
}

run "posts_rejects_no_schedule" {
  command = plan

  variables {
    posts = { monday = { question = "top 5" } }
  }

  expect_failures = [var.posts]
}

run "posts_rejects_unknown_time_zone" {
  command = plan

  variables {
    posts = { monday = { question = "top 5", schedule = "rate(7 days)", time_zone = "Europe/Berln" } }
  }

  expect_failures = [var.posts]
}

run "allowed_rejects_misspelled_list" {
  command = plan

  variables {
    allowed = { channel = ["C0123"] }
  }

  expect_failures = [var.allowed]
}

run "expected_rejects_missing_key" {
  command = plan

  variables {
    expected = { emea = { prefix = "sales/emea/", every = "day" } }
  }

  expect_failures = [var.expected]
}

run "expected_rejects_prefix_outside" {
  command = plan

  variables {
    expected = { emea = { prefix = "crm/", every = "day", by = "07:00" } }
  }

  expect_failures = [var.expected]
}

run "expected_rejects_month" {
  command = plan

  variables {
    expected = { emea = { prefix = "sales/emea/", every = "month", by = "07:00" } }
  }

  expect_failures = [var.expected]
}

run "expected_rejects_time_in_words" {
  command = plan

  variables {
    expected = { emea = { prefix = "sales/emea/", every = "day", by = "7 am" } }
  }

  expect_failures = [var.expected]
}

run "posts_rejects_waiting_without_a_latest_hour" {
  command = plan

  variables {
    expected = { emea = { prefix = "sales/emea/", every = "weekday", by = "07:00" } }
    posts    = { monday = { question = "top 5", schedule = "cron(0 9 ? * MON *)", only_when_complete = true } }
  }

  expect_failures = [var.posts]
}

run "posts_rejects_latest_hour_without_waiting" {
  command = plan

  variables {
    expected = { emea = { prefix = "sales/emea/", every = "weekday", by = "07:00" } }
    posts    = { monday = { question = "top 5", schedule = "cron(0 9 ? * MON *)", latest_hour = 12 } }
  }

  expect_failures = [var.posts]
}

run "posts_rejects_latest_hour_before_its_time" {
  command = plan

  variables {
    expected = { emea = { prefix = "sales/emea/", every = "weekday", by = "07:00" } }
    posts    = { monday = { question = "top 5", schedule = "cron(0 9 ? * MON *)", only_when_complete = true, latest_hour = 9 } }
  }

  expect_failures = [var.posts]
}

run "posts_rejects_waiting_at_a_rate" {
  command = plan

  variables {
    expected = { emea = { prefix = "sales/emea/", every = "weekday", by = "07:00" } }
    posts    = { monday = { question = "top 5", schedule = "rate(7 days)", only_when_complete = true, latest_hour = 12 } }
  }

  expect_failures = [var.posts]
}

run "posts_rejects_alert_with_unknown_option" {
  command = plan

  variables {
    expected = { emea = { prefix = "sales/emea/", every = "weekday", by = "07:00" } }
    posts    = { monday = { question = "top 5", schedule = "cron(0 9 ? * MON *)", alert = { top = 3 } } }
  }

  expect_failures = [var.posts]
}

run "posts_rejects_alert_of_no_place" {
  command = plan

  variables {
    expected = { emea = { prefix = "sales/emea/", every = "weekday", by = "07:00" } }
    posts    = { monday = { question = "top 5", schedule = "cron(0 9 ? * MON *)", alert = { places = 0 } } }
  }

  expect_failures = [var.posts]
}

run "posts_rejects_alert_that_waits" {
  command = plan

  variables {
    expected = { emea = { prefix = "sales/emea/", every = "weekday", by = "07:00" } }
    posts    = { monday = { question = "top 5", schedule = "cron(0 9 ? * MON *)", only_when_complete = true, latest_hour = 12, alert = { places = 3 } } }
  }

  expect_failures = [var.posts]
}

run "posts_rejects_waiting_for_nothing" {
  command = plan

  variables {
    posts = { monday = { question = "top 5", schedule = "cron(0 9 ? * MON *)", only_when_complete = true, latest_hour = 12 } }
  }

  expect_failures = [var.posts]
}

# slash-command drops blanks, and an empty list lets everyone in.
run "allowed_rejects_blank_enterprise" {
  command = plan

  variables {
    allowed = { enterprises = [" "] }
  }

  expect_failures = [var.allowed]
}
