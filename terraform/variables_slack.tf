# Slack: secret, command, scheduled posts and allow-lists.

variable "slack_signing_secret" {
  description = <<-EOT
    Signing secret of the Slack app (Basic Information); during a rotation the current and the previous one, separated by
    a comma. It is never written to the state or to a plan. Omit it if slack_signing_secret_parameter is set.
  EOT
  type        = string
  default     = null
  sensitive   = true
  ephemeral   = true

  # slash-command trims each secret.
  validation {
    condition     = var.slack_signing_secret == null || can(regex("^\\s*[0-9A-Za-z]{32,}\\s*(,\\s*[0-9A-Za-z]{32,}\\s*)?$", var.slack_signing_secret))
    error_message = "slack_signing_secret must be the Signing Secret that Slack shows under Basic Information (32 letters and digits), or two of them separated by a comma. A token that starts with xox is not a signing secret."
  }

  validation {
    condition = var.slack_signing_secret == null ? true : alltrue([
      for secret in regexall("[0-9A-Za-z]{32,}", var.slack_signing_secret) :
      length(distinct(split("", secret))) >= 8 && !can(regex(local.placeholder_pattern, secret))
    ])
    error_message = "slack_signing_secret has a placeholder that anybody can guess, so that anybody could sign requests. Until Slack shows the secret, use a random one: openssl rand -hex 16."
  }

  validation {
    condition = var.slack_signing_secret == null ? true : alltrue([
      for secrets in [regexall("[0-9A-Za-z]{32,}", var.slack_signing_secret)] : length(distinct(secrets)) == length(secrets)
    ])
    error_message = "slack_signing_secret has the same secret twice. During a rotation it is the new and the old one, separated by a comma; otherwise a single one."
  }

  validation {
    condition     = var.slack_signing_secret == null || var.slack_signing_secret_parameter == null
    error_message = "slack_signing_secret is not used if slack_signing_secret_parameter is set. Omit one of the two."
  }
}

variable "slack_signing_secret_version" {
  description = "Version of slack_signing_secret. Increase it whenever the secret changes: the secret is write-only, so Terraform cannot detect the change."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.slack_signing_secret_version >= 1 && floor(var.slack_signing_secret_version) == var.slack_signing_secret_version
    error_message = "slack_signing_secret_version must be a whole number of at least 1."
  }

  validation {
    condition     = var.slack_signing_secret_version == 1 || var.slack_signing_secret_parameter == null
    error_message = "slack_signing_secret_version does nothing with slack_signing_secret_parameter. Omit it, and change the value of that parameter."
  }
}

variable "slack_signing_secret_parameter" {
  description = "Name of an existing SSM parameter with the signing secret (SecureString; set kms_key_arns.secrets unless its key is alias/aws/ssm). By default a parameter is created."
  type        = string
  default     = null

  validation {
    condition     = var.slack_signing_secret_parameter == null || can(regex("^(/[A-Za-z0-9_.-]+){1,15}$", var.slack_signing_secret_parameter))
    error_message = "slack_signing_secret_parameter must be the full name of an SSM parameter, not its ARN: it starts with a slash and has at most 15 levels, such as /slack/signing-secret."
  }

  validation {
    condition     = !can(regex("(?i)^/(aws|ssm)", var.slack_signing_secret_parameter))
    error_message = "slack_signing_secret_parameter must not start with /aws or /ssm, which Systems Manager reserves. A secret of Secrets Manager cannot be read: write it into a parameter."
  }
}

variable "slack_command" {
  description = "Name of the slash command."
  type        = string
  default     = "/standings"
  nullable    = false

  validation {
    condition     = can(regex("^/[a-z0-9_-]{1,31}$", var.slack_command))
    error_message = "slack_command must be a slash and up to 31 lowercase letters, digits, hyphens and underscores, such as /standings."
  }
}

variable "ranking_style" {
  description = "Layout of rankings: \"text\" (aligned lines, narrow enough for a phone), \"wide\" (aligned lines with all columns) or \"table\" (the table block of Slack)."
  type        = string
  default     = "text"
  nullable    = false

  validation {
    condition     = contains(["text", "wide", "table"], var.ranking_style)
    error_message = "ranking_style must be \"text\", \"wide\" or \"table\"."
  }
}

variable "posts" {
  description = <<-EOT
    Scheduled posts, by name: objects with a question as it is typed after the command, a schedule of EventBridge Scheduler and
    any of time_zone (by default the variable time_zone), channel, secret_version, only_when_complete with latest_hour, and alert,
    such as { monday = { question = "last week top 5", schedule = "cron(0 9 ? * MON *)" } }. Each posts through what the parameter
    /NAME/posts/POST holds: the URL of an incoming webhook, or a bot token (then with channel, the id of a channel). Terraform
    writes the parameter from post_secrets if secret_version is set. With only_when_complete, a post waits until no source in
    expected is late, at most until latest_hour. With alert = { places = 3, per_day = 3 }, only changes of the first places are
    posted; the schedule then is how often to look, such as "cron(0/15 8-18 ? * MON-FRI *)".
  EOT
  # Not an object type, for the reason of sources.
  type     = any
  default  = {}
  nullable = false

  validation {
    condition = try(can(keys(var.posts)) && alltrue([
      for post in var.posts : alltrue([for text in [post.question, post.schedule] : text != null && tostring(text) == text])
    ]), false)
    error_message = "posts must be a map of objects, each with a question and a schedule (texts), such as { monday = { question = \"last week top 5\", schedule = \"cron(0 9 ? * MON *)\" } }."
  }

  validation {
    condition     = try(length(setsubtract(flatten([for post in var.posts : keys(post)]), local.post_options)) == 0, true)
    error_message = "posts has unknown options: ${try(join(", ", setsubtract(flatten([for post in var.posts : keys(post)]), local.post_options)), "")}. Use ${join(", ", local.post_options)}."
  }

  validation {
    condition     = try(alltrue([for name in keys(var.posts) : can(regex("^[a-z0-9-]{1,30}$", name))]), true)
    error_message = "Each name in posts must be 1 to 30 lowercase letters, digits and hyphens, such as monday-top-5."
  }

  validation {
    condition     = try(alltrue([for name in keys(var.posts) : length(name) > 30 || length("${var.name}-post-${name}") <= 64]), true)
    error_message = "Each name in posts must have at most ${64 - length("${var.name}-post-")} characters: the schedule is named ${var.name}-post-POST, which may have 64."
  }

  validation {
    condition     = try(alltrue([for post in var.posts : try(length(trimspace(post.question)) >= 1 && length(post.question) <= 200, true)]), true)
    error_message = "Each post needs a question of 1 to 200 characters, such as \"last week top 5\" or \"emea this month\"."
  }

  validation {
    condition     = try(alltrue([for post in var.posts : !can(regex("^\\s*/", post.question))]), true)
    error_message = "The question of a post is what follows the command, without the command: \"last week top 5\", not \"${var.slack_command} last week top 5\"."
  }

  validation {
    condition = try(alltrue([
      for post in var.posts : !can(trimspace(post.schedule)) || anytrue([
        can(regex(local.cron_pattern, post.schedule)),
        can(regex(local.rate_pattern, post.schedule)),
        can(timeadd("${regex(local.at_pattern, post.schedule)[0]}Z", "0s")),
      ])
    ]), true)
    error_message = "Each post needs a schedule of EventBridge Scheduler: \"cron(0 9 ? * MON *)\" (Mondays at 9:00: minutes, hours, day of month, month, day of week SUN to SAT or 1 to 7, year; exactly one of the two days is ?), \"rate(30 minutes)\", or \"at(2026-12-01T09:00:00)\"."
  }

  validation {
    condition     = try(alltrue([for post in var.posts : try(post.time_zone, null) == null ? true : try(contains(local.time_zones, post.time_zone), false)]), true)
    error_message = "time_zone in posts must be an IANA name, such as Europe/Berlin or UTC."
  }

  validation {
    condition     = try(alltrue([for post in var.posts : try(post.channel, null) == null ? true : can(regex("^[CG][A-Z0-9]{2,}$", post.channel))]), true)
    error_message = "channel in posts must be the id of a channel, such as C012AB3CD, not its name. A webhook needs none."
  }

  validation {
    condition     = try(alltrue([for post in var.posts : try(post.only_when_complete, null) == null ? true : try(tobool(post.only_when_complete) == post.only_when_complete, false)]), true)
    error_message = "only_when_complete in posts must be true or false, without quotes."
  }

  validation {
    condition = try(alltrue([
      for post in var.posts : try(tobool(post.only_when_complete), null) == true ? try(contains(range(24), post.latest_hour), false) : try(post.latest_hour, null) == null || !can(tobool(try(post.only_when_complete, null)))
    ]), true)
    error_message = "A post with only_when_complete = true needs latest_hour: the hour of the day, 0 to 23, from which it is sent even if a source is late. Other posts must not have latest_hour."
  }

  validation {
    condition = try(alltrue([
      for post in var.posts : try(post.only_when_complete == true && contains(range(24), post.latest_hour), false) ? try(tonumber(regex("^cron\\([0-9]+ ([0-9]+) ", post.schedule)[0]) < post.latest_hour, false) : true
    ]), true)
    error_message = "A post with only_when_complete needs a schedule at one time of the day, and a latest_hour after it, such as \"cron(0 9 ? * MON *)\" with latest_hour = 12."
  }

  validation {
    condition     = length(var.expected) > 0 || try(alltrue([for post in var.posts : try(post.only_when_complete, null) != true]), true)
    error_message = "A post with only_when_complete waits for the sources in expected, and there are none. Set expected, or omit only_when_complete."
  }

  validation {
    condition     = try(alltrue([for post in var.posts : try(post.alert, null) == null ? true : try(length(setsubtract(keys(post.alert), ["places", "per_day"])) == 0, false)]), true)
    error_message = "alert in posts must be an object with any of places and per_day, such as { places = 3, per_day = 3 }."
  }

  validation {
    condition = try(alltrue(flatten([
      for post in var.posts : [for number in try(values(post.alert), []) : try(contains(range(1, 101), number), false)]
    ])), true)
    error_message = "places and per_day of an alert in posts must be whole numbers from 1 to 100, without quotes."
  }

  validation {
    condition     = try(alltrue([for post in var.posts : try(post.alert, null) == null || try(post.only_when_complete, null) != true]), true)
    error_message = "A post in posts is an alert or waits with only_when_complete, not both."
  }

  validation {
    condition     = try(alltrue([for post in var.posts : try(post.secret_version, null) == null ? true : try(post.secret_version >= 1 && floor(post.secret_version) == post.secret_version, false)]), true)
    error_message = "secret_version in posts must be a whole number from 1, without quotes. Increase it whenever the webhook or token changes."
  }
}

variable "post_secrets" {
  description = "Incoming webhook URL or bot token of each post in posts that has a secret_version, by its name. They are never written to the state or to a plan."
  type        = map(string)
  default     = {}
  nullable    = false
  sensitive   = true
  ephemeral   = true

  validation {
    condition     = alltrue([for secret in values(var.post_secrets) : can(regex("^\\s*(https://hooks\\.slack(-gov)?\\.com/services/T[A-Z0-9]+/B[A-Z0-9]+/[A-Za-z0-9]+|xoxb-[0-9][A-Za-z0-9-]+)\\s*$", secret))])
    error_message = "Each value in post_secrets must be the whole URL of an incoming webhook (https://hooks.slack.com/services/T.../B.../...) or a bot token (xoxb-, digits, ...)."
  }

  validation {
    condition     = alltrue([for secret in values(var.post_secrets) : !can(regex("/T0+/B0+/|(?i:x{8})", secret))])
    error_message = "post_secrets has a placeholder (zeros or x). Use the webhook or token that Slack shows for your app."
  }

  validation {
    condition     = try(length(setsubtract(keys(var.post_secrets), [for name, post in var.posts : name if try(post.secret_version, null) != null])) == 0, true)
    error_message = "post_secrets has a name that is no post with secret_version. Those posts are: ${try(coalesce(join(", ", [for name, post in var.posts : name if try(post.secret_version, null) != null])), "none")}."
  }
}

variable "downloads" {
  description = "Whether rankings can be downloaded: the word csv answers with a link that works for five minutes, for whoever has it."
  type        = bool
  default     = true
  nullable    = false
}

variable "mcp" {
  description = "Whether the reports are also tools of the Model Context Protocol (MCP), for Slackbot. README.md (Tools) has the steps."
  type        = bool
  default     = false
  nullable    = false
}

variable "allowed" {
  description = "Allow-lists of Slack ids by kind: enterprises (also by name), workspaces, channels, users and apps. A request must match every list that is not empty; an empty list allows everyone."
  # Not an object type: a misspelled list would be dropped, and everyone let in.
  type     = map(list(string))
  default  = {}
  nullable = false

  validation {
    condition     = length(setsubtract(keys(var.allowed), keys(local.allow_lists))) == 0
    error_message = "allowed has unknown lists: ${join(", ", setsubtract(keys(var.allowed), keys(local.allow_lists)))}. Use ${join(", ", keys(local.allow_lists))}."
  }

  validation {
    condition     = alltrue([for ids in values(var.allowed) : ids != null])
    error_message = "allowed has a list that is null. Omit that list, or name the ids in it."
  }

  validation {
    condition     = alltrue(flatten([for list, ids in var.allowed : [for id in(ids == null ? [] : ids) : can(regex("^(${lookup(local.allow_lists, list, ".*")})$", id))]]))
    error_message = "allowed must contain Slack ids, not names: workspaces start with T, channels with C, D or G, users with U or W, apps with A. Only enterprises may be names, without a comma."
  }
}
