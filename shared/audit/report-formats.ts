/** The formats of a report, as window and terminal offer them. */
export const reportFormatNames = ['html', 'md', 'csv', 'json', 'svg'] as const
export type ReportFormat = (typeof reportFormatNames)[number]

/** Whether this names one. */
export const isReportFormat = (name: string): name is ReportFormat =>
  reportFormatNames.some((one) => one === name)

/** Characters of a title. */
export const mostTitle = 500
