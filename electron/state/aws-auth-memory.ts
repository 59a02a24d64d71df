/** aws-auth of clusters, as this process has read it: it is stored nowhere else. */
import type { AwsAuth, Readable } from '../../shared/identity/access'
import type { AwsAuthRead } from '../../shared/identity/aws-auths'
import type { EnvironmentName } from '../../shared/identity/identity'
import { once } from '../../shared/once'

export type AwsAuthMemory = ReturnType<typeof createAwsAuthMemory>

/** `now`: ms since the epoch. */
export function createAwsAuthMemory(now: () => number) {
  const read = new Map<EnvironmentName, Map<string, AwsAuthRead>>()
  return {
    /** By the ids of rows. */
    of: (environment: EnvironmentName): ReadonlyMap<string, AwsAuthRead> =>
      read.get(environment) ?? new Map(),
    /** Something was asked: what an administrator read is not lost because another identity may not read it. */
    note(environment: EnvironmentName, cluster: string, value: Readable<AwsAuth>): void {
      const known = once(read, environment, () => new Map())
      if (value.state === 'read' || known.get(cluster)?.value.state !== 'read')
        known.set(cluster, { value, at: now() })
    },
  }
}
