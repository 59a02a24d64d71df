/** The report for the window: its beginning for the dialog, and the file that the user chooses. Sends no request. */
import type { EarlierReport } from '../../shared/audit/compare'
import { mostPreviewed } from '../../shared/audit/report-formats'
import type { Input } from '../../shared/ipc/contract'
import { pack } from '../../shared/ipc/packed'
import { ok, type Result, refuse } from '../../shared/result'
import type { Services } from '../editing/services'
import type { ReportMaker } from '../report/make-report'
import type { Handlers } from './router'
import type { TransferDesktop } from './transfer-handlers'

export const createReportHandlers = (
  services: Services,
  maker: ReportMaker,
  desktop: Pick<TransferDesktop, 'chooseFile' | 'chooseTarget'>,
): Pick<Handlers, 'report.preview' | 'report.save' | 'report.compare'> => {
  const made = async (
    { environment, contexts, title, secretly }: Omit<Input<'report.preview'>, 'format'>,
    since: EarlierReport | null,
  ) => {
    const { makeReport, reportFormats } = await import('../report/make-report')
    await services.kubeconfig.load()
    const asked = { environment, contexts, title, secretly, since }
    return { report: await makeReport(services, maker, asked), reportFormats }
  }

  return {
    'report.preview': async ({ format, ...asked }) => {
      const { report, reportFormats } = await made(asked, null)
      const { withoutScript } = await import('../../shared/audit/report-html')
      const text = reportFormats[format].of(report)
      const shown = format === 'html' ? withoutScript(text) : text
      return ok(pack(shown.slice(0, mostPreviewed[format])))
    },
    'report.save': async ({ format, compares, ...asked }, { page }) => {
      const earlier = compares ? await earlierOf(page) : ok(null)
      if (!earlier.ok) return earlier
      if (compares && earlier.value === null) return ok(null)
      const path = await desktop.chooseTarget(page, `ekscope-report.${format}`, 'Save the report')
      if (path === null) return ok(null)
      const { report, reportFormats } = await made(asked, earlier.value)
      const { exportTarget } = await import('../editing/export')
      const files = services.kubeconfig.store.snapshot().files
      const there = await exportTarget(path, files, '“Import a kubeconfig…”', services.editing.forbids)
      if (!there.ok) return there
      if (there.value !== null && !reportFormats[format].isOurs(there.value))
        return refuse(
          'not-allowed',
          `${path} exists, and is not a report of Ekscope as ${format}.`,
          'Choose another name.',
        )
      const written = await services.editing.exportTo(path, reportFormats[format].of(report), there.value)
      return written.ok ? ok({ path }) : written
    },
    'report.compare': async ({ environment, from }, { page }) => {
      const { compared, environmentSide, fileSide } = await import('../report/compare')
      const path =
        from.kind === 'file' ? await desktop.chooseFile(page, 'Compare with a kubeconfig or report') : null
      if (from.kind === 'file' && path === null) return ok(pack(null))
      const a =
        from.kind === 'environment'
          ? await environmentSide(services, from.environment)
          : await fileSide(services, path ?? '', environment)
      if (!a.ok) return a
      const b = await environmentSide(services, environment)
      return b.ok ? ok(pack(compared(a.value, b.value))) : b
    },
  }

  /** The report that the user chooses to compare with; null: none. */
  async function earlierOf(page: number): Promise<Result<EarlierReport | null>> {
    const path = await desktop.chooseFile(page, 'Compare with an earlier report')
    if (path === null) return ok(null)
    const { earlierReport } = await import('../report/make-report')
    return earlierReport(path)
  }
}
