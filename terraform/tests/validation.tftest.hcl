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

run "locale_rejects_language_without_region" {
  command = plan

  variables {
    locale = "german"
  }

  expect_failures = [var.locale]
}

run "date_order_rejects_dmy" {
  command = plan

  variables {
    date_order = "dmy"
  }

  expect_failures = [var.date_order]
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
