/** YAML as commands print it. Apart, because reading YAML is half of what a check would load, and nearly every command prints JSON. */
import { parseDocument } from 'yaml'
import type { ReadYaml } from './exec-credential'

export const readYaml: ReadYaml = (text) => {
  const document = parseDocument(text, { schema: 'core' })
  return document.errors.length > 0 ? null : document.toJS()
}
