/** JUnit's XML, as GitLab, Jenkins and others read it: one test a finding, and one for each context in which none fails. */
import { visible } from '../../../shared/visible'
import { type Linted, type LintedFinding, placeOf, textOf } from './linted'

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
/** What hides, and what no XML may have, by its code point. */
const xml = (text: string) => visible(text).replace(/[&<>"]/g, (one) => escapes[one] ?? one)

export function junitOf({ findings, contexts, cwd, fails, error }: Linted): string {
  const isFailed = (finding: LintedFinding) => finding.muted === null && fails(finding)
  const named = new Set(findings.filter(isFailed).flatMap(({ contexts: about }) => about))
  const cases = findings.map((finding) => {
    const { id, contexts: about, file, line, muted, severity } = finding
    const place = placeOf(file, cwd)
    const text = xml(textOf(finding))
    const at = line === null ? place : `${place}:${line}`
    const inside =
      muted !== null
        ? `<skipped message="${xml(muted.reason)}"/>`
        : fails(finding)
          ? `<failure type="${severity}" message="${text}">${xml(at)}</failure>`
          : `<system-out>${severity}: ${text} ${xml(at)}</system-out>`
    const name = `${id}${about.length === 0 ? '' : `: ${about.join(', ')}`}`
    const lineOf = line === null ? '' : ` line="${line}"`
    return `<testcase classname="ekscope" name="${xml(name)}" file="${xml(place)}"${lineOf}>${inside}</testcase>`
  })
  for (const { name, file } of contexts)
    if (!named.has(name))
      cases.push(
        `<testcase classname="ekscope" name="${xml(name)}" file="${xml(placeOf(file, cwd))}"></testcase>`,
      )
  if (error !== null)
    cases.push(
      `<testcase classname="ekscope" name="all files"><error message="${xml(`${error.message} ${error.next}`)}"></error></testcase>`,
    )
  const failed = findings.filter(isFailed).length
  const muted = findings.filter(({ muted }) => muted !== null).length
  const counts = `tests="${cases.length}" failures="${failed}" errors="${error === null ? 0 : 1}"`
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="ekscope lint" ${counts}>
<testsuite name="ekscope lint" ${counts} skipped="${muted}">
${cases.map((one) => `${one}\n`).join('')}</testsuite>
</testsuites>
`
}
