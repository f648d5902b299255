# Invalid values of variables about sales files fail in `plan`. Offline: `terraform test`.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  package              = { dir = "tests/packages" }
  slack_signing_secret = "92f5a1c7e0b3d86447aa5c19fe02d8b3"
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

run "encoding_rejects_one_that_files_show" {
  command = plan

  variables {
    encoding = "utf-8"
  }

  expect_failures = [var.encoding]
}

run "sources_rejects_encoding" {
  command = plan

  variables {
    sources = [{ prefix = "sales/a/", encoding = "EBCDIC" }]
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

run "columns_rejects_null" {
  command = plan

  variables {
    columns = { amount = null }
  }

  expect_failures = [var.columns]
}

run "columns_rejects_name_without_letter_or_digit" {
  command = plan

  variables {
    columns = { amount = "€" }
  }

  expect_failures = [var.columns]
}

run "columns_rejects_the_same_name_twice" {
  command = plan

  variables {
    columns = { salesperson = "Rep Name", team = "rep_name" }
  }

  expect_failures = [var.columns]
}

run "sources_rejects_a_number_as_prefix" {
  command = plan

  variables {
    sources      = [{ prefix = 5 }]
    sales_prefix = ""
  }

  expect_failures = [var.sources]
}

run "sources_rejects_a_flag_in_quotes" {
  command = plan

  variables {
    sources = [{ prefix = "sales/a/", utc_times = "true" }]
  }

  expect_failures = [var.sources]
}

run "sources_rejects_numbers_as_values_of_sales" {
  command = plan

  variables {
    sources = [{ prefix = "sales/a/", sales = { column = "Year", values = ["Won", 2026] } }]
  }

  expect_failures = [var.sources]
}

run "sources_rejects_blank_values_of_sales" {
  command = plan

  variables {
    sources = [{ prefix = "sales/a/", sales = { column = "Stage", values = [" "] } }]
  }

  expect_failures = [var.sources]
}

run "sources_rejects_null_among_values_of_sales" {
  command = plan

  variables {
    sources = [{ prefix = "sales/a/", sales = { column = "Stage", values = ["Won", null] } }]
  }

  expect_failures = [var.sources]
}

run "sources_rejects_a_number_as_column_of_sales" {
  command = plan

  variables {
    sources = [{ prefix = "sales/a/", sales = { column = 3, values = ["Won"] } }]
  }

  expect_failures = [var.sources]
}

run "sources_rejects_a_number_as_column_name" {
  command = plan

  variables {
    sources = [{ prefix = "sales/a/", columns = { amount = 5 } }]
  }

  expect_failures = [var.sources]
}

run "sources_rejects_column_name_without_letter_or_digit" {
  command = plan

  variables {
    sources = [{ prefix = "sales/a/", columns = { amount = "---" } }]
  }

  expect_failures = [var.sources]
}

run "sources_rejects_the_same_column_name_twice" {
  command = plan

  variables {
    sources = [{ prefix = "sales/a/", columns = { amount = "Net", quantity = "NET" } }]
  }

  expect_failures = [var.sources]
}

run "sales_bucket_rejects_an_access_point" {
  command = plan

  variables {
    sales_bucket = "acme-exports-abc-s3alias"
  }

  expect_failures = [var.sales_bucket]
}

run "sales_topic_arn_rejects_another_region" {
  command = plan

  variables {
    sales_bucket    = "acme-exports"
    sales_events    = "sns"
    sales_topic_arn = "arn:aws:sns:eu-west-1:123456789012:exports"
  }

  expect_failures = [var.sales_topic_arn]
}

run "sales_topic_arn_rejects_another_partition" {
  command = plan

  variables {
    sales_bucket    = "acme-exports"
    sales_events    = "sns"
    sales_topic_arn = "arn:aws-us-gov:sns:us-east-1:123456789012:exports"
  }

  expect_failures = [var.sales_topic_arn]
}

run "sales_kms_key_arns_rejects_another_region" {
  command = plan

  variables {
    sales_bucket       = "acme-exports"
    sales_kms_key_arns = ["arn:aws:kms:eu-west-1:123456789012:key/1"]
  }

  expect_failures = [var.sales_kms_key_arns]
}

run "sales_expiration_days_rejects_more_than_s3_takes" {
  command = plan

  variables {
    sales_expiration_days = 3000000000
  }

  expect_failures = [var.sales_expiration_days]
}

run "expected_rejects_null" {
  command = plan

  variables {
    expected = { emea = null }
  }

  expect_failures = [var.expected]
}

run "expected_rejects_a_null_prefix" {
  command = plan

  variables {
    expected = { emea = { prefix = null, every = "day", by = "07:00" } }
  }

  expect_failures = [var.expected]
}

run "expected_rejects_a_blank_name" {
  command = plan

  variables {
    expected = { " " = { prefix = "sales/emea/", every = "day", by = "07:00" } }
  }

  expect_failures = [var.expected]
}

run "unusual_sources_are_accepted" {
  command = plan

  variables {
    columns  = { salesperson = "Verkäufer", amount = "Netto (€)" }
    expected = { "emea crm" = { prefix = "sales/", every = "day", by = "23:59" } }
    sources = [
      { prefix = "sales/a/", utc_times = true, currency = "EUR", decimal_mark = "comma", time_zone = null, columns = {}, sales = null },
      { prefix = "sales/b", date_order = "year_first", encoding = "Shift_JIS", columns = { amount = "Netto" }, sales = { column = "Stage", values = ["Won", ""] } },
    ]
  }
}

# 123456 is no IP address.
run "a_bucket_of_digits_is_accepted" {
  command = plan

  variables {
    sales_bucket = "123456"
  }

  override_data {
    target = data.aws_s3_bucket.existing
    values = { bucket_regional_domain_name = "123456.s3.us-east-1.amazonaws.com" }
  }
}
