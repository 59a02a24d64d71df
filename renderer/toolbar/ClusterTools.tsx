import { RefreshCw, Square } from 'lucide-react'
import { clustersText as text } from '../text/clusters'
import { text as page } from '../text/page'
import { Button } from '../ui/Button'
import { useClusters, useModel } from '../ui/model'

/** Asks AWS about what the filter shows; while that runs, its end. */
export function AskButton() {
  const { clusters } = useModel()
  const asking = useClusters((state) => state.asking)
  // What it counts is made of these.
  useClusters((state) => state.all)
  useClusters((state) => state.filter)
  if (asking !== null)
    return (
      <Button
        icon={Square}
        className="figures"
        title={text.ask.stopMeaning}
        onClick={() => clusters.stopAsking()}
      >
        {page.stop(asking.done, asking.total)}
      </Button>
    )
  const wanted = clusters.fitting()
  return (
    <Button
      kind="primary"
      icon={RefreshCw}
      title={text.ask.meaning}
      disabled={wanted.length === 0}
      onClick={() => void clusters.ask(wanted.map(({ id }) => id))}
    >
      {wanted.length === 0 ? text.ask.nothing : text.ask.all(wanted.length)}
    </Button>
  )
}
