# DynamoDB tables: the ledger (contributions of sales files to weeks) and the reports (finished rankings).

resource "aws_dynamodb_table" "ledger" {
  #checkov:skip=CKV_AWS_119:Without kms_key_arns.tables, DynamoDB encrypts at rest with an AWS owned key at no cost; the table contains sums of sales files
  name                        = "${var.name}-ledger"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "pk"
  range_key                   = "sk"
  deletion_protection_enabled = !var.force_destroy
  tags                        = local.tags

  attribute {
    name = "pk"
    type = "S"
  }

  attribute {
    name = "sk"
    type = "S"
  }

  point_in_time_recovery {
    enabled = true
  }

  dynamic "server_side_encryption" {
    for_each = local.table_keys

    content {
      enabled     = true
      kms_key_arn = server_side_encryption.value
    }
  }

  # The functions do not set expires_at. It is there for organizations that want to expire old weeks.
  ttl {
    attribute_name = "expires_at"
    enabled        = true
  }
}

resource "aws_dynamodb_table" "reports" {
  #checkov:skip=CKV_AWS_119:Without kms_key_arns.tables, DynamoDB encrypts at rest with an AWS owned key at no cost; its contents are shown in Slack
  name                        = "${var.name}-reports"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "pk"
  deletion_protection_enabled = !var.force_destroy
  tags                        = local.tags

  attribute {
    name = "pk"
    type = "S"
  }

  point_in_time_recovery {
    enabled = true
  }

  dynamic "server_side_encryption" {
    for_each = local.table_keys

    content {
      enabled     = true
      kms_key_arn = server_side_encryption.value
    }
  }

  ttl {
    attribute_name = "expires_at"
    enabled        = true
  }
}
