# Connections between resources, permissions and settings that the functions depend on. Offline: `terraform test`.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  package              = { dir = "tests/packages" }
  slack_signing_secret = "92f5a1c7e0b3d86447aa5c19fe02d8b3"
  alarm_email          = "oncall@example.com"
}

run "failed_messages_are_redelivered_then_dead_lettered" {
  command = plan

  assert {
    condition     = aws_sqs_queue.sales.visibility_timeout_seconds == 6 * aws_lambda_function.recompute.timeout + aws_lambda_event_source_mapping.recompute.maximum_batching_window_in_seconds
    error_message = "The visibility timeout must be six times the timeout of recompute and the batch window, so that SQS does not redeliver a message that is still being processed or held."
  }

  assert {
    condition     = jsondecode(aws_sqs_queue.sales.redrive_policy) == { deadLetterTargetArn = aws_sqs_queue.dead_letters.arn, maxReceiveCount = 10 }
    error_message = "After ten failed deliveries a message must go to the dead-letter queue."
  }

  assert {
    condition     = jsondecode(aws_sqs_queue_redrive_allow_policy.dead_letters.redrive_allow_policy).sourceQueueArns == [aws_sqs_queue.sales.arn]
    error_message = "Only the sales queue may use the dead-letter queue."
  }

  assert {
    condition     = aws_sqs_queue.dead_letters.message_retention_seconds == 1209600 && aws_sqs_queue.sales.message_retention_seconds == 1209600
    error_message = "Both queues must retain messages for 14 days, the maximum of SQS."
  }

  assert {
    condition     = aws_sqs_queue.sales.sqs_managed_sse_enabled && aws_sqs_queue.dead_letters.sqs_managed_sse_enabled
    error_message = "Both queues must be encrypted."
  }

  assert {
    condition     = tolist(aws_lambda_event_source_mapping.recompute.function_response_types) == tolist(["ReportBatchItemFailures"])
    error_message = "Partial batch responses must be enabled; otherwise one failed message redelivers the whole batch."
  }

  assert {
    condition     = aws_lambda_event_source_mapping.recompute.event_source_arn == aws_sqs_queue.sales.arn && aws_lambda_event_source_mapping.recompute.scaling_config[0].maximum_concurrency == 2
    error_message = "recompute must consume the sales queue with a concurrency of 2."
  }
}

run "visibility_timeout_follows_the_function_timeout" {
  command = plan

  variables {
    recompute_timeout = 10
    batch_window      = 300
  }

  assert {
    condition     = aws_sqs_queue.sales.visibility_timeout_seconds == 360
    error_message = "A timeout of 10 seconds and a window of 300 must give a visibility timeout of 360."
  }
}

run "s3_notifies_the_queue_of_every_change_under_the_prefix" {
  command = plan

  assert {
    condition     = toset(aws_s3_bucket_notification.sales[0].queue[0].events) == toset(["s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:LifecycleExpiration:*", "s3:ObjectRestore:Completed"])
    error_message = "Notifications must cover created, removed, expired and restored objects."
  }

  assert {
    condition     = aws_s3_bucket_notification.sales[0].queue[0].filter_prefix == "sales/" && aws_s3_bucket_notification.sales[0].queue[0].queue_arn == aws_sqs_queue.sales.arn
    error_message = "Changes under sales/ must go to the sales queue."
  }

  # Both always, so that a change of sales_events loses no event of the old source.
  assert {
    condition = {
      for statement in data.aws_iam_policy_document.queue["sales"].statement : "${one(one(statement.principals).identifiers)} ${join(",", statement.actions)}" => toset([
        for condition in statement.condition : "${condition.test} ${condition.variable} ${join(",", condition.values)}"
      ]) if statement.effect != "Deny"
      } == {
      "s3.amazonaws.com sqs:SendMessage"     = toset(["ArnEquals aws:SourceArn arn:aws:s3:::standings-sales-123456789012-us-east-1", "StringEquals aws:SourceAccount 123456789012"])
      "events.amazonaws.com sqs:SendMessage" = toset(["ArnEquals aws:SourceArn arn:aws:events:us-east-1:123456789012:rule/standings-sales", "StringEquals aws:SourceAccount 123456789012"])
    }
    error_message = "Only the sales bucket and the rule of this account may send to the queue."
  }

  assert {
    condition     = alltrue([for document in [data.aws_iam_policy_document.queue["sales"], data.aws_iam_policy_document.queue["dead_letters"]] : contains(document.statement[*].sid, "TlsOnly")])
    error_message = "Both queues must deny requests without TLS."
  }
}

run "created_bucket_is_private_and_versioned" {
  command = plan

  assert {
    condition     = aws_s3_bucket_versioning.sales[0].versioning_configuration[0].status == "Enabled" && !aws_s3_bucket.sales[0].force_destroy
    error_message = "The bucket must be versioned, and protected against destruction while it contains files."
  }

  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.sales[0].block_public_acls,
      aws_s3_bucket_public_access_block.sales[0].block_public_policy,
      aws_s3_bucket_public_access_block.sales[0].ignore_public_acls,
      aws_s3_bucket_public_access_block.sales[0].restrict_public_buckets,
    ])
    error_message = "All four public access blocks must be enabled."
  }

  assert {
    condition     = one(data.aws_iam_policy_document.sales_bucket[0].statement).effect == "Deny" && one(one(data.aws_iam_policy_document.sales_bucket[0].statement).condition).variable == "aws:SecureTransport"
    error_message = "The bucket policy must deny requests without TLS."
  }

  assert {
    condition     = length(aws_s3_bucket_lifecycle_configuration.sales[0].rule) == 1
    error_message = "Sales files must not expire unless sales_expiration_days is set."
  }
}

run "existing_bucket_gets_only_the_notification_and_only_if_it_is_asked_for" {
  command = plan

  variables {
    sales_bucket                 = "acme-exports"
    sales_prefix                 = "crm/dt=2026/"
    sales_events                 = "s3"
    replace_bucket_notifications = true
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
    error_message = "No setting of an existing bucket may be managed, except its notifications."
  }

  assert {
    condition     = aws_s3_bucket_notification.sales[0].bucket == "acme-exports" && aws_s3_bucket_notification.sales[0].queue[0].filter_prefix == "crm/dt=2026/"
    error_message = "The existing bucket must notify the queue, with the configured prefix."
  }

  assert {
    condition     = aws_lambda_function.recompute.environment[0].variables.SALES_BUCKET == "acme-exports" && aws_lambda_function.recompute.environment[0].variables.SALES_PREFIX == "crm/dt=2026/"
    error_message = "recompute must get the name and prefix of the existing bucket."
  }
}

run "files_of_an_existing_bucket_may_be_encrypted_with_keys_of_its_own" {
  command = plan

  variables {
    sales_bucket = "acme-exports"
  }

  assert {
    condition = one([for statement in data.aws_iam_policy_document.keys["recompute"].statement : statement if statement.sid == "DecryptSalesFiles"]).resources == toset([
      "arn:aws:kms:us-east-1:123456789012:key/*",
    ])
    error_message = "recompute must be allowed to decrypt with the keys of this account and region."
  }

  assert {
    condition     = one(one([for statement in data.aws_iam_policy_document.keys["recompute"].statement : statement if statement.sid == "DecryptSalesFiles"]).condition).variable == "kms:ViaService"
    error_message = "Keys may only be used through S3."
  }
}

run "keys_of_an_existing_bucket_can_be_named" {
  command = plan

  variables {
    sales_bucket       = "acme-exports"
    sales_kms_key_arns = ["arn:aws:kms:us-east-1:999999999999:key/1234abcd-12ab-34cd-56ef-1234567890ab"]
  }

  assert {
    condition     = one([for statement in data.aws_iam_policy_document.keys["recompute"].statement : statement if statement.sid == "DecryptSalesFiles"]).resources == toset(var.sales_kms_key_arns)
    error_message = "recompute must be allowed to decrypt with exactly the named keys."
  }
}

run "keys_of_aws_need_no_permission" {
  command = plan

  assert {
    condition     = length(data.aws_iam_policy_document.keys["recompute"].statement) == 0
    error_message = "Without keys of the organization, recompute needs no permission of KMS."
  }
}

run "existing_bucket_keeps_its_notifications_by_default" {
  command = plan

  variables {
    sales_bucket = "acme-exports"
  }

  assert {
    condition     = length(aws_s3_bucket_notification.sales) == 0
    error_message = "The notifications of an existing bucket must not be managed."
  }

  assert {
    condition = jsondecode(aws_cloudwatch_event_rule.sales[0].event_pattern) == {
      source      = ["aws.s3"]
      detail-type = ["Object Created", "Object Deleted", "Object Restore Completed"]
      detail      = { bucket = { name = ["acme-exports"] }, object = { key = [{ prefix = "sales/" }] } }
    }
    error_message = "The rule must match created, deleted and restored objects under the prefix of this bucket."
  }

  assert {
    condition     = aws_cloudwatch_event_target.sales[0].dead_letter_config[0].arn == aws_sqs_queue.dead_letters.arn && aws_cloudwatch_metric_alarm.standings["failed-events"].dimensions == tomap({ RuleName = "standings-sales" })
    error_message = "Events that cannot be delivered must go to the dead-letter queue and raise an alarm."
  }
}

run "a_whole_bucket_can_be_read" {
  command = plan

  variables {
    sales_bucket = "acme-exports"
    sales_prefix = ""
    sources      = [{ prefix = "emea/", date_order = "day_first" }]
  }

  assert {
    condition     = aws_lambda_function.recompute.environment[0].variables.SALES_PREFIX == "/" && jsondecode(aws_cloudwatch_event_rule.sales[0].event_pattern).detail == { bucket = { name = ["acme-exports"] } }
    error_message = "An empty prefix must be all files of the bucket."
  }
}

run "a_topic_can_bring_the_events" {
  command = plan

  variables {
    sales_bucket    = "acme-exports"
    sales_events    = "sns"
    sales_topic_arn = "arn:aws:sns:us-east-1:999999999999:exports"
  }

  assert {
    condition     = aws_sns_topic_subscription.sales[0].endpoint == aws_sqs_queue.sales.arn && aws_sns_topic_subscription.sales[0].raw_message_delivery && length(aws_s3_bucket_notification.sales) + length(aws_cloudwatch_event_rule.sales) == 0
    error_message = "The queue must be subscribed to the topic, and the bucket left alone."
  }

  assert {
    condition = toset(flatten([
      for statement in data.aws_iam_policy_document.queue["sales"].statement : [for condition in statement.condition : condition.values] if statement.sid == "Topic"
    ])) == toset(["arn:aws:sns:us-east-1:999999999999:exports", "999999999999"])
    error_message = "Only this topic of its account may send to the queue."
  }
}

run "a_bucket_of_another_account_can_be_read" {
  command = plan

  variables {
    sales_bucket         = "acme-exports"
    sales_bucket_account = "999999999999"
    sales_events         = "external"
  }

  assert {
    condition     = length(aws_s3_bucket_notification.sales) + length(aws_cloudwatch_event_rule.sales) + length(data.aws_s3_bucket.existing) == 0 && output.queue_arn == aws_sqs_queue.sales.arn
    error_message = "Nothing of the other account may be touched."
  }

  assert {
    condition = contains(flatten([
      for statement in data.aws_iam_policy_document.queue["sales"].statement : [for condition in statement.condition : condition.values] if statement.sid == "Bucket"
    ]), "999999999999")
    error_message = "The bucket of the other account must be allowed to notify the queue."
  }
}

run "keys_of_the_organization_encrypt_everything" {
  command = plan

  variables {
    kms_key_arns = {
      for use in ["bucket", "tables", "queues", "logs", "topic", "secrets"] : use => "arn:aws:kms:us-east-1:123456789012:key/${use}"
    }
    posts        = { monday = { question = "top 5", schedule = "rate(7 days)", secret_version = 1 } }
    post_secrets = { monday = "https://hooks.slack.com/services/T1/B1/x" }
  }

  assert {
    condition = alltrue([
      one(one(aws_s3_bucket_server_side_encryption_configuration.sales[0].rule).apply_server_side_encryption_by_default).kms_master_key_id == var.kms_key_arns.bucket,
      alltrue([for table in [aws_dynamodb_table.ledger, aws_dynamodb_table.reports] : table.server_side_encryption[0].kms_key_arn == var.kms_key_arns.tables]),
      alltrue([for queue in [aws_sqs_queue.sales, aws_sqs_queue.dead_letters] : queue.kms_master_key_id == var.kms_key_arns.queues]),
      alltrue([for group in [aws_cloudwatch_log_group.recompute, aws_cloudwatch_log_group.slash_command, aws_cloudwatch_log_group.api] : group.kms_key_id == var.kms_key_arns.logs]),
      aws_sns_topic.alarms[0].kms_master_key_id == var.kms_key_arns.topic,
      alltrue([for parameter in [aws_ssm_parameter.slack_signing_secret[0], aws_ssm_parameter.post["monday"]] : parameter.key_id == var.kms_key_arns.secrets]),
    ])
    error_message = "Each resource must be encrypted with the key that was given for it."
  }

  assert {
    condition = {
      for role in ["recompute", "slash_command"] : role => {
        for statement in data.aws_iam_policy_document.keys[role].statement : statement.sid => "${join(" ", statement.actions)}: ${join(" ", statement.resources)}: ${join(" ", one(statement.condition).values)}"
      }
      } == {
      recompute = {
        DecryptSalesFiles = "kms:Decrypt: arn:aws:kms:us-east-1:123456789012:key/bucket: s3.*.amazonaws.com*"
        UseTables         = "kms:Decrypt kms:DescribeKey: arn:aws:kms:us-east-1:123456789012:key/tables: dynamodb.*.amazonaws.com*"
        UseQueue          = "kms:Decrypt kms:GenerateDataKey: arn:aws:kms:us-east-1:123456789012:key/queues: sqs.*.amazonaws.com*"
      }
      slash_command = {
        UseTables      = "kms:Decrypt kms:DescribeKey: arn:aws:kms:us-east-1:123456789012:key/tables: dynamodb.*.amazonaws.com*"
        DecryptSecrets = "kms:Decrypt: arn:aws:kms:us-east-1:123456789012:key/secrets: ssm.*.amazonaws.com*"
      }
    }
    error_message = "Each role may use exactly the keys of what it reads and writes, each through its service only."
  }
}

run "roles_follow_the_rules_of_the_organization" {
  command = plan

  variables {
    permissions_boundary_arn = "arn:aws:iam::123456789012:policy/boundary"
    role_path                = "/service/"
    role_name_prefix         = "acme-"
    posts                    = { monday = { question = "top 5", schedule = "rate(7 days)" } }
  }

  assert {
    condition = alltrue([
      for role in [aws_iam_role.recompute, aws_iam_role.slash_command, aws_iam_role.schedule["warmer"], aws_iam_role.schedule["posts"], aws_iam_role.schedule["reconcile"]] :
      role.permissions_boundary == var.permissions_boundary_arn && role.path == "/service/" && startswith(role.name, "acme-standings-")
    ])
    error_message = "Every role must have the boundary, the path and the prefix."
  }
}

run "functions_can_be_in_a_vpc" {
  command = plan

  variables {
    vpc = { subnet_ids = ["subnet-1", "subnet-2"], security_group_ids = ["sg-1"] }
  }

  assert {
    condition = alltrue([
      for function in [aws_lambda_function.recompute, aws_lambda_function.slash_command] :
      function.vpc_config[0].subnet_ids == toset(["subnet-1", "subnet-2"]) && function.vpc_config[0].security_group_ids == toset(["sg-1"])
    ])
    error_message = "Both functions must be in the subnets."
  }

  assert {
    condition     = alltrue([for role in ["recompute", "slash_command"] : contains(data.aws_iam_policy_document.keys[role].statement[*].sid, "UseVpc")])
    error_message = "Lambda creates network interfaces with the roles of the functions."
  }
}

run "packages_can_come_from_a_bucket" {
  command = plan

  variables {
    package = { s3_bucket = "acme-packages", s3_prefix = "standings/", version = "v1.4.0" }
  }

  assert {
    condition = [for function in [aws_lambda_function.recompute, aws_lambda_function.slash_command] : "${function.s3_bucket} ${function.s3_key}"] == [
      "acme-packages standings/v1.4.0/recompute-arm64.zip", "acme-packages standings/v1.4.0/slash-command-arm64.zip",
    ]
    error_message = "Both packages must be those of the version and the architecture."
  }
}

run "every_taggable_resource_has_the_tags" {
  command = plan

  variables {
    tags = { team = "revenue" }
  }

  assert {
    condition = alltrue([
      for resource in [
        aws_s3_bucket.sales[0], aws_sqs_queue.sales, aws_sqs_queue.dead_letters, aws_dynamodb_table.ledger, aws_dynamodb_table.reports,
        aws_lambda_function.recompute, aws_lambda_function.slash_command, aws_lambda_event_source_mapping.recompute, aws_iam_role.recompute,
        aws_iam_role.slash_command, aws_iam_role.schedule["warmer"], aws_iam_role.schedule["reconcile"], aws_cloudwatch_log_group.recompute,
        aws_cloudwatch_log_group.slash_command, aws_cloudwatch_log_group.api, aws_apigatewayv2_api.slack, aws_apigatewayv2_stage.default,
        aws_sns_topic.alarms[0], aws_ssm_parameter.slack_signing_secret[0], aws_cloudwatch_metric_alarm.standings["dead-letters"],
      ] : resource.tags == tomap({ application = "standings", team = "revenue" })
    ])
    error_message = "Without a provider block there are no default tags, so each resource must have them."
  }
}

run "the_console_is_that_of_the_partition" {
  command = plan

  override_data {
    target = data.aws_partition.current
    values = { partition = "aws-us-gov" }
  }

  assert {
    condition     = startswith(output.dashboard_url, "https://us-east-1.console.amazonaws-us-gov.com/")
    error_message = "GovCloud has a console of its own."
  }
}

run "a_reconciliation_runs_every_night" {
  command = plan

  variables {
    time_zone = "Europe/Berlin"
  }

  assert {
    condition     = jsondecode(aws_scheduler_schedule.reconcile[0].target[0].input) == { reconcile = {} } && aws_scheduler_schedule.reconcile[0].target[0].arn == aws_lambda_function.recompute.arn && aws_scheduler_schedule.reconcile[0].schedule_expression_timezone == "Europe/Berlin"
    error_message = "The schedule must send {\"reconcile\": {}} to recompute at night."
  }

  assert {
    condition     = one(data.aws_iam_policy_document.schedule["reconcile"].statement).resources == toset([aws_lambda_function.recompute.arn])
    error_message = "The schedule may only invoke recompute."
  }
}

run "reconciliation_can_be_disabled" {
  command = plan

  variables {
    reconcile = false
  }

  assert {
    condition     = length(aws_scheduler_schedule.reconcile) == 0 && !contains(keys(aws_iam_role.schedule), "reconcile")
    error_message = "With reconcile = false there must be no schedule and no role."
  }
}

run "created_bucket_supports_eventbridge" {
  command = plan

  variables {
    sales_events = "eventbridge"
  }

  assert {
    condition     = aws_s3_bucket_notification.sales[0].eventbridge && length(aws_s3_bucket_notification.sales[0].queue) == 0
    error_message = "The bucket must send events to EventBridge, and not also to the queue."
  }
}

run "tables_are_on_demand_and_protected" {
  command = plan

  assert {
    condition = alltrue([
      for table in [aws_dynamodb_table.ledger, aws_dynamodb_table.reports] :
      table.billing_mode == "PAY_PER_REQUEST" && table.deletion_protection_enabled && table.point_in_time_recovery[0].enabled
    ])
    error_message = "Both tables must have on-demand billing, deletion protection and point-in-time recovery."
  }

  assert {
    condition     = aws_dynamodb_table.ledger.hash_key == "pk" && aws_dynamodb_table.ledger.range_key == "sk" && aws_dynamodb_table.reports.hash_key == "pk" && aws_dynamodb_table.reports.range_key == null
    error_message = "The functions use these keys: pk and sk in the ledger, pk in the reports."
  }
}

run "roles_have_least_privilege" {
  command = plan

  assert {
    condition = { for statement in data.aws_iam_policy_document.slash_command.statement : statement.sid => statement.actions } == {
      ReadReports  = toset(["dynamodb:BatchGetItem", "dynamodb:GetItem"])
      WritePersons = toset(["dynamodb:PutItem"])
      ReadSecret   = toset(["ssm:GetParameter"])
      WriteLog     = toset(["logs:CreateLogStream", "logs:PutLogEvents"])
    }
    error_message = "slash-command may only read reports and its secret, write persons and write its log."
  }

  assert {
    condition = toset([for condition in one([for statement in data.aws_iam_policy_document.slash_command.statement : statement if statement.sid == "WritePersons"]).condition : "${condition.test} ${condition.variable} ${join(",", condition.values)}"]) == toset([
      "ForAllValues:StringLike dynamodb:LeadingKeys person#*",
      "Null dynamodb:LeadingKeys false",
    ])
    error_message = "slash-command may only write items whose key starts with person#; only recompute writes reports."
  }

  assert {
    condition     = alltrue([for statement in data.aws_iam_policy_document.slash_command.statement : statement.resources == toset([aws_dynamodb_table.reports.arn]) if contains(["ReadReports", "WritePersons"], statement.sid)])
    error_message = "slash-command may only access the reports table."
  }

  assert {
    condition     = one([for statement in data.aws_iam_policy_document.slash_command.statement : statement if statement.sid == "ReadSecret"]).resources == toset(["arn:aws:ssm:us-east-1:123456789012:parameter/standings/slack-signing-secret"])
    error_message = "slash-command may only read its own secret."
  }

  assert {
    condition = { for statement in data.aws_iam_policy_document.recompute.statement : statement.sid => statement.actions } == {
      ReadSalesFiles  = toset(["s3:GetObject"])
      ListSalesFiles  = toset(["s3:ListBucket"])
      ReadWriteLedger = toset(["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"])
      WriteReports    = toset(["dynamodb:GetItem", "dynamodb:PutItem"])
      SendRefreshes   = toset(["sqs:SendMessage"])
      ReceiveMessages = toset(["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"])
      WriteLog        = toset(["logs:CreateLogStream", "logs:PutLogEvents"])
    }
    error_message = "recompute may only read and list sales files, read and write the ledger, write reports, receive messages and write its log."
  }

  assert {
    condition     = data.aws_iam_policy_document.recompute.statement[0].resources == toset(["arn:aws:s3:::standings-sales-123456789012-us-east-1/sales/*"])
    error_message = "recompute may only read objects under the prefix."
  }

  assert {
    condition = alltrue(flatten([
      for document in [data.aws_iam_policy_document.slash_command, data.aws_iam_policy_document.recompute, data.aws_iam_policy_document.schedule["warmer"]] : [
        for statement in document.statement : [for action in statement.actions : !strcontains(action, "*")]
      ]
    ]))
    error_message = "No role may have an action with a wildcard."
  }

  assert {
    condition     = one(data.aws_iam_policy_document.schedule["warmer"].statement).actions == toset(["lambda:InvokeFunction"]) && one(data.aws_iam_policy_document.schedule["warmer"].statement).resources == toset([aws_lambda_function.slash_command.arn])
    error_message = "The warmer may only invoke slash-command."
  }
}

run "functions_match_their_packages_and_log_json" {
  command = plan

  variables {
    architecture       = "x86_64"
    log_retention_days = 14
    log_level          = "WARN"
  }

  assert {
    condition = alltrue([
      for function in [aws_lambda_function.recompute, aws_lambda_function.slash_command] : alltrue([
        function.runtime == "provided.al2023",
        function.architectures == tolist(["x86_64"]),
        function.logging_config[0].log_format == "JSON",
        function.logging_config[0].application_log_level == "INFO",
        function.environment[0].variables.RUST_LOG == "WARN",
        function.tracing_config[0].mode == "PassThrough",
      ])
    ])
    error_message = "Both functions must run on provided.al2023 and the given architecture, and log JSON at the given level, but Lambda must pass on the metrics, which are INFO."
  }

  assert {
    condition     = alltrue([for group in [aws_cloudwatch_log_group.recompute, aws_cloudwatch_log_group.slash_command, aws_cloudwatch_log_group.api] : group.retention_in_days == 14])
    error_message = "Every log group must have the configured retention."
  }

  assert {
    condition     = aws_lambda_function.recompute.logging_config[0].log_group == aws_cloudwatch_log_group.recompute.name && aws_lambda_function.slash_command.logging_config[0].log_group == aws_cloudwatch_log_group.slash_command.name
    error_message = "Each function must write to its own log group."
  }

  assert {
    condition     = aws_lambda_function_recursion_config.recompute.recursive_loop == "Terminate" && aws_lambda_function_recursion_config.slash_command.recursive_loop == "Terminate"
    error_message = "Recursive loops must be terminated."
  }

  assert {
    condition     = aws_lambda_function.slash_command.reserved_concurrent_executions == null && length(aws_lambda_alias.live) == 0
    error_message = "By default there must be neither reserved nor provisioned concurrency."
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
    date_order    = "day_first"
    encoding      = "windows-1250"
    locale        = "en-US"
    utc_times     = true

    fiscal_year_start = 7
    fiscal_year_name  = "start"

    sources = [
      { prefix = "sales/crm/", columns = { salesperson = "Owner" }, sales = { column = "Stage", values = ["Closed Won"] } },
      { prefix = "sales/us/", utc_times = false, date_order = "month_first", decimal_mark = "point", currency = "USD", time_zone = "America/New_York" },
    ]
  }

  assert {
    condition = aws_lambda_function.recompute.environment[0].variables == tomap({
      AWS_MAX_ATTEMPTS = "8"
      SALES_BUCKET     = "standings-sales-123456789012-us-east-1"
      SALES_PREFIX     = "sales/"
      LEDGER_TABLE     = "standings-ledger"
      REPORTS_TABLE    = "standings-reports"
      QUEUE_URL        = aws_sqs_queue.sales.url
      TIME_ZONE        = "Europe/Berlin"
      CURRENCY         = "EUR"
      COLUMNS          = "amount=Net,salesperson=Rep Name,slack_user_id=Member ID"
      DECIMAL_COMMA    = "true"
      DATE_ORDER       = "day_first"
      ENCODING         = "windows-1250"
      UTC_TIMES        = "true"
      SOURCES = jsonencode([
        { prefix = "sales/crm/", columns = { salesperson = "Owner" }, sales = { column = "Stage", values = ["Closed Won"] } },
        { prefix = "sales/us/", utc_times = false, date_order = "month_first", decimal_mark = "point", currency = "USD", time_zone = "America/New_York" },
      ])
      FISCAL_YEAR_START = "7"
      FISCAL_YEAR_NAME  = "start"
    })
    error_message = "recompute must get exactly these environment variables."
  }

  assert {
    condition = aws_lambda_function.slash_command.environment[0].variables == tomap({
      REPORTS_TABLE                  = "standings-reports"
      TIME_ZONE                      = "Europe/Berlin"
      DATE_ORDER                     = "day_first"
      LOCALE                         = "en-US"
      SLACK_SIGNING_SECRET_PARAMETER = "/standings/slack-signing-secret"
      RANKING_STYLE                  = "table"
      ALLOWED_CHANNELS               = "C0123"
      ALLOWED_USERS                  = "U1,W2"
      FISCAL_YEAR_START              = "7"
      FISCAL_YEAR_NAME               = "start"
    })
    error_message = "slash-command must get exactly these environment variables."
  }
}

run "years_that_come_first_are_no_setting_of_slash_command" {
  command = plan

  variables {
    date_order = "year_first"
  }

  assert {
    condition     = aws_lambda_function.recompute.environment[0].variables["DATE_ORDER"] == "year_first" && !contains(keys(aws_lambda_function.slash_command.environment[0].variables), "DATE_ORDER")
    error_message = "Only recompute knows this order of dates; slash-command would not start."
  }
}

run "api_has_two_throttled_and_logged_routes" {
  command = plan

  assert {
    condition     = toset(values(aws_apigatewayv2_route.slack)[*].route_key) == toset(["POST /slack/commands", "POST /slack/interactions", "GET /slack/csv"])
    error_message = "The API must have exactly the two routes that Slack calls, and that of downloads."
  }

  assert {
    condition     = aws_apigatewayv2_integration.slash_command.timeout_milliseconds == 3000 && aws_apigatewayv2_integration.slash_command.payload_format_version == "2.0"
    error_message = "The integration must time out after 3 seconds, as Slack does, and use payload format 2.0, which slash-command parses."
  }

  assert {
    condition     = aws_apigatewayv2_stage.default.default_route_settings[0].throttling_rate_limit == 50 && aws_apigatewayv2_stage.default.default_route_settings[0].throttling_burst_limit == 100
    error_message = "The API must be throttled."
  }

  assert {
    condition     = aws_apigatewayv2_stage.default.access_log_settings[0].destination_arn == aws_cloudwatch_log_group.api.arn && !can(regex("(?i)body|authorizer|header", aws_apigatewayv2_stage.default.access_log_settings[0].format))
    error_message = "The access log must be enabled, without bodies and headers."
  }

  assert {
    condition = toset(values(aws_lambda_permission.api)[*].source_arn) == toset([
      "arn:aws:execute-api:us-east-1:123456789012:abc123/*/POST/slack/commands",
      "arn:aws:execute-api:us-east-1:123456789012:abc123/*/POST/slack/interactions",
      "arn:aws:execute-api:us-east-1:123456789012:abc123/*/GET/slack/csv",
    ])
    error_message = "Only the routes of this API may invoke slash-command."
  }

  assert {
    condition     = output.commands_url == "https://abc123.execute-api.us-east-1.amazonaws.com/slack/commands" && length(aws_apigatewayv2_domain_name.slack) == 0
    error_message = "Without a domain, the Request URL must be that of the API."
  }
}

run "a_custom_domain_leaves_the_default_endpoint_until_it_is_disabled" {
  command = plan

  variables {
    domain = { name = "standings.example.com", certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/1" }
  }

  assert {
    condition     = !aws_apigatewayv2_api.slack.disable_execute_api_endpoint && output.interactions_url == "https://standings.example.com/slack/interactions"
    error_message = "Slack needs the default endpoint until the DNS record of the domain works."
  }
}

run "the_default_endpoint_can_be_disabled" {
  command = plan

  variables {
    domain                   = { name = "standings.example.com", certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/1" }
    disable_default_endpoint = true
  }

  assert {
    condition     = aws_apigatewayv2_api.slack.disable_execute_api_endpoint
    error_message = "Only the custom domain must be served."
  }
}

run "warmer_runs_every_twelve_minutes_without_retries" {
  command = plan

  assert {
    condition     = aws_scheduler_schedule.warmer[0].schedule_expression == "rate(12 minutes)" && aws_scheduler_schedule.warmer[0].flexible_time_window[0].mode == "OFF"
    error_message = "The warmer must run every 12 minutes."
  }

  assert {
    condition     = jsondecode(aws_scheduler_schedule.warmer[0].target[0].input) == { warmer = true } && aws_scheduler_schedule.warmer[0].target[0].arn == aws_lambda_function.slash_command.arn
    error_message = "The warmer must send {\"warmer\": true}, which slash-command recognizes."
  }

  assert {
    condition     = aws_scheduler_schedule.warmer[0].target[0].retry_policy[0].maximum_retry_attempts == 0
    error_message = "The warmer must not retry: the next call does the same."
  }
}

run "warmer_can_be_disabled" {
  command = plan

  variables {
    warmer = false
  }

  assert {
    condition     = length(aws_scheduler_schedule.warmer) == 0 && !contains(keys(aws_iam_role.schedule), "warmer")
    error_message = "With warmer = false there must be no schedule and no role."
  }
}

run "api_calls_the_provisioned_alias_which_needs_no_warmer" {
  command = plan

  variables {
    provisioned_concurrency = 2
    reserved_concurrency    = 10
  }

  assert {
    condition     = aws_lambda_function.slash_command.publish && aws_lambda_function.slash_command.reserved_concurrent_executions == 10
    error_message = "Provisioned concurrency needs a published version, and reserved concurrency must be passed on."
  }

  assert {
    condition     = endswith(aws_apigatewayv2_integration.slash_command.integration_uri, ":live/invocations") && length(aws_scheduler_schedule.warmer) == 0 && toset(values(aws_lambda_permission.api)[*].qualifier) == toset(["live"])
    error_message = "The API and the permissions must use the alias, and there must be no warmer."
  }
}

run "tracing_can_be_enabled" {
  command = plan

  variables {
    tracing = true
  }

  assert {
    condition     = alltrue([for function in [aws_lambda_function.recompute, aws_lambda_function.slash_command] : function.tracing_config[0].mode == "Active"])
    error_message = "Both functions must send traces."
  }

  assert {
    condition     = alltrue([for document in [data.aws_iam_policy_document.recompute, data.aws_iam_policy_document.slash_command] : contains(document.statement[*].sid, "SendTraces")])
    error_message = "Both roles must be allowed to send traces."
  }
}

run "signing_secret_is_write_only" {
  command = plan

  assert {
    condition     = aws_ssm_parameter.slack_signing_secret[0].type == "SecureString" && aws_ssm_parameter.slack_signing_secret[0].value_wo == null && aws_ssm_parameter.slack_signing_secret[0].value_wo_version == 1
    error_message = "The secret must be a SecureString, set through the write-only argument."
  }
}

run "existing_secret_parameter_is_used" {
  command = plan

  variables {
    slack_signing_secret           = null
    slack_signing_secret_parameter = "/slack/acme"
  }

  assert {
    condition     = length(aws_ssm_parameter.slack_signing_secret) == 0 && aws_lambda_function.slash_command.environment[0].variables.SLACK_SIGNING_SECRET_PARAMETER == "/slack/acme"
    error_message = "No parameter may be created, and slash-command must get the name of the existing one."
  }

  assert {
    condition     = one([for statement in data.aws_iam_policy_document.slash_command.statement : statement if statement.sid == "ReadSecret"]).resources == toset(["arn:aws:ssm:us-east-1:123456789012:parameter/slack/acme"])
    error_message = "slash-command must be allowed to read the existing parameter."
  }
}

run "every_alarm_notifies_the_topic" {
  command = plan

  assert {
    condition = toset(keys(aws_cloudwatch_metric_alarm.standings)) == toset([
      "api-5xx", "dead-letters", "failed-lookups", "missed-files", "old-messages", "recompute-duration", "recompute-errors",
      "recompute-throttles", "rejected-files", "slash-command-errors", "slash-command-throttles", "slow-answers", "throttled-requests",
      "wrong-signatures",
    ])
    error_message = "There must be exactly these alarms."
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.standings : alarm.alarm_actions == toset([aws_sns_topic.alarms[0].arn]) && alarm.treat_missing_data == "notBreaching"])
    error_message = "Every alarm must notify the topic, and missing data must not raise an alarm."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.standings["recompute-duration"].threshold == 240000
    error_message = "The duration alarm must be raised at 80 % of the timeout."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.standings["slow-answers"].extended_statistic == "TC(2500:)" && aws_cloudwatch_metric_alarm.standings["slow-answers"].datapoints_to_alarm == 3 && aws_cloudwatch_metric_alarm.standings["slow-answers"].evaluation_periods == 6
    error_message = "One slow answer, such as after a cold start, must not raise an alarm."
  }

  assert {
    condition     = jsondecode(aws_apigatewayv2_stage.default.access_log_settings[0].format).function == aws_cloudwatch_metric_alarm.standings["throttled-requests"].dimensions.function && aws_cloudwatch_log_metric_filter.throttled.metric_transformation[0].name == "ThrottledRequests"
    error_message = "The metric of throttled requests must come from the access log, with the dimension that the alarm has."
  }
}

run "somebody_must_hear_the_alarms" {
  command = plan

  variables {
    alarm_email = null
  }

  expect_failures = [check.alarms_reach_somebody]
}

run "existing_alarm_topic_is_used" {
  command = plan

  variables {
    alarm_email     = null
    alarm_topic_arn = "arn:aws:sns:us-east-1:123456789012:pager"
  }

  assert {
    condition     = length(aws_sns_topic.alarms) == 0 && aws_cloudwatch_metric_alarm.standings["dead-letters"].alarm_actions == toset(["arn:aws:sns:us-east-1:123456789012:pager"])
    error_message = "No topic may be created, and alarms must notify the existing one."
  }
}

run "manifest_has_the_command_and_both_urls" {
  command = plan

  variables {
    slack_command = "/leaderboard"
  }

  assert {
    condition     = yamldecode(output.slack_app_manifest).features.slash_commands[0].command == "/leaderboard" && yamldecode(output.slack_app_manifest).features.slash_commands[0].url == output.commands_url && yamldecode(output.slack_app_manifest).settings.interactivity.request_url == output.interactions_url
    error_message = "The manifest must contain the command and both Request URLs."
  }

  assert {
    condition     = yamldecode(output.slack_app_manifest).features.slash_commands[0].should_escape == false && yamldecode(output.slack_app_manifest).oauth_config.scopes.bot == ["commands"] && !can(yamldecode(output.slack_app_manifest).mcp_servers)
    error_message = "The manifest must leave escaping off, because slash-command parses the text as typed, and request only the scope commands."
  }

  assert {
    condition     = length(yamldecode(output.slack_app_manifest).display_information.name) <= 35 && length(yamldecode(output.slack_app_manifest).display_information.description) <= 140
    error_message = "Slack allows 35 characters for the name and 140 for the description."
  }
}

run "late_sources_raise_an_alarm" {
  command = plan

  variables {
    expected                = { emea = { prefix = "sales/emea/", every = "weekday", by = "07:00" } }
    provisioned_concurrency = 1
  }

  assert {
    condition     = alltrue([for function in [aws_lambda_function.recompute, aws_lambda_function.slash_command] : jsondecode(function.environment[0].variables.EXPECTED) == { emea = { prefix = "sales/emea/", every = "weekday", by = "07:00" } }])
    error_message = "Both functions must know the expected sources: one notes uploads, the other one tells who is late."
  }

  assert {
    condition     = length(aws_scheduler_schedule.warmer) == 1 && aws_cloudwatch_metric_alarm.standings["late-sources"].metric_name == "LateSources"
    error_message = "The warmer must look for late sources, and the alarm must watch what it finds."
  }
}

run "downloads_can_be_switched_off" {
  command = plan

  variables {
    downloads = false
  }

  assert {
    condition     = !contains(keys(aws_apigatewayv2_route.slack), "csv") && aws_lambda_function.slash_command.environment[0].variables.DOWNLOADS == "false"
    error_message = "Without downloads there must be no route, and slash-command must know it."
  }
}

run "tools_have_a_route_and_a_part_of_the_manifest_only_if_they_are_asked_for" {
  command = plan

  variables {
    mcp = true
  }

  assert {
    condition     = aws_apigatewayv2_route.slack["mcp"].route_key == "POST /slack/mcp" && aws_lambda_function.slash_command.environment[0].variables.MCP == "true" && endswith(aws_lambda_permission.api["mcp"].source_arn, "/*/POST/slack/mcp")
    error_message = "The tools must have a route, which may invoke slash-command."
  }

  assert {
    condition     = yamldecode(output.slack_app_manifest).mcp_servers == { standings = { url = "https://abc123.execute-api.us-east-1.amazonaws.com/slack/mcp", auth_type = "slack_identity_auth" } } && yamldecode(output.slack_app_manifest).oauth_config.scopes.bot == ["commands", "mcp:connect"]
    error_message = "The manifest must declare the server, with the scope that it needs."
  }
}

run "dashboard_shows_every_alarm" {
  command = plan

  assert {
    condition     = length(jsondecode(aws_cloudwatch_dashboard.standings.dashboard_body).widgets) == 7 && length(jsondecode(aws_cloudwatch_dashboard.standings.dashboard_body).widgets[0].properties.alarms) == length(aws_cloudwatch_metric_alarm.standings)
    error_message = "The first of seven widgets must contain all alarms."
  }
}

run "posts_are_questions_of_a_schedule" {
  command = plan

  variables {
    time_zone = "Europe/Berlin"
    posts = {
      monday  = { question = "last week top 5", schedule = "cron(0 9 ? * MON *)", secret_version = 1 }
      quarter = { question = "teams last quarter", schedule = "cron(0 9 1 1,4,7,10 ? *)", time_zone = "UTC", channel = "C012AB3CD", alert = null, only_when_complete = null }
      ready   = { question = "last week", schedule = "cron(30 9 ? * MON *)", only_when_complete = true, latest_hour = 12 }
      race    = { question = "this month", schedule = "cron(0/15 8-18 ? * MON-FRI *)", alert = { places = 3 } }
    }
    expected     = { emea = { prefix = "sales/emea/", every = "weekday", by = "07:00" } }
    post_secrets = { monday = "https://hooks.slack.com/services/T1/B1/x" }
  }

  assert {
    condition     = jsondecode(aws_scheduler_schedule.post["monday"].target[0].input).post == { alert = null, channel = null, command = "/standings", only_when_complete = null, name = "monday", question = "last week top 5", scheduled_at = "<aws.scheduler.scheduled-time>" } && strcontains(aws_scheduler_schedule.post["monday"].target[0].input, "<aws.scheduler.scheduled-time>")
    error_message = "The input must be the question, with the placeholder of Scheduler as it is."
  }

  assert {
    condition     = [for name in ["monday", "quarter"] : aws_scheduler_schedule.post[name].schedule_expression_timezone] == ["Europe/Berlin", "UTC"]
    error_message = "A post is in the time zone of the organization, or in its own."
  }

  assert {
    condition     = aws_scheduler_schedule.post["ready"].schedule_expression == "cron(30/15 9-12 ? * MON *)" && jsondecode(aws_scheduler_schedule.post["ready"].target[0].input).post.only_when_complete == { latest_hour = 12, time_zone = "Europe/Berlin" }
    error_message = "A post that waits for late sources must look for them until its latest hour."
  }

  assert {
    condition     = aws_scheduler_schedule.post["race"].schedule_expression == "cron(0/15 8-18 ? * MON-FRI *)" && jsondecode(aws_scheduler_schedule.post["race"].target[0].input).post.alert == { places = 3, per_day = 3 }
    error_message = "An alert must have its places and a limit per day."
  }

  assert {
    condition     = keys(aws_ssm_parameter.post) == ["monday"] && aws_ssm_parameter.post["monday"].name == "/standings/posts/monday"
    error_message = "Terraform writes the secrets of posts with a secret_version only."
  }

  assert {
    condition     = aws_lambda_function.slash_command.environment[0].variables["POST_PARAMETERS"] == "/standings/posts/"
    error_message = "slash-command must know where the secrets of posts are."
  }

  assert {
    condition = toset(flatten([for statement in data.aws_iam_policy_document.slash_command.statement : statement.resources if statement.sid == "ReadPostSecrets"])) == toset(["arn:aws:ssm:us-east-1:123456789012:parameter/standings/posts/*"]) && contains(flatten([
      for statement in data.aws_iam_policy_document.slash_command.statement : [for condition in statement.condition : condition.values] if statement.sid == "WritePersons"
    ]), "posted#*")
    error_message = "slash-command may read the secrets of posts and note that they were sent."
  }

  assert {
    condition     = alltrue([for outcome in ["failed", "unknown"] : aws_cloudwatch_metric_alarm.standings["posts-${outcome}"].dimensions == tomap({ function = "standings-slash-command", outcome = outcome })])
    error_message = "A post that failed, and one that may not have arrived, must raise an alarm."
  }
}

run "without_posts_nothing_of_them_exists" {
  command = plan

  assert {
    condition     = length(aws_scheduler_schedule.post) + length(aws_lambda_function_event_invoke_config.slash_command) == 0 && !contains(keys(aws_iam_role.schedule), "posts") && !contains(keys(aws_cloudwatch_metric_alarm.standings), "posts-failed")
    error_message = "Posts are optional."
  }
}
