import { FileInput } from 'lucide-react'
import { useEffect, useState } from 'react'
import { looksLikeKubeconfig } from '../actions/cell-actions'
import { forms } from '../text/edits'
import { useModel } from '../ui/model'
import styles from './DropTarget.module.css'

/**
 * The window takes files that are dropped onto it, and a kubeconfig that is pasted anywhere but in a field: shows that
 * while files are held over it, then offers to import them.
 */
export function DropTarget() {
  const model = useModel()
  const [over, setOver] = useState(false)
  useEffect(() => {
    // Entering a part of the window comes before leaving the one around it: counted, the window is left at none.
    let inside = 0
    const files = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true
    /** While another dialog is open, what is dropped is not taken. */
    const free = () => {
      const { variablesOpen } = model.state.getState()
      const { dialog } = model.edits.state.getState()
      return !variablesOpen && (dialog === null || dialog.kind === 'import')
    }
    const enter = (event: DragEvent) => {
      if (!files(event)) return
      inside += 1
      setOver(free())
    }
    const leave = (event: DragEvent) => {
      if (!files(event)) return
      inside = Math.max(0, inside - 1)
      if (inside === 0) setOver(false)
    }
    const hold = (event: DragEvent) => {
      if (!files(event) || event.dataTransfer === null) return
      event.preventDefault()
      event.dataTransfer.dropEffect = free() ? 'copy' : 'none'
    }
    const drop = (event: DragEvent) => {
      if (!files(event)) return
      event.preventDefault()
      inside = 0
      setOver(false)
      // The preload has told main already which files these are.
      if (free()) model.edits.open({ kind: 'import', from: 'drop' })
    }
    const paste = (event: ClipboardEvent) => {
      const { activeElement } = document
      // The grid itself handles what is pasted into its cells.
      if (activeElement instanceof HTMLInputElement || activeElement?.closest('[role=grid]')) return
      if (!free() || !looksLikeKubeconfig(event.clipboardData?.getData('text/plain') ?? '')) return
      event.preventDefault()
      model.edits.open({ kind: 'import', from: 'clipboard' })
    }
    window.addEventListener('paste', paste)
    const listeners = { dragenter: enter, dragleave: leave, dragover: hold, drop } as const
    for (const name of ['dragenter', 'dragleave', 'dragover', 'drop'] as const)
      window.addEventListener(name, listeners[name])
    return () => {
      window.removeEventListener('paste', paste)
      for (const name of ['dragenter', 'dragleave', 'dragover', 'drop'] as const)
        window.removeEventListener(name, listeners[name])
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
