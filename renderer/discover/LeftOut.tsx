import { EyeOff, X } from 'lucide-react'
import { visible } from '../../shared/visible'
import type { Model } from '../store/model'
import type { LeftOut } from '../store/view'
import { sweepsText } from '../text/sweeps'
import { Button } from '../ui/Button'
import { useApp, useModel } from '../ui/model'
import { Shown } from '../ui/Shown'
import styles from './Discover.module.css'

const text = sweepsText.leftOut

const nameOf = (profile: string): string => (profile === '' ? sweepsText.dialog.environment : profile)

function change(model: Model, to: (without: LeftOut) => LeftOut): void {
  const { looking } = model.state.getState().view
  model.setView({ looking: { ...looking, without: to(looking.without) } })
}

/** Whoever looks, by the names of profiles; an empty one is whoever the environment gives. */
interface Person {
  readonly name: string
  readonly profiles: readonly string[]
}

/** Leaves a region, or somebody who looks by profiles, out of looking and of what is shown; remembered. */
export function LeaveOut({ region, who }: { readonly region?: string; readonly who?: Person }) {
  const model = useModel()
  return (
    <>
      {region !== undefined && (
        <Button
          small
          kind="plain"
          icon={EyeOff}
          title={text.meaning}
          onClick={() => change(model, (all) => ({ ...all, regions: [...all.regions, region] }))}
        >
          {text.region(region)}
        </Button>
      )}
      {who !== undefined && who.profiles.length > 0 && (
        <Button
          small
          kind="plain"
          icon={EyeOff}
          title={text.meaning}
          onClick={() => change(model, (all) => ({ ...all, profiles: [...all.profiles, ...who.profiles] }))}
        >
          <Shown text={text.profile(who.name)} />
        </Button>
      )}
    </>
  )
}

/** What is left out, each with its way back. */
export function AllLeftOut() {
  const model = useModel()
  const { regions, profiles } = useApp((state) => state.view.looking.without)
  if (regions.length + profiles.length === 0) return null
  const back = (name: string, label: string, of: (without: LeftOut) => LeftOut) => (
    <Button
      small
      icon={X}
      key={label}
      title={visible(label)}
      aria-label={visible(label)}
      onClick={() => change(model, of)}
    >
      <Shown text={name} />
    </Button>
  )
  return (
    <section className={styles.acts} aria-label={text.title}>
      <span className="quiet">{text.title}</span>
      {regions.map((region) =>
        back(region, text.again(region), (all) => ({
          ...all,
          regions: all.regions.filter((one) => one !== region),
        })),
      )}
      {profiles.map((profile) =>
        back(nameOf(profile), text.againAs(nameOf(profile)), (all) => ({
          ...all,
          profiles: all.profiles.filter((one) => one !== profile),
        })),
      )}
    </section>
  )
}
