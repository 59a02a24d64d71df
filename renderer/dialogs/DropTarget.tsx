import { FileInput } from 'lucide-react'
import { useEffect, useState } from 'react'
import { looksLikeKubeconfig } from '../actions/cell-actions'
import { forms } from '../text/edits'
import { listen } from '../ui/listen'
import { useModel } from '../ui/model'
import styles from './DropTarget.module.css'

/**
 * The window accepts dropped files, and a kubeconfig that is pasted anywhere but in a field. It shows a hint while files
 * are dragged over it, then offers to import them.
 */
export function DropTarget() {
  const model = useModel()
  const [over, setOver] = useState(false)
  useEffect(() => {
    // The event for entering a child comes before leaving its parent: with a counter, the window is left at zero.
    let inside = 0
    const files = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true
    /** While another dialog is open, dropped files are ignored. */
    const free = () => {
      const { variablesOpen } = model.state.getState()
      const { dialog } = model.edits.state.getState()
      return !variablesOpen && (dialog === null || dialog.kind === 'import')
    }
    const drag = (event: DragEvent) => {
      if (event.dataTransfer === null || !files(event)) return
      if (event.type === 'dragenter') inside += 1
      else if (event.type === 'dragleave') inside = Math.max(0, inside - 1)
      else event.preventDefault()
      if (event.type === 'dragover') event.dataTransfer.dropEffect = free() ? 'copy' : 'none'
      if (event.type === 'drop') inside = 0
      setOver(inside > 0 && free())
      // The preload has reported the files to main already.
      if (event.type === 'drop' && free()) model.edits.open({ kind: 'import', from: 'drop' })
    }
    const paste = (event: ClipboardEvent) => {
      const { activeElement } = document
      // The grid itself handles what is pasted into its cells.
      if (activeElement instanceof HTMLInputElement || activeElement?.closest('[role=grid]')) return
      if (!free() || !looksLikeKubeconfig(event.clipboardData?.getData('text/plain') ?? '')) return
      event.preventDefault()
      model.edits.open({ kind: 'import', from: 'clipboard' })
    }
    const ends = [listen(['paste'], paste), listen(['dragenter', 'dragleave', 'dragover', 'drop'], drag)]
    return () => {
      for (const end of ends) end()
    }
  }, [model])
  if (!over) return null
  return (
    <div className={styles.target} role="status">
      <div className={styles.card}>
        <FileInput size={28} aria-hidden />
        <b>{forms.import.dropHere}</b>
        <span>{forms.import.dropNote}</span>
      </div>
    </div>
  )
}
