# recompute: consumes changes of sales files and writes rankings.

resource "aws_cloudwatch_log_group" "recompute" {
  #checkov:skip=CKV_AWS_158:CloudWatch encrypts logs at rest; logs contain neither secrets nor file contents
  #checkov:skip=CKV_AWS_338:Retention is configurable: log_retention_days
  name              = "/aws/lambda/${var.name}-recompute"
  retention_in_days = var.log_retention_days
  kms_key_id        = lookup(var.kms_key_arns, "logs", null)
  tags              = local.tags
}

resource "aws_iam_role" "recompute" {
  name                 = "${local.function_role}-recompute"
  path                 = var.role_path
  permissions_boundary = var.permissions_boundary_arn
  assume_role_policy   = data.aws_iam_policy_document.assume_lambda.json
  tags                 = local.tags
}

data "aws_iam_policy_document" "recompute" {
  source_policy_documents = [data.aws_iam_policy_document.keys["recompute"].json]

  # GetObject: read a changed file.
  statement {
    sid       = "ReadSalesFiles"
    actions   = ["s3:GetObject"]
    resources = ["${local.bucket_arn}/${var.sales_prefix}*"]
  }

  # ListObjectsV2: rebuild and reconciliation, and whether a Parquet file belongs to a Delta or Iceberg table. Also, without ListBucket S3 answers 403 instead of 404 for a deleted file.
  statement {
    sid       = "ListSalesFiles"
    actions   = ["s3:ListBucket"]
    resources = [local.bucket_arn]
  }

  # UpdateItem: claim a generation. PutItem: write contributions. Query: read contributions and sums.
  # GetItem: check whether a period is known.
  statement {
    sid       = "ReadWriteLedger"
    actions   = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"]
    resources = [aws_dynamodb_table.ledger.arn]
  }

  # PutItem: write reports. GetItem: read the report that is copied to the latest one.
  statement {
    sid       = "WriteReports"
    actions   = ["dynamodb:GetItem", "dynamodb:PutItem"]
    resources = [aws_dynamodb_table.reports.arn]
  }

  # A delayed message to its own queue: the refresh of a month, quarter or year.
  statement {
    sid       = "SendRefreshes"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.sales.arn]
  }

  # Called by the event source mapping with the role of the function. ChangeMessageVisibility: have a failed message delivered
  # again soon.
  statement {
    sid       = "ReceiveMessages"
    actions   = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
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
      resources = ["*"] # X-Ray has no resource-level permissions.
    }
  }
}

resource "aws_iam_role_policy" "recompute" {
  name   = "recompute"
  role   = aws_iam_role.recompute.id
  policy = data.aws_iam_policy_document.recompute.json
}

resource "aws_lambda_function" "recompute" {
  #checkov:skip=CKV_AWS_115:New accounts have no concurrency to reserve; the event source mapping limits concurrency to recompute_concurrency
  #checkov:skip=CKV_AWS_116:An event source mapping invokes the function; failed messages go to the dead-letter queue of its queue
  #checkov:skip=CKV_AWS_117:A VPC is optional: var.vpc. The function calls only S3, DynamoDB and SQS
  #checkov:skip=CKV_AWS_173:The environment contains no secrets
  #checkov:skip=CKV_AWS_272:Packages are built from this repository; IAM controls who may deploy
  #checkov:skip=CKV_AWS_50:Tracing is optional: var.tracing
  function_name    = "${var.name}-recompute"
  description      = "Ingests changed sales files and refreshes the rankings"
  role             = aws_iam_role.recompute.arn
  runtime          = "provided.al2023"
  handler          = "bootstrap"
  architectures    = [var.architecture]
  filename         = local.packages["recompute"].file
  s3_bucket        = local.packages["recompute"].s3_bucket
  s3_key           = local.packages["recompute"].s3_key
  source_code_hash = try(filebase64sha256(local.packages["recompute"].file), null)
  memory_size      = var.recompute_memory
  timeout          = var.recompute_timeout
  tags             = local.tags

  environment {
    variables = { for name, value in local.recompute_settings : name => value if value != "" }
  }

  logging_config {
    log_format            = "JSON"
    log_group             = aws_cloudwatch_log_group.recompute.name
    application_log_level = local.lambda_log_level
    system_log_level      = "INFO"
  }

  tracing_config {
    mode = var.tracing ? "Active" : "PassThrough"
  }

  dynamic "vpc_config" {
    for_each = local.vpc

    content {
      subnet_ids         = vpc_config.value.subnet_ids
      security_group_ids = vpc_config.value.security_group_ids
    }
  }

  # Until the role may write logs, log lines are lost.
  depends_on = [aws_iam_role_policy.recompute]

  lifecycle {
    precondition {
      condition     = local.package_from_s3 || try(fileexists(local.packages["recompute"].file), false)
      error_message = local.package_missing
    }

    precondition {
      condition     = local.environment_sizes["recompute"] <= local.largest_environment
      error_message = "The settings of recompute have ${local.environment_sizes["recompute"]} bytes. Lambda allows ${local.largest_environment} for environment variables. Shorten sources, expected or columns."
    }
  }
}

# Safeguard: a message about a changed file can cause one delayed message about a month, quarter or year, which causes none,
# so there is no loop. If a later change makes one, Lambda stops it after some sixteen rounds.
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

  tags = local.tags
}
