# recompute: changes of sales files in, rankings out.

resource "aws_cloudwatch_log_group" "recompute" {
  #checkov:skip=CKV_AWS_158:CloudWatch encrypts logs at rest; no log has a secret or a body in it
  #checkov:skip=CKV_AWS_338:How long logs are kept is the organisation's choice, log_retention_days
  name              = "/aws/lambda/${var.name}-recompute"
  retention_in_days = var.log_retention_days
}

data "aws_iam_policy_document" "assume_lambda" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "recompute" {
  name               = "${var.name}-recompute"
  assume_role_policy = data.aws_iam_policy_document.assume_lambda.json
}

data "aws_iam_policy_document" "recompute" {
  # GetObject: the file that changed.
  statement {
    sid       = "ReadSalesFiles"
    actions   = ["s3:GetObject"]
    resources = ["${local.bucket_arn}/${var.sales_prefix}*"]
  }

  # ListObjectsV2: a rebuild. Without it S3 also answers 403 instead of 404 for a file that is gone.
  statement {
    sid       = "ListSalesFiles"
    actions   = ["s3:ListBucket"]
    resources = [local.bucket_arn]
  }

  # UpdateItem: claims. PutItem: contributions. Query: the contributions of a week. GetItem: whether a week is known.
  statement {
    sid       = "KeepLedger"
    actions   = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"]
    resources = [aws_dynamodb_table.ledger.arn]
  }

  # PutItem: reports. GetItem: the report that becomes the latest one.
  statement {
    sid       = "WriteReports"
    actions   = ["dynamodb:GetItem", "dynamodb:PutItem"]
    resources = [aws_dynamodb_table.reports.arn]
  }

  # What the event source mapping calls in the function's name.
  statement {
    sid       = "TakeMessages"
    actions   = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
    resources = [aws_sqs_queue.sales.arn]
  }

  statement {
    sid       = "WriteLog"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.recompute.arn}:*"]
  }

  dynamic "statement" {
    for_each = var.tracing ? [1] : []

    content {
      sid       = "SendTraces"
      actions   = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]
      resources = ["*"] # X-Ray knows no resources.
    }
  }
}

resource "aws_iam_role_policy" "recompute" {
  name   = "recompute"
  role   = aws_iam_role.recompute.id
  policy = data.aws_iam_policy_document.recompute.json
}

resource "aws_lambda_function" "recompute" {
  #checkov:skip=CKV_AWS_115:New accounts have no concurrency to reserve; the event source mapping limits it to recompute_concurrency
  #checkov:skip=CKV_AWS_116:Lambda is invoked by the event source mapping; what fails goes to the dead letters of the queue
  #checkov:skip=CKV_AWS_117:It reaches S3 and DynamoDB alone, through AWS's own endpoints; a VPC would add cost and cold start
  #checkov:skip=CKV_AWS_173:There is no secret in the environment
  #checkov:skip=CKV_AWS_272:The packages are built from this repository; who may deploy is a matter of IAM
  #checkov:skip=CKV_AWS_50:Tracing is a choice, var.tracing
  function_name    = "${var.name}-recompute"
  description      = "Ranks the week when a sales file changes"
  role             = aws_iam_role.recompute.arn
  runtime          = "provided.al2023"
  handler          = "bootstrap"
  architectures    = [var.architecture]
  filename         = "${local.package_dir}/recompute.zip"
  source_code_hash = filebase64sha256("${local.package_dir}/recompute.zip")
  memory_size      = var.recompute_memory
  timeout          = var.recompute_timeout

  environment {
    variables = { for name, value in local.recompute_settings : name => value if value != "" }
  }

  logging_config {
    log_format            = "JSON"
    log_group             = aws_cloudwatch_log_group.recompute.name
    application_log_level = var.log_level
    system_log_level      = "INFO"
  }

  tracing_config {
    mode = var.tracing ? "Active" : "PassThrough"
  }

  # Without the permission to log, the first lines would be lost.
  depends_on = [aws_iam_role_policy.recompute]
}

# It writes to tables and never to the bucket or the queue; if that ever changes by mistake, Lambda stops the loop.
resource "aws_lambda_function_recursion_config" "recompute" {
  function_name  = aws_lambda_function.recompute.function_name
  recursive_loop = "Terminate"
}

resource "aws_lambda_event_source_mapping" "recompute" {
  event_source_arn                   = aws_sqs_queue.sales.arn
  function_name                      = aws_lambda_function.recompute.arn
  batch_size                         = var.batch_size
  maximum_batching_window_in_seconds = var.batch_window
  function_response_types            = ["ReportBatchItemFailures"]

  scaling_config {
    maximum_concurrency = var.recompute_concurrency
  }
}
