# Health at a glance: all alarms, then a row of graphs about sales files and one about requests.

locals {
  recompute_name     = aws_lambda_function.recompute.function_name
  slash_command_name = aws_lambda_function.slash_command.function_name

  graphs = [
    {
      title = "Messages waiting, and dead-letter queue"
      metrics = [
        ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", aws_sqs_queue.sales.name, { label = "waiting", stat = "Maximum" }],
        ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", aws_sqs_queue.dead_letters.name, { label = "dead-letter queue", stat = "Maximum" }],
      ]
    },
    {
      title = "Files and rows ingested"
      metrics = [
        ["Standings", "Files", "function", local.recompute_name, { label = "files", stat = "Sum" }],
        ["Standings", "RejectedFiles", "function", local.recompute_name, { label = "rejected files", stat = "Sum" }],
        ["Standings", "Rows", "function", local.recompute_name, { label = "rows", stat = "Sum", yAxis = "right" }],
        ["Standings", "SkippedRows", "function", local.recompute_name, { label = "skipped rows", stat = "Sum", yAxis = "right" }],
      ]
    },
    {
      title = "Upload to report (ms)"
      metrics = [
        ["Standings", "EventToReport", "function", local.recompute_name, { label = "p50", stat = "p50" }],
        ["Standings", "EventToReport", "function", local.recompute_name, { label = "p99", stat = "p99" }],
        ["Standings", "RefreshDuration", "function", local.recompute_name, { label = "batch processing, p99", stat = "p99" }],
      ]
    },
    {
      title = "Requests by outcome"
      metrics = [
        for outcome in ["found", "none", "failed"] :
        ["Standings", "Lookups", "function", local.slash_command_name, "outcome", outcome, { label = outcome, stat = "Sum" }]
      ]
    },
    {
      title = "Response time (ms); Slack waits 3000"
      metrics = [
        ["AWS/ApiGateway", "Latency", "ApiId", aws_apigatewayv2_api.slack.id, { label = "API, p50", stat = "p50" }],
        ["AWS/ApiGateway", "Latency", "ApiId", aws_apigatewayv2_api.slack.id, { label = "API, p99", stat = "p99" }],
        ["Standings", "AnswerTime", "function", local.slash_command_name, { label = "function, p99", stat = "p99" }],
      ]
    },
    {
      title = "Errors and throttles"
      metrics = concat(
        flatten([
          for name in [local.recompute_name, local.slash_command_name] : [
            for metric in ["Errors", "Throttles"] :
            { line = ["AWS/Lambda", metric, "FunctionName", name, { label = "${name} ${lower(metric)}", stat = "Sum" }] }
          ]
        ])[*].line,
        [["AWS/ApiGateway", "5xx", "ApiId", aws_apigatewayv2_api.slack.id, { label = "API 5xx", stat = "Sum" }]],
      )
    },
  ]
}

resource "aws_cloudwatch_dashboard" "standings" {
  dashboard_name = var.name

  dashboard_body = jsonencode({
    widgets = concat(
      [
        {
          type       = "alarm"
          x          = 0
          y          = 0
          width      = 24
          height     = 4
          properties = { title = "Alarms", alarms = sort(values(aws_cloudwatch_metric_alarm.standings)[*].arn) }
        },
      ],
      [
        for index, graph in local.graphs : {
          type   = "metric"
          x      = 8 * (index % 3)
          y      = 4 + 6 * floor(index / 3)
          width  = 8
          height = 6
          properties = {
            title   = graph.title
            region  = local.region
            view    = "timeSeries"
            period  = 300
            metrics = graph.metrics
          }
        }
      ],
    )
  })
}
