# Warmer: invokes slash-command every 12 minutes. The function then reads a report, which keeps its environment and its
# connection to DynamoDB warm, so that the first command after a pause does not wait for a cold start.

data "aws_iam_policy_document" "assume_scheduler" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["scheduler.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}

resource "aws_iam_role" "warmer" {
  count = var.warmer ? 1 : 0

  name               = "${var.name}-warmer"
  assume_role_policy = data.aws_iam_policy_document.assume_scheduler.json
}

data "aws_iam_policy_document" "warmer" {
  statement {
    sid       = "Warm"
    actions   = ["lambda:InvokeFunction"]
    resources = [local.slash_command_arn]
  }
}

resource "aws_iam_role_policy" "warmer" {
  count = var.warmer ? 1 : 0

  name   = "warmer"
  role   = aws_iam_role.warmer[0].id
  policy = data.aws_iam_policy_document.warmer.json
}

resource "aws_scheduler_schedule" "warmer" {
  #checkov:skip=CKV_AWS_297:The input is {"warmer": true}; it needs no customer managed key
  count = var.warmer ? 1 : 0

  name                = "${var.name}-warmer"
  description         = "Keeps ${aws_lambda_function.slash_command.function_name} warm"
  schedule_expression = "rate(12 minutes)"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = local.slash_command_arn
    role_arn = aws_iam_role.warmer[0].arn
    input    = jsonencode({ warmer = true })

    # No retries: the next call in 12 minutes does the same.
    retry_policy {
      maximum_retry_attempts       = 0
      maximum_event_age_in_seconds = 60
    }
  }
}
