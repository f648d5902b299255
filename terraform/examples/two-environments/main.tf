# Two environments of one account, for example to try a release: the same module twice, with names of their own.

terraform {
  required_version = ">= 1.11"
}

variable "packages" {
  description = "Folder with the packages of each environment."
  type        = object({ staging = string, production = string })
}

locals {
  environments = {
    staging    = { command = "/standings-staging", force_destroy = true, log_retention_days = 7 }
    production = { command = "/standings", force_destroy = false, log_retention_days = 90 }
  }
}

module "standings" {
  source   = "../.."
  for_each = local.environments

  name               = "standings-${each.key}"
  package            = { dir = var.packages[each.key] }
  slack_command      = each.value.command
  force_destroy      = each.value.force_destroy
  log_retention_days = each.value.log_retention_days
  alarm_email        = "oncall@example.com"
  tags               = { environment = each.key }

  # The parameters exist already: each environment has a Slack app of its own.
  slack_signing_secret_parameter = "/slack/standings-${each.key}/signing-secret"
}

output "standings" {
  description = "What people need, by environment."
  value       = module.standings
}
