import { readdirSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { commandNames } from '../../cli/commands'
import { differences, list, object, orNull, schemaText, text } from '../json-schema'
import { documents } from '../json-shapes'

const folder = path.join(import.meta.dirname, '../../../docs/schema')
const names = Object.keys(documents)

// What the commands print is held to these wherever a test runs one (terminal.ts). To write them anew: vitest -u.
test.each(names)('docs/schema/%s.json is what the tests hold the terminal to', async (name) => {
  const schema = { $schema: 'https://json-schema.org/draft/2020-12/schema', title: `ekscope ${name} --json` }
  const written = `${schemaText({ ...schema, ...documents[name] })}\n`
  await expect(written).toMatchFileSnapshot(path.join(folder, `${name}.json`))
})

test('every command has a schema, and no schema is of none', () => {
  const general = ['error', 'help', 'version']
  // Of these, standard output is that of the program that they run.
  const running: readonly string[] = ['exec', 'shell']
  const printing = commandNames.filter((name) => !running.includes(name))
  expect([...names].sort()).toEqual([...printing, ...general].sort())
  expect(readdirSync(folder).sort()).toEqual(names.map((name) => `${name}.json`).sort())
})

test('what differs from a schema is found: a missing field, a field too many, another type', () => {
  const schema = object({ names: list(text), other: orNull(text) })
  expect(differences(schema, { names: ['a'], other: null })).toEqual([])
  expect(differences(schema, { names: ['a', 1], more: true })).toEqual([
    '$.other is missing',
    '$.names[1] is number, not string',
    '$.more is in no schema',
  ])
  expect(differences(schema, { names: [], other: false })).toEqual(['$.other is boolean, not string or null'])
})
