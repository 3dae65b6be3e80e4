//! A real AWS account: where it is, and what is read there. Only this folder knows the cloud's libraries.
//!
//! Nothing is ever asked for that changes anything in the account: reads, starts of queries and live tails. Credentials come from the
//! standard chain (environment, shared files, SSO, process, web identity), are never asked for, kept or written. Must not know panels.

mod awaited;
mod groups;
mod insights;
mod live;
mod meter;
mod metrics;
mod probe;
mod role;
mod tags;
mod tail;
mod traces;
mod trouble;
mod written;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::{ProvideCredentials as _, SharedCredentialsProvider};
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::endpoint::EndpointPrefix;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextRef,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::DateTime;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::date_time::Format;

use super::Failure;
use super::tail::Ms;
pub use insights::{ask, survey};
pub use metrics::LiveMetrics;
pub use probe::try_account;
pub use tail::{LiveTail, Watched};
pub use traces::LiveTraces;

/// A connection must stand after so long.
const CONNECT: Duration = Duration::from_secs(5);
/// A request must be answered after so long. (A live tail is answered when it begins.)
const ANSWER: Duration = Duration::from_secs(30);

/// Where an account is read. What is not said is what the environment and the shared files say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Profile of the shared files.
    pub profile: Option<String>,
    /// Region: `eu-central-1`.
    pub region: Option<String>,
    /// Another address than the vendor's.
    pub endpoint: Option<String>,
}

/// An account in a region, ready to be read.
#[derive(Clone, Debug)]
struct Account {
    config: SdkConfig,
    clock: Clock,
    region: String,
    /// Whether it is read at another address than the vendor's.
    is_elsewhere: bool,
}

impl Account {
    /// Finds region and credentials; both must be there.
    async fn open(place: &Place) -> Result<Self, Failure> {
        let http =
            aws_smithy_http_client::Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
        let timeouts = TimeoutConfig::builder().connect_timeout(CONNECT).read_timeout(ANSWER).build();
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .http_client(http.clone())
            .timeout_config(timeouts)
            // Whoever asks knows when to ask again.
            .retry_config(RetryConfig::disabled());
        if let Some(profile) = &place.profile {
            loader = loader.profile_name(profile);
        }
        if let Some(region) = &place.region {
            loader = loader.region(Region::new(region.clone()));
        }
        if let Some(endpoint) = &place.endpoint {
            loader = loader.endpoint_url(endpoint);
        }
        let mut config = loader.load().await;
        if let Some(profile) = &place.profile {
            // Who names a profile wants that one, whatever the environment holds. A role is assumed at a service of the region.
            let how = ProviderConfig::default().with_http_client(http).with_region(config.region().cloned());
            let named = ProfileFileCredentialsProvider::builder().profile_name(profile).configure(&how).build();
            config = config.into_builder().credentials_provider(SharedCredentialsProvider::new(named)).build();
        }
        let region = config.region().map(ToString::to_string).ok_or_else(|| {
            Failure::Input("No region is known: say --region, or set AWS_REGION, or a region in the profile.".into())
        })?;
        let provider = config.credentials_provider().ok_or_else(|| Failure::World(no_credentials("none are set")))?;
        provider.provide_credentials().await.map_err(|error| Failure::World(no_credentials(&trouble::root(&error))))?;
        let is_elsewhere = config.endpoint_url().is_some() || std::env::var_os(LOGS_ENDPOINT).is_some();
        Ok(Self { config, clock: Clock::default(), region, is_elsewhere })
    }

    fn logs(&self) -> aws_sdk_cloudwatchlogs::Client {
        let mut config = aws_sdk_cloudwatchlogs::config::Builder::from(&self.config).interceptor(self.clock.clone());
        if self.is_elsewhere {
            config = config.interceptor(NoHostPrefix);
        }
        aws_sdk_cloudwatchlogs::Client::from_conf(config.build())
    }

    fn xray(&self) -> aws_sdk_xray::Client {
        let config = aws_sdk_xray::config::Builder::from(&self.config).interceptor(self.clock.clone());
        aws_sdk_xray::Client::from_conf(config.build())
    }

    fn metrics(&self) -> aws_sdk_cloudwatch::Client {
        let config = aws_sdk_cloudwatch::config::Builder::from(&self.config).interceptor(self.clock.clone());
        aws_sdk_cloudwatch::Client::from_conf(config.build())
    }

    fn stacks(&self) -> aws_sdk_cloudformation::Client {
        aws_sdk_cloudformation::Client::new(&self.config)
    }
}

/// Another address for the logs alone, as the SDK takes it.
const LOGS_ENDPOINT: &str = "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS";

fn no_credentials(why: &str) -> String {
    format!(
        "No AWS credentials are to be had ({why}): set AWS_PROFILE or say --profile, or sign in with `aws sso login`."
    )
}

/// The server's clock: ours, corrected by what its answers say.
#[derive(Clone, Debug, Default)]
struct Clock(Arc<AtomicI64>);

/// A difference that is smaller is the way of the answer, and the seconds that a date is told in.
const MEANINGLESS_MS: Ms = 3_000;

impl Clock {
    /// Milliseconds since 1970, as the server has them.
    fn now_ms(&self) -> Ms {
        let now = own_clock().duration_since(UNIX_EPOCH).unwrap_or_default();
        now.as_millis() as Ms + self.0.load(Ordering::Relaxed)
    }

    /// Is told what time the server has.
    fn hear(&self, server_ms: Ms) {
        let ahead_ms = server_ms - (self.now_ms() - self.0.load(Ordering::Relaxed));
        let ahead_ms = if ahead_ms.abs() < MEANINGLESS_MS { 0 } else { ahead_ms };
        self.0.store(ahead_ms, Ordering::Relaxed);
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the edge where time comes in")]
fn own_clock() -> SystemTime {
    SystemTime::now()
}

impl Intercept for Clock {
    fn name(&self) -> &'static str {
        "ServerClock"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let date = context.response().headers().get("date");
        if let Some(date) = date.and_then(|date| DateTime::from_str(date, Format::HttpDate).ok()) {
            self.hear(date.secs() * 1_000);
        }
        Ok(())
    }
}

/// Leaves out the prefix that live tails put before the host: another address has no such host.
#[derive(Debug)]
struct NoHostPrefix;

impl Intercept for NoHostPrefix {
    fn name(&self) -> &'static str {
        "NoHostPrefix"
    }

    fn read_after_serialization(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        config.interceptor_state().unset::<EndpointPrefix>();
        Ok(())
    }
}
