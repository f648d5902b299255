# What wakes somebody. Each alarm says in its description what to do; README.md has more.

resource "aws_sns_topic" "alarms" {
  #checkov:skip=CKV_AWS_26:CloudWatch cannot publish to a topic that the AWS managed key encrypts; alarms hold no data
  count = var.alarm_topic_arn == null ? 1 : 0

  name = "${var.name}-alarms"
}

data "aws_iam_policy_document" "alarms" {
  count = var.alarm_topic_arn == null ? 1 : 0

  statement {
    sid       = "Alarms"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.alarms[0].arn]

    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}

resource "aws_sns_topic_policy" "alarms" {
  count = var.alarm_topic_arn == null ? 1 : 0

  arn    = aws_sns_topic.alarms[0].arn
  policy = data.aws_iam_policy_document.alarms[0].json
}

resource "aws_sns_topic_subscription" "alarms" {
  count = var.alarm_email != null && var.alarm_topic_arn == null ? 1 : 0

  topic_arn = aws_sns_topic.alarms[0].arn
  protocol  = "email"
  endpoint  = var.alarm_email
}

locals {
  alarm_topic_arn = coalesce(var.alarm_topic_arn, one(aws_sns_topic.alarms[*].arn))

  recompute_dimensions     = { FunctionName = aws_lambda_function.recompute.function_name }
  slash_command_dimensions = { FunctionName = aws_lambda_function.slash_command.function_name }

  # A statistic above the threshold in `periods` periods of five minutes raises the alarm.
  alarms = {
    dead-letters = {
      description = "Sales files could not be taken in after five tries, and are not in the rankings. The log of recompute says why; then redrive the dead letters."
      namespace   = "AWS/SQS"
      metric      = "ApproximateNumberOfMessagesVisible"
      dimensions  = { QueueName = aws_sqs_queue.dead_letters.name }
      statistic   = "Maximum"
      threshold   = 0
      periods     = 1
    }
    old-messages = {
      description = "A sales file has waited for more than 15 minutes. Either more come than recompute can take in (raise recompute_concurrency), or it fails."
      namespace   = "AWS/SQS"
      metric      = "ApproximateAgeOfOldestMessage"
      dimensions  = { QueueName = aws_sqs_queue.sales.name }
      statistic   = "Maximum"
      threshold   = 900
      periods     = 1
    }
    recompute-errors = {
      description = "recompute failed as a whole. Its messages come again; its log says why."
      namespace   = "AWS/Lambda"
      metric      = "Errors"
      dimensions  = local.recompute_dimensions
      statistic   = "Sum"
      threshold   = 0
      periods     = 1
    }
    recompute-throttles = {
      description = "recompute was held back for 15 minutes: the account's concurrency is used up."
      namespace   = "AWS/Lambda"
      metric      = "Throttles"
      dimensions  = local.recompute_dimensions
      statistic   = "Sum"
      threshold   = 0
      periods     = 3
    }
    recompute-duration = {
      description = "recompute takes more than 80 % of its time limit. Raise recompute_timeout or recompute_memory, or lower batch_size."
      namespace   = "AWS/Lambda"
      metric      = "Duration"
      dimensions  = local.recompute_dimensions
      statistic   = "Maximum"
      threshold   = 0.8 * 1000 * var.recompute_timeout
      periods     = 1
    }
    slash-command-errors = {
      description = "slash-command or its warmer failed; most often DynamoDB or SSM cannot be reached. Its log says why."
      namespace   = "AWS/Lambda"
      metric      = "Errors"
      dimensions  = local.slash_command_dimensions
      statistic   = "Sum"
      threshold   = 0
      periods     = 1
    }
    slash-command-throttles = {
      description = "Somebody asked and got no answer: the concurrency of slash-command is used up."
      namespace   = "AWS/Lambda"
      metric      = "Throttles"
      dimensions  = local.slash_command_dimensions
      statistic   = "Sum"
      threshold   = 0
      periods     = 1
    }
    slow-answers = {
      description = "One answer in a hundred takes more than 2.5 seconds; Slack gives up after three. Raise slash_command_memory, or set provisioned_concurrency."
      namespace   = "AWS/ApiGateway"
      metric      = "Latency"
      dimensions  = { ApiId = aws_apigatewayv2_api.slack.id }
      statistic   = "p99"
      threshold   = 2500
      periods     = 1
    }
    api-5xx = {
      description = "The API answered Slack with an error. The access log has the request, the log of slash-command the reason."
      namespace   = "AWS/ApiGateway"
      metric      = "5xx"
      dimensions  = { ApiId = aws_apigatewayv2_api.slack.id }
      statistic   = "Sum"
      threshold   = 0
      periods     = 1
    }
    rejected-files = {
      description = "A sales file cannot be read and does not count. ${var.slack_command} status names it and says why."
      namespace   = "Standings"
      metric      = "RejectedFiles"
      dimensions  = { function = aws_lambda_function.recompute.function_name }
      statistic   = "Sum"
      threshold   = 0
      periods     = 1
    }
    failed-lookups = {
      description = "Somebody asked and was told that the standings cannot be reached. The log of slash-command says why."
      namespace   = "Standings"
      metric      = "Lookups"
      dimensions  = { function = aws_lambda_function.slash_command.function_name, outcome = "failed" }
      statistic   = "Sum"
      threshold   = 0
      periods     = 1
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "standings" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.description
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = startswith(each.value.statistic, "p") ? null : each.value.statistic
  extended_statistic  = startswith(each.value.statistic, "p") ? each.value.statistic : null
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  period              = 300
  evaluation_periods  = each.value.periods
  treat_missing_data  = "notBreaching"
  alarm_actions       = [local.alarm_topic_arn]
  ok_actions          = [local.alarm_topic_arn]
}
