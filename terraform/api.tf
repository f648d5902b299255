# HTTP API that receives the requests of Slack.

resource "aws_apigatewayv2_api" "slack" {
  name          = "${var.name}-slack"
  description   = "Requests from Slack to ${var.name}"
  protocol_type = "HTTP"

  # Only once Slack uses the custom domain.
  disable_execute_api_endpoint = var.disable_default_endpoint
  tags                         = local.tags
}

resource "aws_apigatewayv2_integration" "slash_command" {
  api_id                 = aws_apigatewayv2_api.slack.id
  integration_type       = "AWS_PROXY"
  integration_uri        = local.slash_command_invoke_arn
  payload_format_version = "2.0"
  timeout_milliseconds   = 3000 # Slack does not wait longer.
}

resource "aws_apigatewayv2_route" "slack" {
  #checkov:skip=CKV_AWS_309:Slack supports no API Gateway authorizer; slash-command verifies the signature, which covers the body
  for_each = merge(
    { commands = "POST", interactions = "POST" },
    var.mcp ? { mcp = "POST" } : {},
    # Opened in a browser. The link itself is signed.
    var.downloads ? { csv = "GET" } : {},
  )

  api_id             = aws_apigatewayv2_api.slack.id
  route_key          = "${each.value} /slack/${each.key}"
  target             = "integrations/${aws_apigatewayv2_integration.slash_command.id}"
  authorization_type = "NONE"
}

resource "aws_cloudwatch_log_group" "api" {
  #checkov:skip=CKV_AWS_158:CloudWatch encrypts logs at rest; the access log contains no body, query string or header
  #checkov:skip=CKV_AWS_338:Retention is configurable: log_retention_days
  # AWS lets its services write to all log groups of this prefix. For others, each API would take up room in a resource policy of
  # the account, which is limited.
  name              = "/aws/vendedlogs/apigateway/${var.name}-slack"
  retention_in_days = var.log_retention_days
  kms_key_id        = lookup(var.kms_key_arns, "logs", null)
  tags              = local.tags
}

resource "aws_apigatewayv2_stage" "default" {
  api_id      = aws_apigatewayv2_api.slack.id
  name        = "$default"
  auto_deploy = true

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.api.arn
    format = jsonencode({
      function           = aws_lambda_function.slash_command.function_name # dimension of the metric below
      time               = "$context.requestTime"
      request_id         = "$context.requestId"
      route              = "$context.routeKey"
      status             = "$context.status"
      source_ip          = "$context.identity.sourceIp"
      response_ms        = "$context.responseLatency"
      integration_ms     = "$context.integrationLatency"
      integration_status = "$context.integrationStatus"
      integration_error  = "$context.integrationErrorMessage"
      error              = "$context.error.message"
    })
  }

  tags = local.tags

  default_route_settings {
    throttling_rate_limit  = var.throttle_rate
    throttling_burst_limit = var.throttle_burst
  }
}

# Requests that API Gateway refused because of throttle_rate or throttle_burst. They do not reach the function.
resource "aws_cloudwatch_log_metric_filter" "throttled" {
  name           = "${var.name}-throttled-requests"
  log_group_name = aws_cloudwatch_log_group.api.name
  pattern        = "{ $.status = \"429\" }"

  metric_transformation {
    namespace  = "Standings"
    name       = "ThrottledRequests"
    value      = "1"
    unit       = "Count"
    dimensions = { function = "$.function" }
  }
}

# Only these routes may invoke the function.
resource "aws_lambda_permission" "api" {
  for_each = aws_apigatewayv2_route.slack

  statement_id  = "api-${each.key}"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.slash_command.function_name
  qualifier     = one(aws_lambda_alias.live[*].name)
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.slack.execution_arn}/*/${replace(each.value.route_key, " ", "")}"
}

resource "aws_apigatewayv2_domain_name" "slack" {
  count = length(var.domain) > 0 ? 1 : 0

  domain_name = var.domain.name
  tags        = local.tags

  domain_name_configuration {
    certificate_arn = var.domain.certificate_arn
    endpoint_type   = "REGIONAL"
    security_policy = "TLS_1_2"
  }
}

resource "aws_apigatewayv2_api_mapping" "slack" {
  count = length(var.domain) > 0 ? 1 : 0

  api_id      = aws_apigatewayv2_api.slack.id
  domain_name = aws_apigatewayv2_domain_name.slack[0].id
  stage       = aws_apigatewayv2_stage.default.id
}

locals {
  api_url = length(var.domain) > 0 ? "https://${var.domain.name}" : aws_apigatewayv2_api.slack.api_endpoint
}
