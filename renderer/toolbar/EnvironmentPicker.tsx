import { ChevronDown, RefreshCw, SquareTerminal, TriangleAlert, Variable } from 'lucide-react'
import { useMemo } from 'react'
import { type EnvironmentName, environmentNames } from '../../shared/identity/identity'
import { visible } from '../../shared/visible'
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
      items={({ Menu, RadioOption }) => (
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
          <Menu.RadioGroup
            aria-label={text.environment.checkIn}
            value={environment}
            onValueChange={(value) => {
              const name = environmentNames.find((one) => one === value)
              if (name !== undefined) void model.setEnvironment(name)
            }}
          >
            <div className={menu.group}>{text.environment.checkIn}</div>
            {environmentNames.map((name) => (
              <RadioOption key={name} value={name}>
                {environmentText[name]}
                <span className={menu.hint}>{environmentMeaning[name]}</span>
                <ExportedKeys keys={exported.get(name)} />
              </RadioOption>
            ))}
          </Menu.RadioGroup>
          <Menu.Separator className={menu.separator} />
          <Menu.RadioGroup
            aria-label={text.environment.compare}
            value={compare ?? ''}
            onValueChange={(value) =>
              void model.setCompare(environmentNames.find((one) => one === value) ?? null)
            }
          >
            <div className={menu.group}>{text.environment.compare}</div>
            {[null, ...environmentNames.filter((name) => name !== environment)].map((name) => (
              <RadioOption key={name ?? 'none'} value={name ?? ''}>
                {name === null ? text.environment.noCompare : environmentText[name]}
              </RadioOption>
            ))}
          </Menu.RadioGroup>
          <Menu.Separator className={menu.separator} />
          <Menu.Item className={menu.item} onClick={() => model.showVariables(true)}>
            <span className={menu.tick}>
              <Variable size={15} aria-hidden />
            </span>
            <span className="fill">{text.environment.variables}</span>
          </Menu.Item>
          <Menu.Item
            className={menu.item}
            disabled={reloading}
            onClick={() => void model.reloadEnvironment()}
          >
            <span className={menu.tick}>
              <RefreshCw size={14} aria-hidden />
            </span>
            <span className="fill">{reloading ? text.environment.reloading : text.environment.reload}</span>
          </Menu.Item>
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
