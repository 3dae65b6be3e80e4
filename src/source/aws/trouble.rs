//! What the SDK says when something fails, as the few things that matter: wait, give up, sign in again.
//!
//! Must not know what was asked for.

use std::any::Any;
use std::error::Error;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::source::Failure;
use crate::source::tail::Trouble;

/// Codes by which a service says that it is asked too much.
const THROTTLED: &[&str] = &[
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestLimitExceeded",
    "TooManyRequestsException",
    "LimitExceededException",
    "SlowDown",
];
/// Codes by which it says that the credentials are too old.
const EXPIRED: &[&str] = &["ExpiredToken", "ExpiredTokenException", "RequestExpired", "InvalidToken"];
/// Codes by which it says that it is at fault itself.
const BROKEN: &[&str] = &[
    "InternalFailure",
    "InternalServerError",
    "InternalServiceFault",
    "InternalServiceError",
    "ServiceUnavailable",
    "ServiceUnavailableException",
];

/// Whether a status blames who asks, or the question. An emulator or a proxy that does not know a service answers so.
fn is_elsewhere(status: u16) -> bool {
    (400..500).contains(&status) && ![408, 429].contains(&status) || status == 501
}

/// What became of a request. `action` is the permission that it needs: `logs:FilterLogEvents`.
pub(super) fn trouble<E, R>(error: &SdkError<E, R>, action: &str) -> Trouble
where
    E: Error + ProvideErrorMetadata + 'static,
    R: std::fmt::Debug + 'static,
{
    match error {
        SdkError::ServiceError(context) => {
            let response = (context.raw() as &dyn Any).downcast_ref::<HttpResponse>();
            service(context.err(), action, response.map_or(0, |response| response.status().as_u16()))
        }
        SdkError::TimeoutError(_) => Trouble::Dropped("no answer came in time".into()),
        SdkError::ConstructionFailure(_) => Trouble::Refused(root(error)),
        _ => Trouble::Dropped(root(error)),
    }
}

fn service(error: &(impl Error + ProvideErrorMetadata), action: &str, status: u16) -> Trouble {
    let code = error.code().unwrap_or_default();
    let message = error.message().unwrap_or(code).trim_end_matches('.').to_owned();
    if THROTTLED.contains(&code) {
        Trouble::Throttled
    } else if EXPIRED.contains(&code) {
        Trouble::Expired(message)
    } else if code == "SessionTimeoutException" {
        Trouble::SessionOver
    } else if code.is_empty() && is_elsewhere(status) {
        // A service names its errors.
        Trouble::Refused(format!("something else than the service answers, with status {status}"))
    } else if code.is_empty() || BROKEN.contains(&code) || code == "SessionStreamingException" {
        Trouble::Dropped(if message.is_empty() { "the service failed".into() } else { message })
    } else if code.contains("AccessDenied") || code.contains("Unauthorized") {
        Trouble::Refused(format!("the permission {action} is missing ({message})"))
    } else {
        Trouble::Refused(message)
    }
}

/// The same for a request that nobody repeats.
pub(super) fn failure<E, R>(error: &SdkError<E, R>, action: &str, what: &str) -> Failure
where
    E: Error + ProvideErrorMetadata + 'static,
    R: std::fmt::Debug + 'static,
{
    let trouble = trouble(error, action);
    let sentence = format!("Cannot {what}: {trouble}.");
    let is_input =
        matches!(error, SdkError::ServiceError(_)) && trouble.is_refusal() && !sentence.contains("permission");
    if is_input { Failure::Input(sentence) } else { Failure::World(sentence) }
}

/// What the service itself says of an error.
pub(super) fn words<E, R>(error: &SdkError<E, R>) -> String
where
    E: Error + ProvideErrorMetadata + 'static,
    R: std::fmt::Debug,
{
    let told = error.as_service_error().and_then(ProvideErrorMetadata::message);
    told.unwrap_or("it says no more").trim_end_matches('.').to_owned()
}

/// The innermost reason: the others only say that there is one.
pub(super) fn root(error: &dyn Error) -> String {
    let mut inner: &dyn Error = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string().trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_smithy_types::body::SdkBody;
    use aws_smithy_types::error::ErrorMetadata;

    #[test]
    fn an_address_that_does_not_know_a_service_is_told_from_a_service_that_fails() {
        let check = |status: u16, code: Option<&str>, expected: Trouble| {
            let told = ErrorMetadata::builder();
            let told = if let Some(code) = code { told.code(code) } else { told };
            let status = status.try_into().expect("a status");
            let error: SdkError<ErrorMetadata, HttpResponse> =
                SdkError::service_error(told.build(), HttpResponse::new(status, SdkBody::empty()));
            assert_eq!(trouble(&error, "xray:BatchGetTraces"), expected, "{status} {code:?}");
        };
        let elsewhere =
            |status| Trouble::Refused(format!("something else than the service answers, with status {status}"));
        check(400, None, elsewhere(400));
        check(404, None, elsewhere(404));
        check(500, None, Trouble::Dropped("the service failed".to_owned()));
        check(429, Some("ThrottledException"), Trouble::Throttled);
        check(400, Some("InvalidRequestException"), Trouble::Refused("InvalidRequestException".to_owned()));
    }
}
