/** Annotations of a run on GitHub: one workflow command a line. */
import { visible } from '../../../shared/visible'
import { type Linted, placeOf, textOf } from './linted'

/** As actions/toolkit escapes what a command says; a log is a terminal, too. */
const data = (text: string) =>
  visible(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
const property = (text: string) => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')

const kinds = { error: 'error', warning: 'warning', info: 'notice' } as const

export function githubOf({ findings, cwd, error }: Linted): string {
  const lines = findings.map((finding) => {
    const { id, severity, file, line, muted } = finding
    const where = `file=${property(placeOf(file, cwd))}${line === null ? '' : `,line=${line}`}`
    return `::${muted === null ? kinds[severity] : 'notice'} ${where},title=${property(id)}::${data(textOf(finding))}`
  })
  if (error !== null) lines.push(`::error title=ekscope::${data(`${error.message} ${error.next}`)}`)
  return lines.map((line) => `${line}\n`).join('')
}
