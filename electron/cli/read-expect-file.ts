/** Reads an expect file, YAML or JSON. What is wrong in it is said with its line. */
import * as v from 'valibot'
import { isMap, isScalar, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml'
import { type ExpectFile, type ExpectLine, expectHead, expectLine } from '../../shared/audit/expect-file'
import { quoted } from '../../shared/visible'
import { Refusal } from './command'
import { bytesOfInput } from './read-input'

export async function readExpectFile(path: string, signal: AbortSignal): Promise<ExpectFile> {
  return expectFileOf(path, (await bytesOfInput(path, signal)).toString('utf8'))
}

export function expectFileOf(path: string, text: string): ExpectFile {
  const lineCounter = new LineCounter()
  const lineOf = (offset: number | undefined) => (offset === undefined ? 1 : lineCounter.linePos(offset).line)
  const refuse = (line: number, message: string): never => {
    throw new Refusal({
      code: 'expect-file',
      message: `${path}:${line}: ${message}.`,
      next: 'docs/ci.md says what an expect file is.',
    })
  }
  const document = parseDocument(text, { lineCounter, prettyErrors: false, version: '1.2' })
  const [bad] = document.errors
  if (bad)
    refuse(
      lineOf(bad.pos[0]),
      bad.code === 'DUPLICATE_KEY' ? 'the same name comes twice' : bad.message.replace(/\.$/, ''),
    )
  const root = document.contents
  if (!isMap(root)) return refuse(1, 'it is not a map that begins with ekscope: expect/1')

  /** The value by its schema; refused with the line of what does not fit. */
  function parsed<S extends v.GenericSchema>(
    schema: S,
    value: unknown,
    node: Node,
    at: number,
  ): v.InferOutput<S> {
    const result = v.safeParse(schema, value)
    if (result.success) return result.output
    const issue = result.issues.find(({ expected }) => expected === 'never') ?? result.issues[0]
    const keys = issue.path?.map(({ key }) => String(key)) ?? []
    const isMissing = issue.expected !== 'never' && issue.received === 'undefined'
    const why =
      issue.type === 'strict_object' && issue.expected === 'never'
        ? 'is not a key that belongs here'
        : isMissing
          ? 'is missing'
          : issue.type === 'record' || issue.type === 'strict_object'
            ? 'is not a map'
            : issue.message
    return refuse(placeOf(node, keys) ?? at, `${keys.length === 0 ? 'it' : quoted(keys.join('.'))} ${why}`)
  }
  const placeOf = (node: Node, keys: readonly string[]): number | null => {
    let [inside, line]: [unknown, number | null] = [node, null]
    for (const key of keys) {
      const pair = isMap(inside) ? pairsOf(inside).find(({ name }) => name === key) : undefined
      if (pair === undefined) break
      ;[inside, line] = [pair.value, lineOf(pair.start)]
    }
    return line
  }
  const head = parsed(expectHead, document.toJS(), root, 1)
  const contexts = pairsOf(root).find(({ name }) => name === 'contexts')
  if (!contexts || !isMap(contexts.value))
    return refuse(lineOf(contexts?.start), '“contexts” is not a map of contexts')
  const lines = new Map<string, ExpectLine>()
  for (const { name, start, value } of pairsOf(contexts.value)) {
    const at = lineOf(start)
    if (lines.has(name)) refuse(at, `${quoted(name)} comes twice`)
    const said = value?.toJS(document)
    const node = value ?? root
    lines.set(name, {
      ...parsed(expectLine, typeof said === 'string' ? { identity: said } : said, node, at),
      name,
      at,
    })
  }
  return { path, lines: [...lines.values()], others: head.others, missing: head.missing }
}

/** Names as they are written: `0x10` is no number here. */
function pairsOf(map: YAMLMap<unknown, unknown>) {
  return map.items.map(({ key, value }) => ({
    name: isScalar(key) ? (key.source ?? String(key.value)) : String(key),
    start: isScalar(key) ? key.range?.[0] : undefined,
    value: isNodeValue(value) ? value : null,
  }))
}

const isNodeValue = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'toJS' in value
