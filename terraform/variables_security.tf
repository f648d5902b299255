# Security: keys, roles and networks of the organization.

variable "kms_key_arns" {
  description = <<-EOT
    ARNs of customer managed KMS keys, by what they encrypt: bucket (the created one), tables, queues, logs, topic (the created
    one) and secrets (the parameters). By default keys of AWS. README.md (Encryption) has what the key policies must allow.
  EOT
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = length(setsubtract(keys(var.kms_key_arns), local.key_uses)) == 0
    error_message = "kms_key_arns has unknown keys: ${join(", ", setsubtract(keys(var.kms_key_arns), local.key_uses))}. Use ${join(", ", local.key_uses)}."
  }

  validation {
    condition     = alltrue([for arn in values(var.kms_key_arns) : can(regex(local.key_arn_pattern, arn))])
    error_message = "kms_key_arns must be ARNs of keys in ${local.region}, such as ${local.key_arn_example}, not of aliases."
  }

  validation {
    condition     = !contains(keys(var.kms_key_arns), "bucket") || var.sales_bucket == null
    error_message = "kms_key_arns.bucket is for the bucket that is created here. Name the keys of an existing bucket in sales_kms_key_arns."
  }

  validation {
    condition     = !contains(keys(var.kms_key_arns), "topic") || var.alarm_topic_arn == null
    error_message = "kms_key_arns.topic is for the topic that is created here. The topic alarm_topic_arn has a key of its own."
  }
}

variable "permissions_boundary_arn" {
  description = "ARN of the policy that is the permissions boundary of all roles."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null || can(regex("^arn:${local.partition}:iam::([0-9]{12}|aws):policy/[A-Za-z0-9_+=,.@/-]+$", var.permissions_boundary_arn))
    error_message = "permissions_boundary_arn must be the ARN of a policy, such as arn:${local.partition}:iam::123456789012:policy/boundary."
  }
}

variable "role_path" {
  description = "Path of all roles."
  type        = string
  default     = "/"
  nullable    = false

  validation {
    condition     = can(regex("^/([A-Za-z0-9._+=,@-]+/)*$", var.role_path)) && length(var.role_path) <= 512
    error_message = "role_path must begin and end with a slash, such as /service/, and have at most 512 letters, digits and ._+=,@-."
  }
}

variable "role_name_prefix" {
  description = "Prefix of the names of all roles, before name."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_+=,.@-]{0,16}$", var.role_name_prefix))
    error_message = "role_name_prefix must be at most 16 letters, digits and _+=,.@-."
  }
}

variable "vpc" {
  description = "Subnets and security groups of both functions: { subnet_ids = [...], security_group_ids = [...] }. By default they are in no VPC. README.md (Network) has what they must reach."
  type        = map(list(string))
  default     = {}
  nullable    = false

  validation {
    condition     = length(var.vpc) == 0 || toset(keys(var.vpc)) == toset(["subnet_ids", "security_group_ids"])
    error_message = "vpc must have subnet_ids and security_group_ids, and nothing else."
  }

  validation {
    condition     = !contains(keys(var.vpc), "subnet_ids") || try(contains(range(1, 17), length(var.vpc.subnet_ids)) && alltrue([for id in var.vpc.subnet_ids : can(regex("^subnet-[0-9a-z]+$", id))]), false)
    error_message = "subnet_ids in vpc must be a list of 1 to 16 ids such as subnet-0123456789abcdef0."
  }

  validation {
    condition     = !contains(keys(var.vpc), "security_group_ids") || try(contains(range(1, 6), length(var.vpc.security_group_ids)) && alltrue([for id in var.vpc.security_group_ids : can(regex("^sg-[0-9a-z]+$", id))]), false)
    error_message = "security_group_ids in vpc must be a list of 1 to 5 ids such as sg-0123456789abcdef0."
  }
}
