# The bucket that sales files land in. Where one is given, nothing of it is managed here.

resource "aws_s3_bucket" "sales" {
  #checkov:skip=CKV_AWS_144:Sales files are exports; a copy in another region is the organisation's choice, not this stack's
  #checkov:skip=CKV_AWS_145:SSE-S3 encrypts at rest at no cost; a key of one's own belongs to an existing bucket
  #checkov:skip=CKV_AWS_18:Who uploaded what is in CloudTrail where it is wanted; access logs would need a second bucket
  #checkov:skip=CKV2_AWS_62:The notification is in notifications.tf, or comes from EventBridge
  count = local.makes_bucket ? 1 : 0

  bucket        = "${var.name}-sales-${local.account}-${var.region}"
  force_destroy = var.force_destroy
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
      sse_algorithm = "AES256"
    }
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

    # A replaced or deleted file can be brought back for a while.
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
