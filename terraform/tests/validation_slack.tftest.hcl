# Invalid values of variables about Slack fail in `plan`. Offline: `terraform test`.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  package              = { dir = "tests/packages" }
  slack_signing_secret = "92f5a1c7e0b3d86447aa5c19fe02d8b3"
  alarm_email          = "oncall@example.com"
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
    post_secrets = { monday = "92f5a1c7e0b3d86447aa5c19fe02d8b3" }
  }

  expect_failures = [var.post_secrets]
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

run "posts_reject_a_secret_version_without_a_secret" {
  command = plan

  variables {
    posts = { monday = { question = "top 5", schedule = "rate(7 days)", secret_version = 1 } }
  }

  expect_failures = [aws_ssm_parameter.post["monday"]]
}

run "slack_signing_secret_rejects_words" {
  command = plan

  variables {
    slack_signing_secret = "replaceThisWithTheOneThatSlackShows"
  }

  expect_failures = [var.slack_signing_secret]
}

run "slack_signing_secret_rejects_a_row_of_digits" {
  command = plan

  variables {
    slack_signing_secret = "0123456789abcdef0123456789abcdef"
  }

  expect_failures = [var.slack_signing_secret]
}

run "slack_signing_secret_rejects_half_of_one" {
  command = plan

  variables {
    slack_signing_secret = "92f5a1c7e0b3d864"
  }

  expect_failures = [var.slack_signing_secret]
}

run "slack_signing_secret_rejects_the_documented_one" {
  command = plan

  variables {
    slack_signing_secret = "8f742231b10e8888abcd99yyyzzz85a5"
  }

  expect_failures = [var.slack_signing_secret]
}

run "slack_signing_secret_rejects_a_placeholder_as_the_previous_one" {
  command = plan

  variables {
    slack_signing_secret = "92f5a1c7e0b3d86447aa5c19fe02d8b3,00000000000000000000000000000000"
  }

  expect_failures = [var.slack_signing_secret]
}

run "slack_signing_secret_rejects_the_same_one_twice" {
  command = plan

  variables {
    slack_signing_secret = "92f5a1c7e0b3d86447aa5c19fe02d8b3,92f5a1c7e0b3d86447aa5c19fe02d8b3"
  }

  expect_failures = [var.slack_signing_secret]
}

run "slack_signing_secret_version_rejects_a_parameter" {
  command = plan

  variables {
    slack_signing_secret           = null
    slack_signing_secret_parameter = "/slack/secret"
    slack_signing_secret_version   = 2
  }

  expect_failures = [var.slack_signing_secret_version]
}

run "slack_signing_secret_parameter_rejects_secrets_manager" {
  command = plan

  variables {
    slack_signing_secret           = null
    slack_signing_secret_parameter = "/aws/reference/secretsmanager/slack"
  }

  expect_failures = [var.slack_signing_secret_parameter]
}

run "posts_rejects_a_list" {
  command = plan

  variables {
    posts = [{ question = "top 5", schedule = "rate(7 days)" }]
  }

  expect_failures = [var.posts]
}

run "posts_rejects_the_command_in_a_question" {
  command = plan

  variables {
    posts = { monday = { question = "/standings top 5", schedule = "rate(7 days)" } }
  }

  expect_failures = [var.posts]
}

run "posts_rejects_a_name_too_long_for_the_schedule" {
  command = plan

  variables {
    name         = "a23456789012345678901234567890"
    sales_bucket = "acme-exports"
    posts        = { a23456789012345678901234567890 = { question = "top 5", schedule = "rate(7 days)" } }
  }

  expect_failures = [var.posts]
}

run "posts_rejects_schedule_with_five_fields" {
  command = plan

  variables {
    posts = { monday = { question = "top 5", schedule = "cron(0 9 * * MON)" } }
  }

  expect_failures = [var.posts]
}

run "posts_rejects_schedule_with_two_days" {
  command = plan

  variables {
    posts = { monday = { question = "top 5", schedule = "cron(0 9 * * MON *)" } }
  }

  expect_failures = [var.posts]
}

run "posts_rejects_schedule_with_no_day" {
  command = plan

  variables {
    posts = { monday = { question = "top 5", schedule = "cron(0 9 ? * ? *)" } }
  }

  expect_failures = [var.posts]
}

run "posts_rejects_schedule_with_minute_60" {
  command = plan

  variables {
    posts = { monday = { question = "top 5", schedule = "cron(60 9 ? * MON *)" } }
  }

  expect_failures = [var.posts]
}

run "posts_rejects_schedule_with_weekday_0" {
  command = plan

  variables {
    posts = { monday = { question = "top 5", schedule = "cron(0 9 ? * 0 *)" } }
  }

  expect_failures = [var.posts]
}

run "posts_rejects_schedule_with_two_numbered_weekdays" {
  command = plan

  variables {
    posts = { monday = { question = "top 5", schedule = "cron(0 9 ? * 2#1,3#1 *)" } }
  }

  expect_failures = [var.posts]
}

run "posts_rejects_schedule_with_increment_of_90_minutes" {
  command = plan

  variables {
    posts = { monday = { question = "top 5", schedule = "cron(*/90 * * * ? *)" } }
  }

  expect_failures = [var.posts]
}

run "posts_rejects_schedule_with_rate_in_weeks" {
  command = plan

  variables {
    posts = { monday = { question = "top 5", schedule = "rate(1 week)" } }
  }

  expect_failures = [var.posts]
}

run "posts_rejects_schedule_with_rate_of_zero" {
  command = plan

  variables {
    posts = { monday = { question = "top 5", schedule = "rate(0 days)" } }
  }

  expect_failures = [var.posts]
}

run "posts_rejects_schedule_with_date_that_does_not_exist" {
  command = plan

  variables {
    posts = { monday = { question = "top 5", schedule = "at(2026-13-01T09:00:00)" } }
  }

  expect_failures = [var.posts]
}

run "posts_rejects_a_token_without_channel" {
  command = plan

  variables {
    posts        = { monday = { question = "top 5", schedule = "rate(7 days)", secret_version = 1 } }
    post_secrets = { monday = "xoxb-123456789012-1234567890123-x" }
  }

  expect_failures = [aws_ssm_parameter.post["monday"]]
}

run "posts_rejects_a_webhook_with_channel" {
  command = plan

  variables {
    posts        = { monday = { question = "top 5", schedule = "rate(7 days)", secret_version = 1, channel = "C012AB3CD" } }
    post_secrets = { monday = "https://hooks.slack.com/services/T012AB3CD/B012AB3CD/x" }
  }

  expect_failures = [aws_ssm_parameter.post["monday"]]
}

run "post_secrets_rejects_a_name_that_is_no_post" {
  command = plan

  variables {
    posts        = { monday = { question = "top 5", schedule = "rate(7 days)" } }
    post_secrets = { tuesday = "https://hooks.slack.com/services/T012AB3CD/B012AB3CD/x" }
  }

  expect_failures = [var.post_secrets]
}

run "post_secrets_rejects_a_post_without_version" {
  command = plan

  variables {
    posts        = { monday = { question = "top 5", schedule = "rate(7 days)" } }
    post_secrets = { monday = "https://hooks.slack.com/services/T012AB3CD/B012AB3CD/x" }
  }

  expect_failures = [var.post_secrets]
}

run "post_secrets_rejects_the_documented_webhook" {
  command = plan

  variables {
    posts        = { monday = { question = "top 5", schedule = "rate(7 days)", secret_version = 1 } }
    post_secrets = { monday = "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX" }
  }

  expect_failures = [var.post_secrets]
}

run "post_secrets_rejects_a_webhook_with_dots" {
  command = plan

  variables {
    posts        = { monday = { question = "top 5", schedule = "rate(7 days)", secret_version = 1 } }
    post_secrets = { monday = "https://hooks.slack.com/services/..." }
  }

  expect_failures = [var.post_secrets]
}

run "post_secrets_rejects_a_token_with_dots" {
  command = plan

  variables {
    posts        = { monday = { question = "top 5", schedule = "rate(7 days)", secret_version = 1, channel = "C012AB3CD" } }
    post_secrets = { monday = "xoxb-..." }
  }

  expect_failures = [var.post_secrets]
}

run "allowed_rejects_null" {
  command = plan

  variables {
    allowed = { channels = null }
  }

  expect_failures = [var.allowed]
}

run "schedules_of_eventbridge_are_accepted" {
  command = plan

  variables {
    posts = {
      for name, schedule in {
        last-friday  = "cron(15 10 ? * 6L 2026-2030)"
        first-monday = "cron(0 8 ? * 2#1 *)"
        nearest-day  = "cron(0 8 15W * ? *)"
        last-day     = "cron(0 8,12 L JAN,APR-JUN ? *)"
        often        = "cron(0/15 8-18 ? * MON-FRI 2026/2)"
        hourly       = "rate(1 hours)"
        one-time     = "at(2026-12-01T09:00:00)"
      } : name => { question = "top 5", schedule = schedule }
    }
  }
}

# slash-command trims them.
run "secrets_with_white_space_are_accepted" {
  command = plan

  variables {
    slack_signing_secret = " 92f5a1c7e0b3d86447aa5c19fe02d8b3, 1111222233334444aaaabbbbccccdddd\n"
    posts = {
      monday = { question = "top 5", schedule = "rate(7 days)", secret_version = 1 }
      month  = { question = "top 5", schedule = "rate(7 days)", secret_version = 1, channel = "C012AB3CD" }
    }
    post_secrets = {
      monday = "https://hooks.slack-gov.com/services/T012AB3CD/B012AB3CD/x\n"
      month  = "xoxb-123456789012-1234567890123-x\n"
    }
  }
}
