import { ChevronDown, RefreshCw, SquareTerminal, TriangleAlert, Variable } from 'lucide-react'
import { useMemo } from 'react'
import { type EnvironmentName, environmentNames } from '../../shared/identity/identity'
import { visible } from '../../shared/visible'
import { reloadEnvironment, setCompare, setEnvironment } from '../store/loading'
import { environmentMeaning, environmentText, text } from '../text/page'
import menu from '../ui/Menu.module.css'
import { MenuButton } from '../ui/menus'
import { useApp, useModel } from '../ui/model'
import styles from './Toolbar.module.css'

/** In which environment contexts are predicted and checked, and with which other one they are compared. */
export function EnvironmentPicker() {
  const model = useModel()
  const environment = useApp((state) => state.environment)
  const compare = useApp((state) => state.compare)
  const environments = useApp((state) => state.environments)
  const reloading = useApp((state) => state.reloadingEnvironment)
  const exported = useExportedKeys()
  const keys = exported.get(environment)
  const problem = environments.find((one) => one.name === environment)?.problem ?? null
  const shellProblem = environments.find((one) => one.name === 'login-shell')?.problem ?? null
  return (
    <MenuButton
      className={styles.menu}
      button={{
        icon: problem === null ? SquareTerminal : TriangleAlert,
        className: styles.environment,
        'data-problem': problem === null ? undefined : true,
        title:
          problem !== null
            ? visible(problem)
            : keys === undefined
              ? environmentMeaning[environment]
              : `${environmentMeaning[environment]} · ${visible(keys.words)}`,
        children: (
          <>
            <span className="visually-hidden">{text.environment.label}: </span>
            <span className="spare">{environmentText[environment]}</span>
            {compare === null && keys !== undefined && (
              <span className={styles.exports} data-exports>
                <span className="spare">{visible(keys.words)}</span>
                <TriangleAlert size={14} aria-hidden />
              </span>
            )}
            {compare !== null && (
              <span className="faint">
                {text.environment.versus} {environmentText[compare]}
              </span>
            )}
            <ChevronDown size={14} aria-hidden />
          </>
        ),
      }}
      items={({ Menu, RadioGroup, Act }) => (
        <>
          {shellProblem !== null && (
            <div className={styles.note}>
              <TriangleAlert size={14} aria-hidden />
              <span>
                <b>{text.environment.problem}</b>
                {visible(shellProblem)}
              </span>
            </div>
          )}
          <RadioGroup
            label={text.environment.checkIn}
            value={environment}
            names={environmentNames}
            onChange={(name) => void setEnvironment(model.loading, name)}
          >
            {(name) => (
              <>
                {environmentText[name]}
                <span className="quiet block">{environmentMeaning[name]}</span>
                <ExportedKeys keys={exported.get(name)} />
              </>
            )}
          </RadioGroup>
          <Menu.Separator className={menu.separator} />
          <RadioGroup
            label={text.environment.compare}
            value={compare ?? ''}
            names={['', ...environmentNames.filter((name) => name !== environment)]}
            onChange={(name) => void setCompare(model.loading, name === '' ? null : name)}
          >
            {(name) => (name === '' ? text.environment.noCompare : environmentText[name])}
          </RadioGroup>
          <Menu.Separator className={menu.separator} />
          <Act icon={Variable} onClick={() => model.showVariables(true)}>
            {text.environment.variables}
          </Act>
          <Act icon={RefreshCw} disabled={reloading} onClick={() => void reloadEnvironment(model.loading)}>
            {reloading ? text.environment.reloading : text.environment.reload}
          </Act>
        </>
      )}
    />
  )
}

interface ExportedKey {
  readonly words: string
  readonly from: string | null
}

/** Keys of an environment win over profiles that are not pinned by argument: what matters most about it. */
function useExportedKeys(): ReadonlyMap<EnvironmentName, ExportedKey> {
  const model = useModel()
  const environments = useApp((state) => state.environments)
  // Whose a key is, checks tell.
  const fleet = useApp((state) => state.fleet)
  return useMemo(() => {
    void fleet
    return new Map(
      environments.flatMap(({ name, variables }) => {
        const key = variables.find((one) => one.name === 'AWS_ACCESS_KEY_ID' && one.value !== '')
        if (key === undefined) return []
        const owner = model.rows.all().find(({ check }) => check?.proven?.accessKeyId === key.value)
        const words = text.environment.exportsKeys(owner?.proven?.label ?? null)
        return [[name, { words, from: key.from }] as const]
      }),
    )
  }, [environments, fleet, model])
}

function ExportedKeys({ keys }: { readonly keys: ExportedKey | undefined }) {
  if (keys === undefined) return null
  return (
    <span className={styles.exported}>
      {visible(keys.words)}
      {keys.from !== null && ` (${visible(keys.from)})`}
    </span>
  )
}
