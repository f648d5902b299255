# Queue between the bucket and recompute, and its dead-letter queue for messages that failed ten times.

resource "aws_sqs_queue" "sales" {
  name = "${var.name}-sales"
  # Lambda may hold a message for the batch window before it invokes the function. Failed messages do not wait that long: recompute
  # has them delivered again after seconds. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
  visibility_timeout_seconds = 6 * var.recompute_timeout + var.batch_window
  message_retention_seconds  = 14 * 24 * 60 * 60
  sqs_managed_sse_enabled    = local.sqs_managed_sse
  kms_master_key_id          = one(local.queue_keys)
  tags                       = local.tags

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_letters.arn
    maxReceiveCount     = 10 # recompute/src/redelivery.rs has the times between the deliveries
  })
}

resource "aws_sqs_queue" "dead_letters" {
  name                      = "${var.name}-dead-letters"
  message_retention_seconds = 14 * 24 * 60 * 60
  sqs_managed_sse_enabled   = local.sqs_managed_sse
  kms_master_key_id         = one(local.queue_keys)
  tags                      = local.tags
}

resource "aws_sqs_queue_redrive_allow_policy" "dead_letters" {
  queue_url = aws_sqs_queue.dead_letters.id

  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [aws_sqs_queue.sales.arn]
  })
}

locals {
  sqs_managed_sse = length(local.queue_keys) == 0 ? true : null
  sales_rule_arn  = "arn:${local.partition}:events:${local.region}:${local.account}:rule/${local.sales_rule}"

  # Who may send to each queue. The bucket and the rule always may send to that of sales, so that a change of sales_events loses no
  # upload: events of the old source arrive while the new one is set up. The rule sends what it could not deliver to the dead-letter
  # queue.
  rule_sender = { Rule = { service = "events.amazonaws.com", arn = local.sales_rule_arn, account = local.account } }
  queues = {
    sales = {
      queue = aws_sqs_queue.sales
      senders = merge(
        local.rule_sender,
        { Bucket = { service = "s3.amazonaws.com", arn = local.bucket_arn, account = local.bucket_owner } },
        var.sales_topic_arn == null ? {} : {
          Topic = { service = "sns.amazonaws.com", arn = var.sales_topic_arn, account = split(":", coalesce(var.sales_topic_arn, "::::"))[4] }
        },
      )
    }
    dead_letters = { queue = aws_sqs_queue.dead_letters, senders = local.rule_sender }
  }
}

data "aws_iam_policy_document" "queue" {
  for_each = local.queues

  dynamic "statement" {
    for_each = each.value.senders

    content {
      sid       = statement.key
      actions   = ["sqs:SendMessage"]
      resources = [each.value.queue.arn]

      principals {
        type        = "Service"
        identifiers = [statement.value.service]
      }

      condition {
        test     = "ArnEquals"
        variable = "aws:SourceArn"
        values   = [statement.value.arn]
      }

      condition {
        test     = "StringEquals"
        variable = "aws:SourceAccount"
        values   = [statement.value.account]
      }
    }
  }

  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["sqs:*"]
    resources = [each.value.queue.arn]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_sqs_queue_policy" "queue" {
  for_each = local.queues

  queue_url = each.value.queue.id
  policy    = data.aws_iam_policy_document.queue[each.key].json
}

moved {
  from = aws_sqs_queue_policy.sales
  to   = aws_sqs_queue_policy.queue["sales"]
}
