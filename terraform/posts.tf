# Scheduled posts: EventBridge Scheduler invokes slash-command with a question, and slash-command posts the answer through an
# incoming webhook or with a bot token. Each post has a parameter with one of the two. README.md (Posts) has the steps.

locals {
  posts_prefix = "/${var.name}/posts/"
  posts = {
    for name, post in var.posts : name => {
      question       = post.question
      time_zone      = try(coalesce(post.time_zone), var.time_zone)
      channel        = try(post.channel, null)
      secret_version = try(post.secret_version, null)
      latest_hour    = try(post.only_when_complete, false) == true ? post.latest_hour : null
      alert          = try(post.alert, null) == null ? null : merge({ places = 1, per_day = 3 }, post.alert)
      # A post that waits for late sources looks for them every quarter of an hour, from its time to the end of the latest hour.
      # slash-command sends it once a day.
      schedule = try(post.only_when_complete, false) == true ? replace(
        post.schedule,
        "/^cron\\(([0-9]+) ([0-9]+) /",
        "cron($1/15 $2-${post.latest_hour} ",
      ) : post.schedule
    }
  }
  # Those whose secret Terraform writes. The others have a parameter that exists already.
  posts_with_secret = { for name, post in local.posts : name => post if post.secret_version != null }
}

resource "aws_ssm_parameter" "post" {
  #checkov:skip=CKV_AWS_337:Encrypted with the AWS managed key; IAM controls who may read it in either case
  for_each = local.posts_with_secret

  name             = "${local.posts_prefix}${each.key}"
  description      = "Incoming webhook or bot token of the scheduled post ${each.key}"
  type             = "SecureString"
  key_id           = lookup(var.kms_key_arns, "secrets", null)
  value_wo         = lookup(var.post_secrets, each.key, null)
  value_wo_version = each.value.secret_version
  tags             = local.tags

  lifecycle {
    precondition {
      condition     = nonsensitive(contains(keys(var.post_secrets), each.key))
      error_message = "There is no webhook or token for the post ${each.key}. Set it in post_secrets (as the environment variable TF_VAR_post_secrets, so that it is in no file), or omit secret_version and write the parameter ${local.posts_prefix}${each.key} yourself."
    }

    precondition {
      condition     = nonsensitive(each.value.channel != null || !strcontains(lookup(var.post_secrets, each.key, ""), "xoxb-"))
      error_message = "The post ${each.key} has a bot token, and no channel. Set its channel to the id of the channel, such as C012AB3CD."
    }

    precondition {
      condition     = nonsensitive(each.value.channel == null || !strcontains(lookup(var.post_secrets, each.key, ""), "https://"))
      error_message = "The post ${each.key} has a webhook, which posts to the channel that it was made for, and a channel. Omit channel, or use a bot token."
    }
  }
}

resource "aws_scheduler_schedule" "post" {
  #checkov:skip=CKV_AWS_297:The input is a question; it needs no customer managed key
  for_each = local.posts

  name                         = "${var.name}-post-${each.key}"
  description                  = "Posts the answer to: ${each.value.question}"
  schedule_expression          = each.value.schedule
  schedule_expression_timezone = each.value.time_zone

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = local.slash_command_arn
    role_arn = aws_iam_role.schedule["posts"].arn
    # The scheduled time stays the same however often the invocation is repeated, so that a post is sent once. jsonencode
    # escapes the angle brackets of the placeholder, which Scheduler would not find then.
    input = replace(replace(jsonencode({
      post = {
        name     = each.key
        question = each.value.question
        channel  = each.value.channel
        command  = var.slack_command
        alert    = each.value.alert
        only_when_complete = each.value.latest_hour == null ? null : {
          latest_hour = each.value.latest_hour
          time_zone   = each.value.time_zone
        }
        scheduled_at = "<aws.scheduler.scheduled-time>"
      }
    }), "\\u003c", "<"), "\\u003e", ">")

    retry_policy {
      maximum_retry_attempts       = 3
      maximum_event_age_in_seconds = 3600
    }
  }
}

# Lambda repeats a failed post twice, after a minute and two more.
resource "aws_lambda_function_event_invoke_config" "slash_command" {
  count = length(local.posts) > 0 ? 1 : 0

  function_name                = aws_lambda_function.slash_command.function_name
  qualifier                    = one(aws_lambda_alias.live[*].name)
  maximum_retry_attempts       = 2
  maximum_event_age_in_seconds = 3600
}
