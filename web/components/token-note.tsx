/** Says that the page is read-only and exactly how to change that. */
import type { Access } from '../state.ts';
import { useReading } from './reading.ts';

export function TokenNote({ access }: { access: Access }) {
  const { token } = useReading().text;
  if (access === 'token') return null;
  return (
    <section class="card edge-warn token-note" aria-labelledby="token">
      <h2 id="token">{access === 'refused' ? token.refusedTitle : token.title}</h2>
      <p>{token.body}</p>
      <pre>
        <code>{token.command}</code>
      </pre>
    </section>
  );
}
