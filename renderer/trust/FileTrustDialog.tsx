import { visible } from '../../shared/visible'
import { text } from '../text/page'
import { shortPath } from '../text/path'
import { Button } from '../ui/Button'
import { useApp, useModel } from '../ui/model'
import { Window } from '../ui/Window'
import dialog from '../ui/Window.module.css'

/** Before a token goes to the servers of a file that is not the user's, or without a certificate check. */
export function FileTrustDialog() {
  const model = useModel()
  const home = useApp((state) => state.app?.home ?? '')
  const asked = useApp((state) => state.fileQuestion)
  if (asked === null) return null
  const path = visible(shortPath(asked.path, home))
  return (
    <Window
      open
      onOpenChange={(open) => {
        if (!open) model.closeFileQuestion()
      }}
      title={asked.insecure ? text.trust.insecureTitle : text.trust.fileTitle}
      lead={asked.insecure ? text.trust.insecure(path) : text.trust.file(path)}
      footer={
        <>
          <span className={dialog.footerNote} />
          <Button onClick={() => model.closeFileQuestion()}>{text.cancel}</Button>
          <Button kind="danger" onClick={() => void model.trustFile()}>
            {asked.insecure ? text.trust.insecureAllow : text.trust.fileAllow}
          </Button>
        </>
      }
    >
      <div className={dialog.body} />
    </Window>
  )
}
