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

  validation {
    condition     = var.slack_signing_secret == null || can(regex("^[0-9A-Za-z]{16,}(,[0-9A-Za-z]{16,})?$", var.slack_signing_secret))
    error_message = "slack_signing_secret must be the Signing Secret that Slack shows under Basic Information, or two of them separated by a comma. A token that starts with xox is not a signing secret."
  }

  validation {
    condition     = length(distinct(split("", coalesce(var.slack_signing_secret, "abcdefgh")))) >= 6
    error_message = "slack_signing_secret is a placeholder that anybody can guess, so that anybody could sign requests. Until Slack shows the secret, use a random one: openssl rand -hex 16."
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
}

variable "slack_signing_secret_parameter" {
  description = "Name of an existing SSM parameter with the signing secret (SecureString; set kms_key_arns.secrets unless its key is alias/aws/ssm). By default a parameter is created."
  type        = string
  default     = null

  validation {
    condition     = var.slack_signing_secret_parameter == null || can(regex("^/[A-Za-z0-9_./-]+[A-Za-z0-9_.-]$", var.slack_signing_secret_parameter))
    error_message = "slack_signing_secret_parameter must be the full name of an SSM parameter, starting with a slash, such as /slack/signing-secret."
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
    condition     = can([for name, post in var.posts : "${post.question} ${post.schedule}"])
    error_message = "posts must be a map of objects, each with a question and a schedule, such as { monday = { question = \"last week top 5\", schedule = \"cron(0 9 ? * MON *)\" } }."
  }

  validation {
    condition     = try(length(setsubtract(flatten([for post in var.posts : keys(post)]), local.post_options)) == 0, false)
    error_message = "posts has unknown options: ${try(join(", ", setsubtract(flatten([for post in var.posts : keys(post)]), local.post_options)), "")}. Use ${join(", ", local.post_options)}."
  }

  validation {
    condition     = try(alltrue([for name, post in var.posts : can(regex("^[a-z0-9-]{1,30}$", name))]), false)
    error_message = "Each name in posts must be 1 to 30 lowercase letters, digits and hyphens, such as monday-top-5."
  }

  validation {
    condition     = try(alltrue([for post in var.posts : trimspace(post.question) != "" && length(post.question) <= 200]), false)
    error_message = "Each post needs a question of 1 to 200 characters, such as \"last week top 5\" or \"emea this month\"."
  }

  validation {
    condition     = try(alltrue([for post in var.posts : can(regex("^(cron|rate|at)\\(.+\\)$", post.schedule))]), false)
    error_message = "Each post needs a schedule of EventBridge Scheduler, such as \"cron(0 9 ? * MON *)\": at 9:00 every Monday."
  }

  validation {
    condition     = try(alltrue([for post in var.posts : try(post.time_zone, null) == null ? true : contains(local.time_zones, post.time_zone)]), false)
    error_message = "time_zone in posts must be an IANA name, such as Europe/Berlin or UTC."
  }

  validation {
    condition     = try(alltrue([for post in var.posts : try(post.channel, null) == null ? true : can(regex("^[CG][A-Z0-9]{2,}$", post.channel))]), false)
    error_message = "channel in posts must be the id of a channel, such as C012AB3CD, not its name. A webhook needs none."
  }

  validation {
    condition     = try(alltrue([for post in var.posts : try(post.only_when_complete, null) == null ? true : contains([true, false], post.only_when_complete)]), false)
    error_message = "only_when_complete in posts must be true or false."
  }

  validation {
    condition     = try(alltrue([for post in var.posts : try(post.only_when_complete, false) == true ? contains(range(24), post.latest_hour) : try(post.latest_hour, null) == null]), false)
    error_message = "A post with only_when_complete = true needs latest_hour, the hour (0 to 23) from which it is sent although a source is late; other posts have none."
  }

  validation {
    condition     = try(alltrue([for post in var.posts : try(post.only_when_complete, false) == true ? tonumber(regex("^cron\\([0-9]+ ([0-9]+) ", post.schedule)[0]) < post.latest_hour : true]), false)
    error_message = "A post with only_when_complete needs a schedule at one time of the day before latest_hour, such as \"cron(0 9 ? * MON *)\" with latest_hour = 12."
  }

  validation {
    condition     = length(var.expected) > 0 || try(alltrue([for post in var.posts : try(post.only_when_complete, null) != true]), true)
    error_message = "A post with only_when_complete waits for the sources in expected, and there are none. Set expected, or omit only_when_complete."
  }

  validation {
    condition     = try(alltrue([for post in var.posts : length(setsubtract(keys(try(post.alert, null) == null ? {} : post.alert), ["places", "per_day"])) == 0]), false)
    error_message = "alert in posts must be an object with any of places and per_day, such as { places = 3, per_day = 3 }."
  }

  validation {
    condition     = try(alltrue(flatten([for post in var.posts : [for number in values(try(post.alert, null) == null ? {} : post.alert) : number >= 1 && number <= 100 && floor(number) == number]])), false)
    error_message = "places and per_day of an alert in posts must be whole numbers from 1 to 100."
  }

  validation {
    condition     = try(alltrue([for post in var.posts : !(try(post.alert, null) != null && try(post.only_when_complete, false) == true)]), false)
    error_message = "A post in posts is an alert or waits with only_when_complete, not both."
  }

  validation {
    condition     = try(alltrue([for post in var.posts : try(post.secret_version, null) == null ? true : post.secret_version >= 1 && floor(post.secret_version) == post.secret_version]), false)
    error_message = "secret_version in posts must be a whole number from 1. Increase it whenever the webhook or token changes."
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
    condition     = alltrue([for secret in values(var.post_secrets) : can(regex("^(https://hooks\\.slack(-gov)?\\.com/services/|xoxb-)", secret))])
    error_message = "Each value in post_secrets must be the URL of an incoming webhook (https://hooks.slack.com/services/...) or a bot token (xoxb-...)."
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
    condition     = length(setsubtract(keys(var.allowed), local.allow_lists)) == 0
    error_message = "allowed has unknown lists: ${join(", ", setsubtract(keys(var.allowed), local.allow_lists))}. Use enterprises, workspaces, channels, users and apps."
  }

  validation {
    condition = alltrue([
      for list in [
        [for id in lookup(var.allowed, "workspaces", []) : can(regex("^T[A-Z0-9]+$", id))],
        [for id in lookup(var.allowed, "channels", []) : can(regex("^[CDG][A-Z0-9]+$", id))],
        [for id in lookup(var.allowed, "users", []) : can(regex("^[UW][A-Z0-9]+$", id))],
        [for id in lookup(var.allowed, "apps", []) : can(regex("^A[A-Z0-9]+$", id))],
        [for id in lookup(var.allowed, "enterprises", []) : trimspace(id) != "" && !strcontains(id, ",")],
      ] : alltrue(list)
    ])
    error_message = "allowed must contain Slack ids, not names: workspaces start with T, channels with C, D or G, users with U or W, apps with A. Only enterprises may be names, without a comma."
  }
}
