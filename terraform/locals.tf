# Values that several files use. There is no provider block: the provider of the caller decides on account, region and
# credentials, which are those of the environment if this folder is applied as it is.

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  region    = data.aws_region.current.id # Its other names differ between versions 5 and 6 of the provider.

  tags = merge({ application = var.name }, var.tags)

  # Names that the settings of the functions and SSM take.
  time_zones = split("\n", trimspace(file("${path.module}/lists/time_zones.txt")))
  currencies = split("\n", trimspace(file("${path.module}/lists/currencies.txt")))
  encodings  = split("\n", trimspace(file("${path.module}/lists/encodings.txt")))

  date_orders = ["day_first", "month_first", "year_first"]

  # Keys that variables may have. consistency.tftest.hcl compares the columns with those of the reader, and the options of sources
  # with those of recompute.
  reader_columns = ["sold_at", "salesperson", "amount", "team", "quantity", "order_id", "currency", "sale_id", "slack_user_id"]
  source_options = ["prefix", "time_zone", "utc_times", "date_order", "decimal_mark", "encoding", "columns", "currency", "sales"]
  package_keys   = ["dir", "s3_bucket", "s3_prefix", "version"]
  key_uses       = ["bucket", "tables", "queues", "logs", "topic", "secrets"]
  post_options   = ["question", "schedule", "time_zone", "channel", "secret_version", "only_when_complete", "latest_hour", "alert"]

  # Allow-lists, with the pattern of the ids in each. Only an enterprise may also be named.
  allow_lists = {
    enterprises = "[^,]*[^,\\s][^,]*"
    workspaces  = "T[A-Z0-9]+"
    channels    = "[CDG][A-Z0-9]+"
    users       = "[UW][A-Z0-9]+"
    apps        = "A[A-Z0-9]+"
  }

  # The reader compares names of columns by their letters and digits (functions/reader/src/columns/header.rs, fold).
  column_name_pattern = "^[^,]*[\\p{L}\\p{N}][^,]*$"
  column_name_ignored = "/[^\\p{L}\\p{N}]/"

  # Placeholders instead of a signing secret: words, sequences, and the example in the documentation of Slack.
  placeholder_pattern = "(?i)secret|slack|signing|token|change|replace|insert|placeholder|dummy|sample|example|your|todo|test|1234567|7654321|11223344|abcdefg|^8f742231b10e8888abcd99yyyzzz85a5$"

  # Patterns of names and ARNs that several variables have. What AWS connects must be in the same partition and region.
  bucket_name_pattern = "^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$"
  ip_address_pattern  = "^[0-9]+(\\.[0-9]+){3}$"
  key_arn_pattern     = "^arn:${local.partition}:kms:${local.region}:[0-9]{12}:key/[A-Za-z0-9-]+$"
  key_arn_example     = "arn:${local.partition}:kms:${local.region}:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  topic_arn_pattern   = "^arn:${local.partition}:sns:${local.region}:[0-9]{12}:[A-Za-z0-9_-]+$"
  topic_arn_example   = "arn:${local.partition}:sns:${local.region}:123456789012"
  tag_characters      = "[\\p{L}\\p{N}\\p{Z}_.:/=+@-]"

  makes_bucket  = var.sales_bucket == null
  bucket_name   = coalesce(var.sales_bucket, "${var.name}-sales-${local.account}-${local.region}")
  bucket        = local.makes_bucket ? aws_s3_bucket.sales[0].id : var.sales_bucket
  bucket_arn    = "arn:${local.partition}:s3:::${local.bucket}"
  bucket_owner  = coalesce(var.sales_bucket_account, local.account)
  sales_events  = coalesce(var.sales_events, local.makes_bucket ? "s3" : "eventbridge")
  sales_rule    = "${var.name}-sales"
  function_role = "${var.role_name_prefix}${var.name}"

  # Of both functions. A fiscal year that is the civil one needs no setting.
  common_settings = {
    EXPECTED          = length(var.expected) == 0 ? "" : jsonencode(var.expected)
    FISCAL_YEAR_START = var.fiscal_year_start == 1 ? "" : tostring(var.fiscal_year_start)
    FISCAL_YEAR_NAME  = var.fiscal_year_start == 1 ? "" : var.fiscal_year_name
  }

  # Lambda drops lines below its own level, metrics among them, which are INFO. So that every level leaves them, Lambda passes
  # on INFO, and the functions write less.
  lambda_log_level = contains(["WARN", "ERROR", "FATAL"], var.log_level) ? "INFO" : var.log_level
  log_settings     = { RUST_LOG = var.log_level == local.lambda_log_level ? "" : var.log_level }

  # Environment variables of the functions; README.md (Settings) describes them. Empty ones are left out.
  recompute_settings = merge(local.common_settings, local.log_settings, {
    AWS_MAX_ATTEMPTS = "8" # The waits between the attempts of a call double: DynamoDB makes room for a burst meanwhile.
    SALES_BUCKET     = local.bucket
    SALES_PREFIX     = var.sales_prefix == "" ? "/" : var.sales_prefix
    LEDGER_TABLE     = aws_dynamodb_table.ledger.name
    REPORTS_TABLE    = aws_dynamodb_table.reports.name
    QUEUE_URL        = aws_sqs_queue.sales.url
    TIME_ZONE        = var.time_zone
    CURRENCY         = var.currency
    COLUMNS          = join(",", [for column, name in var.columns : "${column}=${name}"])
    DECIMAL_COMMA    = tostring(var.decimal_comma)
    DATE_ORDER       = var.date_order == null ? "" : var.date_order
    ENCODING         = var.encoding == null ? "" : var.encoding
    UTC_TIMES        = var.utc_times ? "true" : ""
    SOURCES          = length(var.sources) == 0 ? "" : jsonencode([for source in var.sources : { for option, value in source : option => value if value != null }])
  })
  slash_command_settings = merge(local.common_settings, local.log_settings, {
    REPORTS_TABLE                  = aws_dynamodb_table.reports.name
    TIME_ZONE                      = var.time_zone
    DATE_ORDER                     = var.date_order == null || var.date_order == "year_first" ? "" : var.date_order # no years of two digits in questions
    LOCALE                         = var.locale == null ? "" : var.locale
    SLACK_SIGNING_SECRET_PARAMETER = local.secret_name
    RANKING_STYLE                  = var.ranking_style
    DOWNLOADS                      = var.downloads ? "" : "false"
    MCP                            = var.mcp ? "true" : ""
    POST_PARAMETERS                = length(local.posts) > 0 ? local.posts_prefix : ""
    ALLOWED_ENTERPRISES            = join(",", lookup(var.allowed, "enterprises", []))
    ALLOWED_WORKSPACES             = join(",", lookup(var.allowed, "workspaces", []))
    ALLOWED_CHANNELS               = join(",", lookup(var.allowed, "channels", []))
    ALLOWED_USERS                  = join(",", lookup(var.allowed, "users", []))
    ALLOWED_APPS                   = join(",", lookup(var.allowed, "apps", []))
  })

  # Bytes of the environment as Lambda measures them: the JSON of all variables. The URL of the queue and the bucket are unknown in
  # the first plan, which would skip the check, so that both are spelled out. Base64 has four characters for three bytes.
  environment_sizes = {
    for function, settings in {
      recompute = merge(local.recompute_settings, {
        QUEUE_URL    = "https://sqs.${local.region}.${data.aws_partition.current.dns_suffix}/${local.account}/${var.name}-sales"
        SALES_BUCKET = local.bucket_name
      })
      slash-command = local.slash_command_settings
    } : function => length(base64encode(jsonencode({ for name, value in settings : name => value if value != "" }))) / 4 * 3
  }
  largest_environment = 4096 # https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
}
