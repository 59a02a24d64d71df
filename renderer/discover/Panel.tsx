import type { ShownList } from '../actions/action'
import { Frame } from '../inspector/Frame'
import { sweepsText as text } from '../text/sweeps'
import { useModel } from '../ui/model'
import { AddFoot, AddParts, useAdding } from './AddParts'
import { Here } from './Here'
import { Places, PlacesTitle } from './Places'
import { type Found, useFound } from './use-found'

interface PanelProps {
  readonly shown: ShownList
}

/** Beside the matrix: where it was looked, what is known of the cell that has the keyboard, and what is to be added. */
export function Panel({ shown }: PanelProps) {
  const found = useFound()
  return found && <FoundPanel found={found} shown={shown} />
}

function FoundPanel({ found, shown }: PanelProps & { readonly found: Found }) {
  const { sweeps } = useModel()
  const adding = useAdding(found)
  return (
    <Frame
      label={text.label}
      closeLabel={text.close}
      onClose={() => {
        sweeps.inspect(false)
        shown.focusGrid()
      }}
      title={<PlacesTitle found={found} />}
      nothing=""
      foot={adding.ways.length > 0 && <AddFoot adding={adding} shown={shown} />}
    >
      <Places found={found} />
      <Here found={found} />
      <AddParts adding={adding} />
    </Frame>
  )
}
