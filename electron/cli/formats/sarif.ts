/** SARIF 2.1.0, as code scanning of GitHub and others read it. */
import { pathToFileURL } from 'node:url'
import { findingTitle, pageOf } from '../../../shared/findings/finding-kinds'
import { type Linted, type LintedFinding, placeOf, textOf } from './linted'

const levels = { error: 'error', warning: 'warning', info: 'note' } as const

export function sarifOf({ findings, cwd, error, version }: Linted): object {
  const ids = [...new Set(findings.map(({ id }) => id))]
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'ekscope',
            version,
            informationUri: 'https://github.com/ekscope/ekscope',
            rules: ids.map((id) => ({
              id,
              shortDescription: { text: findingTitle(id) },
              helpUri: pageOf(id),
            })),
          },
        },
        invocations: [
          {
            executionSuccessful: error === null,
            ...(error === null
              ? {}
              : {
                  toolExecutionNotifications: [
                    { level: 'error', message: { text: `${error.message} ${error.next}` } },
                  ],
                }),
          },
        ],
        results: findings.map((finding) => resultOf(finding, ids.indexOf(finding.id), cwd)),
      },
    ],
  }
}

function resultOf(finding: LintedFinding, ruleIndex: number, cwd: string): object {
  const { id, severity, file, line, muted, contexts } = finding
  const place = placeOf(file, cwd)
  const uri = place === file.replaceAll('\\', '/') ? pathToFileURL(file).href : encodeURI(place)
  return {
    ruleId: id,
    ruleIndex,
    level: levels[severity],
    message: { text: textOf(finding) },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri }, region: { startLine: line ?? 1 } },
        ...(contexts.length === 0
          ? {}
          : { logicalLocations: contexts.map((name) => ({ name, kind: 'context' })) }),
      },
    ],
    ...(muted === null ? {} : { suppressions: [{ kind: 'external', justification: muted.reason }] }),
  }
}
