# Events about changed sales files: S3 notifications or an EventBridge rule, by var.sales_events. The queue policy
# (queue.tf) allows whichever of the two is configured to send.

resource "aws_s3_bucket_notification" "sales" {
  count = var.sales_events == "s3" || local.makes_bucket ? 1 : 0

  bucket      = local.bucket
  eventbridge = var.sales_events == "eventbridge"

  dynamic "queue" {
    for_each = var.sales_events == "s3" ? [1] : []

    content {
      id            = "${var.name}-sales"
      queue_arn     = aws_sqs_queue.sales.arn
      filter_prefix = var.sales_prefix
      events = [
        "s3:ObjectCreated:*",
        "s3:ObjectRemoved:*",
        "s3:LifecycleExpiration:*",
        "s3:ObjectRestore:Completed", # from an archive: now it can be read
      ]
    }
  }

  # S3 sends a test message when the notification is created, so the policy must exist first.
  depends_on = [aws_sqs_queue_policy.sales]
}

resource "aws_cloudwatch_event_rule" "sales" {
  count = var.sales_events == "eventbridge" ? 1 : 0

  name        = "${var.name}-sales"
  description = "Sends changes of sales files to the queue of ${var.name}"
  event_pattern = jsonencode({
    source      = ["aws.s3"]
    detail-type = ["Object Created", "Object Deleted", "Object Restore Completed"]
    detail = {
      bucket = { name = [local.bucket] }
      object = { key = [{ prefix = var.sales_prefix }] }
    }
  })
}

resource "aws_cloudwatch_event_target" "sales" {
  count = var.sales_events == "eventbridge" ? 1 : 0

  rule = aws_cloudwatch_event_rule.sales[0].name
  arn  = aws_sqs_queue.sales.arn

  depends_on = [aws_sqs_queue_policy.sales]
}
