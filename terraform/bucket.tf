# Bucket for sales files. With var.sales_bucket nothing in this file is created: an existing bucket keeps its own settings.

# A bucket that does not exist, or is somewhere else, fails in plan. One of another account may not be visible from here.
data "aws_s3_bucket" "existing" {
  count = local.makes_bucket || var.sales_bucket_account != null ? 0 : 1

  bucket = var.sales_bucket

  lifecycle {
    postcondition {
      condition     = startswith(self.bucket_regional_domain_name, "${self.bucket}.s3.${local.region}.")
      error_message = "The bucket ${self.bucket} is in another region than this deployment (${local.region}): ${self.bucket_regional_domain_name}. S3 notifies only queues of its region."
    }
  }
}

resource "aws_s3_bucket" "sales" {
  #checkov:skip=CKV_AWS_144:Sales files are exports that can be uploaded again; replication is left to the organization
  #checkov:skip=CKV_AWS_145:Without kms_key_arns.bucket, SSE-S3 encrypts at rest at no cost
  #checkov:skip=CKV_AWS_19:aws_s3_bucket_server_side_encryption_configuration encrypts it, with SSE-S3 or kms_key_arns.bucket
  #checkov:skip=CKV_AWS_18:CloudTrail data events can record uploads; access logs would need a second bucket
  #checkov:skip=CKV2_AWS_62:Notifications are configured in notifications.tf
  count = local.makes_bucket ? 1 : 0

  bucket        = local.bucket_name
  force_destroy = var.force_destroy
  tags          = local.tags
}

resource "aws_s3_bucket_versioning" "sales" {
  count = local.makes_bucket ? 1 : 0

  bucket = aws_s3_bucket.sales[0].id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "sales" {
  count = local.makes_bucket ? 1 : 0

  bucket = aws_s3_bucket.sales[0].id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = length(local.file_keys) > 0 ? "aws:kms" : "AES256"
      kms_master_key_id = one(local.file_keys)
    }

    bucket_key_enabled = length(local.file_keys) > 0
  }
}

resource "aws_s3_bucket_public_access_block" "sales" {
  count = local.makes_bucket ? 1 : 0

  bucket                  = aws_s3_bucket.sales[0].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "sales" {
  count = local.makes_bucket ? 1 : 0

  bucket = aws_s3_bucket.sales[0].id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

data "aws_iam_policy_document" "sales_bucket" {
  count = local.makes_bucket ? 1 : 0

  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [local.bucket_arn, "${local.bucket_arn}/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_s3_bucket_policy" "sales" {
  count = local.makes_bucket ? 1 : 0

  bucket = aws_s3_bucket.sales[0].id
  policy = data.aws_iam_policy_document.sales_bucket[0].json

  depends_on = [aws_s3_bucket_public_access_block.sales]
}

resource "aws_s3_bucket_lifecycle_configuration" "sales" {
  count = local.makes_bucket ? 1 : 0

  bucket = aws_s3_bucket.sales[0].id

  rule {
    id     = "leftovers"
    status = "Enabled"

    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }

    # Replaced and deleted files can be restored for 90 days.
    noncurrent_version_expiration {
      noncurrent_days = 90
    }

    expiration {
      expired_object_delete_marker = true
    }
  }

  dynamic "rule" {
    for_each = var.sales_expiration_days[*]

    content {
      id     = "sales-files"
      status = "Enabled"

      filter {
        prefix = var.sales_prefix
      }

      expiration {
        days = rule.value
      }
    }
  }

  depends_on = [aws_s3_bucket_versioning.sales]
}
