//! Stacks, tags and roles of the cloud of our own, in the query protocol and its XML.

use std::net::TcpStream;

use serde_json::{Value, json};

use super::{Talk, send};

impl Talk {
    pub(super) fn tagged(&self) -> String {
        let of = |(arn, tags): &(String, Vec<(&'static str, String)>)| {
            let tags: Vec<Value> = tags.iter().map(|(key, value)| json!({"Key": key, "Value": value})).collect();
            json!({"ResourceARN": arn, "Tags": tags})
        };
        let list: Vec<Value> = self.state(|state| state.tagged.iter().map(of).collect());
        json!({"PaginationToken": "", "ResourceTagMappingList": list}).to_string()
    }

    pub(super) fn template(&self, stream: &mut TcpStream) -> std::io::Result<()> {
        let template = escaped(&self.state(|state| state.template.clone()));
        let body = format!(
            "<GetTemplateResponse xmlns=\"http://cloudformation.amazonaws.com/doc/2010-05-15/\"><GetTemplateResult>\
             <TemplateBody>{template}</TemplateBody></GetTemplateResult></GetTemplateResponse>"
        );
        send(stream, 200, &body)
    }

    pub(super) fn stack(&self, stream: &mut TcpStream) -> std::io::Result<()> {
        let of = |(logical, physical, kind): &(String, String, String)| {
            format!(
                "<member><LogicalResourceId>{logical}</LogicalResourceId><PhysicalResourceId>{physical}</PhysicalResourceId>\
                 <ResourceType>{kind}</ResourceType><ResourceStatus>CREATE_COMPLETE</ResourceStatus>\
                 <LastUpdatedTimestamp>2026-11-26T00:00:00Z</LastUpdatedTimestamp></member>"
            )
        };
        let members: String = self.state(|state| state.stack.iter().map(of).collect());
        let body = format!(
            "<ListStackResourcesResponse xmlns=\"http://cloudformation.amazonaws.com/doc/2010-05-15/\"><ListStackResourcesResult>\
             <StackResourceSummaries>{members}</StackResourceSummaries></ListStackResourcesResult></ListStackResourcesResponse>"
        );
        send(stream, 200, &body)
    }
}

/// Credentials of a role, for a minute short of an hour.
pub(super) fn assume(stream: &mut TcpStream) -> std::io::Result<()> {
    let body = "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult><AssumedRoleUser>\
                <Arn>arn:aws:sts::210987654321:assumed-role/reader/s</Arn><AssumedRoleId>A:s</AssumedRoleId></AssumedRoleUser>\
                <Credentials><AccessKeyId>AKIDROLE</AccessKeyId><SecretAccessKey>r0le</SecretAccessKey><SessionToken>t</SessionToken>\
                <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>";
    send(stream, 200, body)
}

/// A text within XML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
