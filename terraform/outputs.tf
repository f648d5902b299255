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
  value       = "aws lambda invoke --region ${var.region} --function-name ${aws_lambda_function.recompute.function_name} --cli-binary-format raw-in-base64-out --cli-read-timeout 0 --payload '{\"rebuild\":{}}' /dev/stdout"
}

output "redrive_command" {
  description = "Command that moves all messages from the dead-letter queue back to the queue. Fix the cause first."
  value       = "aws sqs start-message-move-task --region ${var.region} --source-arn ${aws_sqs_queue.dead_letters.arn}"
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
  value       = "https://${var.region}.console.aws.amazon.com/cloudwatch/home?region=${var.region}#dashboards/dashboard/${aws_cloudwatch_dashboard.standings.dashboard_name}"
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
  })
}
