import { counted } from '../../shared/counted'
import { visible } from '../../shared/visible'
import { healthOf } from '../rows/columns'
import { text, verdictCount } from '../text/page'
import { Health } from './Health'
import list from './ListView.module.css'
import { useApp, useModel } from './model'

interface ContextsLinkProps {
  readonly contexts: readonly { readonly id: string }[]
  /** The name of the line that they belong to. */
  readonly name: string
  readonly onShow: () => void
}

/** How many contexts a line of a list has, and their verdicts; a click shows them. The keyboard has the panel's button for it. */
export function ContextsLink({ contexts, name, onShow }: ContextsLinkProps) {
  const model = useModel()
  // Counts follow the checks at the pace of the summary.
  useApp((state) => state.fleet)
  if (contexts.length === 0) return text.nothing
  const label = text.contextsOf(contexts.length, visible(name))
  const verdicts = healthOf(contexts.flatMap(({ id }) => model.fileRows.get(id) ?? []))
  // Colour alone tells them to few.
  const said = verdicts.map(({ shown, count }) => `${counted(count)} ${verdictCount[shown]}`).join(' · ')
  return (
    <button
      type="button"
      tabIndex={-1}
      className={`${list.link} whole`}
      title={`${label}\n${said}`}
      aria-label={label}
      onClick={(event) => {
        event.stopPropagation()
        onShow()
      }}
    >
      <Health verdicts={verdicts} />
      <span>{counted(contexts.length)}</span>
    </button>
  )
}
