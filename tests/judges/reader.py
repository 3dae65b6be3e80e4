"""Reads nodes and arrows out of a plain CloudFormation template, independently of the program that wrote it.

`read(template, file_text)` knows only CloudFormation's own properties and the services' authorisation rules. A node is
a resource that does something of its own (roles, permissions, deployments and the like belong to others). An arrow is
a wiring that would work once deployed: a trigger whose target does not let the source invoke it is no arrow, and
`refused` says why.

`file_text(bucket, key)` gives the text of a packaged file, for definitions that stand in S3.
"""

import json
from dataclasses import dataclass, field

import grants
import wirings
from intrinsics import Stack

# Resources that belong to another one and are no node of their own, by the beginning of their type.
HELPERS = (
    "AWS::ApiGateway::", "AWS::ApiGatewayV2::", "AWS::AppSync::", "AWS::CertificateManager::", "AWS::CloudFormation::",
    "AWS::CloudFront::", "AWS::Cognito::UserPool", "AWS::Events::", "AWS::IAM::", "AWS::Lambda::", "AWS::Logs::",
    "AWS::S3::BucketPolicy", "AWS::SNS::Subscription", "AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy",
    "AWS::SecretsManager::ResourcePolicy", "AWS::SecretsManager::SecretTargetAttachment", "AWS::KMS::Alias",
    "AWS::Route53::RecordSet", "AWS::Lex::BotAlias", "AWS::Lex::BotVersion", "AWS::Glue::Crawler", "AWS::EC2::", "AWS::RDS::DBSubnetGroup", "AWS::RDS::DBInstance", "AWS::ApplicationAutoScaling::", "Custom::",
)  # fmt: skip
NODES_AMONG_HELPERS = {
    "AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api", "AWS::AppSync::GraphQLApi", "AWS::CloudFront::Distribution",
    "AWS::Cognito::UserPool", "AWS::Events::EventBus", "AWS::Events::Rule",
    "AWS::Lambda::Function", "AWS::Lambda::LayerVersion",
}  # fmt: skip

FUNCTION, WORKFLOW = "AWS::Lambda::Function", "AWS::StepFunctions::StateMachine"


@dataclass(frozen=True)
class Arrow:
    """One wiring. `also` lists other pairs of ends by which the same wiring may be drawn."""

    source: str
    target: str
    relation: str
    access: str = ""
    soft: bool = False  # may be called a trigger or an access alike
    implied: bool = False  # only the permission that another arrow needs
    also: tuple = ()

    def __str__(self):
        level = f" ({self.access})" if self.access else ""
        return f"{self.source} {self.relation} {self.target}{level}"


@dataclass
class Reading:
    """What a template says: node → type, arrows, resources that are no nodes, and why some wirings do not work."""

    nodes: dict = field(default_factory=dict)
    helpers: dict = field(default_factory=dict)
    arrows: list = field(default_factory=list)
    refused: dict = field(default_factory=dict)
    routes: dict = field(default_factory=dict)


def read(template, file_text=lambda bucket, key: ""):
    """Everything that the template wires."""
    return Reader(template, file_text).read()


class Reader:
    """The state of reading one template."""

    def __init__(self, template, file_text):
        self.stack = Stack(template)
        self.file_text = file_text
        self.roles = grants.roles(self.stack)
        self.found = Reading()
        for name in self.stack.resources:
            kind = self.stack.type(name)
            helper = kind.startswith(HELPERS) and kind not in NODES_AMONG_HELPERS
            (self.found.helpers if helper else self.found.nodes)[name] = kind

    def read(self):
        for wiring in wirings.ALL:
            wiring(self)
        self.accesses()
        return self.found

    # --- looking things up ---

    def nodes_of(self, *kinds):
        return [name for name, kind in self.found.nodes.items() if kind in kinds]

    def helpers_of(self, *kinds):
        return [name for name, kind in self.found.helpers.items() if kind in kinds]

    def kind(self, node):
        return self.found.nodes.get(node, "")

    def node(self, text):
        """The node that an ARN, a name, a URL or a domain speaks of; None where it is none of ours."""
        if not isinstance(text, str) or not text:
            return None
        for name in self.found.nodes:
            if text in (self.stack.ref(name), self.stack.arn(name)):
                return name
        inside = [name for name in self.found.nodes if self._speaks_of(text, name)]
        return max(inside, key=lambda name: len(self.stack.arn(name)), default=None) or self._function_of_url(text)

    def _speaks_of(self, text, name):
        kind, arn = self.kind(name), self.stack.arn(name)
        if kind == "AWS::S3::Bucket" and text.startswith(self.stack.name(name) + ".s3"):
            return True
        if kind in ("AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api"):
            return f"{self.stack.ref(name)}.execute-api." in text or text.startswith(arn + "/")
        return text.startswith((arn + ":", arn + "/"))

    def _function_of_url(self, text):
        for name in self.helpers_of("AWS::Lambda::Url"):
            domain = self.stack.attribute(name, "FunctionUrl").split("/")[2]
            if domain in text:
                return self.node(self.stack.property(name, "TargetFunctionArn"))
        return None

    def role(self, arn):
        """The role of an ARN or name; a role that may nothing where it is none of ours."""
        for name, role in self.roles.items():
            if arn in (self.stack.arn(name), self.stack.ref(name)):
                return role
        return grants.Role()

    def role_of(self, node):
        key = {FUNCTION: "Role", WORKFLOW: "RoleArn"}.get(self.kind(node))
        return self.role(self.stack.property(node, key)) if key else grants.Role()

    # --- noting what was found ---

    def arrow(self, source, target, relation, **more):
        if source and target and source != target:
            self.found.arrows.append(Arrow(source, target, relation, **more))

    def permitted(self, allowed, source, target, relation, reason, **more):
        """An arrow that works only where something is allowed; otherwise the reason is kept."""
        if allowed:
            self.arrow(source, target, relation, **more)
        elif source and target:
            self.found.refused[(source, target)] = reason

    def delivers(self, role, source, target, relation, **more):
        """An arrow that works only where a role may deliver to the target."""
        arn = self.stack.arn(target)
        actions = grants.DELIVERY.get(arn.split(":")[2], set())
        allowed = not actions or any(role.allows(action, at) for action in actions for at in (arn, arn + "/x"))
        self.permitted(allowed, source, target, relation, f"its role lacks {' or '.join(sorted(actions))}", **more)

    # --- what roles grant ---

    def accesses(self):
        """The arrows that policies draw: who may act on what."""
        for owner, role in self._owners():
            for target, actions in self._granted(role).items():
                if target != owner:
                    self._access(owner, target, actions)

    def _owners(self):
        """(node, role) for every role that a node runs under."""
        for name in self.found.nodes:
            if self.kind(name) in (FUNCTION, WORKFLOW):
                yield name, self.role_of(name)
                continue
            if self.kind(name) == "AWS::MediaConvert::Queue":
                yield from ((name, role) for role in self._roles_handed_with(name, "mediaconvert.amazonaws.com"))
            for role in self._roles_within(self.stack.value(self.stack.properties(name))):
                yield name, role
        for name in self.helpers_of("AWS::AppSync::DataSource"):
            api = self.node_by_id(self.stack.property(name, "ApiId"))
            yield api, self.role(self.stack.property(name, "ServiceRoleArn"))

    def node_by_id(self, identifier):
        """The API whose identifier this is."""
        apis = self.nodes_of("AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api", "AWS::AppSync::GraphQLApi")
        return next(
            (api for api in apis if identifier in (self.stack.ref(api), self.stack.attribute(api, "ApiId"))), None
        )

    def node_by_ref(self, kind, reference):
        """The node of a type to which a plain reference leads."""
        return next((name for name in self.nodes_of(kind) if self.stack.ref(name) == reference), None)

    def _roles_within(self, properties):
        texts = set(wirings.strings(properties))
        return [role for name, role in self.roles.items() if self.stack.arn(name) in texts]

    def _roles_handed_with(self, queue, service):
        """The roles that a service may take for the jobs of a queue: jobs name them, the queue does not. Whoever may send
        jobs to the queue hands them over."""
        senders = [self.role_of(name) for name in self.nodes_of(FUNCTION, WORKFLOW)]
        senders = [role for role in senders if role.allows("mediaconvert:CreateJob", self.stack.arn(queue))]
        for name, role in self.roles.items():
            is_taken = service in json.dumps(self.stack.property(name, "AssumeRolePolicyDocument"))
            if is_taken and any(sender.allows("iam:PassRole", self.stack.arn(name)) for sender in senders):
                yield role

    def _granted(self, role):
        """target → actions that the role's own policies allow on it."""
        found = {}
        for actions, patterns in role.statements():
            for action in actions:
                for pattern in patterns:
                    for target in self._targets(action, pattern):
                        found.setdefault(target, set()).add(action)
        return found

    def _targets(self, action, pattern):
        """The nodes that an action on an ARN pattern reaches; the service itself where it is no resource of ours."""
        service = grants.service(action)
        if service in grants.PLUMBING or ":rule/StepFunctions" in pattern:
            return []
        if pattern == "*" and service in grants.WHOLE:
            return [f"service:{service}"]
        service = grants.OWNERS.get(service, service)
        keepers = [name for name in self.nodes_of("AWS::RDS::DBCluster") if pattern == self._password_of(name)]
        bots = [name for name in self.nodes_of("AWS::Lex::Bot") if f":bot-alias/{self.stack.ref(name)}/" in pattern]
        if keepers or bots:
            return keepers or bots
        if service == "glue" and pattern.endswith(":catalog"):
            return []  # the account's catalogue is asked on the way to every database
        ours = [
            name
            for name in self.found.nodes
            if self.stack.arn(name).split(":")[2] in (service, "*") and grants.reaches(pattern, self.stack.arn(name))
        ]
        return ours or [f"service:{service}"]

    def _password_of(self, cluster):
        """The secret that a database keeps for its own password."""
        return self.stack.attribute(cluster, "MasterUserSecret.SecretArn")

    def _access(self, owner, target, actions):
        """The arrow of a grant, parted into what other arrows between the two need anyway and what goes beyond."""
        needed = actions & self._needed(owner, target, actions)
        for part, implied in ((actions - needed, False), (needed, True)):
            if part:
                level = self._level(part)
                soft = self.kind(owner) not in (FUNCTION, WORKFLOW, "AWS::Events::Rule", "AWS::Scheduler::Schedule")
                self.arrow(owner, target, "accesses", access=level, soft=soft, implied=implied)

    def _level(self, actions):
        """read, write or read_write; empty for a service that is called and has no levels."""
        called = all(grants.service(action) in grants.CALLED for action in actions)
        return "" if called else grants.combined(map(grants.access_of, actions))

    def _needed(self, owner, target, actions):
        """The actions that another arrow between the two needs."""
        drawn = {(arrow.source, arrow.target) for arrow in self.found.arrows if arrow.relation != "accesses"}
        service = grants.service(next(iter(actions)))
        needed = set()
        if (target, owner) in drawn:
            needed |= grants.POLLING.get(service, set()) | grants.ACCOMPANIES_POLLING
        if (owner, target) in drawn:
            needed |= grants.DELIVERY.get(service, set())
        if self.kind(owner) == WORKFLOW and self._done_by_steps(owner, target, actions):
            needed |= actions
        return needed

    def _done_by_steps(self, workflow, target, actions):
        """Whether the steps of a workflow do to the target what its role may, no less."""
        ends = workflow, target
        done = [arrow.access for arrow in self.found.arrows if (arrow.source, arrow.target) == ends and arrow.soft]
        return bool(done) and (not any(done) or grants.combined(done) == self._level(actions))
