/** Texts of the dialog of the report. */

import type { ReportFormat } from '../../shared/audit/report-formats'
import { plural } from '../../shared/counted'

const contexts = (count: number): string => plural(count, 'context')

export const reportText = {
  title: 'Report',
  lead: 'Which identity each context uses, which it should, and who may do everything: what is known now, each with its age.',
  format: 'Format',
  formats: {
    html: 'HTML, to read and print',
    md: 'Markdown, for a ticket',
    csv: 'CSV, for a spreadsheet',
    json: 'JSON, to compare with later',
    svg: 'SVG, the map alone',
  } satisfies Readonly<Record<ReportFormat, string>>,
  which: 'Contexts',
  all: (count: number) => `All ${contexts(count)}`,
  shown: (count: number) => `Only the ${contexts(count)} that the filter shows`,
  name: 'Title',
  usual: 'Who acts in our clusters',
  secretly: 'Without host, user and paths',
  secretlyMeaning: 'To hand it outside. Names of contexts, accounts and identities stay.',
  compares: 'Say what changed since an earlier one',
  comparesMeaning: 'Which JSON report that is will be asked.',
  preview: 'How it begins',
  save: 'Save…',
  saved: (path: string) => `Saved ${path}`,
} as const
