# Queue between the bucket and recompute, and its dead-letter queue for messages that failed five times.

resource "aws_sqs_queue" "sales" {
  name                       = "${var.name}-sales"
  visibility_timeout_seconds = 6 * var.recompute_timeout # https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
  message_retention_seconds  = 14 * 24 * 60 * 60
  sqs_managed_sse_enabled    = true

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_letters.arn
    maxReceiveCount     = 5
  })
}

resource "aws_sqs_queue" "dead_letters" {
  name                      = "${var.name}-dead-letters"
  message_retention_seconds = 14 * 24 * 60 * 60
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue_redrive_allow_policy" "dead_letters" {
  queue_url = aws_sqs_queue.dead_letters.id

  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [aws_sqs_queue.sales.arn]
  })
}

data "aws_iam_policy_document" "sales_queue" {
  # Only the configured event source may send: the bucket, or the EventBridge rule.
  statement {
    sid       = "Changes"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.sales.arn]

    principals {
      type        = "Service"
      identifiers = [var.sales_events == "s3" ? "s3.amazonaws.com" : "events.amazonaws.com"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [var.sales_events == "s3" ? local.bucket_arn : aws_cloudwatch_event_rule.sales[0].arn]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }

  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["sqs:SendMessage", "sqs:ReceiveMessage"]
    resources = [aws_sqs_queue.sales.arn]

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

resource "aws_sqs_queue_policy" "sales" {
  queue_url = aws_sqs_queue.sales.id
  policy    = data.aws_iam_policy_document.sales_queue.json
}
