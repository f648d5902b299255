# Invalid values of variables fail in `plan`. Offline: `terraform test`.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  package              = { dir = "tests/packages" }
  slack_signing_secret = "8f742231b10e8888abcd99yyyzzz85a5"
  alarm_email          = "oncall@example.com"
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

run "region_rejects_another_one_than_the_providers" {
  command = plan

  variables {
    region = "eu-central-1"
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
    domain = { name = "example", certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/1" }
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
    alarm_email     = null
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
    sales_bucket       = "acme-exports"
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

run "name_rejects_the_prefix_aws" {
  command = plan

  variables {
    name = "aws-standings"
  }

  expect_failures = [var.name]
}

run "name_rejects_the_prefix_ssm" {
  command = plan

  variables {
    name = "ssm-standings"
  }

  expect_failures = [var.name]
}

run "name_rejects_more_than_the_bucket_may_have_in_a_region_with_a_long_name" {
  command = plan

  variables {
    name = "a2345678901234567890123456789012"
  }

  override_data {
    target = data.aws_region.current
    values = { id = "ap-southeast-2" }
  }

  expect_failures = [var.name]
}

run "tags_rejects_reserved_key" {
  command = plan

  variables {
    tags = { "aws:x" = "y" }
  }

  expect_failures = [var.tags]
}

run "package_rejects_unknown_key" {
  command = plan

  variables {
    package = { directory = "x" }
  }

  expect_failures = [var.package]
}

run "package_rejects_bucket_without_version" {
  command = plan

  variables {
    package = { s3_bucket = "x" }
  }

  expect_failures = [var.package]
}

run "package_rejects_version_without_bucket" {
  command = plan

  variables {
    package = { version = "v1" }
  }

  expect_failures = [var.package]
}

run "package_rejects_prefix_without_slash" {
  command = plan

  variables {
    package = { s3_bucket = "x", version = "v1", s3_prefix = "standings" }
  }

  expect_failures = [var.package]
}

run "missing_packages_are_rejected" {
  command = plan

  variables {
    package = { dir = "/nowhere" }
  }

  expect_failures = [aws_lambda_function.recompute, aws_lambda_function.slash_command]
}

run "time_zone_rejects_a_typing_error" {
  command = plan

  variables {
    time_zone = "Europe/Berln"
  }

  expect_failures = [var.time_zone]
}

run "currency_rejects_an_unknown_code" {
  command = plan

  variables {
    currency = "EUX"
  }

  expect_failures = [var.currency]
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

run "sales_bucket_of_another_region_is_rejected" {
  command = plan

  variables {
    sales_bucket = "acme-exports"
  }

  override_data {
    target = data.aws_s3_bucket.existing
    values = { bucket_regional_domain_name = "acme-exports.s3.eu-west-1.amazonaws.com" }
  }

  expect_failures = [data.aws_s3_bucket.existing]
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

run "hundreds_of_users_are_rejected" {
  command = plan

  variables {
    allowed = { users = [for number in range(1000, 1400) : "U0123ABCD${number}"] }
  }

  expect_failures = [aws_lambda_function.slash_command]
}

run "provisioned_concurrency_rejects_more_than_is_reserved" {
  command = plan

  variables {
    reserved_concurrency    = 2
    provisioned_concurrency = 5
  }

  expect_failures = [var.provisioned_concurrency]
}

run "domain_rejects_certificate_of_another_region" {
  command = plan

  variables {
    domain = { name = "s.example.com", certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/1" }
  }

  expect_failures = [var.domain]
}

run "domain_rejects_misspelled_key" {
  command = plan

  variables {
    domain = { name = "s.example.com", certificate = "arn:aws:acm:us-east-1:123456789012:certificate/1" }
  }

  expect_failures = [var.domain]
}

run "disable_default_endpoint_rejects_no_domain" {
  command = plan

  variables {
    disable_default_endpoint = true
  }

  expect_failures = [var.disable_default_endpoint]
}

run "alarm_topic_arn_rejects_another_region" {
  command = plan

  variables {
    alarm_email     = null
    alarm_topic_arn = "arn:aws:sns:eu-west-1:123456789012:pager"
  }

  expect_failures = [var.alarm_topic_arn]
}

run "alarm_topic_arn_rejects_a_fifo_topic" {
  command = plan

  variables {
    alarm_email     = null
    alarm_topic_arn = "arn:aws:sns:us-east-1:123456789012:pager.fifo"
  }

  expect_failures = [var.alarm_topic_arn]
}

run "alarm_email_rejects_an_existing_topic" {
  command = plan

  variables {
    alarm_topic_arn = "arn:aws:sns:us-east-1:123456789012:pager"
  }

  expect_failures = [var.alarm_email]
}

run "kms_key_arns_rejects_unknown_use" {
  command = plan

  variables {
    kms_key_arns = { table = "arn:aws:kms:us-east-1:123456789012:key/1" }
  }

  expect_failures = [var.kms_key_arns]
}

run "kms_key_arns_rejects_alias" {
  command = plan

  variables {
    kms_key_arns = { tables = "arn:aws:kms:us-east-1:123456789012:alias/a" }
  }

  expect_failures = [var.kms_key_arns]
}

run "kms_key_arns_rejects_another_region" {
  command = plan

  variables {
    kms_key_arns = { tables = "arn:aws:kms:eu-west-1:123456789012:key/1" }
  }

  expect_failures = [var.kms_key_arns]
}

run "kms_key_arns_rejects_an_existing_bucket" {
  command = plan

  variables {
    sales_bucket = "acme-exports"
    kms_key_arns = { bucket = "arn:aws:kms:us-east-1:123456789012:key/1" }
  }

  expect_failures = [var.kms_key_arns]
}

run "kms_key_arns_rejects_an_existing_topic" {
  command = plan

  variables {
    alarm_email     = null
    alarm_topic_arn = "arn:aws:sns:us-east-1:123456789012:pager"
    kms_key_arns    = { topic = "arn:aws:kms:us-east-1:123456789012:key/1" }
  }

  expect_failures = [var.kms_key_arns]
}

run "permissions_boundary_arn_rejects_a_name" {
  command = plan

  variables {
    permissions_boundary_arn = "boundary"
  }

  expect_failures = [var.permissions_boundary_arn]
}

run "role_path_rejects_no_slash" {
  command = plan

  variables {
    role_path = "service"
  }

  expect_failures = [var.role_path]
}

run "role_name_prefix_rejects_more_than_16_characters" {
  command = plan

  variables {
    role_name_prefix = "acme-department-of"
  }

  expect_failures = [var.role_name_prefix]
}

run "vpc_rejects_subnets_alone" {
  command = plan

  variables {
    vpc = { subnet_ids = ["subnet-1"] }
  }

  expect_failures = [var.vpc]
}

run "vpc_rejects_no_subnet" {
  command = plan

  variables {
    vpc = { subnet_ids = [], security_group_ids = ["sg-1"] }
  }

  expect_failures = [var.vpc]
}

run "unusual_values_are_accepted" {
  command = plan

  variables {
    region               = "us-east-1"
    time_zone            = "America/Argentina/Buenos_Aires"
    currency             = "JPY"
    sales_prefix         = "crm/dt=2026/"
    slack_signing_secret = "8f742231b10e8888abcd99yyyzzz85a5,1111222233334444aaaabbbbccccdddd"
    role_path            = "/a/b/"
    allowed              = { enterprises = ["Acme Corp"] }
  }
}

run "a_region_of_another_partition_is_accepted" {
  command = plan

  variables {
    region = "eusc-de-east-1"
  }

  override_data {
    target = data.aws_region.current
    values = { id = "eusc-de-east-1" }
  }
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
