//! Streams into files, files into tables: delivery streams, their sources and transformations, and catalogues.
//!
//! Must not know how a dialect says a mechanism.

use super::drawn::Drawn;
use super::lower::Lowering;
use super::{Expression, Map, Wire};
use crate::catalog::kind::Hook;

/// What a delivery stream does to the objects of its bucket, and to the bucket.
const WRITE_FILES: [&str; 3] = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"];
const LOOK_AROUND: [&str; 3] = ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"];
/// What a delivery stream does to the stream that it reads.
const READ_STREAM: [&str; 4] =
    ["kinesis:DescribeStream", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"];

impl<'d> Lowering<'d> {
    /// A delivery stream that reads another stream.
    pub(super) fn stream_consumer(&mut self, wire: &Wire) {
        let (Some(role), Some(arn)) = (self.own_role(&wire.to), self.arn(&wire.from)) else { return };
        self.allow(&wire.to, &READ_STREAM, vec![arn.clone()]);
        self.set(&wire.to, "DeliveryStreamType", "KinesisStreamAsSource");
        // Such a delivery stream keeps nothing itself, and none may encrypt what it does not keep.
        if let Some(resource) = self.stack.resources.get_mut(&wire.to) {
            resource.properties.remove("DeliveryStreamEncryptionConfigurationInput");
        }
        self.set(&wire.to, "KinesisStreamSourceConfiguration.KinesisStreamARN", arn);
        self.set(&wire.to, "KinesisStreamSourceConfiguration.RoleARN", role);
    }

    /// The bucket into which a delivery stream writes.
    pub(super) fn delivery(&mut self, wire: &Wire) {
        let (Some(role), Some(arn)) = (self.own_role(&wire.from), self.arn(&wire.to)) else { return };
        self.allow(&wire.from, &WRITE_FILES, vec![Expression::sub(&format!("${{{}.Arn}}/*", wire.to))]);
        self.allow(&wire.from, &LOOK_AROUND, vec![arn.clone()]);
        self.set(&wire.from, "ExtendedS3DestinationConfiguration.BucketARN", arn);
        self.set(&wire.from, "ExtendedS3DestinationConfiguration.RoleARN", role);
    }

    /// The function that changes records before they are written.
    pub(super) fn transform(&mut self, wire: &Wire) {
        let latest = Expression::sub(&format!("${{{}.Arn}}:$LATEST", wire.to));
        self.own_role(&wire.from);
        self.allow(&wire.from, &["lambda:GetFunctionConfiguration", "lambda:InvokeFunction"], vec![latest.clone()]);
        let parameter = Map::new().with("ParameterName", "LambdaArn").with("ParameterValue", latest);
        let processor = Map::new().with("Type", "Lambda").with("Parameters", vec![parameter.into()]);
        let processing = Map::new().with("Enabled", true).with("Processors", vec![processor.into()]);
        self.set(&wire.from, "ExtendedS3DestinationConfiguration.ProcessingConfiguration", processing);
    }

    /// Delivery streams have to write somewhere.
    pub(super) fn destinations(&mut self) {
        let idle = |(_, resource): &(&String, &super::Resource)| {
            let config = resource.properties.get("ExtendedS3DestinationConfiguration");
            matches!(config, Some(Expression::Map(config)) if config.get("BucketARN").is_none())
        };
        let idle: Vec<String> = self.stack.resources.iter().filter(idle).map(|(id, _)| id.clone()).collect();
        idle.iter().for_each(|id| self.idle(id, "writes nowhere; draw an arrow to a bucket."));
    }

    /// A crawler that looks through a bucket for tables, at the times that the catalogue says.
    pub(super) fn crawl(&mut self, wire: &Wire) {
        let Some(role) = self.own_role(&wire.to) else { return };
        let bucket = wire.from.clone();
        self.allow(&wire.to, &["s3:GetObject"], vec![Expression::sub(&format!("${{{bucket}.Arn}}/*"))]);
        self.allow(&wire.to, &["s3:ListBucket"], self.arn(&bucket).into_iter().collect());
        let at = |path: &str| Expression::sub(&format!("arn:${{AWS::Partition}}:{path}"));
        let glue = "glue:${AWS::Region}:${AWS::AccountId}:";
        let catalog = at(&format!("{glue}catalog"));
        let database = at(&format!("{glue}database/${{{}}}", wire.to));
        let tables = at(&format!("{glue}table/${{{}}}/*", wire.to));
        let read = ["glue:GetDatabase"];
        self.allow(&wire.to, &read, vec![catalog.clone(), database.clone()]);
        let write = [
            "glue:BatchCreatePartition",
            "glue:BatchGetPartition",
            "glue:CreateTable",
            "glue:GetPartition",
            "glue:GetPartitions",
            "glue:GetTable",
            "glue:GetTables",
            "glue:UpdatePartition",
            "glue:UpdateTable",
        ];
        self.allow(&wire.to, &write, vec![catalog, database, tables]);
        let logs = at("logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws-glue/crawlers:*");
        self.allow(&wire.to, &["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], vec![logs]);
        let target = Map::new().with("Path", Expression::sub(&format!("s3://${{{bucket}}}/")));
        let mut crawler = Map::new()
            .with("DatabaseName", Expression::Ref(wire.to.clone()))
            .with("Role", role)
            .with("Targets", Map::new().with("S3Targets", vec![target.into()]));
        let schedule = self.text_of(&wire.to, "crawl_schedule");
        if !schedule.is_empty() {
            crawler.put("Schedule", Map::new().with("ScheduleExpression", schedule));
        }
        self.helper(&wire.to, &format!("{bucket}Crawler"), "AWS::Glue::Crawler", crawler);
    }

    /// A setting of the node that a resource is, as text; empty when it is not set.
    pub(super) fn text_of(&self, id: &str, key: &str) -> &'d str {
        self.drawn_of(id).map(|drawn| drawn.text(key)).unwrap_or_default()
    }

    /// The resources of one hook, in order.
    pub(super) fn hooked(&self, hook: Hook) -> Vec<&'d str> {
        let hooked = self.drawn.values().filter(|drawn| drawn.kind.hooks.contains(&hook));
        let mut ids: Vec<&str> = hooked.filter_map(Drawn::deployed).collect();
        ids.sort_unstable();
        ids
    }
}
