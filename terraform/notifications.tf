# Events about changed sales files, by sales_events: notifications of the bucket, an EventBridge rule, or a topic that the bucket
# notifies. The queue policy (queue.tf) lets all of them send.

resource "aws_s3_bucket_notification" "sales" {
  count = local.sales_events == "s3" || local.makes_bucket ? 1 : 0

  bucket      = local.bucket
  eventbridge = local.sales_events == "eventbridge"

  dynamic "queue" {
    for_each = local.sales_events == "s3" ? [1] : []

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
  depends_on = [aws_sqs_queue_policy.queue]
}

resource "aws_cloudwatch_event_rule" "sales" {
  count = local.sales_events == "eventbridge" ? 1 : 0

  name        = local.sales_rule
  description = "Sends changes of sales files to the queue of ${var.name}"
  tags        = local.tags
  event_pattern = jsonencode({
    source      = ["aws.s3"]
    detail-type = ["Object Created", "Object Deleted", "Object Restore Completed"]
    detail = merge(
      { bucket = { name = [local.bucket] } },
      var.sales_prefix == "" ? {} : { object = { key = [{ prefix = var.sales_prefix }] } },
    )
  })
}

resource "aws_cloudwatch_event_target" "sales" {
  count = local.sales_events == "eventbridge" ? 1 : 0

  rule = aws_cloudwatch_event_rule.sales[0].name
  arn  = aws_sqs_queue.sales.arn

  # Without it EventBridge drops what it may not deliver.
  dead_letter_config {
    arn = aws_sqs_queue.dead_letters.arn
  }

  depends_on = [aws_sqs_queue_policy.queue]
}

# The queue receives the messages of S3 or EventBridge as they are. Whoever subscribes it in another way may have them wrapped:
# recompute takes both.
resource "aws_sns_topic_subscription" "sales" {
  count = local.sales_events == "sns" ? 1 : 0

  topic_arn            = var.sales_topic_arn
  protocol             = "sqs"
  endpoint             = aws_sqs_queue.sales.arn
  raw_message_delivery = true

  depends_on = [aws_sqs_queue_policy.queue]
}
