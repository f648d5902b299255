locals {
  # Host of the console, by partition.
  console = lookup({
    aws        = "console.aws.amazon.com"
    aws-cn     = "console.amazonaws.cn"
    aws-us-gov = "console.amazonaws-us-gov.com"
    aws-eusc   = "console.amazonaws-eusc.eu"
  }, local.partition, "console.aws.amazon.com")
}

output "commands_url" {
  description = "Request URL of the slash command."
  value       = "${local.api_url}/slack/commands"
}

output "interactions_url" {
  description = "Request URL of interactivity."
  value       = "${local.api_url}/slack/interactions"
}

output "sales_bucket" {
  description = "Bucket for sales files."
  value       = local.bucket
}

output "upload_command" {
  description = "Command that uploads a sales file. Replace FILE."
  value       = "aws s3 cp FILE s3://${local.bucket}/${var.sales_prefix}"
}

output "rebuild_command" {
  description = "Command that ingests all sales files of the bucket, for existing data or to repair the ledger."
  value       = "aws lambda invoke --region ${local.region} --function-name ${aws_lambda_function.recompute.function_name} --cli-binary-format raw-in-base64-out --cli-read-timeout 0 --payload '{\"rebuild\":{}}' /dev/stdout"
}

output "redrive_command" {
  description = "Command that moves all messages from the dead-letter queue back to the queue. Fix the cause first."
  value       = "aws sqs start-message-move-task --region ${local.region} --source-arn ${aws_sqs_queue.dead_letters.arn}"
}

output "functions" {
  description = "Names of both functions."
  value = {
    recompute     = aws_lambda_function.recompute.function_name
    slash_command = aws_lambda_function.slash_command.function_name
  }
}

output "dead_letters_url" {
  description = "URL of the dead-letter queue."
  value       = aws_sqs_queue.dead_letters.id
}

output "alarm_topic_arn" {
  description = "ARN of the SNS topic for alarms."
  value       = local.alarm_topic_arn
}

output "dashboard_url" {
  description = "URL of the CloudWatch dashboard."
  value       = "https://${local.region}.${local.console}/cloudwatch/home?region=${local.region}#dashboards/dashboard/${aws_cloudwatch_dashboard.standings.dashboard_name}"
}

output "api_id" {
  description = "Id of the API, such as for a web application firewall or a dashboard."
  value       = aws_apigatewayv2_api.slack.id
}

output "queue_arn" {
  description = "ARN of the queue for events about sales files, for sales_events = \"external\"."
  value       = aws_sqs_queue.sales.arn
}

output "role_arns" {
  description = "ARNs of the roles of both functions, for policies of buckets and keys."
  value = {
    recompute     = aws_iam_role.recompute.arn
    slash_command = aws_iam_role.slash_command.arn
  }
}

output "protected" {
  description = "What terraform destroy will not delete, unless force_destroy is applied before."
  value = var.force_destroy ? [] : concat(
    ["table ${aws_dynamodb_table.ledger.name}", "table ${aws_dynamodb_table.reports.name}"],
    local.makes_bucket ? ["bucket ${local.bucket}, unless it is empty"] : [],
  )
}

output "domain_zone_id" {
  description = "Hosted zone of domain_target, for an alias record; null without a domain."
  value       = one(aws_apigatewayv2_domain_name.slack[*].domain_name_configuration[0].hosted_zone_id)
}

output "domain_target" {
  description = "Target for the DNS record (alias or CNAME) of the custom domain; null without a domain."
  value       = one(aws_apigatewayv2_domain_name.slack[*].domain_name_configuration[0].target_domain_name)
}

output "slack_app_manifest" {
  description = "Manifest of the Slack app. Print it with terraform output -raw slack_app_manifest and paste it at api.slack.com/apps, Create New App, From a manifest."
  value = templatefile("${path.module}/templates/slack_app_manifest.yaml.tftpl", {
    command          = var.slack_command
    commands_url     = "${local.api_url}/slack/commands"
    interactions_url = "${local.api_url}/slack/interactions"
    mcp_url          = var.mcp ? "${local.api_url}/slack/mcp" : ""
  })
}
