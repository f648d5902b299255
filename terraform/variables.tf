# --- What everything is called, and where it runs

variable "name" {
  description = "Prefix of every name. Two deployments in one account need two names."
  type        = string
  default     = "standings"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,30}[a-z0-9]$", var.name))
    error_message = "name must have 3 to 32 small letters, digits and hyphens, and start with a letter: bucket names allow no more."
  }
}

variable "region" {
  description = "AWS region. One near Slack's users answers faster; Slack itself waits three seconds."
  type        = string
  default     = "us-east-1"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region must be an AWS region such as eu-central-1."
  }
}

variable "tags" {
  description = "Tags of everything, beside application = name."
  type        = map(string)
  default     = {}
  nullable    = false
}

# --- The organisation

variable "time_zone" {
  description = "The organisation's IANA time zone: when a week begins."
  type        = string
  default     = "UTC"
  nullable    = false

  validation {
    condition     = can(regex("^(UTC|[A-Z][A-Za-z_]+(/[A-Za-z0-9_+-]+)+)$", var.time_zone))
    error_message = "time_zone must be an IANA name such as Europe/Berlin, or UTC. Abbreviations such as CET do not follow daylight saving."
  }
}

variable "currency" {
  description = "The organisation's currency, an ISO 4217 code. Rows in another currency are skipped."
  type        = string
  default     = "USD"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Z]{3}$", var.currency))
    error_message = "currency must be a code of three capitals such as EUR."
  }
}

variable "columns" {
  description = "Other names of columns in the sales files, such as { salesperson = \"Rep Name\" }. Common names are known without it."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = length(setsubtract(keys(var.columns), local.reader_columns)) == 0
    error_message = "columns has unknown keys: ${join(", ", setsubtract(keys(var.columns), local.reader_columns))}. Use ${join(", ", local.reader_columns)}; the value is the name in your files."
  }

  validation {
    condition     = alltrue([for name in values(var.columns) : !strcontains(name, ",") && trimspace(name) != ""])
    error_message = "A column's name in columns must not be empty, nor contain a comma."
  }
}

variable "decimal_comma" {
  description = "Whether the sales files write 1.234,56 for 1,234.56."
  type        = bool
  default     = false
  nullable    = false
}

# --- The bucket

variable "sales_bucket" {
  description = "Name of a bucket that exists and receives the sales files. Unless set, one is made."
  type        = string
  default     = null

  validation {
    condition     = var.sales_bucket == null || can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.sales_bucket))
    error_message = "sales_bucket must be the name of a bucket, without s3:// and without a path."
  }
}

variable "sales_prefix" {
  description = "The keys of sales files start with this."
  type        = string
  default     = "sales/"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9!_.'()/-]*/$", var.sales_prefix)) && !startswith(var.sales_prefix, "/")
    error_message = "sales_prefix must end in a slash, not start with one, and be made of letters, digits and -_.!'()."
  }
}

variable "sales_events" {
  description = <<-EOT
    How the queue learns of changes in the bucket. "s3": by the bucket's notifications; this replaces all that the bucket has.
    "eventbridge": by a rule, which leaves them alone; an existing bucket must have EventBridge switched on.
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
  description = "Sales files are deleted after so many days, and no longer count from then on. Unless set, they are kept."
  type        = number
  default     = null

  validation {
    condition     = var.sales_expiration_days == null || try(var.sales_expiration_days >= 28 && floor(var.sales_expiration_days) == var.sales_expiration_days, false)
    error_message = "sales_expiration_days must be a whole number of at least 28: the ranking of a week looks at the week before."
  }
}

variable "force_destroy" {
  description = "Whether terraform destroy may delete a bucket that has sales files in it, and tables that have rankings."
  type        = bool
  default     = false
  nullable    = false
}

# --- Slack

variable "slack_signing_secret" {
  description = <<-EOT
    Slack's signing secret (Basic Information), or the current and the previous one with a comma between while it is being changed.
    It reaches no state file. Leave it out where slack_signing_secret_parameter names a parameter that exists.
  EOT
  type        = string
  default     = null
  sensitive   = true
  ephemeral   = true

  validation {
    condition     = var.slack_signing_secret == null || can(regex("^[0-9A-Za-z]{16,}(,[0-9A-Za-z]{16,})?$", var.slack_signing_secret))
    error_message = "slack_signing_secret must be the Signing Secret that Slack shows under Basic Information, or two of them separated by a comma; not a token that starts with xox."
  }
}

variable "slack_signing_secret_version" {
  description = "Raise this whenever slack_signing_secret changes: Terraform cannot see the secret, so it cannot see that it changed."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.slack_signing_secret_version >= 1 && floor(var.slack_signing_secret_version) == var.slack_signing_secret_version
    error_message = "slack_signing_secret_version must be a whole number, 1 or more."
  }
}

variable "slack_signing_secret_parameter" {
  description = "Name of an SSM parameter (SecureString, encrypted with the key alias/aws/ssm) that exists and holds the signing secret."
  type        = string
  default     = null

  validation {
    condition     = var.slack_signing_secret_parameter == null || can(regex("^/[A-Za-z0-9_./-]+[A-Za-z0-9_.-]$", var.slack_signing_secret_parameter))
    error_message = "slack_signing_secret_parameter must be the full name of an SSM parameter, such as /slack/signing-secret."
  }
}

variable "slack_command" {
  description = "The command that people type."
  type        = string
  default     = "/standings"
  nullable    = false

  validation {
    condition     = can(regex("^/[a-z0-9_-]{1,31}$", var.slack_command))
    error_message = "slack_command must be a slash and up to 31 small letters, digits, hyphens and underscores, such as /standings."
  }
}

variable "ranking_style" {
  description = "How a ranking is drawn: \"text\" (aligned lines, which every Slack client shows alike) or \"table\" (Slack's table block)."
  type        = string
  default     = "text"
  nullable    = false

  validation {
    condition     = contains(["text", "table"], var.ranking_style)
    error_message = "ranking_style must be \"text\" or \"table\"."
  }
}

variable "allowed" {
  description = "Who may ask: ids as Slack has them (enterprises also by name). A list that is left out lets everyone in."
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
    error_message = "allowed takes Slack's ids, not names: workspaces start with T, channels with C, D or G, users with U or W, apps with A."
  }
}

# --- The functions

variable "package_dir" {
  description = "Folder with recompute.zip and slash-command.zip. Unless set, the one that `just package` fills."
  type        = string
  default     = null
}

variable "architecture" {
  description = "What the packages were built for. `just deploy` sets it."
  type        = string
  default     = "x86_64"
  nullable    = false

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "architecture must be arm64 or x86_64."
  }
}

variable "recompute_memory" {
  description = "Memory of recompute in MB; its share of a CPU grows with it, one whole at 1769."
  type        = number
  default     = 1769
  nullable    = false

  validation {
    condition     = var.recompute_memory >= 512 && var.recompute_memory <= 10240 && floor(var.recompute_memory) == var.recompute_memory
    error_message = "recompute_memory must be a whole number from 512 to 10240 (MB)."
  }
}

variable "recompute_timeout" {
  description = "Seconds that recompute may take for a batch. The queue waits six times as long before it hands a message out again."
  type        = number
  default     = 300
  nullable    = false

  validation {
    condition     = var.recompute_timeout >= 10 && var.recompute_timeout <= 900 && floor(var.recompute_timeout) == var.recompute_timeout
    error_message = "recompute_timeout must be a whole number from 10 to 900 (seconds)."
  }
}

variable "recompute_concurrency" {
  description = "How many batches are handled at once. Two keep up with thousands of files an hour; more wait for each other at the tables."
  type        = number
  default     = 2
  nullable    = false

  validation {
    condition     = var.recompute_concurrency >= 2 && var.recompute_concurrency <= 1000 && floor(var.recompute_concurrency) == var.recompute_concurrency
    error_message = "recompute_concurrency must be a whole number from 2 (the least that SQS takes) to 1000."
  }
}

variable "batch_size" {
  description = "How many changed files are handled together at most: a week that they share is ranked once."
  type        = number
  default     = 100
  nullable    = false

  validation {
    condition     = var.batch_size >= 1 && var.batch_size <= 1000 && floor(var.batch_size) == var.batch_size
    error_message = "batch_size must be a whole number from 1 to 1000."
  }
}

variable "batch_window" {
  description = "Seconds that a batch waits for more files. It is also the least time from an upload to its ranking."
  type        = number
  default     = 2
  nullable    = false

  validation {
    condition     = var.batch_window >= 1 && var.batch_window <= 300 && floor(var.batch_window) == var.batch_window
    error_message = "batch_window must be a whole number from 1 to 300 (seconds)."
  }
}

variable "slash_command_memory" {
  description = "Memory of slash-command in MB. It needs 40; the rest buys the CPU that opens connections at a cold start."
  type        = number
  default     = 512
  nullable    = false

  validation {
    condition     = var.slash_command_memory >= 128 && var.slash_command_memory <= 3008 && floor(var.slash_command_memory) == var.slash_command_memory
    error_message = "slash_command_memory must be a whole number from 128 to 3008 (MB)."
  }
}

variable "reserved_concurrency" {
  description = "Concurrency kept for slash-command and no other function. Unless set, none: new accounts have none to spare."
  type        = number
  default     = null

  validation {
    condition     = var.reserved_concurrency == null || try(var.reserved_concurrency >= 1 && floor(var.reserved_concurrency) == var.reserved_concurrency, false)
    error_message = "reserved_concurrency must be a whole number of at least 1, or left out."
  }
}

variable "provisioned_concurrency" {
  description = "Environments of slash-command that always wait for a request, at a price; they replace the warmer. Unless set, none."
  type        = number
  default     = null

  validation {
    condition     = var.provisioned_concurrency == null || try(var.provisioned_concurrency >= 1 && floor(var.provisioned_concurrency) == var.provisioned_concurrency, false)
    error_message = "provisioned_concurrency must be a whole number of at least 1, or left out."
  }
}

variable "tracing" {
  description = "Whether both functions send traces to X-Ray."
  type        = bool
  default     = false
  nullable    = false
}

variable "log_level" {
  description = "The least level that the functions log."
  type        = string
  default     = "INFO"
  nullable    = false

  validation {
    condition     = contains(["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"], var.log_level)
    error_message = "log_level must be TRACE, DEBUG, INFO, WARN, ERROR or FATAL."
  }
}

variable "log_retention_days" {
  description = "Days that logs are kept."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days must be one of the numbers that CloudWatch takes: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731 or a number of whole years up to 3653."
  }
}

# --- The API

variable "throttle_rate" {
  description = "Requests a second that the API lets through in the long run."
  type        = number
  default     = 50
  nullable    = false

  validation {
    condition     = var.throttle_rate >= 1 && var.throttle_rate <= 10000
    error_message = "throttle_rate must be from 1 to 10000 (requests a second)."
  }
}

variable "throttle_burst" {
  description = "Requests that the API lets through at once."
  type        = number
  default     = 100
  nullable    = false

  validation {
    condition     = var.throttle_burst >= 1 && var.throttle_burst <= 5000 && floor(var.throttle_burst) == var.throttle_burst
    error_message = "throttle_burst must be a whole number from 1 to 5000."
  }
}

variable "domain" {
  description = "A domain name for the API, with the ARN of a certificate for it in the same region. Unless set, AWS names it."
  type = object({
    name            = string
    certificate_arn = string
  })
  default = null

  validation {
    condition     = var.domain == null || can(regex("^[a-z0-9-]+(\\.[a-z0-9-]+)+$", var.domain.name)) && can(regex("^arn:[a-z-]+:acm:", var.domain.certificate_arn))
    error_message = "domain needs a name such as standings.example.com and the certificate_arn of a certificate in ACM."
  }
}

# --- Watching

variable "warmer" {
  description = "Whether slash-command is kept warm."
  type        = bool
  default     = true
  nullable    = false
}

variable "alarm_topic_arn" {
  description = "The SNS topic that alarms go to. Unless set, one is made."
  type        = string
  default     = null

  validation {
    condition     = var.alarm_topic_arn == null || can(regex("^arn:[a-z-]+:sns:", var.alarm_topic_arn))
    error_message = "alarm_topic_arn must be the ARN of an SNS topic."
  }
}

variable "alarm_email" {
  description = "An address that alarms are sent to, once it has confirmed. Only where the topic is made here."
  type        = string
  default     = null

  validation {
    condition     = var.alarm_email == null || can(regex("^[^@ ]+@[^@ ]+$", var.alarm_email))
    error_message = "alarm_email must be an e-mail address."
  }
}
