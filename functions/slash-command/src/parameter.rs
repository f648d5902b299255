//! Secrets in SSM Parameter Store.

use std::time::Duration;

use aws_sdk_ssm::Client;
use aws_sdk_ssm::error::ProvideErrorMetadata;

/// Timeout of a read. Slack gives up after three seconds, which must also suffice for the lookup.
const TIMEOUT: Duration = Duration::from_secs(1);

/// Returns the value of a parameter, or the code of the error. The SDK's own error may quote the response, which has the
/// secret.
pub(crate) async fn read(client: &Client, name: &str) -> Result<String, String> {
    let request = client.get_parameter().name(name).with_decryption(true).send();
    let output = tokio::time::timeout(TIMEOUT, request).await.map_err(|_| "timeout".to_owned())?;
    let output = output.map_err(|error| error.code().unwrap_or("SSM cannot be reached").to_owned())?;
    Ok(output.parameter.and_then(|parameter| parameter.value).unwrap_or_default())
}
