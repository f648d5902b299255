# Reconciliation: every night recompute compares the bucket with the ledger, and ingests the recent files whose events were
# lost, for example because somebody replaced the notifications of the bucket.

resource "aws_scheduler_schedule" "reconcile" {
  #checkov:skip=CKV_AWS_297:The input is {"reconcile": {}}; it needs no customer managed key
  count = var.reconcile ? 1 : 0

  name                         = "${var.name}-reconcile"
  description                  = "Has ${aws_lambda_function.recompute.function_name} look for sales files whose events were lost"
  schedule_expression          = "cron(30 3 * * ? *)"
  schedule_expression_timezone = var.time_zone

  flexible_time_window {
    mode                      = "FLEXIBLE"
    maximum_window_in_minutes = 30
  }

  target {
    arn      = aws_lambda_function.recompute.arn
    role_arn = aws_iam_role.schedule["reconcile"].arn
    input    = jsonencode({ reconcile = {} })

    # No retries: Lambda repeats a failed invocation twice, and the next night does the same.
    retry_policy {
      maximum_retry_attempts       = 0
      maximum_event_age_in_seconds = 3600
    }
  }
}
