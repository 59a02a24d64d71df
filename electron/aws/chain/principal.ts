/** The principal that the files name, as far as they say. Pure. */
import { canonicalArn, parsePrincipal } from '../../../shared/identity/arn'

export interface NamedPrincipal {
  readonly arn: string | null
  readonly accessKeyId: string | null
  readonly account: string | null
  readonly partition: string | null
  readonly permissionSet: string | null
}

/** Nothing names the identity. */
export const noPrincipal: NamedPrincipal = {
  arn: null,
  accessKeyId: null,
  account: null,
  partition: null,
  permissionSet: null,
}

/** A role or user by its ARN; `noPrincipal` for a text that is no principal's ARN. */
export function principalByArn(text: string): NamedPrincipal {
  const arn = canonicalArn(text)
  const principal = parsePrincipal(arn)
  return principal === null
    ? noPrincipal
    : { ...noPrincipal, arn, account: principal.account, partition: principal.partition }
}
