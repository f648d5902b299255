# Standings with a bucket of its own, in the region of the environment (AWS_REGION). The packages come from a folder, such as one
# that `just download VERSION` has filled.

terraform {
  required_version = ">= 1.11"
}

# In your own repository: source = "git::https://github.com/OWNER/standings.git//terraform?ref=VERSION"
module "standings" {
  source = "../.."

  package      = { dir = var.packages }
  architecture = var.architecture
  time_zone    = "Europe/Berlin"
  currency     = "EUR"
  alarm_email  = "oncall@example.com"

  slack_signing_secret           = var.slack_signing_secret
  slack_signing_secret_parameter = var.slack_signing_secret_parameter
}

variable "packages" {
  description = "Folder with the packages."
  type        = string
}

variable "architecture" {
  description = "Instruction set of the packages: arm64 or x86_64."
  type        = string
  default     = "arm64"
}

variable "slack_signing_secret" {
  description = "Signing secret of the Slack app, as the environment variable TF_VAR_slack_signing_secret."
  type        = string
  default     = null
  sensitive   = true
  ephemeral   = true
}

variable "slack_signing_secret_parameter" {
  description = "Name of an SSM parameter that has the signing secret. Then no job needs the secret."
  type        = string
  default     = null
}

output "standings" {
  description = "What people need: URLs, commands and the manifest of the Slack app."
  value       = module.standings
}
