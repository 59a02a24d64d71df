import { X } from 'lucide-react'
import type { ShownList } from '../actions/action'
import frame from '../inspector/Inspector.module.css'
import { SidePanel } from '../inspector/SidePanel'
import { sweepsText as text } from '../text/sweeps'
import { Button } from '../ui/Button'
import { useModel } from '../ui/model'
import { AddFoot, AddParts, useAdding } from './AddParts'
import styles from './Discover.module.css'
import { Here } from './Here'
import { Places, PlacesTitle } from './Places'
import { type Found, useFound } from './use-found'

/** Beside the matrix: where it was looked, what is known of the cell that has the keyboard, and what is to be added. */
export function Panel({ shown }: { readonly shown: ShownList }) {
  const { sweeps } = useModel()
  const found = useFound()
  function close(): void {
    sweeps.inspect(false)
    shown.focusGrid()
  }
  return (
    <SidePanel label={text.label} close={close}>
      {/* Stands still above what scrolls, as the head of any panel. */}
      <header className={styles.panelHead}>
        {found !== null && <PlacesTitle found={found} />}
        <Button
          kind="plain"
          small
          icon={X}
          className={styles.close}
          aria-label={text.close}
          title={text.close}
          onClick={close}
        />
      </header>
      {found !== null && <Content found={found} shown={shown} />}
    </SidePanel>
  )
}

function Content({ found, shown }: { readonly found: Found; readonly shown: ShownList }) {
  const adding = useAdding(found)
  return (
    <>
      {/* Scrolls by keyboard too, so it takes the focus. */}
      <section className={frame.content} aria-label={text.label} tabIndex={0}>
        <Places found={found} />
        <Here found={found} />
        <AddParts adding={adding} />
      </section>
      {adding.ways.length > 0 && <AddFoot adding={adding} shown={shown} />}
    </>
  )
}
