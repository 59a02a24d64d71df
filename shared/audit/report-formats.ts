/** The formats of a report, as window and terminal offer them. */
export const reportFormatNames = ['html', 'md', 'csv', 'json', 'svg'] as const
export type ReportFormat = (typeof reportFormatNames)[number]

/** Whether this names one. */
export const isReportFormat = (name: string): name is ReportFormat =>
  reportFormatNames.some((one) => one === name)

/** So many characters of each are the beginning that the window shows: pages and maps are drawn, the others are read. */
export const mostPreviewed = {
  html: 1_000_000,
  svg: 1_000_000,
  md: 6_000,
  csv: 20_000,
  json: 6_000,
} as const satisfies Readonly<Record<ReportFormat, number>>

/** Characters of a title. */
export const mostTitle = 500
