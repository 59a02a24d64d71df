/** An identity as one cell of a table shows it. */
import { parsePrincipal } from '../../shared/identity/arn'
import type { AuthKind, Intended, Predicted } from '../../shared/identity/identity'

/** `Admin (role, 111111111111)`, `key AKIA…`, `no identity: unknown-profile`. */
export function who(identity: Intended | Predicted, auth: AuthKind): string {
  if ('problem' in identity && identity.problem !== null) return `no identity: ${identity.problem.code}`
  const { arn, accessKeyId, account, permissionSet } = identity
  if (arn !== null) return principal(arn)
  if (accessKeyId !== null) return `key ${accessKeyId}`
  if (permissionSet !== null) return `${permissionSet} (SSO, ${account ?? '?'})`
  return auth === 'aws' || auth === 'aws-iam-authenticator' ? 'not known' : auth
}

/** A principal's name, kind and account; the ARN itself where that is not one of a known kind. */
export function principal(arn: string): string {
  const parsed = parsePrincipal(arn)
  return parsed === null ? arn : `${parsed.name} (${parsed.kind}, ${parsed.account})`
}
