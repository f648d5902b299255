# Slack's signing secret. It is written and never read back: no state, no plan and no log has it.

locals {
  makes_secret = var.slack_signing_secret_parameter == null
  secret_name  = local.makes_secret ? "/${var.name}/slack-signing-secret" : var.slack_signing_secret_parameter
}

resource "aws_ssm_parameter" "slack_signing_secret" {
  #checkov:skip=CKV_AWS_337:The AWS managed key encrypts it; who may read it is a matter of IAM either way
  count = local.makes_secret ? 1 : 0

  name             = local.secret_name
  description      = "Signing secret of the Slack app, or current,previous while it is changed"
  type             = "SecureString"
  value_wo         = var.slack_signing_secret
  value_wo_version = var.slack_signing_secret_version

  lifecycle {
    precondition {
      condition     = nonsensitive(var.slack_signing_secret != null)
      error_message = "Set slack_signing_secret (as TF_VAR_slack_signing_secret, so that no file has it), or slack_signing_secret_parameter."
    }
  }
}
