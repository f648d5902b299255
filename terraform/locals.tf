locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition

  makes_bucket = var.sales_bucket == null
  bucket       = local.makes_bucket ? aws_s3_bucket.sales[0].id : var.sales_bucket
  bucket_arn   = "arn:${local.partition}:s3:::${local.bucket}"

  # Columns that the reader knows. consistency.tftest.hcl compares them with functions/reader/src/columns/field.rs.
  reader_columns = ["sold_at", "salesperson", "amount", "team", "quantity", "order_id", "currency", "sale_id", "slack_user_id"]

  package_dir = coalesce(var.package_dir, "${path.module}/../target/lambda")

  # Of both functions. A fiscal year that is the civil one needs no setting.
  calendar_settings = {
    FISCAL_YEAR_START = var.fiscal_year_start == 1 ? "" : tostring(var.fiscal_year_start)
    FISCAL_YEAR_NAME  = var.fiscal_year_start == 1 ? "" : var.fiscal_year_name
  }

  # Environment variables of the functions; README.md (Settings) describes them. Empty ones are left out.
  recompute_settings = merge(local.calendar_settings, {
    SALES_BUCKET  = local.bucket
    SALES_PREFIX  = var.sales_prefix
    LEDGER_TABLE  = aws_dynamodb_table.ledger.name
    REPORTS_TABLE = aws_dynamodb_table.reports.name
    QUEUE_URL     = aws_sqs_queue.sales.url
    TIME_ZONE     = var.time_zone
    CURRENCY      = var.currency
    COLUMNS       = join(",", [for column, name in var.columns : "${column}=${name}"])
    DECIMAL_COMMA = tostring(var.decimal_comma)
    DATE_ORDER    = var.date_order == null ? "" : var.date_order
    UTC_TIMES     = var.utc_times ? "true" : ""
    SOURCES       = length(var.sources) == 0 ? "" : jsonencode([for source in var.sources : { for option, value in source : option => value if value != null }])
  })
  slash_command_settings = merge(local.calendar_settings, {
    REPORTS_TABLE                  = aws_dynamodb_table.reports.name
    TIME_ZONE                      = var.time_zone
    DATE_ORDER                     = var.date_order == null ? "" : var.date_order
    SLACK_SIGNING_SECRET_PARAMETER = local.secret_name
    RANKING_STYLE                  = var.ranking_style
    POST_PARAMETERS                = length(var.posts) > 0 ? local.posts_prefix : ""
    ALLOWED_ENTERPRISES            = join(",", var.allowed.enterprises)
    ALLOWED_WORKSPACES             = join(",", var.allowed.workspaces)
    ALLOWED_CHANNELS               = join(",", var.allowed.channels)
    ALLOWED_USERS                  = join(",", var.allowed.users)
    ALLOWED_APPS                   = join(",", var.allowed.apps)
  })
}
