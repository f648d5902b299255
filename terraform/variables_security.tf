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
    error_message = "kms_key_arns has unknown keys: ${join(", ", setsubtract(keys(var.kms_key_arns), local.key_uses))}. Use bucket, tables, queues, logs, topic and secrets."
  }

  validation {
    condition     = alltrue([for arn in values(var.kms_key_arns) : can(regex("^arn:[a-z-]+:kms:${local.region}:[0-9]{12}:key/[A-Za-z0-9-]+$", arn))])
    error_message = "kms_key_arns must be ARNs of keys in ${local.region}, such as arn:aws:kms:${local.region}:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab, not of aliases."
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
    condition     = var.permissions_boundary_arn == null ? true : can(regex("^arn:[a-z-]+:iam::([0-9]{12}|aws):policy/.+$", var.permissions_boundary_arn))
    error_message = "permissions_boundary_arn must be the ARN of a policy, such as arn:aws:iam::123456789012:policy/boundary."
  }
}

variable "role_path" {
  description = "Path of all roles."
  type        = string
  default     = "/"
  nullable    = false

  validation {
    condition     = can(regex("^/([A-Za-z0-9._+=,@-]+/)*$", var.role_path))
    error_message = "role_path must begin and end with a slash, such as /service/."
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
    condition = alltrue([
      for list in [
        [for id in lookup(var.vpc, "subnet_ids", ["subnet-0"]) : startswith(id, "subnet-")],
        [for id in lookup(var.vpc, "security_group_ids", ["sg-0"]) : startswith(id, "sg-")],
      ] : length(list) > 0 && alltrue(list)
    ])
    error_message = "vpc must have at least one subnet (subnet-...) and one security group (sg-...)."
  }
}
