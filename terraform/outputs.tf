output "commands_url" {
  description = "The Request URL of the slash command."
  value       = "${local.api_url}/slack/commands"
}

output "interactions_url" {
  description = "The Request URL of interactivity."
  value       = "${local.api_url}/slack/interactions"
}

output "sales_bucket" {
  description = "The bucket that sales files are uploaded to."
  value       = local.bucket
}

output "upload_command" {
  description = "How to upload a sales file."
  value       = "aws s3 cp FILE s3://${local.bucket}/${var.sales_prefix}"
}

output "rebuild_command" {
  description = "How to take in all files that the bucket has, or to mend a ledger."
  value       = "aws lambda invoke --region ${var.region} --function-name ${aws_lambda_function.recompute.function_name} --cli-binary-format raw-in-base64-out --cli-read-timeout 0 --payload '{\"rebuild\":{}}' /dev/stdout"
}

output "redrive_command" {
  description = "How to send the dead letters through again, once what made them fail is mended."
  value       = "aws sqs start-message-move-task --region ${var.region} --source-arn ${aws_sqs_queue.dead_letters.arn}"
}

output "functions" {
  description = "The names of both functions."
  value = {
    recompute     = aws_lambda_function.recompute.function_name
    slash_command = aws_lambda_function.slash_command.function_name
  }
}

output "dead_letters_url" {
  description = "The queue of messages that were given up."
  value       = aws_sqs_queue.dead_letters.id
}

output "alarm_topic_arn" {
  description = "The topic that alarms go to."
  value       = local.alarm_topic_arn
}

output "dashboard_url" {
  description = "The dashboard."
  value       = "https://${var.region}.console.aws.amazon.com/cloudwatch/home?region=${var.region}#dashboards/dashboard/${aws_cloudwatch_dashboard.standings.dashboard_name}"
}

output "domain_target" {
  description = "What the DNS record (an alias or CNAME) of the domain points at; null without a domain."
  value       = one(aws_apigatewayv2_domain_name.slack[*].domain_name_configuration[0].target_domain_name)
}

output "slack_app_manifest" {
  description = "Paste this at api.slack.com/apps, Create New App, From a manifest: terraform output -raw slack_app_manifest"
  value = templatefile("${path.module}/templates/slack_app_manifest.yaml.tftpl", {
    command          = var.slack_command
    commands_url     = "${local.api_url}/slack/commands"
    interactions_url = "${local.api_url}/slack/interactions"
  })
}
