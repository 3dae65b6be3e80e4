//! Settings beyond what arrows say — logs, guards, encryption — and the lines that they must leave in every dialect.

use super::Case;
use crate::catalog::Wiring;

pub(super) const SETTINGS: &[Case] = &[
    Case {
        wiring: Wiring::WorkflowTask,
        nodes: &["Flow step_functions", "Fn lambda_function"],
        arrows: &["Flow > Fn"],
        settings: &["Flow.log_level=ALL", "Flow.log_retention_days=\"7\""],
        both: &[
            "LogGroupName: !Sub /aws/vendedlogs/states/${AWS::StackName}-Flow",
            "RetentionInDays: 7",
            "Level: ALL",
            "IncludeExecutionData: false",
            "LogGroupArn: !GetAtt FlowLogGroup.Arn",
            "- logs:CreateLogDelivery",
        ],
        sam: &["      Logging:"],
        plain: &["      LoggingConfiguration:"],
    },
    Case {
        wiring: Wiring::Route,
        nodes: &["Api http_api", "Fn lambda_function"],
        arrows: &["Api > Fn"],
        settings: &["Api.callers=AWS_IAM", "Api.log_retention_days=\"14\""],
        both: &[
            "LogGroupName: !Sub /aws/vendedlogs/apis/${AWS::StackName}-Api",
            "RetentionInDays: 14",
            "DestinationArn: !GetAtt ApiLogGroup.Arn",
        ],
        sam: &["DefaultAuthorizer: AWS_IAM", "EnableIamAuthorizer: true"],
        plain: &["AuthorizationType: AWS_IAM"],
    },
    Case {
        wiring: Wiring::Route,
        nodes: &["Api http_api", "Fn lambda_function"],
        arrows: &["Api > Fn"],
        settings: &["Api.jwt_issuer=https://login.example.com/", "Api.jwt_audience=[\"orders\"]"],
        both: &["https://login.example.com/", "- orders", "$request.header.Authorization"],
        sam: &["DefaultAuthorizer: Issuer"],
        plain: &["AuthorizationType: JWT", "AuthorizerId: !Ref ApiAuthorizer", "Issuer: https://login.example.com/"],
    },
    Case {
        wiring: Wiring::Route,
        nodes: &["Api rest_api", "Fn lambda_function"],
        arrows: &["Api > Fn"],
        settings: &["Api.callers=AWS_IAM", "Api.access_logs=true"],
        both: &["AccessLogSetting:", "LogGroupName: !Sub /aws/apigateway/${AWS::StackName}-Api"],
        sam: &["DefaultAuthorizer: AWS_IAM", "InvokeRole: NONE"],
        plain: &["AuthorizationType: AWS_IAM"],
    },
    Case {
        wiring: Wiring::Route,
        nodes: &["Api websocket_api", "Fn lambda_function"],
        arrows: &["Api > Fn"],
        settings: &["Api.access_logs=true", "Api.throttling_rate=9"],
        both: &["AccessLogSettings:", "DestinationArn: !GetAtt ApiLogGroup.Arn", "ThrottlingRateLimit: 9"],
        sam: &["StageName: live"],
        plain: &["StageName: live"],
    },
    Case {
        wiring: Wiring::Delivery,
        nodes: &["Fire firehose", "Files s3_bucket", "Table dynamodb_table"],
        arrows: &["Fire > Files"],
        settings: &["Table.encryption=KMS"],
        both: &["KeyType: AWS_OWNED_CMK", "SSEEnabled: true"],
        sam: &[],
        plain: &[],
    },
];
