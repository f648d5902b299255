# --- Name and region

variable "name" {
  description = "Prefix of all resource names. Two deployments in one account need different names."
  type        = string
  default     = "standings"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,30}[a-z0-9]$", var.name))
    error_message = "name must be 3 to 32 lowercase letters, digits and hyphens, start with a letter and not end with a hyphen: it becomes part of the bucket name."
  }
}

variable "region" {
  description = "AWS region. Choose one near your Slack users, for shorter response times."
  type        = string
  default     = "us-east-1"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region must be the code of an AWS region, such as eu-central-1."
  }
}

variable "tags" {
  description = "Tags for all resources, in addition to application = name."
  type        = map(string)
  default     = {}
  nullable    = false
}

# --- Organization

variable "time_zone" {
  description = "IANA time zone of the organization. It decides when a week begins, and applies to times without an offset in sales files."
  type        = string
  default     = "UTC"
  nullable    = false

  validation {
    condition     = can(regex("^(UTC|[A-Z][A-Za-z_]+(/[A-Za-z0-9_+-]+)+)$", var.time_zone))
    error_message = "time_zone must be an IANA name such as Europe/Berlin, or UTC. Abbreviations such as CET ignore daylight saving time."
  }
}

variable "currency" {
  description = "Currency of the organization, as an ISO 4217 code. Rows in another currency are skipped and reported."
  type        = string
  default     = "USD"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Z]{3}$", var.currency))
    error_message = "currency must be an ISO 4217 code of three uppercase letters, such as EUR."
  }
}

variable "columns" {
  description = "Names that columns have in the sales files, such as { salesperson = \"Rep Name\" }. Common synonyms are recognized without it."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = length(setsubtract(keys(var.columns), local.reader_columns)) == 0
    error_message = "columns has unknown keys: ${join(", ", setsubtract(keys(var.columns), local.reader_columns))}. Use ${join(", ", local.reader_columns)}; the value is the name in your files."
  }

  validation {
    condition     = alltrue([for name in values(var.columns) : !strcontains(name, ",") && trimspace(name) != ""])
    error_message = "columns has a name that is empty or contains a comma. Rename that column in the sales files."
  }
}

variable "date_order" {
  description = "Order of day and month in dates such as 11/12/2026, where a file does not show it: \"day_first\" or \"month_first\". By default such a file is rejected. Questions in Slack follow it, too."
  type        = string
  default     = null

  validation {
    condition     = var.date_order == null || contains(["day_first", "month_first"], coalesce(var.date_order, "none"))
    error_message = "date_order must be \"day_first\" (16/11/2026) or \"month_first\" (11/16/2026). Omit it if the sales files show it."
  }
}

variable "utc_times" {
  description = "Whether times without an offset in sales files are UTC. By default they are local times of time_zone."
  type        = bool
  default     = false
  nullable    = false
}

variable "fiscal_year_start" {
  description = "Month in which the fiscal year starts, 1 (January) to 12. Quarters and years are those of the fiscal year."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = contains(range(1, 13), var.fiscal_year_start)
    error_message = "fiscal_year_start must be the number of a month, 1 (January) to 12."
  }
}

variable "fiscal_year_name" {
  description = "Whether a fiscal year is named after the civil year of its \"end\" (July 2026 to June 2027 is FY27) or of its \"start\"."
  type        = string
  default     = "end"
  nullable    = false

  validation {
    condition     = contains(["start", "end"], var.fiscal_year_name)
    error_message = "fiscal_year_name must be \"end\" (July 2026 to June 2027 is FY27) or \"start\"."
  }
}

variable "sources" {
  description = <<-EOT
    Parts of the prefix whose files are read with options of their own, such as
    [{ prefix = "sales/emea/", date_order = "day_first", decimal_mark = "comma" }]. The longest matching prefix decides. An
    option that a source leaves out is that of the variables above. time_zone is that of its local times; weeks are always
    those of the organization. currency is that of amounts that name none; sales tells which rows are sales.
  EOT
  type = list(object({
    prefix       = string
    time_zone    = optional(string)
    utc_times    = optional(bool)
    date_order   = optional(string)
    decimal_mark = optional(string)
    columns      = optional(map(string))
    currency     = optional(string)
    sales        = optional(object({ column = string, values = list(string) }))
  }))
  default  = []
  nullable = false

  validation {
    condition     = alltrue([for source in var.sources : startswith(source.prefix, var.sales_prefix) && source.prefix != var.sales_prefix])
    error_message = "Each prefix in sources must begin with sales_prefix (${var.sales_prefix}) and be longer. Options for all files are the variables time_zone, date_order, columns and so on."
  }

  validation {
    condition     = length(distinct(var.sources[*].prefix)) == length(var.sources)
    error_message = "sources has a prefix twice. Put its options into one source."
  }

  validation {
    condition     = alltrue([for source in var.sources : source.time_zone == null || can(regex("^(UTC|[A-Z][A-Za-z_]+(/[A-Za-z0-9_+-]+)+)$", source.time_zone))])
    error_message = "time_zone in sources must be an IANA name such as Europe/Berlin, or UTC."
  }

  validation {
    condition     = alltrue([for source in var.sources : source.date_order == null || contains(["day_first", "month_first"], coalesce(source.date_order, "none"))])
    error_message = "date_order in sources must be \"day_first\" (16/11/2026) or \"month_first\" (11/16/2026)."
  }

  validation {
    condition     = alltrue([for source in var.sources : source.decimal_mark == null || contains(["point", "comma"], coalesce(source.decimal_mark, "none"))])
    error_message = "decimal_mark in sources must be \"point\" (1,234.56) or \"comma\" (1.234,56)."
  }

  validation {
    condition     = alltrue([for source in var.sources : source.currency == null || can(regex("^[A-Z]{3}$", source.currency))])
    error_message = "currency in sources must be an ISO 4217 code of three uppercase letters, such as EUR."
  }

  validation {
    condition = alltrue(flatten([
      for source in var.sources : [
        for column, name in coalesce(source.columns, {}) : contains(local.reader_columns, column) && trimspace(name) != "" && !strcontains(name, ",")
      ]
    ]))
    error_message = "columns in sources may have the keys ${join(", ", local.reader_columns)}; each value is the name in your files, not empty and without a comma."
  }

  validation {
    condition = alltrue([
      for source in var.sources : source.sales == null || try(trimspace(source.sales.column) != "" && length(compact(source.sales.values)) > 0, false)
    ])
    error_message = "sales in sources needs the name of a column and at least one value, such as { column = \"Stage\", values = [\"Closed Won\"] }."
  }
}

variable "decimal_comma" {
  description = "Whether sales files use a decimal comma: 1.234,56 instead of 1,234.56."
  type        = bool
  default     = false
  nullable    = false
}

# --- Bucket

variable "sales_bucket" {
  description = "Name of an existing bucket that receives the sales files. By default a bucket is created."
  type        = string
  default     = null

  validation {
    condition     = var.sales_bucket == null || can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.sales_bucket))
    error_message = "sales_bucket must be a bucket name, without s3:// and without a path. Set the path as sales_prefix."
  }
}

variable "sales_kms_key_arns" {
  description = "ARNs of the KMS keys that encrypt the files of an existing bucket. By default every key of this account and region, where its key policy allows the role and only through S3. Keys of other accounts must be named."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.sales_kms_key_arns : can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", arn))])
    error_message = "sales_kms_key_arns must be ARNs of keys, such as arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab, not of aliases."
  }
}

variable "sales_prefix" {
  description = "Prefix of the keys of sales files."
  type        = string
  default     = "sales/"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9!_.'()/-]*/$", var.sales_prefix)) && !startswith(var.sales_prefix, "/")
    error_message = "sales_prefix must end with a slash, not start with one, and contain only letters, digits, slashes and -_.!'()."
  }
}

variable "sales_events" {
  description = <<-EOT
    Source of the events about changed sales files. "s3": the notifications of the bucket; this replaces all existing
    notifications of the bucket. "eventbridge": an EventBridge rule, which leaves existing notifications unchanged; on an
    existing bucket you must enable EventBridge yourself.
  EOT
  type        = string
  default     = "s3"
  nullable    = false

  validation {
    condition     = contains(["s3", "eventbridge"], var.sales_events)
    error_message = "sales_events must be \"s3\" or \"eventbridge\"."
  }
}

variable "sales_expiration_days" {
  description = "Age in days at which sales files are deleted from a bucket that is created here; their sales then leave the rankings. By default files are kept."
  type        = number
  default     = null

  validation {
    condition     = var.sales_expiration_days == null || try(var.sales_expiration_days >= 28 && floor(var.sales_expiration_days) == var.sales_expiration_days, false)
    error_message = "sales_expiration_days must be a whole number of at least 28: rankings compare with the week before."
  }
}

variable "force_destroy" {
  description = "Whether terraform destroy may delete the bucket with its sales files and the tables with the rankings."
  type        = bool
  default     = false
  nullable    = false
}

# --- Slack

variable "slack_signing_secret" {
  description = <<-EOT
    Signing secret of the Slack app (Basic Information); during a rotation the current and the previous one, separated by
    a comma. It is never written to the state or to a plan. Omit it if slack_signing_secret_parameter is set.
  EOT
  type        = string
  default     = null
  sensitive   = true
  ephemeral   = true

  validation {
    condition     = var.slack_signing_secret == null || can(regex("^[0-9A-Za-z]{16,}(,[0-9A-Za-z]{16,})?$", var.slack_signing_secret))
    error_message = "slack_signing_secret must be the Signing Secret that Slack shows under Basic Information, or two of them separated by a comma. A token that starts with xox is not a signing secret."
  }
}

variable "slack_signing_secret_version" {
  description = "Version of slack_signing_secret. Increase it whenever the secret changes: the secret is write-only, so Terraform cannot detect the change."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.slack_signing_secret_version >= 1 && floor(var.slack_signing_secret_version) == var.slack_signing_secret_version
    error_message = "slack_signing_secret_version must be a whole number of at least 1."
  }
}

variable "slack_signing_secret_parameter" {
  description = "Name of an existing SSM parameter with the signing secret (SecureString, encrypted with the key alias/aws/ssm). By default a parameter is created."
  type        = string
  default     = null

  validation {
    condition     = var.slack_signing_secret_parameter == null || can(regex("^/[A-Za-z0-9_./-]+[A-Za-z0-9_.-]$", var.slack_signing_secret_parameter))
    error_message = "slack_signing_secret_parameter must be the full name of an SSM parameter, starting with a slash, such as /slack/signing-secret."
  }
}

variable "slack_command" {
  description = "Name of the slash command."
  type        = string
  default     = "/standings"
  nullable    = false

  validation {
    condition     = can(regex("^/[a-z0-9_-]{1,31}$", var.slack_command))
    error_message = "slack_command must be a slash and up to 31 lowercase letters, digits, hyphens and underscores, such as /standings."
  }
}

variable "posts" {
  description = <<-EOT
    Scheduled posts, by name: a question as it is typed after the command, a schedule of EventBridge Scheduler and its time zone
    (time_zone by default), such as { monday = { question = "last week top 5", schedule = "cron(0 9 ? * MON *)" } }. Each posts
    through what the parameter /NAME/posts/POST holds: the URL of an incoming webhook, or a bot token (then with channel, the id
    of a channel). Terraform writes the parameter from post_secrets if secret_version is set.
  EOT
  type = map(object({
    question       = string
    schedule       = string
    time_zone      = optional(string)
    channel        = optional(string)
    secret_version = optional(number)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name, post in var.posts : can(regex("^[a-z0-9-]{1,30}$", name))])
    error_message = "Each name in posts must be 1 to 30 lowercase letters, digits and hyphens, such as monday-top-5."
  }

  validation {
    condition     = alltrue([for post in var.posts : trimspace(post.question) != "" && length(post.question) <= 200])
    error_message = "Each post needs a question of 1 to 200 characters, such as \"last week top 5\" or \"emea this month\"."
  }

  validation {
    condition     = alltrue([for post in var.posts : can(regex("^(cron|rate|at)\\(.+\\)$", post.schedule))])
    error_message = "Each post needs a schedule of EventBridge Scheduler, such as \"cron(0 9 ? * MON *)\": at 9:00 every Monday."
  }

  validation {
    condition     = alltrue([for post in var.posts : post.time_zone == null || can(regex("^(UTC|[A-Z][A-Za-z_]+/[A-Za-z_/+-]+)$", coalesce(post.time_zone, "UTC")))])
    error_message = "time_zone in posts must be an IANA name, such as Europe/Berlin or UTC."
  }

  validation {
    condition     = alltrue([for post in var.posts : post.channel == null || can(regex("^[CG][A-Z0-9]{2,}$", coalesce(post.channel, "none")))])
    error_message = "channel in posts must be the id of a channel, such as C012AB3CD, not its name. A webhook needs none."
  }

  validation {
    condition     = alltrue([for post in var.posts : post.secret_version == null || try(post.secret_version >= 1 && floor(post.secret_version) == post.secret_version, false)])
    error_message = "secret_version in posts must be a whole number from 1. Increase it whenever the webhook or token changes."
  }
}

variable "post_secrets" {
  description = "Incoming webhook URL or bot token of each post in posts that has a secret_version, by its name. They are never written to the state or to a plan."
  type        = map(string)
  default     = {}
  nullable    = false
  sensitive   = true
  ephemeral   = true

  validation {
    condition     = alltrue([for secret in values(var.post_secrets) : can(regex("^(https://hooks\\.slack(-gov)?\\.com/services/|xoxb-)", secret))])
    error_message = "Each value in post_secrets must be the URL of an incoming webhook (https://hooks.slack.com/services/...) or a bot token (xoxb-...)."
  }
}

variable "ranking_style" {
  description = "Layout of rankings: \"text\" (aligned lines, narrow enough for a phone), \"wide\" (aligned lines with all columns) or \"table\" (the table block of Slack)."
  type        = string
  default     = "text"
  nullable    = false

  validation {
    condition     = contains(["text", "wide", "table"], var.ranking_style)
    error_message = "ranking_style must be \"text\", \"wide\" or \"table\"."
  }
}

variable "allowed" {
  description = "Allow-lists of Slack ids (enterprises also by name). A request must match every list that is not empty; an empty list allows everyone."
  type = object({
    enterprises = optional(list(string), [])
    workspaces  = optional(list(string), [])
    channels    = optional(list(string), [])
    users       = optional(list(string), [])
    apps        = optional(list(string), [])
  })
  default  = {}
  nullable = false

  validation {
    condition = alltrue([
      for list in [
        [for id in var.allowed.workspaces : can(regex("^T[A-Z0-9]+$", id))],
        [for id in var.allowed.channels : can(regex("^[CDG][A-Z0-9]+$", id))],
        [for id in var.allowed.users : can(regex("^[UW][A-Z0-9]+$", id))],
        [for id in var.allowed.apps : can(regex("^A[A-Z0-9]+$", id))],
        [for id in var.allowed.enterprises : id != "" && !strcontains(id, ",")],
      ] : alltrue(list)
    ])
    error_message = "allowed must contain Slack ids, not names: workspaces start with T, channels with C, D or G, users with U or W, apps with A. Only enterprises may be names, without a comma."
  }
}

# --- Functions

variable "package_dir" {
  description = "Folder with recompute.zip and slash-command.zip. By default target/lambda, where `just package` puts them."
  type        = string
  default     = null
}

variable "architecture" {
  description = "Instruction set that the packages were built for. `just deploy` sets it."
  type        = string
  default     = "x86_64"
  nullable    = false

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "architecture must be arm64 or x86_64."
  }
}

variable "recompute_memory" {
  description = "Memory of recompute in MB. Lambda allocates CPU in proportion: 1769 MB is one full vCPU."
  type        = number
  default     = 1769
  nullable    = false

  validation {
    condition     = var.recompute_memory >= 512 && var.recompute_memory <= 10240 && floor(var.recompute_memory) == var.recompute_memory
    error_message = "recompute_memory must be a whole number from 512 to 10240 (MB)."
  }
}

variable "recompute_timeout" {
  description = "Timeout of recompute in seconds, per batch. The visibility timeout of the queue is six times as long."
  type        = number
  default     = 300
  nullable    = false

  validation {
    condition     = var.recompute_timeout >= 10 && var.recompute_timeout <= 900 && floor(var.recompute_timeout) == var.recompute_timeout
    error_message = "recompute_timeout must be a whole number from 10 to 900 (seconds)."
  }
}

variable "recompute_concurrency" {
  description = "Concurrent invocations of recompute. Two keep up with thousands of files per hour; beyond that, batches mostly contend for the same DynamoDB items."
  type        = number
  default     = 2
  nullable    = false

  validation {
    condition     = var.recompute_concurrency >= 2 && var.recompute_concurrency <= 1000 && floor(var.recompute_concurrency) == var.recompute_concurrency
    error_message = "recompute_concurrency must be a whole number from 2 (the minimum of an SQS event source) to 1000."
  }
}

variable "batch_size" {
  description = "Maximum messages per batch. Files of one batch that share a week cause one refresh of that week."
  type        = number
  default     = 100
  nullable    = false

  validation {
    condition     = var.batch_size >= 1 && var.batch_size <= 1000 && floor(var.batch_size) == var.batch_size
    error_message = "batch_size must be a whole number from 1 to 1000."
  }
}

variable "batch_window" {
  description = "Seconds that Lambda waits for more messages before it invokes recompute. It is also the minimum delay from an upload to its ranking."
  type        = number
  default     = 2
  nullable    = false

  validation {
    condition     = var.batch_window >= 1 && var.batch_window <= 300 && floor(var.batch_window) == var.batch_window
    error_message = "batch_window must be a whole number from 1 to 300 (seconds)."
  }
}

variable "slash_command_memory" {
  description = "Memory of slash-command in MB. The function uses less than 40 MB; the rest buys CPU, which shortens TLS handshakes during a cold start."
  type        = number
  default     = 512
  nullable    = false

  validation {
    condition     = var.slash_command_memory >= 128 && var.slash_command_memory <= 3008 && floor(var.slash_command_memory) == var.slash_command_memory
    error_message = "slash_command_memory must be a whole number from 128 to 3008 (MB)."
  }
}

variable "reserved_concurrency" {
  description = "Reserved concurrency of slash-command. By default none is reserved, because new accounts have no concurrency to spare."
  type        = number
  default     = null

  validation {
    condition     = var.reserved_concurrency == null || try(var.reserved_concurrency >= 1 && floor(var.reserved_concurrency) == var.reserved_concurrency, false)
    error_message = "reserved_concurrency must be a whole number of at least 1. Omit it to reserve none."
  }
}

variable "provisioned_concurrency" {
  description = "Provisioned concurrency of slash-command: environments that are always initialized and billed. By default none; with it, set warmer = false."
  type        = number
  default     = null

  validation {
    condition     = var.provisioned_concurrency == null || try(var.provisioned_concurrency >= 1 && floor(var.provisioned_concurrency) == var.provisioned_concurrency, false)
    error_message = "provisioned_concurrency must be a whole number of at least 1. Omit it to provision none."
  }
}

variable "tracing" {
  description = "Whether both functions send traces to AWS X-Ray."
  type        = bool
  default     = false
  nullable    = false
}

variable "log_level" {
  description = "Minimum level of log lines. A level above INFO also drops the metrics, which are log lines."
  type        = string
  default     = "INFO"
  nullable    = false

  validation {
    condition     = contains(["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"], var.log_level)
    error_message = "log_level must be TRACE, DEBUG, INFO, WARN, ERROR or FATAL."
  }
}

variable "log_retention_days" {
  description = "Retention of all log groups in days."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days must be a retention that CloudWatch supports: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653."
  }
}

# --- API

variable "throttle_rate" {
  description = "Steady-state rate limit of the API, in requests per second."
  type        = number
  default     = 50
  nullable    = false

  validation {
    condition     = var.throttle_rate >= 1 && var.throttle_rate <= 10000
    error_message = "throttle_rate must be a number from 1 to 10000 (requests per second)."
  }
}

variable "throttle_burst" {
  description = "Burst limit of the API, in requests."
  type        = number
  default     = 100
  nullable    = false

  validation {
    condition     = var.throttle_burst >= 1 && var.throttle_burst <= 5000 && floor(var.throttle_burst) == var.throttle_burst
    error_message = "throttle_burst must be a whole number from 1 to 5000 (requests)."
  }
}

variable "domain" {
  description = "Custom domain of the API, with the ARN of an ACM certificate in the same region. By default the API has only the endpoint that AWS assigns."
  type = object({
    name            = string
    certificate_arn = string
  })
  default = null

  validation {
    condition     = var.domain == null || can(regex("^[a-z0-9-]+(\\.[a-z0-9-]+)+$", var.domain.name)) && can(regex("^arn:[a-z-]+:acm:", var.domain.certificate_arn))
    error_message = "domain must have a name such as standings.example.com and the certificate_arn of an ACM certificate."
  }
}

# --- Monitoring

variable "warmer" {
  description = "Whether a schedule invokes slash-command every 12 minutes, which avoids most cold starts."
  type        = bool
  default     = true
  nullable    = false
}

variable "alarm_topic_arn" {
  description = "ARN of an existing SNS topic for alarms. By default a topic is created."
  type        = string
  default     = null

  validation {
    condition     = var.alarm_topic_arn == null || can(regex("^arn:[a-z-]+:sns:", var.alarm_topic_arn))
    error_message = "alarm_topic_arn must be the ARN of an SNS topic, such as arn:aws:sns:eu-central-1:123456789012:pager."
  }
}

variable "alarm_email" {
  description = "E-mail address to subscribe to the alarms; AWS asks it to confirm. Ignored if alarm_topic_arn is set."
  type        = string
  default     = null

  validation {
    condition     = var.alarm_email == null || can(regex("^[^@ ]+@[^@ ]+$", var.alarm_email))
    error_message = "alarm_email must be an e-mail address, such as oncall@example.com."
  }
}
