# Signing secret of the Slack app. It is write-only: neither the state, a plan nor a log contains it.

locals {
  makes_secret = var.slack_signing_secret_parameter == null
  secret_name  = local.makes_secret ? "/${var.name}/slack-signing-secret" : var.slack_signing_secret_parameter
}

resource "aws_ssm_parameter" "slack_signing_secret" {
  #checkov:skip=CKV_AWS_337:Encrypted with the AWS managed key; IAM controls who may read it in either case
  count = local.makes_secret ? 1 : 0

  name             = local.secret_name
  description      = "Signing secret of the Slack app; current,previous during a rotation"
  type             = "SecureString"
  key_id           = lookup(var.kms_key_arns, "secrets", null)
  value_wo         = var.slack_signing_secret
  value_wo_version = var.slack_signing_secret_version
  tags             = local.tags

  lifecycle {
    precondition {
      condition     = nonsensitive(var.slack_signing_secret != null)
      error_message = "There is no signing secret. Set slack_signing_secret (as the environment variable TF_VAR_slack_signing_secret, so that it is in no file), or slack_signing_secret_parameter."
    }
  }
}
