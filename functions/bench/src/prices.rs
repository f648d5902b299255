//! List prices of AWS in us-east-1, in dollars and without the free tier.

/// Date of the prices.
///
/// <https://aws.amazon.com/lambda/pricing/>, <https://aws.amazon.com/api-gateway/pricing/>,
/// <https://aws.amazon.com/dynamodb/pricing/on-demand/>, <https://aws.amazon.com/sqs/pricing/>,
/// <https://aws.amazon.com/s3/pricing/>, <https://aws.amazon.com/cloudwatch/pricing/>.
pub const DATED: &str = "November 2026";

const MILLION: f64 = 1e6;

/// A request to an HTTP API.
pub const API: f64 = 1.00 / MILLION;
/// An invocation of a Lambda function.
pub const INVOCATION: f64 = 0.20 / MILLION;
/// A second of a Lambda function on `arm64`, for each GB of memory.
pub const GB_SECOND: f64 = 0.000_013_333_4;
/// A read request unit: 4 KB strongly consistent, or twice as much eventually consistent.
pub const READ_UNIT: f64 = 0.125 / MILLION;
/// A write request unit: 1 KB.
pub const WRITE_UNIT: f64 = 0.625 / MILLION;
/// A GB stored in DynamoDB for a month.
pub const TABLE_GB: f64 = 0.25;
/// A GB whose changes of the last 35 days can be restored (point-in-time recovery), for a month.
pub const RECOVERY_GB: f64 = 0.20;
/// A request to an SQS queue.
pub const QUEUE_REQUEST: f64 = 0.40 / MILLION;
/// A `GET` from S3.
pub const S3_GET: f64 = 0.40 / MILLION;
/// A `PUT` to S3, or a listing of a thousand objects.
pub const S3_PUT: f64 = 5.00 / MILLION;
/// A GB stored in S3 for a month.
pub const S3_GB: f64 = 0.023;
/// A GB of logs.
pub const LOG_GB: f64 = 0.50;
/// An alarm, for a month.
pub const ALARM: f64 = 0.10;
/// A metric, for a month.
pub const METRIC: f64 = 0.30;
/// A dashboard, for a month.
pub const DASHBOARD: f64 = 3.00;
