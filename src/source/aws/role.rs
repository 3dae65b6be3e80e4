//! Which role an account is read in, as the profile or the environment that the credentials come from names it.
//!
//! Must not know keys or secrets.

use aws_config::profile::ProfileSet;
use aws_credential_types::credential_feature::AwsCredentialFeature as Feature;

/// Names of roles in profiles: one that is assumed, and one that single sign-on gives.
const NAMED: [&str; 2] = ["role_arn", "sso_role_name"];
/// Names a role in the environment, where a web identity assumes it.
const ASSUMED: &str = "AWS_ROLE_ARN";
/// Credentials with these come from no profile.
const ELSEWHERE: &[Feature] = &[Feature::CredentialsEnvVars, Feature::CredentialsImds, Feature::CredentialsHttp];

/// The role of credentials that a profile or the environment gave; `None` where none is named.
pub(super) async fn of(features: &[Feature], profile: Option<&str>) -> Option<String> {
    if features.contains(&Feature::CredentialsEnvVarsStsWebIdToken) {
        return std::env::var(ASSUMED).ok().filter(|role| !role.is_empty());
    }
    // Keys of the environment may open a profile's role; without a profile's name they are all there is.
    if profile.is_none() && features.iter().any(|feature| ELSEWHERE.contains(feature)) {
        return None;
    }
    named(profile).await
}

/// The role that a profile names, or the one that `AWS_PROFILE` selects.
#[expect(clippy::default_trait_access, reason = "the types are of a crate that is not ours to name")]
async fn named(profile: Option<&str>) -> Option<String> {
    let profile = profile.map(|name| name.to_owned().into());
    // Files and environment as they are on this machine.
    let (disk, variables, files) = (&Default::default(), &Default::default(), &Default::default());
    let profiles: ProfileSet = aws_config::profile::load(disk, variables, files, profile).await.ok()?;
    NAMED.iter().find_map(|key| profiles.get(key)).filter(|role| !role.is_empty()).map(str::to_owned)
}

/// The account that a role stands in: `arn:aws:iam::123456789012:role/OnCall`.
pub(super) fn account(role: &str) -> Option<String> {
    role.strip_prefix("arn:")?.split(':').nth(3).filter(|id| !id.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_tells_its_account_and_keys_of_the_environment_are_nobodys_role() {
        assert_eq!(account("arn:aws:iam::123456789012:role/OnCall").as_deref(), Some("123456789012"));
        assert_eq!(account("ReadOnly"), None);
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        assert_eq!(runtime.block_on(of(&[Feature::CredentialsEnvVars], None)), None);
    }
}
