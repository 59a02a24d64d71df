/**
 * A report as it is sent: what many contexts have alike is in it once, and each context names it by its place. The text of 10,000
 * contexts is a third of what it would be, and the page keeps each such value once.
 */
import type { ContextIdentity } from '../findings/context-identity'
import type { EntryId } from '../kubeconfig/entries'
import { once } from '../once'
import type { IdentityReport } from './contract'
import type { Packed } from './packed'

type Report = Omit<IdentityReport, 'digest'>

/** Gives each value its place, the same for the same value. */
function placed<T>() {
  const places = new Map<T, number>()
  return {
    of: (value: T): number => once(places, value, () => places.size),
    all: (): readonly T[] => [...places.keys()],
  }
}

function sentOf({ contexts: all, ...report }: Report) {
  const ids = placed<EntryId>()
  const intended = placed<ContextIdentity['intended']>()
  const predicted = placed<ContextIdentity['predicted']>()
  const programs = placed<ContextIdentity['aws']>()
  const findings = placed<ContextIdentity['findings'][number]>()
  const texts = placed<string | null>()
  const contexts = all.map((context) => ({
    ...context,
    context: ids.of(context.context),
    intended: intended.of(context.intended),
    predicted: predicted.of(context.predicted),
    aws: programs.of(context.aws),
    findings: context.findings.map(findings.of),
  }))
  const found = findings.all().map((finding) => ({
    ...finding,
    contexts: finding.contexts.map(ids.of),
    file: texts.of(finding.file),
    message: texts.of(finding.message),
    advice: texts.of(finding.advice),
  }))
  const alike = { intended: intended.all(), predicted: predicted.all(), programs: programs.all() }
  return { ...report, contexts, ...alike, findings: found, texts: texts.all(), ids: ids.all() }
}
type Sent = ReturnType<typeof sentOf> & Pick<IdentityReport, 'digest'>

/** The text of a report; `digestOf` distinguishes it from others. Null where that is the digest `had`. */
export function packReport(
  report: Report,
  digestOf: (text: string) => string,
  had: string | undefined,
): Packed<IdentityReport | null> {
  const text = JSON.stringify(sentOf(report))
  const digest = digestOf(text)
  return digest === had ? 'null' : `{"digest":"${digest}",${text.slice(1)}`
}

export function unpackReport(packed: Packed<IdentityReport | null>): IdentityReport | null {
  const sent: Sent | null = JSON.parse(packed)
  if (sent === null) return null
  const { contexts, ids, intended, predicted, programs, findings: found, texts, ...report } = sent
  const idAt = (place: number) => at(ids, place)
  const textAt = (place: number) => at(texts, place) ?? ''
  const findings = found.map((finding) => ({
    ...finding,
    contexts: finding.contexts.map(idAt),
    file: textAt(finding.file),
    message: textAt(finding.message),
    advice: at(texts, finding.advice),
  }))
  return {
    ...report,
    contexts: contexts.map((context) => ({
      ...context,
      context: idAt(context.context),
      intended: at(intended, context.intended),
      predicted: at(predicted, context.predicted),
      aws: at(programs, context.aws),
      findings: context.findings.map((place) => at(findings, place)),
    })),
  }
}

function at<T>(list: readonly T[], place: number): T {
  const value = list[place]
  if (value === undefined) throw new Error('a report holds what its contexts name')
  return value
}
