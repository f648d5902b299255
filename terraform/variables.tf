# Name, packages and organization. The other variables are in the files beside this one, by concern.

variable "name" {
  description = "Prefix of all resource names. Two deployments in one account need different names."
  type        = string
  default     = "standings"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,30}[a-z0-9]$", var.name))
    error_message = "name must be 3 to 32 lowercase letters, digits and hyphens, start with a letter and not end with a hyphen."
  }

  validation {
    condition     = !can(regex("^(aws|ssm)", var.name))
    error_message = "name must not start with aws or ssm: Systems Manager reserves such names of parameters."
  }

  validation {
    condition     = var.sales_bucket != null || !can(regex("^(xn--|sthree-|amzn-s3-demo-)", var.name))
    error_message = "name must not start with xn--, sthree- or amzn-s3-demo-: S3 reserves such names of buckets. Or set sales_bucket."
  }

  validation {
    condition     = var.sales_bucket != null || length(var.name) > 32 || length("${var.name}-sales-${local.account}-${local.region}") <= 63
    error_message = "name must have at most ${63 - length("-sales-${local.account}-${local.region}")} characters in ${local.region}: the bucket is named NAME-sales-ACCOUNT-REGION, which may have 63. Or set sales_bucket."
  }
}

variable "region" {
  description = "Region that this deployment must be in. It is that of the provider, usually AWS_REGION; if that is another one, plan fails. By default it is not checked."
  type        = string
  default     = null

  validation {
    condition     = var.region == null || var.region == local.region
    error_message = "region is \"${var.region == null ? "" : var.region}\", but the AWS provider is configured for ${local.region}. Set AWS_REGION, or the region of the provider, to the one that you mean."
  }
}

variable "tags" {
  description = "Tags for all resources, in addition to application = name."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key in keys(var.tags) : can(regex("^${local.tag_characters}{1,128}$", key))])
    error_message = "Each key in tags must be 1 to 128 letters, digits, spaces and _.:/=+@-."
  }

  validation {
    condition     = alltrue([for value in values(var.tags) : can(regex("^${local.tag_characters}{0,256}$", value))])
    error_message = "Each value in tags must be a text (not null) of at most 256 letters, digits, spaces and _.:/=+@-."
  }

  validation {
    condition     = alltrue([for text in compact(concat(keys(var.tags), values(var.tags))) : !startswith(lower(text), "aws:")])
    error_message = "Keys and values in tags must not start with aws:, which AWS reserves."
  }

  validation {
    condition     = length(merge({ application = var.name }, var.tags)) <= 50
    error_message = "tags has ${length(var.tags)} tags. AWS allows 50 per resource, and one of them is application."
  }
}

variable "package" {
  description = <<-EOT
    Where the packages are, recompute-ARCHITECTURE.zip and slash-command-ARCHITECTURE.zip. { dir = "..." }: a folder, by default
    target/lambda, where `just package` puts them. { s3_bucket = "...", s3_prefix = "standings/", version = "v1.4.0" }: the
    keys s3_prefix, version/ and the names, in a bucket of this region. A release has both packages for both architectures.
  EOT
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = length(setsubtract(keys(var.package), local.package_keys)) == 0
    error_message = "package has unknown keys: ${join(", ", setsubtract(keys(var.package), local.package_keys))}. Use dir, or s3_bucket, s3_prefix and version."
  }

  validation {
    condition = (contains(keys(var.package), "s3_bucket")
      ? contains(keys(var.package), "version") && !contains(keys(var.package), "dir")
      : !contains(keys(var.package), "version") && !contains(keys(var.package), "s3_prefix")
    )
    error_message = "package needs either dir, or s3_bucket with version (and s3_prefix, if there is one)."
  }

  validation {
    condition     = can(regex("[^\\s]", lookup(var.package, "dir", "-")))
    error_message = "dir in package must be a folder, such as target/lambda. Omit it for the default."
  }

  validation {
    condition = !contains(keys(var.package), "s3_bucket") || alltrue([
      can(regex(local.bucket_name_pattern, var.package.s3_bucket)),
      can(regex("^.{3,63}$", var.package.s3_bucket)),
      !can(regex(local.ip_address_pattern, var.package.s3_bucket)),
    ])
    error_message = "s3_bucket in package must be the name of a bucket, without s3:// and without a path: 3 to 63 lowercase letters, digits, dots and hyphens, each part between dots beginning and ending with a letter or digit, no IP address. Set the path as s3_prefix."
  }

  validation {
    condition     = can(regex("^([^/\\s:][^\\s:]*/)?$", lookup(var.package, "s3_prefix", "")))
    error_message = "s3_prefix in package must end with a slash and not start with one, such as standings/, without spaces and colons."
  }

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9._+-]*$", lookup(var.package, "version", "v1.4.0")))
    error_message = "version in package must be the name of a release, such as v1.4.0: letters, digits and ._+-. Folders before it belong to s3_prefix."
  }
}

variable "architecture" {
  description = "Instruction set of the functions, and of the packages that are taken. arm64 costs a fifth less."
  type        = string
  default     = "arm64"
  nullable    = false

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "architecture must be arm64 or x86_64."
  }
}

variable "time_zone" {
  description = "IANA time zone of the organization. It decides when a week begins, and applies to times without an offset in sales files."
  type        = string
  default     = "UTC"
  nullable    = false

  validation {
    condition     = contains(local.time_zones, var.time_zone)
    error_message = "time_zone must be an IANA name such as Europe/Berlin, or UTC. Abbreviations such as CET are ambiguous."
  }
}

variable "currency" {
  description = "Currency of the organization, as an ISO 4217 code. Rows in another currency are skipped and reported."
  type        = string
  default     = "USD"
  nullable    = false

  validation {
    condition     = contains(local.currencies, var.currency)
    error_message = "currency must be an ISO 4217 code of three uppercase letters, such as EUR."
  }
}

variable "columns" {
  description = "Names that columns have in the sales files, such as { salesperson = \"Rep Name\" }. Common synonyms are recognized without it."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = length(setsubtract(keys(var.columns), local.reader_columns)) == 0
    error_message = "columns has unknown keys: ${join(", ", setsubtract(keys(var.columns), local.reader_columns))}. Use ${join(", ", local.reader_columns)}; the value is the name in your files."
  }

  validation {
    condition     = alltrue([for name in values(var.columns) : can(regex(local.column_name_pattern, name))])
    error_message = "Each value in columns must be the name of a column in your files, with a letter or a digit and without a comma. Rename a column whose name has a comma."
  }

  validation {
    condition = alltrue([
      for names in [compact([for name in compact(values(var.columns)) : lower(replace(name, local.column_name_ignored, ""))])] :
      length(distinct(names)) == length(names)
    ])
    error_message = "columns gives the same name twice. Each column of the sales files is read as one thing. (Case, spaces and punctuation do not distinguish names.)"
  }
}

variable "date_order" {
  description = "Order of day, month and year in dates such as 11/12/2026, where a file does not show it: \"day_first\", \"month_first\", or \"year_first\" (26/11/16). By default such a file is rejected. Questions in Slack follow the first two, too."
  type        = string
  default     = null

  validation {
    condition     = var.date_order == null ? true : contains(local.date_orders, var.date_order)
    error_message = "date_order must be \"day_first\" (16/11/2026), \"month_first\" (11/16/2026) or \"year_first\" (26/11/16). Omit it if the sales files show it."
  }
}

variable "encoding" {
  description = "Encoding of sales files that are not UTF-8, such as \"windows-1250\", \"cp850\" or \"shift_jis\". By default the words of a file decide."
  type        = string
  default     = null

  validation {
    condition     = var.encoding == null ? true : contains(local.encodings, lower(var.encoding))
    error_message = "encoding must be the name of an encoding such as windows-1250, iso-8859-15, cp850, macintosh or shift_jis. Omit it for UTF-8 and UTF-16, which are recognized."
  }
}

variable "locale" {
  description = "Language and region whose form of numbers and dates answers have, such as \"en-US\" (1,234.50; Nov 16, 2026) or \"de-DE\" (1.234,50; 16 Nov 2026). The words are English. By default, numbers have the form of the currency's country."
  type        = string
  default     = null

  validation {
    condition     = var.locale == null || can(regex("^[a-z]{2,3}-[A-Z]{2}$", var.locale))
    error_message = "locale must be a language and a region, such as \"en-US\" or \"de-DE\"."
  }
}

variable "decimal_comma" {
  description = "Whether sales files use a decimal comma: 1.234,56 instead of 1,234.56."
  type        = bool
  default     = false
  nullable    = false
}

variable "utc_times" {
  description = "Whether times without an offset in sales files are UTC. By default they are local times of time_zone."
  type        = bool
  default     = false
  nullable    = false
}

variable "fiscal_year_start" {
  description = "Month in which the fiscal year starts, 1 (January) to 12. Quarters and years are those of the fiscal year."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = contains(range(1, 13), var.fiscal_year_start)
    error_message = "fiscal_year_start must be the number of a month, 1 (January) to 12."
  }
}

variable "fiscal_year_name" {
  description = "Whether a fiscal year is named after the civil year of its \"end\" (July 2026 to June 2027 is FY27) or of its \"start\"."
  type        = string
  default     = "end"
  nullable    = false

  validation {
    condition     = contains(["start", "end"], var.fiscal_year_name)
    error_message = "fiscal_year_name must be \"end\" (July 2026 to June 2027 is FY27) or \"start\"."
  }
}

variable "sources" {
  description = <<-EOT
    Parts of the prefix whose files are read with options of their own: a list of objects with prefix and any of time_zone,
    utc_times, date_order, decimal_mark, encoding, columns, currency and sales, such as
    [{ prefix = "sales/emea/", date_order = "day_first", decimal_mark = "comma" }]. The longest matching prefix decides. An
    option that a source leaves out is that of the variables above. time_zone is that of its local times; weeks are always
    those of the organization. currency is that of amounts that name none; sales tells which rows are sales.
  EOT
  # Not an object type: Terraform drops attributes that such a type does not name, so that a misspelled option would do nothing.
  type     = any
  default  = []
  nullable = false

  validation {
    condition     = try(alltrue([for source in var.sources : source.prefix != null && tostring(source.prefix) == source.prefix]), false)
    error_message = "sources must be a list of objects, each with a prefix (a text), such as [{ prefix = \"sales/emea/\", date_order = \"day_first\" }]."
  }

  validation {
    condition     = try(length(setsubtract(flatten([for source in var.sources : keys(source)]), local.source_options)) == 0, true)
    error_message = "sources has unknown options: ${try(join(", ", setsubtract(flatten([for source in var.sources : keys(source)]), local.source_options)), "")}. Use ${join(", ", local.source_options)}."
  }

  validation {
    condition     = try(alltrue([for source in var.sources : startswith(source.prefix, var.sales_prefix) && source.prefix != var.sales_prefix]), true)
    error_message = "Each prefix in sources must begin with sales_prefix (${var.sales_prefix}) and be longer. Options for all files are the variables time_zone, date_order, columns and so on."
  }

  validation {
    condition     = try(length(distinct([for source in var.sources : source.prefix])) == length(var.sources), true)
    error_message = "sources has a prefix twice. Put its options into one source."
  }

  validation {
    condition     = try(alltrue([for source in var.sources : try(source.time_zone, null) == null ? true : try(contains(local.time_zones, source.time_zone), false)]), true)
    error_message = "time_zone in sources must be an IANA name such as Europe/Berlin, or UTC."
  }

  validation {
    condition     = try(alltrue([for source in var.sources : try(source.utc_times, null) == null ? true : try(tobool(source.utc_times) == source.utc_times, false)]), true)
    error_message = "utc_times in sources must be true or false, without quotes."
  }

  validation {
    condition     = try(alltrue([for source in var.sources : try(source.date_order, null) == null ? true : try(contains(local.date_orders, source.date_order), false)]), true)
    error_message = "date_order in sources must be \"day_first\" (16/11/2026), \"month_first\" (11/16/2026) or \"year_first\" (26/11/16)."
  }

  validation {
    condition     = try(alltrue([for source in var.sources : try(source.encoding, null) == null ? true : try(tostring(source.encoding) == source.encoding && contains(local.encodings, lower(source.encoding)), false)]), true)
    error_message = "encoding in sources must be the name of an encoding such as windows-1250, iso-8859-15, cp850, macintosh or shift_jis. UTF-8 and UTF-16 are recognized without it."
  }

  validation {
    condition     = try(alltrue([for source in var.sources : try(source.decimal_mark, null) == null ? true : try(contains(["point", "comma"], source.decimal_mark), false)]), true)
    error_message = "decimal_mark in sources must be \"point\" (1,234.56) or \"comma\" (1.234,56)."
  }

  validation {
    condition     = try(alltrue([for source in var.sources : try(source.currency, null) == null ? true : try(contains(local.currencies, source.currency), false)]), true)
    error_message = "currency in sources must be an ISO 4217 code of three uppercase letters, such as EUR."
  }

  validation {
    condition = try(alltrue([
      for source in var.sources : try(source.columns, null) == null ? true : try(
        length(setsubtract(keys(source.columns), local.reader_columns)) == 0 && alltrue([
          for name in values(source.columns) : tostring(name) == name && can(regex(local.column_name_pattern, name))
        ]), false
      )
    ]), true)
    error_message = "columns in sources must be an object with any of ${join(", ", local.reader_columns)}. Each value is the name of a column in your files, a text with a letter or a digit and without a comma."
  }

  validation {
    condition = try(alltrue([
      for source in var.sources : try(alltrue([
        for names in [compact([for name in values(source.columns) : lower(replace(name, local.column_name_ignored, ""))])] :
        length(distinct(names)) == length(names)
      ]), true)
    ]), true)
    error_message = "columns of a source in sources gives the same name twice. Each column of the sales files is read as one thing. (Case, spaces and punctuation do not distinguish names.)"
  }

  validation {
    condition = try(alltrue([
      for source in var.sources : try(source.sales, null) == null ? true : try(
        toset(keys(source.sales)) == toset(["column", "values"])
        && tostring(source.sales.column) == source.sales.column && trimspace(source.sales.column) != ""
        && can(tolist(source.sales.values)) && alltrue([for value in source.sales.values : value != null && tostring(value) == value])
        && anytrue([for value in source.sales.values : trimspace(value) != ""]), false
      )
    ]), true)
    error_message = "sales in sources needs column, the name of a column, and values, a list of at least one value, all of them texts, and nothing else, such as { column = \"Stage\", values = [\"Closed Won\"] }."
  }
}
