import { Tabs } from '@base-ui/react/tabs'
import type { EnvironmentFacts } from '../../shared/ipc/contract'
import { visible } from '../../shared/visible'
import { environmentText, text } from '../text/page'
import { useApp, useModel } from '../ui/model'
import { Exact, Shown } from '../ui/Shown'
import { Window } from '../ui/Window'
import dialog from '../ui/Window.module.css'
import styles from './Toolbar.module.css'

/** The variables of each environment that choose an identity, find files or servers. */
export function VariablesDialog() {
  const model = useModel()
  const open = useApp((state) => state.variablesOpen)
  const environment = useApp((state) => state.environment)
  const environments = useApp((state) => state.environments)
  return (
    <Window
      open={open}
      onClose={() => model.showVariables(false)}
      title={text.environment.variablesTitle}
      wide
    >
      <Tabs.Root defaultValue={environment} className="dialog-body">
        <Tabs.List className={dialog.tabs}>
          {environments.map((facts) => (
            <Tabs.Tab key={facts.name} value={facts.name} className={dialog.tab}>
              {environmentText[facts.name]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {environments.map((facts) => (
          <Tabs.Panel key={facts.name} value={facts.name}>
            <Variables facts={facts} />
          </Tabs.Panel>
        ))}
      </Tabs.Root>
    </Window>
  )
}

function Variables({ facts }: { readonly facts: EnvironmentFacts }) {
  return (
    <>
      {facts.problem !== null && (
        <p className={styles.note}>
          <span>
            <b>{text.environment.problem}</b>
            {visible(facts.problem)}
          </span>
        </p>
      )}
      <p className={dialog.lead}>{text.environment.variablesNote(facts.variables.length, facts.count)}</p>
      {facts.variables.length === 0 ? (
        <p className={dialog.lead}>{text.environment.noVariables}</p>
      ) : (
        <table className={styles.variables}>
          <tbody>
            {facts.variables.map((variable) => (
              <tr key={variable.name}>
                <th scope="row">
                  <Shown as="code" text={variable.name} />
                </th>
                <td>
                  {variable.masked ? (
                    <span className="faint">{text.environment.masked}</span>
                  ) : (
                    <Exact as="code" text={variable.value} />
                  )}
                  {variable.from !== null && <Shown as="span" className={styles.from} text={variable.from} />}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  )
}
