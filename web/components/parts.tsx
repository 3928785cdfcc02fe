/** The service's components as it reports them itself, each with its reason in the service's own words. */
import type { ComponentHealth } from '../../contracts/health.ts';
import type { Text } from '../text.ts';
import { useReading } from './reading.ts';
import { Sign } from './sign.tsx';
import { componentLooks } from './tone.ts';

type Props = {
  components: readonly ComponentHealth[];
  /** False while the service says nothing: then this is the last that was known. */
  current: boolean;
};

export function Parts({ components, current }: Props) {
  const { text } = useReading();
  return (
    <section class="card" aria-labelledby="parts">
      <h2 id="parts">
        {text.parts.title}{' '}
        {!current && components.length > 0 && <span class="quiet">{text.parts.lastKnown}</span>}
      </h2>
      {components.length === 0 && <p class="quiet">{text.parts.empty}</p>}
      <ul class={current ? 'parts' : 'parts faded'}>
        {components.map((component) => (
          <li key={component.name}>
            <Sign look={componentLooks[component.state]} />
            <div>
              <span class="part-name">{nameComponent(component.name, text)}</span>{' '}
              <span class={`tone-${componentLooks[component.state].tone}`}>
                {text.componentStates[component.state]}
              </span>
              {!component.required && <span class="quiet"> · {text.parts.optional}</span>}
              <p class="quiet">{component.reason}</p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** A name for people where we have one; a component added later shows under its own. */
export function nameComponent(name: string, { parts }: Text): string {
  if (name.startsWith('channel:')) return parts.channel(name.slice('channel:'.length));
  const known: Readonly<Record<string, string>> = parts.names;
  return Object.hasOwn(known, name) ? (known[name] ?? name) : name;
}
