import { history } from '../text/history'
import { Button } from '../ui/Button'
import { useModel } from '../ui/model'
import { Window } from '../ui/Window'
import dialog from '../ui/Window.module.css'

/** Asks once more before the history goes. */
export function PurgeDialog({ onClose }: { readonly onClose: () => void }) {
  const model = useModel()
  return (
    <Window
      open
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      title={history.purgeTitle}
      lead={history.purgeLead}
      footer={
        <>
          <span className={dialog.footerNote} />
          <Button onClick={onClose}>{history.cancel}</Button>
          <Button
            kind="danger"
            onClick={() => {
              void model.bridge.request('history.purge').then((answer) => {
                if (answer.ok) model.edits.say(history.purged(answer.value))
                else model.edits.say(`${answer.fault.message} ${answer.fault.next}`)
                onClose()
              })
            }}
          >
            {history.purgeDone}
          </Button>
        </>
      }
    >
      {null}
    </Window>
  )
}
