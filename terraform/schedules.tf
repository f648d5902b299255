# Expressions of EventBridge Scheduler, as patterns for the validation of `posts`.
# https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html

locals {
  # Values of the fields of a cron expression, and the increments that may follow them.
  cron_fields = {
    minutes  = { value = "[0-5]?[0-9]", increment = "([1-9]|[1-5][0-9])" }
    hours    = { value = "([01]?[0-9]|2[0-3])", increment = "([1-9]|1[0-9]|2[0-3])" }
    days     = { value = "(0?[1-9]|[12][0-9]|3[01])", increment = "([1-9]|[12][0-9]|3[01])" }
    months   = { value = "(0?[1-9]|1[0-2]|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)", increment = "([1-9]|1[0-2])" }
    weekdays = { value = "([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)", increment = "[1-7]" }
    years    = { value = "(19[7-9][0-9]|2[01][0-9]{2})", increment = "[1-9][0-9]?" }
  }

  # Lists of values, ranges and `*`.
  cron_items = { for name, field in local.cron_fields : name => "(\\*|${field.value}(-${field.value})?)(/${field.increment})?" }
  cron_lists = { for name, item in local.cron_items : name => "${item}(,${item})*" }

  # L is the last day, 15W the weekday nearest to the 15th, 6L the last Friday and 2#1 the first Monday of the month.
  cron_days     = "(${local.cron_lists.days}|L|LW|L-${local.cron_fields.days.value}|${local.cron_fields.days.value}W)"
  cron_weekdays = "(${local.cron_lists.weekdays}|L|${local.cron_fields.weekdays.value}L|${local.cron_fields.weekdays.value}#[1-5])"

  # Exactly one of the day of the month and the day of the week is `?`.
  cron_dates = "(${local.cron_days} ${local.cron_lists.months} \\?|\\? ${local.cron_lists.months} ${local.cron_weekdays})"

  cron_pattern = "^cron\\(${local.cron_lists.minutes} ${local.cron_lists.hours} ${local.cron_dates} ${local.cron_lists.years}\\)$"
  rate_pattern = "^rate\\([1-9][0-9]* (minute|hour|day)s?\\)$"
  at_pattern   = "^at\\(([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})\\)$"
}
