# Standings on a bucket that others use, too: it keeps its notifications, and EventBridge tells of new files. Customer managed keys,
# a permissions boundary and a VPC as in many organizations. The packages are in a bucket of the organization.

terraform {
  required_version = ">= 1.11"
}

variable "bucket" {
  description = "Name of the bucket. EventBridge is enabled on it."
  type        = string
}

variable "packages" {
  description = "Bucket with the packages of releases, under standings/VERSION/."
  type        = string
}

variable "release" {
  description = "Release of Standings. Another one is deployed, or rolled back to, by changing this."
  type        = string
}

variable "kms_key_arn" {
  description = "Key for tables, queues, logs and secrets."
  type        = string
}

variable "permissions_boundary_arn" {
  description = "Permissions boundary of all roles."
  type        = string
}

variable "vpc" {
  description = "Subnets and security groups: { subnet_ids = [...], security_group_ids = [...] }."
  type        = map(list(string))
}

variable "alarm_topic_arn" {
  description = "Topic of the on-call rotation."
  type        = string
}

module "standings" {
  source = "../.."

  package      = { s3_bucket = var.packages, s3_prefix = "standings/", version = var.release }
  sales_bucket = var.bucket
  sales_prefix = "crm/closed/"
  columns      = { salesperson = "Owner", amount = "Amount (EUR)" }
  currency     = "EUR"
  time_zone    = "Europe/Berlin"

  slack_signing_secret_parameter = "/slack/standings/signing-secret"
  allowed                        = { workspaces = ["T0123ABCD"] }

  kms_key_arns             = { tables = var.kms_key_arn, queues = var.kms_key_arn, logs = var.kms_key_arn, secrets = var.kms_key_arn }
  permissions_boundary_arn = var.permissions_boundary_arn
  role_path                = "/standings/"
  vpc                      = var.vpc
  alarm_topic_arn          = var.alarm_topic_arn
}

output "standings" {
  description = "What people need: URLs, commands and the manifest of the Slack app."
  value       = module.standings
}
