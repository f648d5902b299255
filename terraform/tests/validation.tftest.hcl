# Invalid values of variables fail in `plan`. Offline: `terraform test`.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  package              = { dir = "tests/packages" }
  slack_signing_secret = "92f5a1c7e0b3d86447aa5c19fe02d8b3"
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
    slack_signing_secret = "92f5a1c7e0b3d86447aa5c19fe02d8b3,1111222233334444aaaabbbbccccdddd"
    role_path            = "/a/b/"
    allowed              = { enterprises = ["Acme Corp"] }
    tags                 = { "Cost Center" = "Vertrieb / Süd", owner = "a+b@example.com", empty = "" }
    alarm_email          = "ops+standings@sub.example.co.uk"
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

run "name_rejects_what_s3_reserves" {
  command = plan

  variables {
    name = "xn--standings"
  }

  expect_failures = [var.name]
}

run "tags_rejects_empty_key" {
  command = plan

  variables {
    tags = { "" = "x" }
  }

  expect_failures = [var.tags]
}

run "tags_rejects_null" {
  command = plan

  variables {
    tags = { team = null }
  }

  expect_failures = [var.tags]
}

run "tags_rejects_characters_that_aws_refuses" {
  command = plan

  variables {
    tags = { team = "a*b" }
  }

  expect_failures = [var.tags]
}

run "tags_rejects_reserved_value" {
  command = plan

  variables {
    tags = { team = "AWS:x" }
  }

  expect_failures = [var.tags]
}

run "tags_rejects_more_than_50" {
  command = plan

  variables {
    tags = { for number in range(50) : "tag${number}" => "x" }
  }

  expect_failures = [var.tags]
}

run "package_rejects_no_folder" {
  command = plan

  variables {
    package = { dir = "" }
  }

  expect_failures = [var.package]
}

run "package_rejects_null" {
  command = plan

  variables {
    package = { s3_bucket = "acme", version = null }
  }

  expect_failures = [var.package]
}

run "package_rejects_url_as_bucket" {
  command = plan

  variables {
    package = { s3_bucket = "s3://acme", version = "v1" }
  }

  expect_failures = [var.package]
}

run "package_rejects_url_as_prefix" {
  command = plan

  variables {
    package = { s3_bucket = "acme", version = "v1", s3_prefix = "s3://acme/x/" }
  }

  expect_failures = [var.package]
}

run "package_rejects_path_as_version" {
  command = plan

  variables {
    package = { s3_bucket = "acme", version = "standings/v1" }
  }

  expect_failures = [var.package]
}

run "domain_rejects_ip_address" {
  command = plan

  variables {
    domain = { name = "1.2.3.4", certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/1" }
  }

  expect_failures = [var.domain]
}

run "domain_rejects_certificate_of_another_account" {
  command = plan

  variables {
    domain = { name = "s.example.com", certificate_arn = "arn:aws:acm:us-east-1:999999999999:certificate/1" }
  }

  expect_failures = [var.domain]
}

run "domain_rejects_certificate_of_another_partition" {
  command = plan

  variables {
    domain = { name = "s.example.com", certificate_arn = "arn:aws-cn:acm:us-east-1:123456789012:certificate/1" }
  }

  expect_failures = [var.domain]
}

run "alarm_email_rejects_domain_without_dot" {
  command = plan

  variables {
    alarm_email = "ops@example"
  }

  expect_failures = [var.alarm_email]
}

run "kms_key_arns_rejects_another_partition" {
  command = plan

  variables {
    kms_key_arns = { tables = "arn:aws-us-gov:kms:us-east-1:123456789012:key/1" }
  }

  expect_failures = [var.kms_key_arns]
}

run "permissions_boundary_arn_rejects_another_partition" {
  command = plan

  variables {
    permissions_boundary_arn = "arn:aws-cn:iam::123456789012:policy/boundary"
  }

  expect_failures = [var.permissions_boundary_arn]
}

run "vpc_rejects_null" {
  command = plan

  variables {
    vpc = { subnet_ids = null, security_group_ids = ["sg-1"] }
  }

  expect_failures = [var.vpc]
}

run "vpc_rejects_more_security_groups_than_lambda_takes" {
  command = plan

  variables {
    vpc = { subnet_ids = ["subnet-1"], security_group_ids = [for number in range(6) : "sg-${number}"] }
  }

  expect_failures = [var.vpc]
}

run "sales_bucket_of_another_region_whose_name_has_this_region_is_rejected" {
  command = plan

  variables {
    sales_bucket = "acme.us-east-1.exports"
  }

  override_data {
    target = data.aws_s3_bucket.existing
    values = { bucket_regional_domain_name = "acme.us-east-1.exports.s3.eu-west-1.amazonaws.com" }
  }

  expect_failures = [data.aws_s3_bucket.existing]
}

# Without override_during, names that AWS assigns are unknown, as in the first plan.
mock_provider "aws" {
  alias  = "first_plan"
  source = "./tests/mocks"
}

run "settings_that_are_too_large_are_rejected_in_the_first_plan" {
  command = plan

  providers = { aws = aws.first_plan }

  variables {
    sources = [for number in range(100) : { prefix = "sales/${number}/", date_order = "day_first" }]
  }

  expect_failures = [aws_lambda_function.recompute]
}

run "arns_of_govcloud_are_accepted" {
  command = plan

  variables {
    region                   = "us-gov-west-1"
    sales_bucket             = "acme-exports"
    sales_events             = "sns"
    sales_topic_arn          = "arn:aws-us-gov:sns:us-gov-west-1:123456789012:exports"
    sales_kms_key_arns       = ["arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab"]
    kms_key_arns             = { tables = "arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab" }
    permissions_boundary_arn = "arn:aws-us-gov:iam::123456789012:policy/service/boundary"
    domain                   = { name = "standings.example.com.cn", certificate_arn = "arn:aws-us-gov:acm:us-gov-west-1:123456789012:certificate/1" }
    alarm_email              = null
    alarm_topic_arn          = "arn:aws-us-gov:sns:us-gov-west-1:123456789012:pager"
  }

  override_data {
    target = data.aws_region.current
    values = { id = "us-gov-west-1" }
  }

  override_data {
    target = data.aws_partition.current
    values = { partition = "aws-us-gov" }
  }

  override_data {
    target = data.aws_s3_bucket.existing
    values = { bucket_regional_domain_name = "acme-exports.s3.us-gov-west-1.amazonaws.com" }
  }
}

run "arns_of_china_are_accepted" {
  command = plan

  variables {
    region                   = "cn-north-1"
    sales_bucket             = "acme-exports"
    sales_events             = "sns"
    sales_topic_arn          = "arn:aws-cn:sns:cn-north-1:123456789012:exports"
    sales_kms_key_arns       = ["arn:aws-cn:kms:cn-north-1:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab"]
    kms_key_arns             = { tables = "arn:aws-cn:kms:cn-north-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab" }
    permissions_boundary_arn = "arn:aws-cn:iam::123456789012:policy/service/boundary"
    domain                   = { name = "standings.example.com.cn", certificate_arn = "arn:aws-cn:acm:cn-north-1:123456789012:certificate/1" }
    alarm_email              = null
    alarm_topic_arn          = "arn:aws-cn:sns:cn-north-1:123456789012:pager"
  }

  override_data {
    target = data.aws_region.current
    values = { id = "cn-north-1" }
  }

  override_data {
    target = data.aws_partition.current
    values = { partition = "aws-cn" }
  }

  override_data {
    target = data.aws_s3_bucket.existing
    values = { bucket_regional_domain_name = "acme-exports.s3.cn-north-1.amazonaws.com" }
  }
}
