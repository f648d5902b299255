# Functions, API and monitoring.

variable "recompute_memory" {
  description = "Memory of recompute in MB. Lambda allocates CPU in proportion: 1769 MB is one full vCPU. New accounts may be limited to 3008 until AWS raises their quota."
  type        = number
  default     = 1769
  nullable    = false

  validation {
    condition     = var.recompute_memory >= 512 && var.recompute_memory <= 10240 && floor(var.recompute_memory) == var.recompute_memory
    error_message = "recompute_memory must be a whole number from 512 to 10240 (MB)."
  }
}

variable "recompute_timeout" {
  description = "Timeout of recompute in seconds, per batch. The visibility timeout of the queue is six times as long, and the batch window."
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
  description = "Provisioned concurrency of slash-command: environments that are always initialized and billed. By default none. With it there is no warmer."
  type        = number
  default     = null

  validation {
    condition     = var.provisioned_concurrency == null || try(var.provisioned_concurrency >= 1 && floor(var.provisioned_concurrency) == var.provisioned_concurrency, false)
    error_message = "provisioned_concurrency must be a whole number of at least 1. Omit it to provision none."
  }

  validation {
    condition     = var.provisioned_concurrency == null || var.reserved_concurrency == null || try(var.provisioned_concurrency <= var.reserved_concurrency, false)
    error_message = "provisioned_concurrency must not be more than reserved_concurrency."
  }
}

variable "warmer" {
  description = "Whether a schedule invokes slash-command every 12 minutes, which avoids most cold starts. Not used with provisioned_concurrency. It also looks for late sources, so that expected switches it on."
  type        = bool
  default     = true
  nullable    = false
}

variable "reconcile" {
  description = "Whether a schedule compares the bucket with the ledger every night, and ingests the files of the last seven days whose events were lost."
  type        = bool
  default     = true
  nullable    = false
}

variable "tracing" {
  description = "Whether both functions send traces to AWS X-Ray."
  type        = bool
  default     = false
  nullable    = false
}

variable "log_level" {
  description = "Minimum level of log lines. Metrics are written at every level."
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
  description = "Custom domain of the API: { name = \"standings.example.com\", certificate_arn = \"...\" }, with the ARN of an ACM certificate in the same region. By default the API has only the endpoint that AWS assigns."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = length(var.domain) == 0 || toset(keys(var.domain)) == toset(["name", "certificate_arn"])
    error_message = "domain must have a name and a certificate_arn, and nothing else."
  }

  validation {
    condition     = !contains(keys(var.domain), "name") || can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$", var.domain.name))
    error_message = "name in domain must be a host name in lowercase, without https:// and without a path, such as standings.example.com."
  }

  validation {
    condition     = !contains(keys(var.domain), "certificate_arn") || can(regex("^arn:${local.partition}:acm:${local.region}:${local.account}:certificate/[A-Za-z0-9-]+$", var.domain.certificate_arn))
    error_message = "certificate_arn in domain must be the ARN of an ACM certificate of this account and region, such as arn:${local.partition}:acm:${local.region}:${local.account}:certificate/1234abcd-12ab-34cd-56ef-1234567890ab."
  }
}

variable "disable_default_endpoint" {
  description = "Whether only the custom domain is served. Set it after Slack uses the domain; until its DNS record works, Slack needs the endpoint that AWS assigns."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = !var.disable_default_endpoint || length(var.domain) > 0
    error_message = "disable_default_endpoint needs a domain: without one, Slack could not reach the API."
  }
}

variable "alarm_topic_arn" {
  description = "ARN of an existing SNS topic for alarms. By default a topic is created."
  type        = string
  default     = null

  validation {
    condition     = var.alarm_topic_arn == null || can(regex(local.topic_arn_pattern, var.alarm_topic_arn))
    error_message = "alarm_topic_arn must be the ARN of an SNS topic in ${local.region} that is not FIFO, such as ${local.topic_arn_example}:pager."
  }
}

variable "alarm_email" {
  description = "E-mail address to subscribe to the alarms; AWS asks it to confirm."
  type        = string
  default     = null

  validation {
    condition     = var.alarm_email == null || can(regex("^[^@\\s,;:<>]+@([A-Za-z0-9-]+\\.)+[A-Za-z0-9-]+$", var.alarm_email))
    error_message = "alarm_email must be one e-mail address, without a name and spaces, such as oncall@example.com."
  }

  validation {
    condition     = var.alarm_email == null || var.alarm_topic_arn == null
    error_message = "alarm_email is subscribed to the topic that is created here. With alarm_topic_arn, subscribe it to that topic."
  }
}
