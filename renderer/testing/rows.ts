/** Rows of the made-up fleet for tests of what is drawn from them. */
import type { ContextIdentity } from '../../shared/findings/context-identity'
import { parsePrincipal } from '../../shared/identity/arn'
import type { Check, EnvironmentName } from '../../shared/identity/identity'
import type { ProductionMark } from '../../shared/identity/production'
import { type FileRow, knownIdentities, rowInputs, rowsOf, waiting } from '../rows/rows'
import { makeFleet, now } from './fleet'

export interface RowOptions {
  readonly environment?: EnvironmentName
  readonly compare?: EnvironmentName
  readonly contexts?: number
  readonly staleHours?: number
  readonly production?: readonly ProductionMark[]
  /** Instead of the checks that were kept. */
  readonly checks?: readonly Check[]
  /** These contexts are being checked. */
  readonly running?: readonly string[]
  /** The identity that the user expects of a context, as an ARN. */
  readonly expects?: Readonly<Record<string, string>>
}

/** The identity of a context with an expectation of the user. */
function expecting(identity: ContextIdentity, arn: string): ContextIdentity {
  const { account = null, partition = null } = parsePrincipal(arn) ?? {}
  const whom = { arn, account, partition, accessKeyId: null, permissionSet: null }
  return {
    ...identity,
    expected: { principal: arn, by: 'here', inFile: arn },
    intended: { ...identity.intended, ...whom, expected: true, by: ['expected by you'] },
    entryNames: identity.intended,
  }
}

export function fleetRows(options: RowOptions = {}): readonly FileRow[] {
  const fleet = makeFleet(options.contexts)
  const environment = options.environment ?? 'login-shell'
  const checks = (options.checks ?? fleet.checks).filter((check) => check.environment === environment)
  const running = new Set(options.running)
  const named = new Map(fleet.snapshot.contexts.map(({ id, name }) => [id, name]))
  const report = (of: EnvironmentName) => {
    const told = fleet.report(of)
    const contexts = told.contexts.map((identity) => {
      const arn = options.expects?.[named.get(identity.context) ?? '']
      return arn === undefined ? identity : expecting(identity, arn)
    })
    return { ...told, contexts }
  }
  const from = rowInputs({
    accountNames: new Map(),
    production: options.production ?? [],
    home: '',
    beside: null,
    snapshot: fleet.snapshot,
    environment,
    identities: knownIdentities(report(environment)),
    checks: new Map(checks.map((check) => [check.context, check])),
    running: new Map(
      fleet.snapshot.contexts.filter((one) => running.has(one.name)).map((one) => [one.id, waiting]),
    ),
    compare:
      options.compare === undefined
        ? null
        : {
            environment: options.compare,
            identities: knownIdentities(report(options.compare)),
            checks: new Map(),
          },
    awaited: false,
    staleHours: options.staleHours ?? 12,
  })
  return rowsOf(from, now)
}

/** The row of that name. */
export function rowNamed(name: string, options: RowOptions = {}): FileRow {
  const row = fleetRows(options).find((one) => one.name === name)
  if (row === undefined) throw new Error(`no context is called ${name}`)
  return row
}
