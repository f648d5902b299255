# What the roles of this deployment have in common: who may assume them, the use of customer managed keys and of a VPC, and the
# roles of schedules.

data "aws_iam_policy_document" "assume_lambda" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "assume_scheduler" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["scheduler.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}

locals {
  # Keys of the files: those of an existing bucket, by default all of this account and region; or that of the created bucket.
  account_keys = ["arn:${local.partition}:kms:${local.region}:${local.account}:key/*"]
  file_keys    = local.makes_bucket ? compact([lookup(var.kms_key_arns, "bucket", "")]) : coalescelist(var.sales_kms_key_arns, local.account_keys)
  table_keys   = compact([lookup(var.kms_key_arns, "tables", "")])
  queue_keys   = compact([lookup(var.kms_key_arns, "queues", "")])
  secret_keys  = compact([lookup(var.kms_key_arns, "secrets", "")])
  vpc          = length(var.vpc) > 0 ? [var.vpc] : []
  role_use_of_keys = {
    recompute = {
      DecryptSalesFiles = { service = "s3", keys = local.file_keys, actions = ["kms:Decrypt"] }
      UseTables         = { service = "dynamodb", keys = local.table_keys, actions = ["kms:Decrypt", "kms:DescribeKey"] }
      # GenerateDataKey: send messages. Decrypt: receive them.
      UseQueue = { service = "sqs", keys = local.queue_keys, actions = ["kms:Decrypt", "kms:GenerateDataKey"] }
    }
    slash_command = {
      UseTables      = { service = "dynamodb", keys = local.table_keys, actions = ["kms:Decrypt", "kms:DescribeKey"] }
      DecryptSecrets = { service = "ssm", keys = local.secret_keys, actions = ["kms:Decrypt"] }
    }
  }
}

# Each key may be used only through the service whose data it encrypts.
data "aws_iam_policy_document" "keys" {
  for_each = local.role_use_of_keys

  dynamic "statement" {
    for_each = { for name, use in each.value : name => use if length(use.keys) > 0 }

    content {
      sid       = statement.key
      actions   = statement.value.actions
      resources = statement.value.keys

      condition {
        test     = "StringLike"
        variable = "kms:ViaService"
        values   = ["${statement.value.service}.*.amazonaws.com*"]
      }
    }
  }

  dynamic "statement" {
    for_each = local.vpc

    content {
      #checkov:skip=CKV_AWS_111:These actions have no resource-level permissions that would hold before the interface exists
      #checkov:skip=CKV_AWS_356:Likewise
      # Lambda puts network interfaces into the subnets with the role of the function.
      # https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
      sid = "UseVpc"
      actions = [
        "ec2:AssignPrivateIpAddresses",
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "ec2:UnassignPrivateIpAddresses",
      ]
      resources = ["*"]
    }
  }
}

locals {
  # Functions that schedules invoke, by the kind of schedule.
  scheduled = merge(
    local.has_warmer ? { warmer = local.slash_command_arn } : {},
    var.reconcile ? { reconcile = aws_lambda_function.recompute.arn } : {},
    length(local.posts) > 0 ? { posts = local.slash_command_arn } : {},
  )
}

resource "aws_iam_role" "schedule" {
  for_each = local.scheduled

  name                 = "${local.function_role}-${each.key}"
  path                 = var.role_path
  permissions_boundary = var.permissions_boundary_arn
  assume_role_policy   = data.aws_iam_policy_document.assume_scheduler.json
  tags                 = local.tags
}

data "aws_iam_policy_document" "schedule" {
  for_each = local.scheduled

  statement {
    sid       = "Invoke"
    actions   = ["lambda:InvokeFunction"]
    resources = [each.value]
  }
}

resource "aws_iam_role_policy" "schedule" {
  for_each = local.scheduled

  name   = each.key
  role   = aws_iam_role.schedule[each.key].id
  policy = data.aws_iam_policy_document.schedule[each.key].json
}

moved {
  from = aws_iam_role.warmer[0]
  to   = aws_iam_role.schedule["warmer"]
}

moved {
  from = aws_iam_role_policy.warmer[0]
  to   = aws_iam_role_policy.schedule["warmer"]
}

moved {
  from = aws_iam_role.posts[0]
  to   = aws_iam_role.schedule["posts"]
}

moved {
  from = aws_iam_role_policy.posts[0]
  to   = aws_iam_role_policy.schedule["posts"]
}
