/**
 * The JSON of `ekscope list`, row by row: a contract with scripts. Add to it, do not change it.
 *
 * Of ten thousand contexts some forty differ in more than names, so what they have in common is made a text once. And a
 * document of 17 MB, made as a whole, is there four times over (objects, text, checked text, bytes) before its first line
 * is printed; here it is written in pieces. The judge of both is JSON.stringify of the same as objects (list-json.test.ts).
 */
import type { FindingId } from '../../shared/findings/findings'
import type { EnvironmentName } from '../../shared/identity/identity'
import type { Snapshot } from '../../shared/kubeconfig/entries'
import type { IdentityRow } from '../identity/assemble'
import { seen } from './output'
import { fileJson, intendedJson, predictedJson } from './rows'

export interface Listed {
  readonly snapshot: Snapshot
  readonly rows: readonly IdentityRow[]
  readonly environment: EnvironmentName
  /** What is wrong with the environment itself. */
  readonly problem: string | null
}

/** Characters of one piece: what a pipe takes at once, and small enough that its memory is used again for the next. */
const usualLength = 64 * 1024

/** The whole answer of `ekscope list --json`, in pieces of about that many characters. */
export function* listJson(
  { snapshot, rows, environment, problem }: Listed,
  pieceLength = usualLength,
): Generator<string> {
  const { currentContext, files } = snapshot
  const writer = new RowWriter(snapshot)
  let piece = `{\n  "files": ${nested(files.map(fileJson), 2)},\n  "currentContext": ${quoted(currentContext)},\n  "contexts": [`
  let separator = '\n    {'
  for (const row of rows) {
    piece += separator + writer.row(row)
    separator = ',\n    {'
    if (piece.length < pieceLength) continue
    yield piece
    piece = ''
  }
  const end = rows.length === 0 ? ']' : '\n  ]'
  yield `${piece}${end},\n  "environment": ${quoted(environment)},\n  "problem": ${quoted(problem)}\n}\n`
}

/** What stands before a value, where that is text and where there is none: with both quotes each value is one piece less to put together. */
interface Label {
  readonly text: string
  readonly none: string
}

/** Before the values of a row; where the value before it was text, its closing quote stands there, too. */
interface Labels {
  readonly behindText: Label
  readonly behindNone: Label
}

const labelled = (before: string): Labels => ({
  behindText: { text: `"${before}"`, none: `"${before}null` },
  behindNone: { text: `${before}"`, none: `${before}null` },
})

const firstLabel = '\n      "context": "'
/** Of what stands behind the name. */
const labelsWhere = (isCurrent: boolean): readonly Labels[] =>
  [
    `,\n      "current": ${isCurrent},\n      "file": `,
    ',\n      "namespace": ',
    ',\n      "cluster": {\n        "entry": ',
    ',\n        "server": ',
    ',\n        "name": ',
    ',\n        "region": ',
    ',\n        "account": ',
    ',\n        "partition": ',
    ',\n        "tokenFor": ',
    '\n      },\n      "user": ',
  ].map(labelled)
const labels = labelsWhere(false)
const labelsOfCurrent = labelsWhere(true)

class RowWriter {
  private readonly snapshot: Snapshot
  private readonly common = new Map<object, string>()
  private readonly findings = new Map<readonly FindingId[], string>()
  private readonly namespaces = new Map<string, string | null>()
  private nameless: string | null | undefined
  /** Values of the row before as they stand between quotes, where that is as they are. */
  private readonly asTheyAre: (string | null)[] = []

  constructor(snapshot: Snapshot) {
    this.snapshot = snapshot
  }

  row(row: IdentityRow): string {
    const { name, context, path } = row.resolved
    const { cluster, user } = context
    const { name: eks, region, account, partition, tokenFor } = row.meant
    const server = cluster === null ? this.serverOfNone() : row.server
    const namespace = this.shown(row)
    const values = [path, namespace, cluster, server, eks, region, account, partition, tokenFor, user]
    const isCurrent = row.effective && name === this.snapshot.currentContext
    const nameInQuotes = inQuotes(name)
    let text = firstLabel + nameInQuotes
    let isBehindText = true
    let at = 0
    for (const label of isCurrent ? labelsOfCurrent : labels) {
      const value = values[at] ?? null
      const { text: before, none } = isBehindText ? label.behindText : label.behindNone
      isBehindText = value !== null
      // aws calls context, cluster and user alike: the same again is not looked at again.
      text += value === null ? none : before + (value === name ? nameInQuotes : this.inQuotes(value, at))
      at += 1
    }
    const { sharedWith, sharedMore } = row.others
    const quote = isBehindText ? '"' : ''
    text += `${quote},\n      "sharedWith": ${sharedWith.length === 0 ? '[]' : nested(sharedWith, 6)}`
    if (sharedMore !== undefined) text += `,\n      "sharedMore": ${sharedMore}`
    return `${text},\n      ${this.commonOf(row)},\n      "findings": ${this.findingsOf(row)}\n    }`
  }

  /** The value of this column, which is often that of the row before. */
  private inQuotes(value: string, column: number): string {
    if (value === this.asTheyAre[column]) return value
    const text = inQuotes(value)
    if (text === value) this.asTheyAre[column] = value
    return text
  }

  /** Its namespace as it may be shown; there are few. */
  private shown(row: IdentityRow): string | null {
    const { namespace } = row.resolved.context
    if (namespace === null) return null
    const known = this.namespaces.get(namespace)
    if (known !== undefined) return known
    const shown = row.namespace
    this.namespaces.set(namespace, shown)
    return shown
  }

  /** What follows from its user, and from whom to expect. */
  private commonOf(row: IdentityRow): string {
    const known = row.common === null ? undefined : this.common.get(row.common)
    if (known !== undefined) return known
    const { auth, profile, profilePinnedBy, role, expected, intended, predicted, aws } = row
    const members = {
      auth,
      profile,
      profilePinnedBy,
      role,
      expected,
      intended: intendedJson(intended),
      predicted: predictedJson(predicted),
      aws,
    }
    // Without its braces, and what stands behind and before them.
    const text = narrow(nested(members, 4).slice(2, -2).trim())
    if (row.common !== null) this.common.set(row.common, text)
    return text
  }

  private findingsOf({ findingIds }: IdentityRow): string {
    const known = this.findings.get(findingIds)
    if (known !== undefined) return known
    const text = narrow(nested(findingIds, 6))
    this.findings.set(findingIds, text)
    return text
  }

  /** A context that names no cluster gets the one without a name, if there is such a thing. */
  private serverOfNone(): string | null {
    if (this.nameless === undefined) {
      const found = this.snapshot.clusters.find(
        ({ name, origin }) => name === '' && origin.shadowedBy === null,
      )
      this.nameless = found?.server ?? null
    }
    return this.nameless
  }
}

/**
 * The same text, held in one byte a character where it is ASCII. V8 holds some of what systems say in two, and one
 * such part makes every piece wide that it is put into, which takes several times as long to write.
 */
function narrow(text: string): string {
  const bytes = Buffer.from(text)
  return bytes.length === text.length ? bytes.toString('latin1') : text
}

/** A value as it stands in a document that is indented this far there. */
const nested = (value: unknown, indent: number): string =>
  seen(JSON.stringify(value, null, 2)).replaceAll('\n', `\n${' '.repeat(indent)}`)

/** Visible ASCII without what JSON escapes. */
const plain = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/

/** A text as it stands between the quotes. */
const inQuotes = (text: string): string => (plain.test(text) ? text : seen(JSON.stringify(text)).slice(1, -1))

const quoted = (text: string | null): string => (text === null ? 'null' : `"${inQuotes(text)}"`)
