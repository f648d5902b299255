# slash-command: verifies a signed request from Slack and replies with one precomputed report.

resource "aws_cloudwatch_log_group" "slash_command" {
  #checkov:skip=CKV_AWS_158:CloudWatch encrypts logs at rest; logs contain neither secrets nor request bodies
  #checkov:skip=CKV_AWS_338:Retention is configurable: log_retention_days
  name              = "/aws/lambda/${var.name}-slash-command"
  retention_in_days = var.log_retention_days
}

resource "aws_iam_role" "slash_command" {
  name               = "${var.name}-slash-command"
  assume_role_policy = data.aws_iam_policy_document.assume_lambda.json
}

data "aws_iam_policy_document" "slash_command" {
  # GetItem: read the requested report. BatchGetItem: read the roster of a week and the item of the user, for `me`.
  statement {
    sid       = "ReadReports"
    actions   = ["dynamodb:BatchGetItem", "dynamodb:GetItem"]
    resources = [aws_dynamodb_table.reports.arn]
  }

  # PutItem: store the name of a user, for `me is NAME`, and that a post was sent. The key condition excludes reports.
  statement {
    sid       = "WritePersons"
    actions   = ["dynamodb:PutItem"]
    resources = [aws_dynamodb_table.reports.arn]

    condition {
      test     = "ForAllValues:StringLike"
      variable = "dynamodb:LeadingKeys"
      values   = concat(["person#*"], length(var.posts) > 0 ? ["posted#*"] : [])
    }

    # ForAllValues is also true if the context key is missing, so require it. PutItem always has it.
    condition {
      test     = "Null"
      variable = "dynamodb:LeadingKeys"
      values   = ["false"]
    }
  }

  # GetParameter: read the signing secret. The AWS managed key alias/aws/ssm needs no extra permission.
  statement {
    sid       = "ReadSecret"
    actions   = ["ssm:GetParameter"]
    resources = ["arn:${local.partition}:ssm:${var.region}:${local.account}:parameter${local.secret_name}"]
  }

  # GetParameter: read the webhook or token of a post.
  dynamic "statement" {
    for_each = length(var.posts) > 0 ? [1] : []

    content {
      sid       = "ReadPostSecrets"
      actions   = ["ssm:GetParameter"]
      resources = ["arn:${local.partition}:ssm:${var.region}:${local.account}:parameter${local.posts_prefix}*"]
    }
  }

  statement {
    sid       = "WriteLog"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.slash_command.arn}:*"]
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

resource "aws_iam_role_policy" "slash_command" {
  name   = "slash-command"
  role   = aws_iam_role.slash_command.id
  policy = data.aws_iam_policy_document.slash_command.json
}

resource "aws_lambda_function" "slash_command" {
  #checkov:skip=CKV_AWS_115:New accounts have no concurrency to reserve; reserved_concurrency is optional
  #checkov:skip=CKV_AWS_116:The function is invoked synchronously; Slack shows a failure to the user
  #checkov:skip=CKV_AWS_117:The function calls only DynamoDB, SSM and Slack, at public endpoints; a VPC would add cost and cold-start time
  #checkov:skip=CKV_AWS_173:The environment contains the name of the secret's parameter, not the secret
  #checkov:skip=CKV_AWS_272:Packages are built from this repository; IAM controls who may deploy
  #checkov:skip=CKV_AWS_50:Tracing is optional: var.tracing
  function_name                  = "${var.name}-slash-command"
  description                    = "Answers ${var.slack_command}"
  role                           = aws_iam_role.slash_command.arn
  runtime                        = "provided.al2023"
  handler                        = "bootstrap"
  architectures                  = [var.architecture]
  filename                       = "${local.package_dir}/slash-command.zip"
  source_code_hash               = filebase64sha256("${local.package_dir}/slash-command.zip")
  memory_size                    = var.slash_command_memory
  timeout                        = 5 # Slack waits three seconds; the rest lets a slow cold start finish and serve the next request.
  reserved_concurrent_executions = var.reserved_concurrency
  publish                        = var.provisioned_concurrency != null

  environment {
    variables = { for name, value in local.slash_command_settings : name => value if value != "" }
  }

  logging_config {
    log_format            = "JSON"
    log_group             = aws_cloudwatch_log_group.slash_command.name
    application_log_level = var.log_level
    system_log_level      = "INFO"
  }

  tracing_config {
    mode = var.tracing ? "Active" : "PassThrough"
  }

  # Until the role may write logs, log lines are lost.
  depends_on = [aws_iam_role_policy.slash_command]
}

resource "aws_lambda_function_recursion_config" "slash_command" {
  function_name  = aws_lambda_function.slash_command.function_name
  recursive_loop = "Terminate"
}

# Provisioned concurrency applies to a published version. The API and the warmer therefore call an alias of that version.
resource "aws_lambda_alias" "live" {
  count = var.provisioned_concurrency != null ? 1 : 0

  name             = "live"
  description      = "Version with provisioned concurrency"
  function_name    = aws_lambda_function.slash_command.function_name
  function_version = aws_lambda_function.slash_command.version
}

resource "aws_lambda_provisioned_concurrency_config" "slash_command" {
  count = var.provisioned_concurrency != null ? 1 : 0

  function_name                     = aws_lambda_function.slash_command.function_name
  qualifier                         = aws_lambda_alias.live[0].name
  provisioned_concurrent_executions = var.provisioned_concurrency
}

locals {
  slash_command_arn        = try(aws_lambda_alias.live[0].arn, aws_lambda_function.slash_command.arn)
  slash_command_invoke_arn = try(aws_lambda_alias.live[0].invoke_arn, aws_lambda_function.slash_command.invoke_arn)
}
