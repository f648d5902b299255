# Warmer: invokes slash-command every 12 minutes. The function then reads a report, which keeps its environment and its
# connection to DynamoDB warm, so that the first command after a pause does not wait for a cold start. With provisioned
# concurrency, Lambda does that.

locals {
  # It also counts the expected sources that are late.
  has_warmer = var.warmer && var.provisioned_concurrency == null || length(var.expected) > 0
}

resource "aws_scheduler_schedule" "warmer" {
  #checkov:skip=CKV_AWS_297:The input is {"warmer": true}; it needs no customer managed key
  count = local.has_warmer ? 1 : 0

  name                = "${var.name}-warmer"
  description         = "Keeps ${aws_lambda_function.slash_command.function_name} warm"
  schedule_expression = "rate(12 minutes)"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = local.slash_command_arn
    role_arn = aws_iam_role.schedule["warmer"].arn
    input    = jsonencode({ warmer = true })

    # No retries: the next call in 12 minutes does the same.
    retry_policy {
      maximum_retry_attempts       = 0
      maximum_event_age_in_seconds = 60
    }
  }
}
