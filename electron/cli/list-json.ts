/**
 * The JSON of `ekscope list`, row by row: a contract with scripts. Add to it, do not change it.
 *
 * Of ten thousand contexts some forty differ in more than names, so what they have in common is made a text once. And a
 * document of 17 MB, made as a whole, is there four times over (objects, text, checked text, bytes) before its first line
 * is printed; here it is written in pieces. The judge of both is JSON.stringify of the same as objects (list-json.test.ts).
 */
import type { EnvironmentName } from '../../shared/identity/identity'
import { isProduction, type ProductionMark } from '../../shared/identity/production'
import type { EntryId, Snapshot } from '../../shared/kubeconfig/entries'
import type { IdentityRow } from '../identity/assemble'
import { escapedJson } from '../report/json-text'
import { commonJson, fileJson, ownJson } from '../report/row-json'

export interface Listed {
  readonly snapshot: Snapshot
  readonly rows: readonly IdentityRow[]
  /** Of those that were checked and may do everything, or not; all others are not known. */
  readonly admins: ReadonlyMap<EntryId, boolean | null>
  /** What the user marked as production. */
  readonly production: readonly ProductionMark[]
  readonly environment: EnvironmentName
  /** What is wrong with the environment itself. */
  readonly problem: string | null
}

/** Characters of one piece: what a pipe takes at once, and small enough that its memory is used again for the next. */
const usualLength = 64 * 1024

/** The whole answer of `ekscope list --json`, in pieces of about that many characters. */
export function* listJson(
  { snapshot, rows, admins, production, environment, problem }: Listed,
  pieceLength = usualLength,
): Generator<string> {
  const { currentContext, files } = snapshot
  const texts = new Map<object, string>()
  /** The common text of rows, by their common object. */
  const onceFor = (of: object | null, made: () => object): string => {
    const known = of === null ? undefined : texts.get(of)
    if (known !== undefined) return known
    const text = narrow(membersOfRow(made()))
    if (of !== null) texts.set(of, text)
    return text
  }
  let piece = `{\n${members({ files: files.map(fileJson), currentContext })},\n  "contexts": [`
  let separator = '\n    {\n'
  for (const row of rows) {
    const { name, context } = row.resolved
    const own = membersOfRow({
      ...ownJson(row, snapshot),
      admin: admins.get(row.id) ?? null,
      production: isProduction(production, { name, cluster: context.cluster }, row.meant),
    })
    const common = onceFor(row.common, () => commonJson(row))
    const findings = onceFor(row.findingIds, () => ({ findings: row.findingIds }))
    piece += `${separator}${own},\n${common},\n${findings}\n    }`
    separator = ',\n    {\n'
    if (piece.length < pieceLength) continue
    yield piece
    piece = ''
  }
  const end = rows.length === 0 ? ']' : '\n  ]'
  yield `${piece}${end},\n${members({ environment, problem })}\n}\n`
}

/** The members of an object as written in the document, without its braces. */
const members = (value: object): string => escapedJson(JSON.stringify(value, null, 2)).slice(2, -2)

/** The same of an object in a list of the document. */
const membersOfRow = (value: object): string => escapedJson(JSON.stringify([[value]], null, 2)).slice(12, -12)

/**
 * The same text, held in one byte a character where it is ASCII. V8 holds some of what systems say in two, and one
 * such part makes every piece wide that it is put into, which takes several times as long to write.
 */
function narrow(text: string): string {
  const bytes = Buffer.from(text)
  return bytes.length === text.length ? bytes.toString('latin1') : text
}
