/** How healing stands: the four tiers, what comes next, what may still be spent, who would be called. */
import type { Tier } from '../../contracts/incident.ts';
import type { Budget, SystemStatus } from '../../contracts/status.ts';
import { formatDuration } from '../format.ts';
import { useReading } from './reading.ts';
import { Sign } from './sign.tsx';

const LADDER: readonly Tier[] = [1, 2, 3, 4];

export function Healing({ status }: { status: SystemStatus }) {
  const { healing } = useReading().text;
  const { pager, emergencySandbox: sandbox } = status;
  return (
    <section class="card healing" aria-labelledby="healing">
      <h2 id="healing">{healing.title}</h2>
      <Ladder active={status.activeTier} />
      <dl class="lines">
        <dt>{healing.next}</dt>
        <dd>{status.next ?? healing.nothingNext}</dd>
        <dt>{healing.pager}</dt>
        <dd>
          <Sign look={pager.configured ? { tone: 'ok', sign: 'check' } : { tone: 'warn', sign: 'alert' }} />{' '}
          {pager.configured ? healing.pagerOn : healing.pagerOff}
          {pager.reason !== '' && <span class="quiet"> {pager.reason}</span>}
        </dd>
        {sandbox !== null && (
          <>
            <dt>{healing.sandbox}</dt>
            <dd>
              {healing.sandboxes[sandbox.kind]}
              {sandbox.reason !== '' && <span class="quiet"> {sandbox.reason}</span>}
            </dd>
          </>
        )}
      </dl>
      <h3>{healing.budgets}</h3>
      <ul class="budgets">
        {status.budgets.map((budget) => (
          <BudgetBar key={budget.name} budget={budget} />
        ))}
      </ul>
    </section>
  );
}

function Ladder({ active }: { active: Tier | null }) {
  const { text } = useReading();
  return (
    <ol class="ladder">
      {LADDER.map((tier) => (
        <li
          key={tier}
          class={tier === active ? 'lit' : ''}
          aria-current={tier === active ? 'step' : undefined}
        >
          <span class="tier">{tier}</span>
          <span class="tier-name">{text.tiers[tier].name}</span>
          <span class="quiet">{tier === active ? text.healing.active : text.tiers[tier].deed}</span>
        </li>
      ))}
    </ol>
  );
}

/** SVG, because its size is an attribute and needs no style of its own. */
function BudgetBar({ budget }: { budget: Budget }) {
  const { text } = useReading();
  const share = budget.limit > 0 ? Math.min(1, budget.used / budget.limit) : 1;
  const spent = budget.used >= budget.limit;
  const window = formatDuration(budget.windowSeconds, text.unit);
  return (
    <li>
      <span class="budget-name">{budget.name}</span>
      <span class="budget-figure">
        {text.healing.budget(budget.used, budget.limit, window)}
        {spent && <strong class="tone-bad"> {text.healing.spent}</strong>}
      </span>
      <svg
        class={`bar ${spent ? 'tone-bad' : 'tone-busy'}`}
        viewBox="0 0 100 4"
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        <rect class="bar-back" width="100" height="4" />
        <rect class="bar-fill" width={share * 100} height="4" />
      </svg>
    </li>
  );
}
