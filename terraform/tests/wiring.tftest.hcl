# What would hurt if it were wired wrongly. Offline: `terraform test`.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  package_dir          = "tests/packages"
  slack_signing_secret = "8f742231b10e8888abcd99yyyzzz85a5"
}

run "a_message_comes_again_until_it_is_a_dead_letter" {
  command = plan

  assert {
    condition     = aws_sqs_queue.sales.visibility_timeout_seconds == 6 * aws_lambda_function.recompute.timeout
    error_message = "A message that is still being handled would be handed out again."
  }

  assert {
    condition     = jsondecode(aws_sqs_queue.sales.redrive_policy) == { deadLetterTargetArn = aws_sqs_queue.dead_letters.arn, maxReceiveCount = 5 }
    error_message = "A message that always fails would come for ever."
  }

  assert {
    condition     = jsondecode(aws_sqs_queue_redrive_allow_policy.dead_letters.redrive_allow_policy).sourceQueueArns == [aws_sqs_queue.sales.arn]
    error_message = "Only the queue of sales may send dead letters."
  }

  assert {
    condition     = aws_sqs_queue.dead_letters.message_retention_seconds == 1209600 && aws_sqs_queue.sales.message_retention_seconds == 1209600
    error_message = "Messages are to be kept for as long as SQS can, 14 days."
  }

  assert {
    condition     = aws_sqs_queue.sales.sqs_managed_sse_enabled && aws_sqs_queue.dead_letters.sqs_managed_sse_enabled
    error_message = "Both queues are to be encrypted."
  }

  assert {
    condition     = tolist(aws_lambda_event_source_mapping.recompute.function_response_types) == tolist(["ReportBatchItemFailures"])
    error_message = "One failed message would make the whole batch come again."
  }

  assert {
    condition     = aws_lambda_event_source_mapping.recompute.event_source_arn == aws_sqs_queue.sales.arn && aws_lambda_event_source_mapping.recompute.scaling_config[0].maximum_concurrency == 2
    error_message = "recompute is to read the queue of sales, two batches at a time."
  }
}

run "a_longer_timeout_takes_the_visibility_along" {
  command = plan

  variables {
    recompute_timeout = 900
  }

  assert {
    condition     = aws_sqs_queue.sales.visibility_timeout_seconds == 5400
    error_message = "The visibility timeout is to follow the function's."
  }
}

run "every_change_under_the_prefix_is_told" {
  command = plan

  assert {
    condition     = toset(aws_s3_bucket_notification.sales[0].queue[0].events) == toset(["s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:LifecycleExpiration:*"])
    error_message = "Files that are created, deleted and expired are all to be told of."
  }

  assert {
    condition     = aws_s3_bucket_notification.sales[0].queue[0].filter_prefix == "sales/" && aws_s3_bucket_notification.sales[0].queue[0].queue_arn == aws_sqs_queue.sales.arn
    error_message = "Changes under sales/ are to go to the queue of sales."
  }

  assert {
    condition     = data.aws_iam_policy_document.sales_queue.statement[0].actions == toset(["sqs:SendMessage"]) && one(data.aws_iam_policy_document.sales_queue.statement[0].principals).identifiers == toset(["s3.amazonaws.com"])
    error_message = "S3, and nobody else, may send to the queue."
  }

  assert {
    condition = toset([for condition in data.aws_iam_policy_document.sales_queue.statement[0].condition : "${condition.test} ${condition.variable} ${join(",", condition.values)}"]) == toset([
      "ArnEquals aws:SourceArn arn:aws:s3:::standings-sales-123456789012-us-east-1",
      "StringEquals aws:SourceAccount 123456789012",
    ])
    error_message = "Only this bucket of this account may send to the queue."
  }
}

run "the_bucket_is_closed_and_keeps_what_was_replaced" {
  command = plan

  assert {
    condition     = aws_s3_bucket_versioning.sales[0].versioning_configuration[0].status == "Enabled" && !aws_s3_bucket.sales[0].force_destroy
    error_message = "The bucket is to be versioned, and not destroyed with files in it."
  }

  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.sales[0].block_public_acls,
      aws_s3_bucket_public_access_block.sales[0].block_public_policy,
      aws_s3_bucket_public_access_block.sales[0].ignore_public_acls,
      aws_s3_bucket_public_access_block.sales[0].restrict_public_buckets,
    ])
    error_message = "The bucket is to be closed to the public."
  }

  assert {
    condition     = one(data.aws_iam_policy_document.sales_bucket[0].statement).effect == "Deny" && one(one(data.aws_iam_policy_document.sales_bucket[0].statement).condition).variable == "aws:SecureTransport"
    error_message = "The bucket is to be reached over TLS alone."
  }

  assert {
    condition     = length(aws_s3_bucket_lifecycle_configuration.sales[0].rule) == 1
    error_message = "Sales files are to be kept unless sales_expiration_days says otherwise."
  }
}

run "an_existing_bucket_is_left_alone_but_for_the_notification" {
  command = plan

  variables {
    sales_bucket = "acme-exports"
    sales_prefix = "crm/closed/"
  }

  assert {
    condition = 0 == sum([
      length(aws_s3_bucket.sales),
      length(aws_s3_bucket_versioning.sales),
      length(aws_s3_bucket_server_side_encryption_configuration.sales),
      length(aws_s3_bucket_public_access_block.sales),
      length(aws_s3_bucket_ownership_controls.sales),
      length(aws_s3_bucket_policy.sales),
      length(aws_s3_bucket_lifecycle_configuration.sales),
    ])
    error_message = "Nothing of an existing bucket is to be managed."
  }

  assert {
    condition     = aws_s3_bucket_notification.sales[0].bucket == "acme-exports" && aws_s3_bucket_notification.sales[0].queue[0].filter_prefix == "crm/closed/"
    error_message = "The existing bucket is to tell the queue."
  }

  assert {
    condition     = aws_lambda_function.recompute.environment[0].variables.SALES_BUCKET == "acme-exports" && aws_lambda_function.recompute.environment[0].variables.SALES_PREFIX == "crm/closed/"
    error_message = "recompute is to know the existing bucket and prefix."
  }
}

run "events_from_eventbridge_overwrite_nothing" {
  command = plan

  variables {
    sales_bucket = "acme-exports"
    sales_events = "eventbridge"
  }

  assert {
    condition     = length(aws_s3_bucket_notification.sales) == 0
    error_message = "The notifications of an existing bucket are not to be touched."
  }

  assert {
    condition = jsondecode(aws_cloudwatch_event_rule.sales[0].event_pattern) == {
      source      = ["aws.s3"]
      detail-type = ["Object Created", "Object Deleted"]
      detail      = { bucket = { name = ["acme-exports"] }, object = { key = [{ prefix = "sales/" }] } }
    }
    error_message = "The rule is to catch what is created and deleted under the prefix of this bucket."
  }

  assert {
    condition     = one(data.aws_iam_policy_document.sales_queue.statement[0].principals).identifiers == toset(["events.amazonaws.com"])
    error_message = "EventBridge, and nobody else, may send to the queue."
  }
}

run "a_bucket_of_our_own_can_use_eventbridge_too" {
  command = plan

  variables {
    sales_events = "eventbridge"
  }

  assert {
    condition     = aws_s3_bucket_notification.sales[0].eventbridge && length(aws_s3_bucket_notification.sales[0].queue) == 0
    error_message = "The bucket is to send to EventBridge, and not to the queue as well."
  }
}

run "tables_are_protected_and_cost_nothing_at_rest" {
  command = plan

  assert {
    condition = alltrue([
      for table in [aws_dynamodb_table.ledger, aws_dynamodb_table.reports] :
      table.billing_mode == "PAY_PER_REQUEST" && table.deletion_protection_enabled && table.point_in_time_recovery[0].enabled
    ])
    error_message = "Both tables are to be on demand, protected and recoverable."
  }

  assert {
    condition     = aws_dynamodb_table.ledger.hash_key == "pk" && aws_dynamodb_table.ledger.range_key == "sk" && aws_dynamodb_table.reports.hash_key == "pk" && aws_dynamodb_table.reports.range_key == null
    error_message = "The functions know these keys: pk and sk of the ledger, pk of the reports."
  }
}

run "each_function_may_do_what_it_does_and_no_more" {
  command = plan

  assert {
    condition = { for statement in data.aws_iam_policy_document.slash_command.statement : statement.sid => statement.actions } == {
      ReadReports     = toset(["dynamodb:BatchGetItem", "dynamodb:GetItem"])
      RememberPersons = toset(["dynamodb:PutItem"])
      ReadSecret      = toset(["ssm:GetParameter"])
      WriteLog        = toset(["logs:CreateLogStream", "logs:PutLogEvents"])
    }
    error_message = "slash-command may read reports and its secret, remember persons, and write its log."
  }

  assert {
    condition = toset([for condition in one([for statement in data.aws_iam_policy_document.slash_command.statement : statement if statement.sid == "RememberPersons"]).condition : "${condition.test} ${condition.variable} ${join(",", condition.values)}"]) == toset([
      "ForAllValues:StringLike dynamodb:LeadingKeys person#*",
      "Null dynamodb:LeadingKeys false",
    ])
    error_message = "slash-command may write persons alone; rankings are recompute's."
  }

  assert {
    condition     = alltrue([for statement in data.aws_iam_policy_document.slash_command.statement : statement.resources == toset([aws_dynamodb_table.reports.arn]) if contains(["ReadReports", "RememberPersons"], statement.sid)])
    error_message = "slash-command knows the table of reports alone."
  }

  assert {
    condition     = one([for statement in data.aws_iam_policy_document.slash_command.statement : statement if statement.sid == "ReadSecret"]).resources == toset(["arn:aws:ssm:us-east-1:123456789012:parameter/standings/slack-signing-secret"])
    error_message = "slash-command may read its own secret alone."
  }

  assert {
    condition = { for statement in data.aws_iam_policy_document.recompute.statement : statement.sid => statement.actions } == {
      ReadSalesFiles = toset(["s3:GetObject"])
      ListSalesFiles = toset(["s3:ListBucket"])
      KeepLedger     = toset(["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"])
      WriteReports   = toset(["dynamodb:GetItem", "dynamodb:PutItem"])
      TakeMessages   = toset(["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"])
      WriteLog       = toset(["logs:CreateLogStream", "logs:PutLogEvents"])
    }
    error_message = "recompute may read sales files, keep the ledger, write reports, take messages and write its log."
  }

  assert {
    condition     = data.aws_iam_policy_document.recompute.statement[0].resources == toset(["arn:aws:s3:::standings-sales-123456789012-us-east-1/sales/*"])
    error_message = "recompute may read what is under the prefix alone."
  }

  assert {
    condition = alltrue(flatten([
      for document in [data.aws_iam_policy_document.slash_command, data.aws_iam_policy_document.recompute, data.aws_iam_policy_document.warmer] : [
        for statement in document.statement : [for action in statement.actions : !strcontains(action, "*")]
      ]
    ]))
    error_message = "No role is to have an action with a wildcard."
  }

  assert {
    condition     = one(data.aws_iam_policy_document.warmer.statement).actions == toset(["lambda:InvokeFunction"]) && one(data.aws_iam_policy_document.warmer.statement).resources == toset([aws_lambda_function.slash_command.arn])
    error_message = "The warmer may invoke slash-command alone."
  }
}

run "functions_are_as_they_were_built_and_log_as_json" {
  command = plan

  variables {
    architecture       = "arm64"
    log_retention_days = 14
    log_level          = "WARN"
  }

  assert {
    condition = alltrue([
      for function in [aws_lambda_function.recompute, aws_lambda_function.slash_command] : alltrue([
        function.runtime == "provided.al2023",
        function.architectures == tolist(["arm64"]),
        function.logging_config[0].log_format == "JSON",
        function.logging_config[0].application_log_level == "WARN",
        function.tracing_config[0].mode == "PassThrough",
      ])
    ])
    error_message = "Both functions are to run on provided.al2023 and log JSON."
  }

  assert {
    condition     = alltrue([for group in [aws_cloudwatch_log_group.recompute, aws_cloudwatch_log_group.slash_command, aws_cloudwatch_log_group.api] : group.retention_in_days == 14])
    error_message = "No log is to be kept longer than asked for."
  }

  assert {
    condition     = aws_lambda_function.recompute.logging_config[0].log_group == aws_cloudwatch_log_group.recompute.name && aws_lambda_function.slash_command.logging_config[0].log_group == aws_cloudwatch_log_group.slash_command.name
    error_message = "Each function is to write to its own log group."
  }

  assert {
    condition     = aws_lambda_function_recursion_config.recompute.recursive_loop == "Terminate" && aws_lambda_function_recursion_config.slash_command.recursive_loop == "Terminate"
    error_message = "Loops are to be stopped."
  }

  assert {
    condition     = aws_lambda_function.slash_command.reserved_concurrent_executions == null && length(aws_lambda_alias.live) == 0
    error_message = "Concurrency costs nothing and is reserved for nobody unless asked for."
  }
}

run "settings_reach_the_functions" {
  command = plan

  variables {
    time_zone     = "Europe/Berlin"
    currency      = "EUR"
    decimal_comma = true
    columns       = { salesperson = "Rep Name", amount = "Net", slack_user_id = "Member ID" }
    allowed       = { channels = ["C0123"], users = ["U1", "W2"] }
    ranking_style = "table"
  }

  assert {
    condition = aws_lambda_function.recompute.environment[0].variables == tomap({
      SALES_BUCKET  = "standings-sales-123456789012-us-east-1"
      SALES_PREFIX  = "sales/"
      LEDGER_TABLE  = "standings-ledger"
      REPORTS_TABLE = "standings-reports"
      TIME_ZONE     = "Europe/Berlin"
      CURRENCY      = "EUR"
      COLUMNS       = "amount=Net,salesperson=Rep Name,slack_user_id=Member ID"
      DECIMAL_COMMA = "true"
    })
    error_message = "recompute is to know the organisation's settings."
  }

  assert {
    condition = aws_lambda_function.slash_command.environment[0].variables == tomap({
      REPORTS_TABLE                  = "standings-reports"
      TIME_ZONE                      = "Europe/Berlin"
      SLACK_SIGNING_SECRET_PARAMETER = "/standings/slack-signing-secret"
      RANKING_STYLE                  = "table"
      ALLOWED_CHANNELS               = "C0123"
      ALLOWED_USERS                  = "U1,W2"
    })
    error_message = "slash-command is to know who may ask, and where its secret is."
  }
}

run "the_api_has_two_routes_throttled_and_logged" {
  command = plan

  assert {
    condition     = toset(values(aws_apigatewayv2_route.slack)[*].route_key) == toset(["POST /slack/commands", "POST /slack/interactions"])
    error_message = "Slack knows two routes."
  }

  assert {
    condition     = aws_apigatewayv2_integration.slash_command.timeout_milliseconds == 3000 && aws_apigatewayv2_integration.slash_command.payload_format_version == "2.0"
    error_message = "An answer after three seconds is none; and slash-command reads payload format 2.0."
  }

  assert {
    condition     = aws_apigatewayv2_stage.default.default_route_settings[0].throttling_rate_limit == 50 && aws_apigatewayv2_stage.default.default_route_settings[0].throttling_burst_limit == 100
    error_message = "The API is to be throttled."
  }

  assert {
    condition     = aws_apigatewayv2_stage.default.access_log_settings[0].destination_arn == aws_cloudwatch_log_group.api.arn && !can(regex("(?i)body|authorizer|header", aws_apigatewayv2_stage.default.access_log_settings[0].format))
    error_message = "Requests are to be logged, their contents not."
  }

  assert {
    condition = toset(values(aws_lambda_permission.api)[*].source_arn) == toset([
      "arn:aws:execute-api:us-east-1:123456789012:abc123/*/POST/slack/commands",
      "arn:aws:execute-api:us-east-1:123456789012:abc123/*/POST/slack/interactions",
    ])
    error_message = "Only these routes of this API may invoke slash-command."
  }

  assert {
    condition     = output.commands_url == "https://abc123.execute-api.us-east-1.amazonaws.com/slack/commands" && length(aws_apigatewayv2_domain_name.slack) == 0
    error_message = "The Request URL is to be that of the API."
  }
}

run "a_domain_of_ones_own_is_the_only_address" {
  command = plan

  variables {
    domain = { name = "standings.example.com", certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/1" }
  }

  assert {
    condition     = aws_apigatewayv2_api.slack.disable_execute_api_endpoint && output.interactions_url == "https://standings.example.com/slack/interactions"
    error_message = "The domain is to replace the address of the API."
  }
}

run "the_warmer_calls_every_twelve_minutes_and_never_twice" {
  command = plan

  assert {
    condition     = aws_scheduler_schedule.warmer[0].schedule_expression == "rate(12 minutes)" && aws_scheduler_schedule.warmer[0].flexible_time_window[0].mode == "OFF"
    error_message = "The warmer is to call every 12 minutes."
  }

  assert {
    condition     = jsondecode(aws_scheduler_schedule.warmer[0].target[0].input) == { warmer = true } && aws_scheduler_schedule.warmer[0].target[0].arn == aws_lambda_function.slash_command.arn
    error_message = "The warmer is to send the event that slash-command knows."
  }

  assert {
    condition     = aws_scheduler_schedule.warmer[0].target[0].retry_policy[0].maximum_retry_attempts == 0
    error_message = "The next call makes up for one that failed."
  }
}

run "no_warmer_where_none_is_wanted" {
  command = plan

  variables {
    warmer = false
  }

  assert {
    condition     = length(aws_scheduler_schedule.warmer) + length(aws_iam_role.warmer) == 0
    error_message = "There is to be no warmer."
  }
}

run "provisioned_environments_are_the_ones_that_are_called" {
  command = plan

  variables {
    provisioned_concurrency = 2
    reserved_concurrency    = 10
  }

  assert {
    condition     = aws_lambda_function.slash_command.publish && aws_lambda_function.slash_command.reserved_concurrent_executions == 10
    error_message = "Provisioned concurrency needs a version."
  }

  assert {
    condition     = endswith(aws_apigatewayv2_integration.slash_command.integration_uri, ":live/invocations") && endswith(aws_scheduler_schedule.warmer[0].target[0].arn, ":live") && toset(values(aws_lambda_permission.api)[*].qualifier) == toset(["live"])
    error_message = "API, warmer and permissions are to mean the alias."
  }
}

run "traces_only_where_they_are_wanted" {
  command = plan

  variables {
    tracing = true
  }

  assert {
    condition     = aws_lambda_function.slash_command.tracing_config[0].mode == "Active" && contains(data.aws_iam_policy_document.slash_command.statement[*].sid, "SendTraces")
    error_message = "Both functions are to send traces, and to be allowed to."
  }
}

run "the_secret_is_written_and_not_remembered" {
  command = plan

  assert {
    condition     = aws_ssm_parameter.slack_signing_secret[0].type == "SecureString" && aws_ssm_parameter.slack_signing_secret[0].value_wo == null && aws_ssm_parameter.slack_signing_secret[0].value_wo_version == 1
    error_message = "The secret is to be written through the write-only argument."
  }
}

run "a_secret_that_exists_is_only_named" {
  command = plan

  variables {
    slack_signing_secret           = null
    slack_signing_secret_parameter = "/slack/acme"
  }

  assert {
    condition     = length(aws_ssm_parameter.slack_signing_secret) == 0 && aws_lambda_function.slash_command.environment[0].variables.SLACK_SIGNING_SECRET_PARAMETER == "/slack/acme"
    error_message = "slash-command is to read the parameter that exists."
  }

  assert {
    condition     = one([for statement in data.aws_iam_policy_document.slash_command.statement : statement if statement.sid == "ReadSecret"]).resources == toset(["arn:aws:ssm:us-east-1:123456789012:parameter/slack/acme"])
    error_message = "slash-command may read the parameter that exists."
  }
}

run "alarms_reach_somebody" {
  command = plan

  assert {
    condition = toset(keys(aws_cloudwatch_metric_alarm.standings)) == toset([
      "api-5xx", "dead-letters", "failed-lookups", "old-messages", "recompute-duration", "recompute-errors", "recompute-throttles",
      "rejected-files", "slash-command-errors", "slash-command-throttles", "slow-answers",
    ])
    error_message = "Each of these is to have its alarm."
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.standings : alarm.alarm_actions == toset([aws_sns_topic.alarms[0].arn]) && alarm.treat_missing_data == "notBreaching"])
    error_message = "Every alarm is to go to the topic, and silence is no alarm."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.standings["recompute-duration"].threshold == 240000
    error_message = "The alarm is to come at 80 % of the time limit."
  }
}

run "a_topic_that_exists_is_used" {
  command = plan

  variables {
    alarm_topic_arn = "arn:aws:sns:us-east-1:123456789012:pager"
  }

  assert {
    condition     = length(aws_sns_topic.alarms) == 0 && aws_cloudwatch_metric_alarm.standings["dead-letters"].alarm_actions == toset(["arn:aws:sns:us-east-1:123456789012:pager"])
    error_message = "Alarms are to go to the topic that was given."
  }
}

run "the_manifest_is_ready_to_paste" {
  command = plan

  variables {
    slack_command = "/leaderboard"
  }

  assert {
    condition     = yamldecode(output.slack_app_manifest).features.slash_commands[0].command == "/leaderboard" && yamldecode(output.slack_app_manifest).features.slash_commands[0].url == output.commands_url && yamldecode(output.slack_app_manifest).settings.interactivity.request_url == output.interactions_url
    error_message = "The manifest is to name the command and both addresses."
  }

  assert {
    condition     = yamldecode(output.slack_app_manifest).features.slash_commands[0].should_escape == false && yamldecode(output.slack_app_manifest).oauth_config.scopes.bot == ["commands"]
    error_message = "slash-command reads the text as it was typed, and needs no scope but commands."
  }

  assert {
    condition     = length(yamldecode(output.slack_app_manifest).display_information.name) <= 35 && length(yamldecode(output.slack_app_manifest).display_information.description) <= 140
    error_message = "Slack takes a name of 35 and a description of 140 characters."
  }
}

run "the_dashboard_shows_every_alarm" {
  command = plan

  assert {
    condition     = length(jsondecode(aws_cloudwatch_dashboard.standings.dashboard_body).widgets) == 7 && length(jsondecode(aws_cloudwatch_dashboard.standings.dashboard_body).widgets[0].properties.alarms) == length(aws_cloudwatch_metric_alarm.standings)
    error_message = "The dashboard is to start with all alarms."
  }
}
