# slash-command: verifies a signed request from Slack and replies with one precomputed report.

resource "aws_cloudwatch_log_group" "slash_command" {
  #checkov:skip=CKV_AWS_158:CloudWatch encrypts logs at rest; logs contain neither secrets nor request bodies
  #checkov:skip=CKV_AWS_338:Retention is configurable: log_retention_days
  name              = "/aws/lambda/${var.name}-slash-command"
  retention_in_days = var.log_retention_days
  kms_key_id        = lookup(var.kms_key_arns, "logs", null)
  tags              = local.tags
}

resource "aws_iam_role" "slash_command" {
  name                 = "${local.function_role}-slash-command"
  path                 = var.role_path
  permissions_boundary = var.permissions_boundary_arn
  assume_role_policy   = data.aws_iam_policy_document.assume_lambda.json
  tags                 = local.tags
}

data "aws_iam_policy_document" "slash_command" {
  source_policy_documents = [data.aws_iam_policy_document.keys["slash_command"].json]

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
      values   = concat(["person#*"], length(local.posts) > 0 ? ["posted#*"] : [])
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
    resources = ["arn:${local.partition}:ssm:${local.region}:${local.account}:parameter${local.secret_name}"]
  }

  # GetParameter: read the webhook or token of a post.
  dynamic "statement" {
    for_each = length(local.posts) > 0 ? [1] : []

    content {
      sid       = "ReadPostSecrets"
      actions   = ["ssm:GetParameter"]
      resources = ["arn:${local.partition}:ssm:${local.region}:${local.account}:parameter${local.posts_prefix}*"]
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
  #checkov:skip=CKV_AWS_117:A VPC is optional: var.vpc. The function calls only DynamoDB, SSM and Slack
  #checkov:skip=CKV_AWS_173:The environment contains the name of the secret's parameter, not the secret
  #checkov:skip=CKV_AWS_272:Packages are built from this repository; IAM controls who may deploy
  #checkov:skip=CKV_AWS_50:Tracing is optional: var.tracing
  function_name                  = "${var.name}-slash-command"
  description                    = "Answers ${var.slack_command}"
  role                           = aws_iam_role.slash_command.arn
  runtime                        = "provided.al2023"
  handler                        = "bootstrap"
  architectures                  = [var.architecture]
  filename                       = local.packages["slash-command"].file
  s3_bucket                      = local.packages["slash-command"].s3_bucket
  s3_key                         = local.packages["slash-command"].s3_key
  source_code_hash               = try(filebase64sha256(local.packages["slash-command"].file), null)
  memory_size                    = var.slash_command_memory
  timeout                        = 5 # Slack waits three seconds; the rest lets a slow cold start finish and serve the next request.
  reserved_concurrent_executions = var.reserved_concurrency
  publish                        = var.provisioned_concurrency != null
  tags                           = local.tags

  environment {
    variables = { for name, value in local.slash_command_settings : name => value if value != "" }
  }

  logging_config {
    log_format            = "JSON"
    log_group             = aws_cloudwatch_log_group.slash_command.name
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
  depends_on = [aws_iam_role_policy.slash_command]

  lifecycle {
    precondition {
      condition     = local.package_from_s3 || try(fileexists(local.packages["slash-command"].file), false)
      error_message = local.package_missing
    }

    precondition {
      condition     = local.environment_sizes["slash-command"] <= local.largest_environment
      error_message = "The settings of slash-command have ${local.environment_sizes["slash-command"]} bytes. Lambda allows ${local.largest_environment} for environment variables. Allow channels or a workspace instead of hundreds of users, or shorten expected."
    }
  }
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
