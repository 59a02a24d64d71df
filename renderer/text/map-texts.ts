/** Texts of the map of identities. */
import { counted, plural } from '../../shared/counted'
import { quoted } from '../../shared/visible'

const contexts = (count: number): string => plural(count, 'context')

export const mapText = {
  title: 'Map',
  loading: 'Drawing which identity each context uses…',
  empty: 'There is no context to draw',
  emptyLead: 'The map shows how each context signs in, as which identity it acts, and on which cluster.',
  nothingFits: 'No path fits',
  /** What was shown alone is in no path any more. */
  gone: (name: string) => `Nothing leads through ${quoted(name)} any more`,
  clearFilter: 'Show all paths',
  counts: 'Contexts by verdict',
  onlyThese: (verdict: string) => `Show only contexts that are: ${verdict}`,
  some: (shown: number, all: number) =>
    shown === all ? contexts(all) : `${counted(shown)} of ${contexts(all)}`,
  wrongOnly: 'Wrong paths only',
  wrongOnlyMeaning:
    'Only contexts that act, or would act, as another identity, or that may do everything while nothing says who should',
  only: (name: string) => `Only ${quoted(name)}`,
  showAll: (name: string) => `Show more than ${quoted(name)}`,
  saveAs: { svg: 'Save as SVG', png: 'Save as PNG' },
  /** Pixels. */
  tall: (height: number) =>
    `${counted(height)} pixels high: a filter, wrong paths only, or folding makes it shorter`,
  foldAll: 'Fold all',
  tooTall: (height: number) =>
    `A picture of ${counted(height)} pixels in height cannot be read as PNG: save it as SVG, or show less of it`,
  saved: (path: string) => `Saved ${path}`,
  tree: 'Paths from sign-in to cluster',
  treeMeaning: 'The right arrow opens a branch. Enter opens a context in Contexts.',
  counted: (label: string, count: number) => `${label}, ${contexts(count)}`,
} as const
