# Bucket of the sales files, and its events.

variable "sales_bucket" {
  description = "Name of an existing bucket that receives the sales files. By default a bucket is created."
  type        = string
  default     = null

  validation {
    condition = var.sales_bucket == null ? true : alltrue([
      can(regex(local.bucket_name_pattern, var.sales_bucket)),
      can(regex("^.{3,63}$", var.sales_bucket)),
      !can(regex(local.ip_address_pattern, var.sales_bucket)),
    ])
    error_message = "sales_bucket must be the name of a bucket, without s3:// and without a path: 3 to 63 lowercase letters, digits, dots and hyphens, each part between dots beginning and ending with a letter or digit, no IP address. Set the path as sales_prefix."
  }

  validation {
    condition     = !can(regex("(-s3alias|--ol-s3|--x-s3|\\.mrap)$", var.sales_bucket))
    error_message = "sales_bucket must be a general purpose bucket. The name ${var.sales_bucket == null ? "" : var.sales_bucket} is that of a directory bucket or of an access point, which send no events."
  }
}

variable "sales_bucket_account" {
  description = "Account that owns the existing bucket, if it is another one. Its bucket policy must allow the role of recompute (output role_arns)."
  type        = string
  default     = null

  validation {
    condition     = var.sales_bucket_account == null || can(regex("^[0-9]{12}$", var.sales_bucket_account))
    error_message = "sales_bucket_account must be the 12 digits of the account that owns sales_bucket, in quotes. Omit it for a bucket of this account."
  }

  validation {
    condition     = var.sales_bucket_account == null || var.sales_bucket != null
    error_message = "sales_bucket_account is for an existing bucket (sales_bucket). The bucket that is created here belongs to this account. Omit it."
  }
}

variable "sales_prefix" {
  description = "Prefix of the keys of sales files. Empty for all files of the bucket."
  type        = string
  default     = "sales/"
  nullable    = false

  validation {
    condition     = can(regex("^([A-Za-z0-9!_.'()=-][A-Za-z0-9!_.'()=/-]{0,500}/)?$", var.sales_prefix))
    error_message = "sales_prefix must end with a slash, not start with one, and contain only letters, digits, slashes and -_.!'()=, at most 500 characters. Empty means all files of the bucket."
  }
}

variable "sales_events" {
  description = <<-EOT
    Source of the events about changed sales files. "s3": notifications of the bucket, the default for a created bucket; on an
    existing one this replaces all notifications that it has, so that it also needs replace_bucket_notifications.
    "eventbridge": a rule, the default for an existing bucket; you enable EventBridge on that bucket yourself. "sns": the topic
    sales_topic_arn, which the bucket notifies. "external": somebody else has the queue (output queue_arn) notified.
  EOT
  type        = string
  default     = null

  validation {
    condition     = var.sales_events == null ? true : contains(["s3", "eventbridge", "sns", "external"], var.sales_events)
    error_message = "sales_events must be \"s3\", \"eventbridge\", \"sns\" or \"external\"."
  }

  validation {
    condition     = var.sales_events != "s3" || var.sales_bucket == null || var.replace_bucket_notifications
    error_message = "sales_events = \"s3\" would replace all notifications of the bucket ${coalesce(var.sales_bucket, "-")}, also those of others, and terraform destroy would delete them. Use \"eventbridge\" or \"sns\", or set replace_bucket_notifications = true if nobody else uses them."
  }

  validation {
    condition     = !var.replace_bucket_notifications || var.sales_events == "s3"
    error_message = "replace_bucket_notifications does nothing without sales_events = \"s3\". Omit it."
  }

  validation {
    condition     = var.sales_events != "s3" || coalesce(var.sales_bucket_account, local.account) == local.account
    error_message = "The notifications of a bucket of another account are configured there. Use sales_events = \"eventbridge\", \"sns\" or \"external\"."
  }

  validation {
    condition     = var.sales_bucket != null || !contains(["sns", "external"], coalesce(var.sales_events, "s3"))
    error_message = "sales_events = \"${var.sales_events == null ? "" : var.sales_events}\" is for an existing bucket (sales_bucket). The bucket that is created here has \"s3\", the default, or \"eventbridge\"."
  }
}

variable "replace_bucket_notifications" {
  description = "Whether sales_events = \"s3\" may replace the notifications that an existing bucket has. terraform destroy then deletes them."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = !var.replace_bucket_notifications || var.sales_bucket != null
    error_message = "replace_bucket_notifications is for an existing bucket (sales_bucket). Omit it."
  }
}

variable "sales_topic_arn" {
  description = "ARN of the SNS topic that the bucket notifies, for sales_events = \"sns\". The queue is subscribed to it."
  type        = string
  default     = null

  validation {
    condition     = var.sales_topic_arn != null || var.sales_events != "sns"
    error_message = "sales_events = \"sns\" needs sales_topic_arn, the topic that the bucket notifies."
  }

  validation {
    condition     = var.sales_topic_arn == null || var.sales_events == "sns"
    error_message = "sales_topic_arn does nothing without sales_events = \"sns\". Set that, or omit sales_topic_arn."
  }

  validation {
    condition     = var.sales_topic_arn == null || can(regex(local.topic_arn_pattern, var.sales_topic_arn))
    error_message = "sales_topic_arn must be the ARN of an SNS topic in ${local.region} that is not FIFO, such as ${local.topic_arn_example}:exports. S3 notifies only topics of the bucket's region."
  }
}

variable "sales_kms_key_arns" {
  description = "ARNs of the KMS keys that encrypt the files of an existing bucket. By default every key of this account and region, where its key policy allows the role and only through S3. Keys of other accounts must be named."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.sales_kms_key_arns : can(regex(local.key_arn_pattern, arn))])
    error_message = "sales_kms_key_arns must be ARNs of keys in ${local.region}, such as ${local.key_arn_example}, not of aliases."
  }

  validation {
    condition     = length(var.sales_kms_key_arns) == 0 || var.sales_bucket != null
    error_message = "sales_kms_key_arns is for an existing bucket (sales_bucket). A key for the bucket that is created here is kms_key_arns.bucket."
  }
}

variable "sales_expiration_days" {
  description = "Age in days at which sales files are deleted from a bucket that is created here; their sales then leave the rankings. By default files are kept."
  type        = number
  default     = null

  validation {
    condition     = var.sales_expiration_days == null || try(var.sales_expiration_days >= 28 && var.sales_expiration_days <= 2147483647 && floor(var.sales_expiration_days) == var.sales_expiration_days, false)
    error_message = "sales_expiration_days must be a whole number from 28 (rankings compare with the week before) to 2147483647 (the maximum of S3). Omit it to keep the files."
  }

  validation {
    condition     = var.sales_expiration_days == null || var.sales_bucket == null
    error_message = "sales_expiration_days is for the bucket that is created here. The bucket ${coalesce(var.sales_bucket, "-")} has a lifecycle of its own."
  }
}

variable "expected" {
  description = <<-EOT
    Sources that are uploaded regularly, by name: objects with a prefix of keys, every ("day", "weekday" or the name of a day such
    as "monday") and by (a time of time_zone), such as { emea = { prefix = "sales/emea/", every = "weekday", by = "07:00" } }. When
    one is late, rankings and the status say so, and an alarm is raised.
  EOT
  type        = map(map(string))
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for source in var.expected : try(toset(keys(source)) == toset(["prefix", "every", "by"]), false)])
    error_message = "Each source in expected needs prefix, every and by, and nothing else."
  }

  validation {
    condition     = alltrue([for name in keys(var.expected) : can(regex("^[A-Za-z0-9_-][A-Za-z0-9 _-]{0,39}$", name))])
    error_message = "Each name in expected must be 1 to 40 letters, digits, spaces and _-, and not start with a space."
  }

  validation {
    condition     = alltrue([for source in var.expected : try(startswith(source.prefix, var.sales_prefix), !can(source.prefix))])
    error_message = "Each prefix in expected must begin with sales_prefix (${var.sales_prefix})."
  }

  validation {
    condition     = alltrue([for source in var.expected : try(contains(["day", "weekday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"], source.every), !can(source.every))])
    error_message = "every in expected must be \"day\", \"weekday\", or the name of a day such as \"monday\"."
  }

  validation {
    condition     = alltrue([for source in var.expected : can(source.by) ? can(regex("^([01][0-9]|2[0-3]):[0-5][0-9]$", source.by)) : true])
    error_message = "by in expected must be a time such as \"07:00\"."
  }
}

variable "force_destroy" {
  description = "Whether terraform destroy may delete the bucket with its sales files and the tables with the rankings."
  type        = bool
  default     = false
  nullable    = false
}
