# Alarms and the topic that they notify. Each description says what happened and what to do; README.md (Operations) has more.

resource "aws_sns_topic" "alarms" {
  #checkov:skip=CKV_AWS_26:CloudWatch cannot publish to a topic that is encrypted with the AWS managed key; kms_key_arns.topic is optional; alarms contain no sales data
  count = var.alarm_topic_arn == null ? 1 : 0

  name              = "${var.name}-alarms"
  kms_master_key_id = lookup(var.kms_key_arns, "topic", null)
  tags              = local.tags
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

# An alarm that nobody hears is found out in an outage.
check "alarms_reach_somebody" {
  assert {
    condition     = var.alarm_email != null || var.alarm_topic_arn != null
    error_message = "Nobody is told of alarms. Set alarm_email or alarm_topic_arn, or subscribe somebody to the topic of the output alarm_topic_arn."
  }
}

locals {
  alarm_topic_arn = coalesce(var.alarm_topic_arn, one(aws_sns_topic.alarms[*].arn))

  recompute_dimensions     = { FunctionName = aws_lambda_function.recompute.function_name }
  slash_command_dimensions = { FunctionName = aws_lambda_function.slash_command.function_name }
  recompute_metrics        = { function = aws_lambda_function.recompute.function_name }
  slash_command_metrics    = { function = aws_lambda_function.slash_command.function_name }

  # An alarm is raised when its statistic exceeds `threshold` in `periods` of the last `of` periods of five minutes.
  alarms = merge(
    local.standard_alarms,
    local.sales_events == "eventbridge" ? local.rule_alarms : {},
    length(local.posts) > 0 ? local.post_alarms : {},
    length(var.expected) > 0 ? local.source_alarms : {},
  )

  source_alarms = {
    late-sources = {
      description = "A source that is expected regularly has not been uploaded in time. ${var.slack_command} status names it. Upload it, or correct the variable expected."
      namespace   = "Standings"
      metric      = "LateSources"
      dimensions  = local.slash_command_metrics
      statistic   = "Maximum"
      threshold   = 0
      periods     = 3 # the warmer counts every 12 minutes
      of          = 6
    }
  }

  rule_alarms = {
    failed-events = {
      description = "EventBridge could not deliver changes of sales files to the queue; they are in the dead-letter queue. Check the policy of the queue and its key, then run redrive_command."
      namespace   = "AWS/Events"
      metric      = "FailedInvocations"
      dimensions  = { RuleName = local.sales_rule }
      statistic   = "Sum"
      threshold   = 0
      periods     = 1
      of          = 1
    }
  }

  post_alarms = {
    for outcome, description in {
      failed  = "A scheduled post was given up. Find the reason in the log of slash-command (post ... given up, post ... not sent), correct it, and ask the question with share in the channel."
      unknown = "A scheduled post may or may not have arrived, and is not sent again. Look into its channel; if it is missing, ask the question there with share."
      } : "posts-${outcome}" => {
      description = description
      namespace   = "Standings"
      metric      = "Posts"
      dimensions  = merge(local.slash_command_metrics, { outcome = outcome })
      statistic   = "Sum"
      threshold   = 0
      periods     = 1
      of          = 1
    }
  }

  standard_alarms = {
    dead-letters = {
      description = "Changes of sales files failed ten times and are missing from the rankings. Find the cause in the log of recompute (not ingested, not refreshed, unrecognized message), fix it, then run redrive_command."
      namespace   = "AWS/SQS"
      metric      = "ApproximateNumberOfMessagesVisible"
      dimensions  = { QueueName = aws_sqs_queue.dead_letters.name }
      statistic   = "Maximum"
      threshold   = 0
      periods     = 1
      of          = 1
    }
    old-messages = {
      description = "A change of a sales file has waited in the queue for more than 15 minutes. If recompute logs errors, fix their cause; otherwise files arrive faster than they are ingested: increase recompute_concurrency."
      namespace   = "AWS/SQS"
      metric      = "ApproximateAgeOfOldestMessage"
      dimensions  = { QueueName = aws_sqs_queue.sales.name }
      statistic   = "Maximum"
      threshold   = 900
      periods     = 1
      of          = 1
    }
    missed-files = {
      description = "The nightly reconciliation found sales files without an event, and ingested them. Until their cause is found, files count only the next morning: check the notifications of the bucket, or the rule, and the policy of the queue."
      namespace   = "Standings"
      metric      = "MissedFiles"
      dimensions  = local.recompute_metrics
      statistic   = "Sum"
      threshold   = 0
      periods     = 1
      of          = 1
    }
    recompute-errors = {
      description = "recompute failed: at start-up, by a crash or timeout, or during a rebuild or reconciliation. SQS redelivers the messages of a failed batch. Find the cause in the log of recompute."
      namespace   = "AWS/Lambda"
      metric      = "Errors"
      dimensions  = local.recompute_dimensions
      statistic   = "Sum"
      threshold   = 0
      periods     = 1
      of          = 1
    }
    recompute-throttles = {
      description = "recompute has been throttled for 15 minutes: the concurrency of the account is exhausted. Request a higher Lambda quota, or find the function that uses it up."
      namespace   = "AWS/Lambda"
      metric      = "Throttles"
      dimensions  = local.recompute_dimensions
      statistic   = "Sum"
      threshold   = 0
      periods     = 3
      of          = 3
    }
    recompute-duration = {
      description = "A batch took recompute more than 80 % of its timeout. Increase recompute_timeout or recompute_memory, or decrease batch_size."
      namespace   = "Standings"
      metric      = "RefreshDuration"
      dimensions  = local.recompute_metrics
      statistic   = "Maximum"
      threshold   = 0.8 * 1000 * var.recompute_timeout
      periods     = 1
      of          = 1
    }
    slash-command-errors = {
      description = "slash-command failed: at start-up, by a crash or timeout, during a warm-up, or because Slack did not accept a scheduled post yet, which is tried again. Most often DynamoDB cannot be reached, or the signing secret is empty. Find the cause in the log of slash-command."
      namespace   = "AWS/Lambda"
      metric      = "Errors"
      dimensions  = local.slash_command_dimensions
      statistic   = "Sum"
      threshold   = 0
      periods     = 1
      of          = 1
    }
    slash-command-throttles = {
      description = "slash-command was throttled and a user got no reply: its reserved concurrency or that of the account is exhausted. Set or increase reserved_concurrency, or request a higher Lambda quota."
      namespace   = "AWS/Lambda"
      metric      = "Throttles"
      dimensions  = local.slash_command_dimensions
      statistic   = "Sum"
      threshold   = 0
      periods     = 1
      of          = 1
    }
    # By count and in several periods, since a percentile of the few questions of five minutes is its slowest: one cold start.
    slow-answers = {
      description = "In three of the last six periods an answer took longer than 2.5 seconds; Slack gives up after 3. Increase slash_command_memory, or set provisioned_concurrency."
      namespace   = "AWS/ApiGateway"
      metric      = "Latency"
      dimensions  = { ApiId = aws_apigatewayv2_api.slack.id }
      statistic   = "TC(2500:)"
      threshold   = 0
      periods     = 3
      of          = 6
    }
    api-5xx = {
      description = "The API answered Slack with a 5xx status. Find the request in the access log of the API and the cause in the log of slash-command."
      namespace   = "AWS/ApiGateway"
      metric      = "5xx"
      dimensions  = { ApiId = aws_apigatewayv2_api.slack.id }
      statistic   = "Sum"
      threshold   = 0
      periods     = 1
      of          = 1
    }
    wrong-signatures = {
      description = "Requests had all that Slack sends except the right signature. If nobody gets an answer, the secret of the Slack app was regenerated: deploy the new one. Otherwise somebody tries to guess; look for source_ip in the access log of the API."
      namespace   = "Standings"
      metric      = "WrongSignatures"
      dimensions  = local.slash_command_metrics
      statistic   = "Sum"
      threshold   = 2
      periods     = 1
      of          = 1
    }
    throttled-requests = {
      description = "API Gateway refused requests because of throttle_rate or throttle_burst, those of Slack among them. Look for source_ip in the access log of the API: either many people ask, so increase both, or somebody floods the API, which a web application firewall on a custom domain can block."
      namespace   = "Standings"
      metric      = "ThrottledRequests"
      dimensions  = local.slash_command_metrics
      statistic   = "Sum"
      threshold   = 0
      periods     = 1
      of          = 1
    }
    rejected-files = {
      description = "A sales file was rejected and is not in the rankings. ${var.slack_command} status shows its name and the reason. Fix the file and upload it again under the same name."
      namespace   = "Standings"
      metric      = "RejectedFiles"
      dimensions  = local.recompute_metrics
      statistic   = "Sum"
      threshold   = 0
      periods     = 1
      of          = 1
    }
    failed-lookups = {
      description = "A user got an error reply, or no reply: DynamoDB, SSM or Slack could not be reached, or a report could not be read. Find the cause in the log of slash-command."
      namespace   = "Standings"
      metric      = "Lookups"
      dimensions  = merge(local.slash_command_metrics, { outcome = "failed" })
      statistic   = "Sum"
      threshold   = 0
      periods     = 1
      of          = 1
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
  statistic           = startswith(each.value.statistic, "TC") ? null : each.value.statistic
  extended_statistic  = startswith(each.value.statistic, "TC") ? each.value.statistic : null
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  period              = 300
  evaluation_periods  = each.value.of
  datapoints_to_alarm = each.value.periods
  treat_missing_data  = "notBreaching"
  alarm_actions       = [local.alarm_topic_arn]
  ok_actions          = [local.alarm_topic_arn]
  tags                = local.tags
}
