/**
 * A made-up AWS world as plain values: what the loopback simulator serves. Nothing here does anything; the
 * servers next to this file read it afresh for every request, so a test may exchange it while they run.
 */

export interface World {
  readonly accounts: readonly Account[]
  readonly users: readonly IamUser[]
  readonly roles: readonly IamRole[]
  readonly clusters: readonly EksCluster[]
  readonly sso: readonly SsoInstance[]
  readonly webIdentity: readonly WebIdentityToken[]
  /** Requests that are throttled, however often they are repeated: an operation, and a region or a name in the request. */
  readonly throttled?: readonly { readonly operation: string; readonly about: string }[]
}

export interface Account {
  /** Twelve digits. */
  readonly id: string
  readonly name: string
  readonly partition: 'aws' | 'aws-cn' | 'aws-us-gov'
  /** As IAM gives it; none by default. */
  readonly alias?: string
  /** Regions that it has enabled in addition to those that no account can disable; by default none. */
  readonly enabled?: readonly string[]
}

export interface AccessKey {
  readonly id: string
  readonly secret: string
  /** Deactivated keys answer InvalidClientTokenId, as deleted ones do. */
  readonly inactive?: boolean
}

/** What a principal may not do although its account would let it: `sts:AssumeRole`, `eks:ListClusters`, …, `*`. */
export type Denied = readonly string[]

export interface IamUser {
  /** `arn:P:iam::A:user/[path/]NAME` */
  readonly arn: string
  /** AIDA… */
  readonly uniqueId: string
  readonly keys: readonly AccessKey[]
  readonly mfa?: { readonly serial: string; readonly code: string }
  readonly denied?: Denied
}

export interface IamRole {
  /** `arn:P:iam::A:role/[path/]NAME` */
  readonly arn: string
  /** AROA…; a role that was deleted and made again has another one under the same ARN. */
  readonly uniqueId: string
  /** Role or user ARNs, or `arn:P:iam::A:root` for every principal of that account. */
  readonly trust?: readonly string[]
  /** Issuers of web identity tokens that this role trusts, with the subjects it wants (none = any). */
  readonly webIdentity?: readonly { readonly issuer: string; readonly subjects?: readonly string[] }[]
  readonly externalId?: string
  /** AssumeRole needs an MFA code. */
  readonly mfaRequired?: boolean
  readonly denied?: Denied
}

/** A token file's content as a workload gets it, and the subject that its issuer names. */
export interface WebIdentityToken {
  readonly token: string
  readonly issuer: string
  readonly subject: string
  readonly audience: string
  /** Milliseconds since the epoch; none by default. */
  readonly expiresAt?: number
}

export interface SsoInstance {
  readonly startUrl: string
  readonly region: string
  /** The user who answers the browser's question: the session name of every role handed out. */
  readonly username: string
  readonly assignments: readonly SsoAssignment[]
  /** Access tokens that exist from the start, as an earlier login left them. */
  readonly tokens?: readonly SsoTokenRecord[]
}

export interface SsoAssignment {
  readonly account: string
  readonly permissionSet: string
  /** `arn:P:iam::A:role/aws-reserved/sso.amazonaws.com/[REGION/]AWSReservedSSO_<set>_<16 hex>`, among `roles`. */
  readonly roleArn: string
}

export interface SsoTokenRecord {
  readonly accessToken: string
  readonly refreshToken?: string
  readonly clientId?: string
  readonly clientSecret?: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

export type AuthenticationMode = 'CONFIG_MAP' | 'API_AND_CONFIG_MAP' | 'API'

export interface EksCluster {
  readonly arn: string
  readonly status: 'ACTIVE' | 'UPDATING' | 'CREATING' | 'DELETING' | 'FAILED'
  /** Kubernetes minor, `1.31`. */
  readonly version: string
  readonly authenticationMode: AuthenticationMode
  readonly accessEntries: readonly AccessEntryRecord[]
  /** The aws-auth ConfigMap's data; null when there is none. */
  readonly awsAuth: AwsAuthMap | null
  /** The cluster's own service role, which no user should act as. */
  readonly serviceRole: string
  readonly endpointAccess: {
    readonly public: boolean
    readonly private: boolean
  }
  readonly namespaces: readonly string[]
  /** An Outposts local cluster is named in tokens by its id. */
  readonly outpost?: { readonly id: string; readonly outpostArns: readonly string[] }
  /** `up` by default. `refused`: nothing listens at the endpoint. `silent`: it accepts and never answers. */
  readonly reachable?: 'up' | 'refused' | 'silent'
  /** SelfSubjectReview versions that this API server knows; v1 by default. */
  readonly reviewVersions?: readonly ('v1' | 'v1beta1' | 'v1alpha1')[]
  /** The review itself is forbidden: the answer is a 403 that names the user. */
  readonly reviewDenied?: boolean
  /** userInfo.extra is sent, as aws-iam-authenticator does; true by default. */
  readonly sendsExtra?: boolean
  /** Usernames and groups that may impersonate; `system:masters` always may, except with `never`. */
  readonly impersonators?: readonly string[] | 'never'
  /** Users that need no AWS: bearer tokens of the API server's own. */
  readonly staticTokens?: readonly {
    readonly token: string
    readonly username: string
    readonly groups: readonly string[]
  }[]
  readonly basicUsers?: readonly {
    readonly username: string
    readonly password: string
    readonly groups: readonly string[]
  }[]
}

export interface AccessEntryRecord {
  readonly principalArn: string
  /**
   * The unique id that EKS stored when the entry was made. The principal's current one by default; another one
   * means a role that was deleted and made again.
   */
  readonly principalId?: string
  readonly type?: 'STANDARD' | 'EC2_LINUX' | 'EC2_WINDOWS' | 'FARGATE_LINUX'
  /** With templates ({{SessionName}}, …); EKS's default without. */
  readonly username?: string
  readonly groups?: readonly string[]
  readonly policies?: readonly AssociatedPolicy[]
}

export interface AssociatedPolicy {
  /** `AmazonEKSClusterAdminPolicy`, `AmazonEKSAdminPolicy`, `AmazonEKSEditPolicy`, `AmazonEKSViewPolicy` … */
  readonly name: string
  /** Cluster-wide when empty. */
  readonly namespaces?: readonly string[]
}

/** YAML text, exactly as written in the ConfigMap. */
export interface AwsAuthMap {
  readonly mapRoles?: string
  readonly mapUsers?: string
  readonly mapAccounts?: string
}

export type ServiceName = 'sts' | 'eks' | 'account' | 'iam' | 'sso' | 'sso-oidc' | 'kubernetes'
