# Packages of both functions: in a folder, or in a bucket.

locals {
  package_from_s3 = contains(keys(var.package), "s3_bucket")
  package_dir     = lookup(var.package, "dir", "${path.module}/../target/lambda")

  packages = {
    for function in ["recompute", "slash-command"] : function => {
      file = local.package_from_s3 ? null : "${local.package_dir}/${function}-${var.architecture}.zip"
      # The version is part of the key, so that another version is another package.
      s3_bucket = lookup(var.package, "s3_bucket", null)
      s3_key    = local.package_from_s3 ? "${lookup(var.package, "s3_prefix", "")}${var.package.version}/${function}-${var.architecture}.zip" : null
    }
  }
  package_missing = "There is no package for ${var.architecture} in ${local.package_dir}. Build both (ARCHITECTURE=${var.architecture} just package), download them (just download VERSION), or set package and architecture to where they are."
}
